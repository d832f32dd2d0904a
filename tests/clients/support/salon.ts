/** What the tests do at the demo's salon: find an offer, find a free time, book it. */
import type { PersonName, Server } from './server.js';

export const SALON = 'atelier-lumiere';

export interface Salon {
  businessId: string;
  offerId: string;
}

/** The salon's haircut. */
export async function salon(server: Server): Promise<Salon> {
  const { business } = await server.data(
    `query ($slug: String!) { business(by: { slug: $slug }) { id offers(first: 10) { nodes { id slug } } } }`,
    { slug: SALON },
  );
  const offer = business.offers.nodes.find((it: { slug: string }) => it.slug === 'cut-and-blow-dry');
  return { businessId: business.id, offerId: offer.id };
}

/** The next free starts of an offer, from the day after tomorrow on. */
export async function freeTimes(server: Server, offerId: string, limit = 20): Promise<string[]> {
  const day = 24 * 3600 * 1000;
  const window = { from: new Date(Date.now() + 2 * day).toISOString(), to: new Date(Date.now() + 30 * day).toISOString() };
  const { offer } = await server.data(
    `query ($id: ID!, $input: AvailabilityInput!) { offer(id: $id) { availability(input: $input) { slots { startAt } } } }`,
    { id: offerId, input: { window, limit } },
  );
  return offer.availability.slots.map((slot: { startAt: string }) => slot.startAt);
}

/** Books the haircut at its n-th free time, and returns the booking's id. */
export async function book(server: Server, person: PersonName, nth = 0): Promise<string> {
  const { offerId } = await salon(server);
  const startAt = (await freeTimes(server, offerId))[nth];
  const { createBooking } = await server.data(
    `mutation ($input: CreateBookingInput!) { createBooking(input: $input) { booking { id } userErrors { code message } } }`,
    { input: { offerId, startAt } },
    person,
  );
  if (!createBooking.booking) throw new Error(JSON.stringify(createBooking.userErrors));
  return createBooking.booking.id;
}

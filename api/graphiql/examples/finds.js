/** What the examples look for, by the demo's slugs, and who sends them. */

/** Those who send the examples. */
export const CARLA = 'demo|customer-1';
export const CHARLIE = 'demo|customer-2';
export const DESK = 'demo|front-desk';
export const OWNER = 'demo|owner';

/** Finds offers of a business, and the first time from the day after tomorrow at which each can be booked. */
export const offersOf = (slug, more = '', which = 'first: 20') => ({
  query: `query ($from: DateTime!, $to: DateTime!) {
    business(by: { slug: "${slug}" }) {
      id
      offers(${which}) {
        nodes { id slug availability(input: { window: { from: $from, to: $to }, limit: 1${more} }) { slots { startAt } } }
      }
    }
  }`,
  within: 60,
});

/** Finds the bookings of a business in a state. */
export const bookingsOf = (slug, status) => ({
  query: `{
    business(by: { slug: "${slug}" }) {
      id
      bookings(first: 20, filter: { status: [${status}] }) { nodes { id offer { slug } } }
    }
  }`,
});

/** Finds something of the yoga studio. */
export const ofStudio = (fields) => ({ query: `{ business(by: { slug: "sunrise-yoga" }) { id ${fields} } }` });

/** Finds the next classes of each kind. */
export const classes = {
  query: `query ($from: DateTime!, $to: DateTime!) {
    business(by: { slug: "sunrise-yoga" }) {
      classSchedules(first: 20) { nodes { slug occurrences(window: { from: $from, to: $to }, first: 3) { nodes { id } } } }
    }
  }`,
  soon: true,
};
const classesOf = (slug) => `business.classSchedules.nodes[slug=${slug}].occurrences.nodes`;
/** With free seating; the one after the next, which is not about to begin. */
export const SUNRISE_FLOW = `{${classesOf('sunrise-flow')}[1].id}`;
/** Full, with people waiting. */
export const AERIAL_YOGA = `{${classesOf('aerial-yoga')}[0].id}`;
/** With a seat map. */
export const SOUND_BATH = `{${classesOf('sound-bath')}[0].id}`;

/** Finds what somebody on a waitlist is offered. */
export const myOffers = {
  query: '{ viewer { queueEntries(live: true, first: 20) { nodes { waitlistOffer { id status } } } } }',
};
export const MY_OFFER = '{viewer.queueEntries.nodes[waitlistOffer.status=OPEN].waitlistOffer.id}';

/** Finds the lesson of Carla that comes next. Only she and the staff can see it; others see that the time is taken. */
export const lessonOfCarla = {
  as: DESK,
  query: `query ($from: DateTime!, $to: DateTime!) {
    business(by: { slug: "sunrise-yoga" }) {
      bookings(first: 50, filter: { status: [CONFIRMED], window: { from: $from, to: $to } }, orderBy: START_ASC) {
        nodes { id startAt endAt customer { email } offer { id slug } }
      }
    }
  }`,
  soon: true,
};
export const LESSON = 'business.bookings.nodes[offer.slug=private-lesson&customer.email=carla.customer@example.test]';

/** Finds the salon's walk-in queue. */
export const walkIns = {
  query: `{ business(by: { slug: "atelier-lumiere" }) { queues(kind: WALK_IN, first: 5) { nodes { id slug } } } }`,
};
export const WALK_INS = '{business.queues.nodes[slug=walk-in-cuts].id}';

export const ADDRESS = { line1: '10 Madison Avenue', city: 'Toronto', country: 'CA', latitude: 43.6665, longitude: -79.4035 };

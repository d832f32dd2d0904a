/** Appointments, rooms, rentals and home visits. */
import { ADDRESS, CARLA, CHARLIE, DESK, bookingsOf, offersOf } from './finds.js';

export const bookings = [
  {
    as: CARLA,
    document: `# What I have booked, at every business.

query MyBookings {
  viewer {
    user { name email }
    bookings(first: 10, orderBy: START_DESC) {
      nodes {
        id
        status
        startAt
        business { name }
        offer { name }
        total { amountMinor currency }
      }
    }
  }
}
`,
    variables: {},
  },
  {
    as: CARLA,
    find: offersOf('atelier-lumiere'),
    document: `# When a haircut can be booked, and with whom.

query FreeTimes($offerId: ID!, $from: DateTime!, $to: DateTime!) {
  offer(id: $offerId) {
    name
    business { name timeZone }
    availability(input: { window: { from: $from, to: $to }, limit: 5 }) {
      slots { startAt resource { name } secondaryResource { name } price { amountMinor currency } }
      reasons { code from to }
    }
  }
}
`,
    variables: { offerId: '{business.offers.nodes[slug=cut-and-blow-dry].id}', from: '{from}', to: '{to}' },
  },
  {
    as: CARLA,
    find: offersOf('atelier-lumiere'),
    document: `# Books it: the price and the state are the gateway's.

mutation Book($input: CreateBookingInput!) {
  createBooking(input: $input) {
    booking { id status startAt endAt total { amountMinor currency } }
    alternatives { startAt }
    userErrors { code message field }
  }
}
`,
    variables: {
      input: {
        offerId: '{business.offers.nodes[slug=cut-and-blow-dry].id}',
        startAt: '{business.offers.nodes[slug=cut-and-blow-dry].availability.slots[0].startAt}',
      },
    },
  },
  {
    as: DESK,
    find: bookingsOf('atelier-lumiere', 'CONFIRMED'),
    document: `# What happens at the salon, as it happens. Run it, and book something in another window.

subscription Live($businessId: ID!) {
  bookingChanged(businessId: $businessId) {
    id
    status
    startAt
    customer { name }
    offer { name }
  }
}
`,
    variables: { businessId: '{business.id}' },
  },
  {
    as: DESK,
    find: bookingsOf('vogt-consulting', 'CONFIRMED'),
    document: `# UC-1: a private note, which the customer never sees.

mutation UC1_PrivateNote($input: AddBookingNoteInput!) {
  addBookingNote(input: $input) {
    note { id author { name } note isPinned createdAt }
    userErrors { code message field }
  }
}
`,
    variables: { input: { bookingId: '{business.bookings.nodes[0].id}', note: 'Prefers the room with the window.', isPinned: true } },
  },
  {
    as: CARLA,
    // Only the last by name, since the other offer does not come in that length.
    find: offersOf('vogt-consulting', ', durationMin: 90', 'last: 1'),
    document: `# UC-2: as long as the customer asks for, charged by the half hour.

mutation UC2_ByTheHalfHour($input: CreateBookingInput!) {
  createBooking(input: $input) {
    booking { id status startAt endAt requestedDurationMin lines { label quantity unitAmount { amountMinor } } total { amountMinor currency } }
    userErrors { code message field }
  }
}
`,
    variables: {
      input: {
        offerId: '{business.offers.nodes[slug=working-session].id}',
        startAt: '{business.offers.nodes[slug=working-session].availability.slots[0].startAt}',
        durationMin: 90,
      },
    },
  },
  {
    as: CHARLIE,
    find: offersOf('harbour-street-clinic'),
    document: `# UC-5: a practitioner and a room, together or not at all.

mutation UC5_PractitionerAndRoom($input: CreateBookingInput!) {
  createBooking(input: $input) {
    booking { id status startAt units { resource { name } secondaryResource { name } } }
    userErrors { code message field }
  }
}
`,
    variables: {
      input: {
        offerId: '{business.offers.nodes[slug=physiotherapy].id}',
        startAt: '{business.offers.nodes[slug=physiotherapy].availability.slots[0].startAt}',
      },
    },
  },
  {
    as: CHARLIE,
    find: offersOf('tejo-vans', ', durationMin: 2880'),
    document: `# UC-13: a van for two days. Three tenths are paid ahead, and it rests between two rentals.

mutation UC13_Rental($input: CreateBookingInput!) {
  createBooking(input: $input) {
    booking { id status startAt endAt total { amountMinor currency } deposit { required { amountMinor } paid { amountMinor } dueAt } }
    userErrors { code message field }
  }
}
`,
    variables: {
      input: {
        offerId: '{business.offers.nodes[slug=van-by-the-day].id}',
        startAt: '{business.offers.nodes[slug=van-by-the-day].availability.slots[0].startAt}',
        durationMin: 2880,
      },
    },
  },
  {
    as: DESK,
    find: bookingsOf('tejo-vans', 'AWAITING_DEPOSIT'),
    document: `# UC-14: a company pays within 30 days, and needs no deposit.

mutation UC14_PaymentTerms($input: SetPaymentTermsInput!) {
  setPaymentTerms(input: $input) {
    booking { id status paymentTerms paymentDueAt deposit { required { amountMinor } } }
    userErrors { code message field }
  }
}
`,
    variables: { input: { bookingId: '{business.bookings.nodes[0].id}', paymentTerms: 'NET_30' } },
  },
  {
    as: CARLA,
    find: {
      query: `query ($from: DateTime!, $to: DateTime!, $serviceAddress: AddressInput!) {
        business(by: { slug: "muddy-paws" }) {
          offers(first: 20) {
            nodes {
              id
              slug
              availability(input: { window: { from: $from, to: $to }, limit: 1, serviceAddress: $serviceAddress }) { slots { startAt } }
            }
          }
        }
      }`,
      variables: { serviceAddress: ADDRESS },
      within: 60,
    },
    document: `# UC-15: the groomer comes to the door, and the way there is part of her day.

mutation UC15_AtTheDoor($input: CreateBookingInput!) {
  createBooking(input: $input) {
    booking { id status startAt endAt serviceAddress { line1 city } units { resource { name isMobile } } }
    userErrors { code message field }
  }
}
`,
    variables: {
      input: {
        offerId: '{business.offers.nodes[slug=wash-and-trim].id}',
        startAt: '{business.offers.nodes[slug=wash-and-trim].availability.slots[0].startAt}',
        serviceAddress: ADDRESS,
      },
    },
  },
];

/** Passes of several sessions. */
import { CARLA, CHARLIE, DESK, OWNER, ofStudio, offersOf } from './finds.js';

export const packages = [
  {
    as: CHARLIE,
    find: ofStudio('packageProducts(first: 10) { nodes { id slug } }'),
    document: `# UC-8: buy a pass. It is good once it is paid, which UC8_Pay puts on record.

mutation UC8_Buy($input: PurchasePackageInput!) {
  purchasePackage(input: $input) {
    purchase { id status sessionsTotal sessionsRemaining price { amountMinor currency } terms { name transferable refundable } }
    userErrors { code message field }
  }
}
`,
    variables: { input: { productId: '{business.packageProducts.nodes[slug=ten-lessons].id}' } },
  },
  {
    as: DESK,
    document: `# UC-8: the desk has been paid for the pass of UC8_Buy.

mutation UC8_Pay($input: RecordPaymentInput!) {
  recordPayment(input: $input) {
    payment { id kind amount { amountMinor currency } reference }
    purchase { id status activatedAt expiresAt paid { amountMinor } }
    userErrors { code message field }
  }
}
`,
    variables: {
      input: {
        purchaseId: '{UC8_Buy.purchasePackage.purchase.id}',
        kind: 'PURCHASE',
        amountMinor: '{UC8_Buy.purchasePackage.purchase.price.amountMinor}',
        reference: 'Card',
      },
    },
  },
  {
    as: CARLA,
    find: offersOf('sunrise-yoga'),
    document: `# UC-8: a lesson for a session of a pass: of the one that expires first.

mutation UC8_BookWithAPass($input: CreateBookingInput!) {
  createBooking(input: $input) {
    booking { id status startAt total { amountMinor currency } packagePurchase { sessionsRemaining terms { name } } }
    userErrors { code message field }
  }
}
`,
    variables: {
      input: {
        offerId: '{business.offers.nodes[slug=private-lesson].id}',
        startAt: '{business.offers.nodes[slug=private-lesson].availability.slots[0].startAt}',
        usePackage: true,
      },
    },
  },
  {
    as: CARLA,
    document: `# UC-16: my passes, what they were used for, and every change of their sessions.

query UC16_MyPasses {
  viewer {
    packagePurchases(first: 10) {
      nodes {
        id
        status
        sessionsTotal
        sessionsUsed
        sessionsRemaining
        expiresAt
        product { name }
        transferredFrom { customer { name } }
        bookings(first: 10) { nodes { startAt status offer { name } } }
        ledger(first: 20) { nodes { at kind delta balanceAfter } }
      }
    }
  }
}
`,
    variables: {},
  },
  {
    as: CARLA,
    find: { query: '{ viewer { packagePurchases(first: 10, status: [ACTIVE]) { nodes { id } } } }' },
    document: `# UC-16: two sessions for a friend, by the address that they sign in with.

mutation UC16_PassOn($input: TransferPackageInput!) {
  transferPackage(input: $input) {
    purchase { id customer { name } sessionsTotal transferredFrom { id } }
    source { id sessionsRemaining }
    userErrors { code message field }
  }
}
`,
    variables: { input: { purchaseId: '{viewer.packagePurchases.nodes[0].id}', toEmail: 'charlie.customer@example.test', sessions: 2 } },
  },
  {
    as: OWNER,
    find: ofStudio('packagePurchases(first: 20, status: [ACTIVE]) { nodes { id paid { amountMinor } } }'),
    document: `# UC-16: what a refund of the unused sessions would come to. Nothing is changed: \`dryRun\` is true.

mutation UC16_Refund($input: RefundPackageInput!) {
  refundPackage(input: $input) {
    purchase { status customer { name } sessionsTotal sessionsUsed paid { amountMinor currency } }
    refund { amount { amountMinor currency } }
    userErrors { code message field }
  }
}
`,
    variables: { input: { purchaseId: '{business.packagePurchases.nodes[paid.amountMinor=80000].id}', dryRun: true } },
  },
];

/** The walk-in queue, and waitlists. */
import { CARLA, CHARLIE, DESK, LESSON, OWNER, WALK_INS, lessonOfCarla, walkIns } from './finds.js';

export const waiting = [
  {
    as: CHARLIE,
    find: walkIns,
    document: `# UC-3: stand in a queue, with a friend. How long it takes is estimated from how long it took lately.

mutation UC3_JoinTheQueue($input: JoinQueueInput!) {
  joinQueue(input: $input) {
    entry { id status position peopleAhead estimatedWaitMin estimatedWaitRange { low high } queue { name waitingCount } }
    userErrors { code message field }
  }
}
`,
    variables: { input: { queueId: WALK_INS, partySize: 2 } },
  },
  {
    as: CARLA,
    find: { query: '{ viewer { queueEntries(live: true, first: 20) { nodes { id queue { kind } } } } }' },
    document: `# UC-3: how many are ahead of me, as they are called. Run it, and let the desk call the next in another window.

subscription UC3_MyPlace($entryId: ID!) {
  queueEntryChanged(entryId: $entryId) {
    status
    position
    peopleAhead
    estimatedWaitMin
    estimatedWaitRange { low high }
  }
}
`,
    variables: { entryId: '{viewer.queueEntries.nodes[queue.kind=WALK_IN].id}' },
  },
  {
    as: DESK,
    find: walkIns,
    document: `# UC-3: whose turn it is. Two desks that call at once never call the same.

mutation UC3_CallNext($input: CallNextInput!) {
  callNext(input: $input) {
    entry { id status partySize customer { name } notes notifiedAt }
    userErrors { code message field }
  }
}
`,
    variables: { input: { queueId: WALK_INS } },
  },
  {
    as: DESK,
    find: walkIns,
    document: `# UC-3: the queue as its staff see it, and what has happened in it.

query UC3_TheDesk($queueId: ID!) {
  queue(id: $queueId) {
    name
    status
    waitingCount
    entries(first: 20, status: [WAITING, NOTIFIED, SERVING]) {
      nodes { status position partySize customer { name } notes estimatedWaitMin }
    }
    events(last: 10) { nodes { sequence kind at actor { name } fromPosition toPosition } }
  }
}
`,
    variables: { queueId: WALK_INS },
  },
  {
    as: CHARLIE,
    find: lessonOfCarla,
    document: `# UC-19: the lesson that I want is taken. Wait for one that begins in these hours.

mutation UC19_WaitForATime($input: JoinWaitlistInput!) {
  joinWaitlist(input: $input) {
    entry { id status position window { from to } queue { id name promotion } }
    userErrors { code message field }
  }
}
`,
    variables: {
      input: {
        offerId: `{${LESSON}.offer.id}`,
        window: { from: `{${LESSON}.startAt}`, to: `{${LESSON}.endAt}` },
      },
    },
  },
  {
    as: OWNER,
    document: `# UC-19: how a freed time is given out. OFFER: to one after the other, each for a while. AUTO: the first who still can
# has it. RACE: all are told, and the first who claims has it.

mutation UC19_Promotion($input: UpdateQueueInput!) {
  updateQueue(input: $input) {
    queue { id name promotion offerWindowMin cutoffMin waitingCount }
    userErrors { code message field }
  }
}
`,
    variables: { input: { queueId: '{UC19_WaitForATime.joinWaitlist.entry.queue.id}', promotion: 'RACE', offerWindowMin: 30 } },
  },
  {
    as: CARLA,
    find: lessonOfCarla,
    document: `# UC-20: somebody calls off the lesson that others wait for. It goes to them before the public can take it.

mutation UC20_FreeATime($input: CancelBookingInput!) {
  cancelBooking(input: $input) {
    booking { id status cancellation { late fee { amountMinor currency } } }
    userErrors { code message field }
  }
}
`,
    variables: { input: { bookingId: `{${LESSON}.id}` } },
  },
  {
    as: CHARLIE,
    find: { query: '{ viewer { queueEntries(live: true, first: 20) { nodes { waitlistOffer { id status } } } } }' },
    document: `# UC-20: claim the time that UC20_FreeATime left, before anybody else does.

mutation UC20_Claim($input: ClaimWaitlistOfferInput!) {
  claimWaitlistOffer(input: $input) {
    entry { status }
    booking { id status startAt offer { name } total { amountMinor currency } }
    userErrors { code message field }
  }
}
`,
    variables: { input: { offerId: '{viewer.queueEntries.nodes[waitlistOffer.status=OPEN].waitlistOffer.id}' } },
  },
  {
    as: DESK,
    document: `# UC-20: whether all was fair: what happened on the waitlist, in order.

query UC20_Fairness($queueId: ID!) {
  queue(id: $queueId) {
    name
    promotion
    events(first: 50) { nodes { sequence kind at actor { name } entry { customer { name } } } }
  }
}
`,
    variables: { queueId: '{UC19_WaitForATime.joinWaitlist.entry.queue.id}' },
  },
];

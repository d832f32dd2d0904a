/** The walk-in queue, and waitlists. */
import { AERIAL_YOGA, CARLA, CHARLIE, DESK, LESSON, MY_OFFER, OWNER, WALK_INS, classes, lessonOfCarla, myOffers, walkIns } from './finds.js';

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
    as: OWNER,
    find: classes,
    document: `# UC-19: the class is full. Wait for a place in it.

mutation UC19_EnrolOrWait($input: EnrollInput!) {
  enroll(input: $input) {
    enrollment { id }
    waitlistEntry { id status position queue { promotion occurrence { startAt capacity waitlistCount schedule { name } } } }
    userErrors { code message field }
  }
}
`,
    variables: { input: { occurrenceId: AERIAL_YOGA, joinWaitlistIfFull: true } },
  },
  {
    as: CHARLIE,
    find: { query: '{ viewer { enrollments(first: 20, filter: { status: [ENROLLED] }) { nodes { id occurrence { schedule { slug } } } } } }' },
    document: `# UC-19: somebody gives their place back. Whoever has waited for longest and still can has it at once, before the public.

mutation UC19_FreeAPlace($input: CancelEnrollmentInput!) {
  cancelEnrollment(input: $input) {
    enrollment { status occurrence { availability spotsLeft waitlistCount schedule { name } } cancellation { late } }
    userErrors { code message field }
  }
}
`,
    variables: { input: { enrollmentId: '{viewer.enrollments.nodes[occurrence.schedule.slug=aerial-yoga].id}' } },
  },
  {
    as: CARLA,
    document: `# UC-19: what became of my waiting. After UC19_FreeAPlace there is a place in the class.

query UC19_MyWaiting {
  viewer {
    queueEntries(first: 20) {
      nodes {
        status
        position
        joinedAt
        queue { name kind promotion }
        waitlistOffer { id status expiresAt }
        enrollment { status occurrence { startAt schedule { name } } }
        booking { status startAt offer { name } }
      }
    }
  }
}
`,
    variables: {},
  },
  {
    as: CHARLIE,
    find: lessonOfCarla,
    document: `# UC-20: the lesson that I want is taken. Wait for one that begins in these hours.

mutation UC20_WaitForATime($input: JoinWaitlistInput!) {
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
    document: `# UC-20: how a freed time is given out. OFFER: to one after the other, each for a while. AUTO: the first who still can
# has it. RACE: all are told, and the first who claims has it.

mutation UC20_Promotion($input: UpdateQueueInput!) {
  updateQueue(input: $input) {
    queue { id name promotion offerWindowMin cutoffMin waitingCount }
    userErrors { code message field }
  }
}
`,
    variables: { input: { queueId: '{UC20_WaitForATime.joinWaitlist.entry.queue.id}', promotion: 'RACE', offerWindowMin: 30 } },
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
    find: myOffers,
    document: `# UC-20: claim the time that UC20_FreeATime left, before anybody else does.

mutation UC20_Claim($input: ClaimWaitlistOfferInput!) {
  claimWaitlistOffer(input: $input) {
    entry { status }
    booking { id status startAt offer { name } total { amountMinor currency } }
    userErrors { code message field }
  }
}
`,
    variables: { input: { offerId: MY_OFFER } },
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
    variables: { queueId: '{UC20_WaitForATime.joinWaitlist.entry.queue.id}' },
  },
];

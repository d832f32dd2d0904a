/** The timetable, enrolments and seats. */
import { CARLA, CHARLIE, DESK, SOUND_BATH, SUNRISE_FLOW, classes as findClasses, ofStudio } from './finds.js';

export const classes = [
  {
    as: CARLA,
    find: ofStudio(''),
    document: `# UC-7: the studio's classes of the coming week. Nobody needs to sign in for it.

query UC7_Timetable($businessId: ID!, $from: DateTime!, $to: DateTime!) {
  node(id: $businessId) {
    ... on Business {
      name
      timeZone
      classOccurrences(window: { from: $from, to: $to }, first: 20) {
        nodes {
          id
          startAt
          status
          availability
          spotsLeft
          waitlistCount
          price { amountMinor currency }
          schedule { name startTime recurrenceRule minEnrollment }
          instructor { name }
          room { name }
        }
      }
    }
  }
}
`,
    variables: { businessId: '{business.id}', from: '{now}', to: '{inAWeek}' },
  },
  {
    as: CHARLIE,
    find: findClasses,
    document: `# UC-7: a place in a class, at the price for one who drops in. (\`usePackage\` pays with a session of a pass.)

mutation UC7_Enrol($input: EnrollInput!) {
  enroll(input: $input) {
    enrollment {
      id
      status
      places
      occurrence { startAt spotsLeft schedule { name } }
      booking { total { amountMinor currency } }
    }
    userErrors { code message field }
  }
}
`,
    variables: { input: { occurrenceId: SUNRISE_FLOW } },
  },
  {
    as: CARLA,
    find: { query: '{ viewer { enrollments(first: 20, filter: { status: [ENROLLED] }) { nodes { id } } } }' },
    document: `# UC-7: what calling off would cost. Nothing is changed: \`dryRun\` is true.

mutation UC7_CallOff($input: CancelEnrollmentInput!) {
  cancelEnrollment(input: $input) {
    enrollment {
      status
      occurrence { startAt schedule { name } }
      cancellation { late fee { amountMinor currency } sessionForfeited }
      booking { refundDue { amountMinor currency } }
    }
    userErrors { code message field }
  }
}
`,
    variables: { input: { enrollmentId: '{viewer.enrollments.nodes[0].id}', dryRun: true } },
  },
  {
    as: CHARLIE,
    find: findClasses,
    document: `# UC-18: which mats are free. Who has the others is nobody's business.

query UC18_Seats($occurrenceId: ID!) {
  classOccurrence(id: $occurrenceId) {
    startAt
    spotsLeft
    schedule { name seatMap { name width height } }
    seats { state heldByViewer seat { id rowLabel seatNumber x y isAccessible } }
  }
}
`,
    variables: { occurrenceId: SOUND_BATH },
  },
  {
    as: DESK,
    find: findClasses,
    document: `# UC-18: the mats as they change hands: first all of them. Run it, and hold some in another window.

subscription UC18_SeatsLive($occurrenceId: ID!) {
  seatMapChanged(occurrenceId: $occurrenceId) {
    state
    seat { rowLabel seatNumber }
  }
}
`,
    variables: { occurrenceId: SOUND_BATH },
  },
  {
    as: CHARLIE,
    find: findClasses,
    document: `# UC-18: keep the best two mats that are together, for as long as it takes to decide. (Or name them: \`seatIds\`.)

mutation UC18_HoldSeats($input: HoldSeatsInput!) {
  holdSeats(input: $input) {
    seatHold { id expiresAt seats { id rowLabel seatNumber } }
    userErrors { code message field }
  }
}
`,
    variables: { input: { occurrenceId: SOUND_BATH, bestAvailable: { count: 2 } } },
  },
  {
    as: CHARLIE,
    find: findClasses,
    document: `# UC-18: two places on the mats of UC18_HoldSeats. Before the hold runs out, this succeeds.

mutation UC18_Enrol($input: EnrollInput!) {
  enroll(input: $input) {
    enrollment {
      id
      status
      places
      seats { rowLabel seatNumber }
      booking { total { amountMinor currency } }
      occurrence { spotsLeft seats { state heldByViewer seat { rowLabel seatNumber } } }
    }
    userErrors { code message field }
  }
}
`,
    variables: { input: { occurrenceId: SOUND_BATH, seatHoldId: '{UC18_HoldSeats.holdSeats.seatHold.id}' } },
  },
];

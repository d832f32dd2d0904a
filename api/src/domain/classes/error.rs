//! What the noun refuses, in words.

use crate::domain::error::{Error, Refusal, RefusalCode};

/// The refusals of classes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClassRefusal {
    /// Somebody else changed the schedule or the class.
    #[error("It has changed since you read it.")]
    Conflict,
    /// The schedule is archived.
    #[error("An archived schedule stays as it is.")]
    Archived,
    /// The class has been called off.
    #[error("The class has been called off.")]
    CalledOff,
    /// The class has begun.
    #[error("The class has begun.")]
    Begun,
    /// The class is over.
    #[error("The class is over.")]
    Over,
    /// The class has not begun.
    #[error("The class has not begun yet.")]
    NotBegun,
    /// The class is not in the timetable.
    #[error("The class is not open for enrolment.")]
    Closed,
    /// The class is too soon for its offer's lead time.
    #[error("It is too late to enrol on this class.")]
    TooSoon,
    /// The class is beyond its offer's horizon.
    #[error("It is too early to enrol on this class.")]
    TooFar,
    /// The offer asks for what a class cannot give.
    #[error("This class has to be arranged with the business.")]
    ByArrangement,
    /// There are not as many places left.
    #[error("The class has not as many places left.")]
    Full,
    /// The customer is enrolled.
    #[error("You have a place in this class already.")]
    Enrolled,
    /// The enrolment has ended, or the customer is there already.
    #[error("This enrolment is not open any more.")]
    NotEnrolled,
    /// Somebody else has the instructor or the room then.
    #[error("The instructor or the room is taken during this time.")]
    Taken,
}

impl From<ClassRefusal> for Refusal {
    fn from(refusal: ClassRefusal) -> Self {
        use ClassRefusal as C;
        let (code, field) = match refusal {
            C::Conflict => (RefusalCode::VersionConflict, "expectedVersion"),
            C::Archived => (RefusalCode::InvalidState, "scheduleId"),
            C::CalledOff | C::Begun | C::Over | C::Closed => {
                (RefusalCode::InvalidState, "occurrenceId")
            }
            C::NotBegun | C::NotEnrolled => (RefusalCode::InvalidState, "enrollmentId"),
            C::TooSoon => (RefusalCode::TooSoon, "occurrenceId"),
            C::TooFar => (RefusalCode::TooFar, "occurrenceId"),
            C::ByArrangement => (RefusalCode::NotBookable, "occurrenceId"),
            C::Full => (RefusalCode::CapacityFull, "places"),
            C::Enrolled => (RefusalCode::AlreadyEnrolled, "occurrenceId"),
            C::Taken => (RefusalCode::SlotTaken, "startAt"),
        };
        Self::new(code, refusal.to_string()).at(field)
    }
}

impl From<ClassRefusal> for Error {
    fn from(refusal: ClassRefusal) -> Self {
        Self::Refused(refusal.into())
    }
}

//! What the noun refuses, in words.

use entity::booking_orders;

use super::rules::status::{Action, Illegal};
use crate::domain::availability::rules::Unbookable;
use crate::domain::error::{Refusal, RefusalCode};

/// The refusals of bookings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BookingRefusal {
    /// The time cannot be booked.
    #[error("{}", why(*.0))]
    Unbookable(Unbookable),
    /// No resource fits what was asked for.
    #[error("This offer has no such resource.")]
    NoResource,
    /// The offer is not there, or cannot be booked now.
    #[error("No such offer can be booked.")]
    NoOffer,
    /// The state machine says no.
    #[error(transparent)]
    Illegal(#[from] Illegal),
    /// A place in a class goes the way of the class.
    #[error("This booking is a place in a class: {0}.")]
    Class(&'static str),
    /// Somebody else changed the booking.
    #[error("The booking has changed since you read it.")]
    Conflict,
}

impl BookingRefusal {
    /// Why a board has no free choice.
    #[must_use]
    pub fn from_board(reason: Option<Unbookable>) -> Self {
        reason.map_or(Self::NoResource, Self::Unbookable)
    }
}

/// Lets a booking pass that is no place in a class. The enrolment and its booking never disagree, because all
/// that happens to the two of them happens by the enrolment.
///
/// # Errors
/// `INVALID_STATE` otherwise, with what to do instead.
pub fn check_no_class(
    booking: &booking_orders::Model,
    action: Action,
) -> Result<(), BookingRefusal> {
    let instead = match action {
        Action::Cancel => "use `cancelEnrollment`",
        Action::CheckIn => "use `checkInEnrollment`",
        Action::MarkNoShow => "use `markEnrollmentNoShow`",
        Action::Complete => "it is completed with the class",
        Action::Reschedule | Action::SetDuration => "use `updateClassOccurrence`",
        _ => "it needs nothing of the kind",
    };
    match &booking.class_occurrence_id {
        Some(_) => Err(BookingRefusal::Class(instead)),
        None => Ok(()),
    }
}

fn why(reason: Unbookable) -> &'static str {
    match reason {
        Unbookable::Taken => "This time is taken.",
        Unbookable::OffGrid => "Bookings do not begin at this time; ask for the available times.",
        Unbookable::OutsideHours => "This time is outside the opening hours.",
        Unbookable::TooFar => "This time is too far ahead.",
        Unbookable::TooSoon => "This time is past, or too soon.",
        Unbookable::OutOfArea => "We do not come to this address.",
        Unbookable::NoAddress => "We come to you: tell us the address, with its coordinates.",
    }
}

impl From<BookingRefusal> for Refusal {
    fn from(refusal: BookingRefusal) -> Self {
        let (code, field) = match refusal {
            BookingRefusal::Unbookable(Unbookable::Taken) => (RefusalCode::SlotTaken, "startAt"),
            BookingRefusal::Unbookable(Unbookable::OffGrid) => {
                (RefusalCode::NotBookable, "startAt")
            }
            BookingRefusal::Unbookable(Unbookable::OutsideHours) => {
                (RefusalCode::OutsideHours, "startAt")
            }
            BookingRefusal::Unbookable(Unbookable::TooFar) => (RefusalCode::TooFar, "startAt"),
            BookingRefusal::Unbookable(Unbookable::TooSoon) => (RefusalCode::TooSoon, "startAt"),
            BookingRefusal::Unbookable(Unbookable::OutOfArea) => {
                (RefusalCode::OutOfArea, "serviceAddress")
            }
            BookingRefusal::Unbookable(Unbookable::NoAddress) => {
                (RefusalCode::InvalidInput, "serviceAddress")
            }
            BookingRefusal::NoResource => (RefusalCode::NotBookable, "resourceId"),
            BookingRefusal::NoOffer => (RefusalCode::NotFound, "offerId"),
            BookingRefusal::Illegal(..) | BookingRefusal::Class(_) => {
                (RefusalCode::InvalidState, "bookingId")
            }
            BookingRefusal::Conflict => (RefusalCode::VersionConflict, "expectedVersion"),
        };
        Self::new(code, refusal.to_string()).at(field)
    }
}

impl From<BookingRefusal> for crate::domain::Error {
    fn from(refusal: BookingRefusal) -> Self {
        Self::Refused(refusal.into())
    }
}

impl From<Illegal> for crate::domain::Error {
    fn from(illegal: Illegal) -> Self {
        BookingRefusal::from(illegal).into()
    }
}

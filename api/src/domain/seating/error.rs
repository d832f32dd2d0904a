//! What the noun refuses, in words.

use crate::domain::error::{Refusal, RefusalCode};

/// The refusals of seating that do not concern the form of an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SeatingRefusal {
    /// Somebody has the seat.
    #[error("This seat is taken or held.")]
    Taken,
    /// Nobody can have the seat.
    #[error("This seat is blocked.")]
    Blocked,
    /// Not as many seats are left as are wanted.
    #[error("There are not that many such seats left.")]
    TooFew,
    /// A seat must be chosen.
    #[error("This class has a seat map: choose a seat for each place.")]
    Required,
    /// No seat can be chosen.
    #[error("This class has no seat map: sit where you like.")]
    FreeSeating,
    /// The class has fewer places left than are wanted.
    #[error("The class has not that many places left.")]
    Full,
    /// The class takes nobody any more.
    #[error("This class is cancelled, or has begun.")]
    Closed,
    /// The hold has ended.
    #[error("The hold has run out, or was released or used.")]
    HoldExpired,
    /// The hold has been extended for as long as can be.
    #[error("The hold cannot be extended any more.")]
    HoldAtLimit,
    /// The hold became an enrolment.
    #[error("The hold has been used by an enrolment.")]
    HoldUsed,
    /// One customer keeps too many seats.
    #[error("One customer may hold only so many seats of a class at a time.")]
    Hoarding,
    /// A class would have more places than its map has seats.
    #[error("A class on this map would have more places than seats: lower its capacity first.")]
    TooFewSeats,
    /// The class has more places than its map has seats.
    #[error("The seat map has fewer seats than that.")]
    TooManyPlaces,
    /// The map was in use.
    #[error("The seat map was in use: make it INACTIVE.")]
    NoDraftAgain,
    /// Somebody has a seat of the map.
    #[error("Somebody has a seat at a class to come; the seat map stays until then.")]
    MapInUse,
}

impl SeatingRefusal {
    /// The refusal at an input field.
    #[must_use]
    pub fn at(self, field: &str) -> Refusal {
        use RefusalCode::{
            CapacityFull, HoldExpired, InvalidInput, InvalidState, SeatRequired, SeatTaken,
        };
        let code = match self {
            Self::Taken | Self::Blocked | Self::TooFew => SeatTaken,
            Self::Required => SeatRequired,
            Self::FreeSeating | Self::TooManyPlaces => InvalidInput,
            Self::Full => CapacityFull,
            Self::HoldExpired => HoldExpired,
            Self::Closed
            | Self::HoldAtLimit
            | Self::HoldUsed
            | Self::Hoarding
            | Self::TooFewSeats
            | Self::NoDraftAgain
            | Self::MapInUse => InvalidState,
        };
        Refusal::new(code, self.to_string()).at(field)
    }
}

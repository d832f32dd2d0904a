//! How the domain's refusals and errors look to a client.

use std::sync::Arc;

use async_graphql::{Enum, ErrorExtensions, SimpleObject};

use crate::domain::{Error, Refusal, RefusalCode};

/// Why the business said no, in a form that a program can act on and a person can read.
#[derive(Clone, Debug, SimpleObject)]
pub struct UserError {
    /// What kind of refusal it is.
    pub code: UserErrorCode,
    /// One sentence for a person.
    pub message: String,
    /// The path of the input field at fault, when there is one.
    pub field: Option<Vec<String>>,
}

/// The kinds of refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "RefusalCode")]
pub enum UserErrorCode {
    /// An input breaks a rule of its own, whatever the state of the world.
    InvalidInput,
    /// No such thing, or none that the viewer may know of.
    NotFound,
    /// The thing's state does not allow it.
    InvalidState,
    /// Somebody else changed it first; read it again and decide anew.
    VersionConflict,
    /// The offer cannot be booked like this.
    NotBookable,
    /// The time is taken.
    SlotTaken,
    /// The time is outside the opening hours.
    OutsideHours,
    /// The start is in the past, or sooner than the offer's lead time allows.
    TooSoon,
    /// The start is beyond the offer's booking horizon.
    TooFar,
    /// The offer does not come in that length.
    DurationNotAllowed,
    /// The address is outside the service radius.
    OutOfArea,
    /// The hold ran out.
    HoldExpired,
    /// The package has no session left.
    PackageExhausted,
    /// The package has expired.
    PackageExpired,
    /// The package is not good for this offer.
    PackageNotEligible,
    /// The package, or these sessions of it, cannot be passed on.
    NotTransferable,
    /// The package is not given back for money.
    NotRefundable,
    /// The class has not as many places left.
    CapacityFull,
    /// The customer has places in the class already.
    AlreadyEnrolled,
    /// The seat is taken, held or blocked; choose another.
    SeatTaken,
    /// The class has a seat map: choose a seat.
    SeatRequired,
    /// Nobody can join the queue now: it is paused or closed.
    QueueClosed,
    /// The queue has no room for so many people.
    QueueFull,
    /// They are in the queue already.
    AlreadyQueued,
    /// Somebody else was faster.
    OfferTaken,
    /// The offer has run out.
    OfferExpired,
    /// A payment is needed first.
    PaymentRequired,
    /// The idempotency key was used for another input.
    IdempotencyKeyMismatch,
    /// The same request is still being worked on; try again.
    IdempotencyInProgress,
}

impl From<Refusal> for UserError {
    fn from(refusal: Refusal) -> Self {
        Self {
            code: refusal.code.into(),
            message: refusal.message,
            field: Some(refusal.field).filter(|field| !field.is_empty()),
        }
    }
}

/// The result of a resolver.
pub type Result<T, E = Failure> = std::result::Result<T, E>;

/// The result of a resolver whose field may be null. An error makes null of that field alone; out of a
/// [`Result`] of an option, it would make null of everything around the field.
pub type Maybe<T> = Option<Result<T>>;

/// Why a resolver failed.
///
/// It wraps the domain's error because async-graphql shows any error that can be displayed to the
/// client: this type cannot be displayed, and nothing but a domain error turns into it.
#[derive(Clone, Debug)]
pub struct Failure(pub Error);

impl<E: Into<Error>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

/// A top-level error with its `extensions.code`. The domain error stays with it as its source, for the
/// log; the cause of a fault is never printed.
impl From<Failure> for async_graphql::Error {
    fn from(Failure(error): Failure) -> Self {
        let (code, message) = match &error {
            Error::Unauthenticated => ("UNAUTHENTICATED", error.to_string()),
            Error::Forbidden(_) => ("FORBIDDEN", error.to_string()),
            Error::BadRequest(_) => ("BAD_REQUEST", error.to_string()),
            Error::Refused(refusal) if refusal.code == RefusalCode::NotFound => {
                ("NOT_FOUND", error.to_string())
            }
            Error::Refused(_) => ("BAD_REQUEST", error.to_string()),
            Error::Fault(_) => ("INTERNAL", OPAQUE.to_owned()),
        };
        let mut shown = Self::new(message).extend_with(|_, extensions| {
            extensions.set("code", code);
            if let Error::Refused(refusal) = &error
                && !refusal.field.is_empty()
            {
                extensions.set("field", refusal.field.clone());
            }
        });
        shown.source = Some(Arc::new(error));
        shown
    }
}

/// All that a client is told of a fault of ours.
const OPAQUE: &str = "Something went wrong on our side.";

//! What a use case may answer instead of a result.

use std::{fmt, sync::Arc};

use sea_orm::{DbErr, RuntimeErr};

/// The result of a use case.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a use case gave no result.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    /// The business says no; the caller can read why and try something else.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Nobody is signed in, and somebody must be.
    #[error("sign in first")]
    Unauthenticated,
    /// The viewer's role does not allow it.
    #[error("{0}")]
    Forbidden(&'static str),
    /// The request itself makes no sense: a page of 101, a garbled cursor.
    #[error("{0}")]
    BadRequest(String),
    /// Something broke. The cause is for the log, never for a client.
    #[error("internal fault: {0}")]
    Fault(Arc<dyn std::error::Error + Send + Sync>),
}

impl Error {
    /// Wraps an unexpected error.
    pub fn fault(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Fault(Arc::from(cause.into()))
    }

    /// Whether the database undid the whole transaction for the sake of another one, so that the same work can
    /// be done anew: after a deadlock, or when the two could not be put in an order.
    #[must_use]
    pub fn was_undone(&self) -> bool {
        /// The states `serialization_failure` and `deadlock_detected` of PostgreSQL.
        const UNDONE: [&str; 2] = ["40001", "40P01"];
        let Self::Fault(cause) = self else {
            return false;
        };
        let (Some(DbErr::Exec(cause)) | Some(DbErr::Query(cause))) = cause.downcast_ref() else {
            return false;
        };
        let RuntimeErr::SqlxError(cause) = cause else {
            return false;
        };
        let state = cause.as_database_error().and_then(|error| error.code());
        state.is_some_and(|state| UNDONE.contains(&&*state))
    }
}

impl From<DbErr> for Error {
    fn from(cause: DbErr) -> Self {
        Self::fault(cause)
    }
}

impl From<serde_json::Error> for Error {
    fn from(cause: serde_json::Error) -> Self {
        Self::fault(cause)
    }
}

/// A refusal that the caller can act on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// What kind of refusal it is.
    pub code: RefusalCode,
    /// One sentence for a person.
    pub message: String,
    /// The path of the input field at fault, when there is one.
    pub field: Vec<String>,
}

impl Refusal {
    /// A refusal that concerns no field in particular.
    pub fn new(code: RefusalCode, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            field: Vec::new(),
        }
    }

    /// Names the input field at fault, as a dotted path such as `weekly.2.opensAt`.
    #[must_use]
    pub fn at(mut self, field: &str) -> Self {
        self.field = field.split('.').map(str::to_owned).collect();
        self
    }

    /// An input that breaks a rule of its own, whatever the state of the world.
    pub fn invalid(field: &str, message: impl Into<String>) -> Self {
        Self::new(RefusalCode::InvalidInput, message).at(field)
    }

    /// A missing id, or one that the viewer may not know of: the two look the same.
    pub fn not_found(field: &str, what: &str) -> Self {
        Self::new(RefusalCode::NotFound, format!("No such {what}.")).at(field)
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Refusal {}

/// The kinds of refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefusalCode {
    /// An input breaks a rule of its own.
    InvalidInput,
    /// No such thing, or none that the viewer may know of.
    NotFound,
    /// The thing's state does not allow it.
    InvalidState,
    /// Somebody else changed it first.
    VersionConflict,
    /// The offer cannot be booked like this.
    NotBookable,
    /// The time is taken.
    SlotTaken,
    /// The time is outside the opening hours.
    OutsideHours,
    /// The start is in the past, or sooner than the lead time allows.
    TooSoon,
    /// The start is beyond the booking horizon.
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
    /// The package is not good for this.
    PackageNotEligible,
    /// The package cannot be passed on.
    NotTransferable,
    /// The package is not given back for money.
    NotRefundable,
    /// The class has not as many places left.
    CapacityFull,
    /// The customer has places in the class already.
    AlreadyEnrolled,
    /// The seat is taken, held or blocked.
    SeatTaken,
    /// The class has a seat map: a seat must be chosen.
    SeatRequired,
    /// Nobody can join the queue now.
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
    /// The key was used for another input.
    IdempotencyKeyMismatch,
    /// The same request is still being worked on.
    IdempotencyInProgress,
}

//! What the steps of a booking take.

use async_graphql::{ID, InputObject};

use crate::domain::Refusal;
use crate::domain::bookings::payments::{PaidFor, RecordPayment};
use crate::domain::ids::Kind;
use crate::graphql::bookings::parts::{PaymentKind, PaymentTerms};
use crate::graphql::payload::Read;

/// Which hold becomes a booking.
#[derive(Clone, Debug, InputObject)]
pub struct ConfirmBookingInput {
    /// The booking.
    pub booking_id: ID,
    /// The caller's key, 1 to 255 characters: the same input sent again under it gets the same result.
    pub idempotency_key: Option<String>,
}

/// Which booking is approved.
#[derive(Clone, Debug, InputObject)]
pub struct ApproveBookingInput {
    /// The booking.
    pub booking_id: ID,
    /// The caller's key, 1 to 255 characters: the same input sent again under it gets the same result.
    pub idempotency_key: Option<String>,
}

/// Which booking is declined.
#[derive(Clone, Debug, InputObject)]
pub struct DeclineBookingInput {
    /// The booking.
    pub booking_id: ID,
    /// Why, for the customer to read; at most 1,000 characters.
    pub reason: Option<String>,
    /// The caller's key, 1 to 255 characters: the same input sent again under it gets the same result.
    pub idempotency_key: Option<String>,
}

/// Whose customer is there.
#[derive(Clone, Debug, InputObject)]
pub struct CheckInBookingInput {
    /// The booking.
    pub booking_id: ID,
    /// The caller's key, 1 to 255 characters: the same input sent again under it gets the same result.
    pub idempotency_key: Option<String>,
}

/// Which booking is over.
#[derive(Clone, Debug, InputObject)]
pub struct CompleteBookingInput {
    /// The booking.
    pub booking_id: ID,
    /// The caller's key, 1 to 255 characters: the same input sent again under it gets the same result.
    pub idempotency_key: Option<String>,
}

/// Whose customer did not come.
#[derive(Clone, Debug, InputObject)]
pub struct MarkBookingNoShowInput {
    /// The booking.
    pub booking_id: ID,
    /// The caller's key, 1 to 255 characters: the same input sent again under it gets the same result.
    pub idempotency_key: Option<String>,
}

/// Which length is confirmed.
#[derive(Clone, Debug, InputObject)]
pub struct SetBookingDurationInput {
    /// The booking.
    pub booking_id: ID,
    /// The length in minutes, one that the offer comes in.
    pub duration_min: i32,
    /// The version that you have seen; refused with `VERSION_CONFLICT` if it has changed since.
    pub expected_version: Option<i32>,
    /// The caller's key, 1 to 255 characters: the same input sent again under it gets the same result.
    pub idempotency_key: Option<String>,
}

/// Which terms are granted.
#[derive(Clone, Debug, InputObject)]
pub struct SetPaymentTermsInput {
    /// The booking.
    pub booking_id: ID,
    /// When the bill is due.
    pub payment_terms: PaymentTerms,
    /// The version that you have seen; refused with `VERSION_CONFLICT` if it has changed since.
    pub expected_version: Option<i32>,
    /// The caller's key, 1 to 255 characters: the same input sent again under it gets the same result.
    pub idempotency_key: Option<String>,
}

/// Which payment goes on record.
#[derive(Clone, Debug, InputObject)]
pub struct RecordPaymentInput {
    /// The booking that was paid for. Give this or `purchaseId`.
    pub booking_id: Option<ID>,
    /// The package that was paid for. Give this or `bookingId`.
    pub purchase_id: Option<ID>,
    /// What it was for.
    pub kind: PaymentKind,
    /// The amount in minor units of the currency of the booking or the package.
    pub amount_minor: i32,
    /// Whatever finds the payment again where it was taken: one line of 1 to 200 characters.
    pub reference: Option<String>,
    /// The caller's key, 1 to 255 characters: the same input sent again under it gets the same result.
    pub idempotency_key: Option<String>,
}

impl RecordPaymentInput {
    /// The use case's command.
    ///
    /// # Errors
    /// `INVALID_INPUT` for an id of another kind, and unless one thing is named.
    pub fn command(self) -> Read<RecordPayment> {
        let paid_for = match (self.booking_id, self.purchase_id) {
            (Some(id), None) => PaidFor::Booking(Kind::Booking.accept(&id, "bookingId")?),
            (None, Some(id)) => PaidFor::Purchase(Kind::PackagePurchase.accept(&id, "purchaseId")?),
            (None, None) => {
                let message = "Give `bookingId` or `purchaseId`.";
                return Err(Refusal::invalid("bookingId", message));
            }
            (Some(_), Some(_)) => {
                let message = "Give `bookingId` or `purchaseId`, not both.";
                return Err(Refusal::invalid("purchaseId", message));
            }
        };
        Ok(RecordPayment {
            paid_for,
            kind: self.kind.into(),
            amount_minor: self.amount_minor,
            reference: self.reference,
        })
    }
}

/// Which note is added.
#[derive(Clone, Debug, InputObject)]
pub struct AddBookingNoteInput {
    /// The booking.
    pub booking_id: ID,
    /// The note, 1 to 10,000 characters.
    pub note: String,
    /// Whether it is pinned.
    pub is_pinned: Option<bool>,
    /// The caller's key, 1 to 255 characters: the same input sent again under it gets the same result.
    pub idempotency_key: Option<String>,
}

/// What becomes of a note.
#[derive(Clone, Debug, InputObject)]
pub struct UpdateBookingNoteInput {
    /// The note.
    pub note_id: ID,
    /// What it is to say; as it does when left out.
    pub note: Option<String>,
    /// Whether it is pinned; as it is when left out.
    pub is_pinned: Option<bool>,
    /// The caller's key, 1 to 255 characters: the same input sent again under it gets the same result.
    pub idempotency_key: Option<String>,
}

/// Which note is deleted.
#[derive(Clone, Debug, InputObject)]
pub struct DeleteBookingNoteInput {
    /// The note.
    pub note_id: ID,
    /// The caller's key, 1 to 255 characters: the same input sent again under it gets the same result.
    pub idempotency_key: Option<String>,
}

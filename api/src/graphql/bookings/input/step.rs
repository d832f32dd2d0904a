//! What the steps of a booking take.

use async_graphql::{ID, InputObject};

use crate::graphql::bookings::parts::{PaymentKind, PaymentTerms};

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
    /// The booking that was paid for.
    pub booking_id: ID,
    /// What it was for.
    pub kind: PaymentKind,
    /// The amount in minor units of the booking's currency.
    pub amount_minor: i32,
    /// Whatever finds the payment again where it was taken; at most 200 characters.
    pub reference: Option<String>,
    /// The caller's key, 1 to 255 characters: the same input sent again under it gets the same result.
    pub idempotency_key: Option<String>,
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

//! Enrolling, leaving, and who came.

use async_graphql::{ID, InputObject};

use crate::domain::classes::enrolling::Enroll;
use crate::domain::classes::leaving::Leave;
use crate::domain::ids::Kind;
use crate::domain::packages::redemption::SessionPayment;
use crate::graphql::payload::{Read, optional_id};
use crate::graphql::seating::seat_ids;

/// Places in a class to be taken.
#[derive(Clone, Debug, InputObject)]
pub struct EnrollInput {
    /// The class.
    pub occurrence_id: ID,
    /// How many places, 1 to 50. When left out, as many as seats, and one when no seats are told.
    pub places: Option<i32>,
    /// A hold of the viewer, whose seats are taken, one for each place. Before it runs out, this succeeds.
    pub seat_hold_id: Option<ID>,
    /// The seats to be taken, one for each place, in a class with a seat map.
    pub seat_ids: Option<Vec<ID>>,
    /// For whom. Staff only; a customer enrols themself.
    pub customer_id: Option<ID>,
    /// Pay with sessions of the customer's package that expires first: one for each place.
    pub use_package: Option<bool>,
    /// Pay with sessions of this package.
    pub package_purchase_id: Option<ID>,
    /// When there are not as many places left: wait for them.
    pub join_waitlist_if_full: Option<bool>,
    /// Say what would happen, and change nothing.
    pub dry_run: Option<bool>,
    /// The caller's key, 1 to 255 characters: the same input sent again under it gets the same result.
    pub idempotency_key: Option<String>,
}

impl EnrollInput {
    /// The use case's command.
    ///
    /// # Errors
    /// `INVALID_INPUT` for an id of another kind.
    pub fn command(self) -> Read<Enroll> {
        Ok(Enroll {
            occurrence_id: Kind::ClassOccurrence.accept(&self.occurrence_id, "occurrenceId")?,
            places: self.places,
            seat_hold_id: optional_id(Kind::SeatHold, self.seat_hold_id, "seatHoldId")?,
            seat_ids: self.seat_ids.as_deref().map(seat_ids).transpose()?,
            customer_id: optional_id(Kind::User, self.customer_id, "customerId")?,
            payment: SessionPayment {
                use_package: self.use_package.unwrap_or(false),
                purchase_id: optional_id(
                    Kind::PackagePurchase,
                    self.package_purchase_id,
                    "packagePurchaseId",
                )?,
            },
            or_wait: self.join_waitlist_if_full.unwrap_or(false),
        })
    }
}

/// Which enrolment is called off.
#[derive(Clone, Debug, InputObject)]
pub struct CancelEnrollmentInput {
    /// The enrolment.
    pub enrollment_id: ID,
    /// Why, in your own words; at most 1,000 characters.
    pub reason: Option<String>,
    /// Say what would happen, and change nothing.
    pub dry_run: Option<bool>,
    /// The caller's key, 1 to 255 characters: the same input sent again under it gets the same result.
    pub idempotency_key: Option<String>,
}

impl CancelEnrollmentInput {
    /// The use case's command.
    ///
    /// # Errors
    /// `INVALID_INPUT` for an id of another kind.
    pub fn command(self) -> Read<Leave> {
        Ok(Leave {
            enrollment_id: Kind::Enrollment.accept(&self.enrollment_id, "enrollmentId")?,
            reason: self.reason,
        })
    }
}

/// Who is there.
#[derive(Clone, Debug, InputObject)]
pub struct CheckInEnrollmentInput {
    /// The enrolment.
    pub enrollment_id: ID,
    /// The caller's key, 1 to 255 characters: the same input sent again under it gets the same result.
    pub idempotency_key: Option<String>,
}

/// Who did not come.
#[derive(Clone, Debug, InputObject)]
pub struct MarkEnrollmentNoShowInput {
    /// The enrolment.
    pub enrollment_id: ID,
    /// The caller's key, 1 to 255 characters: the same input sent again under it gets the same result.
    pub idempotency_key: Option<String>,
}

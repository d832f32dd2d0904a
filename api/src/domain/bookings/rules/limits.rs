//! The time limits of a booking that still waits for something.

use chrono::TimeDelta;

use super::status::Status;
use crate::domain::clock::Moment;

/// How long is waited for what a booking needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// For the customer to confirm a hold.
    pub hold: TimeDelta,
    /// For the business to approve; never beyond the start.
    pub approval: TimeDelta,
    /// For the deposit to be paid; never beyond the start.
    pub deposit: TimeDelta,
    /// For whoever holds seats to enrol; never beyond the start.
    pub seat_hold: TimeDelta,
    /// How long seats can be held in all, however often the hold is extended.
    pub seat_hold_limit: TimeDelta,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            hold: TimeDelta::minutes(10),
            approval: TimeDelta::hours(24),
            deposit: TimeDelta::hours(24),
            seat_hold: TimeDelta::minutes(10),
            seat_hold_limit: TimeDelta::minutes(30),
        }
    }
}

impl Patience {
    /// The moment at which a booking that is in `status` since `now` and begins at `start` ends by
    /// itself.
    #[must_use]
    pub fn limit(&self, status: Status, now: Moment, start: Moment) -> Option<Moment> {
        match status {
            Status::Held => Some((now + self.hold).min(start)),
            Status::PendingApproval => Some((now + self.approval).min(start)),
            Status::AwaitingDeposit => Some((now + self.deposit).min(start)),
            _ => None,
        }
    }
}

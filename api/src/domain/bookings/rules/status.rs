//! The state machine of a booking.

use entity::booking_orders;

use crate::domain::clock::Moment;

/// The states of a booking.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Status {
    /// The time is taken for a while; the customer has yet to confirm.
    Held,
    /// The business has yet to approve.
    PendingApproval,
    /// The deposit has yet to be paid.
    AwaitingDeposit,
    /// It will take place.
    Confirmed,
    /// The customer is there.
    CheckedIn,
    /// It took place.
    Completed,
    /// It was called off.
    Cancelled,
    /// The business did not approve.
    Declined,
    /// A time limit ran out.
    Expired,
    /// The customer did not come.
    NoShow,
}

/// What can be done to a booking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// The customer confirms a hold.
    Confirm,
    /// The business approves.
    Approve,
    /// The business does not approve.
    Decline,
    /// The deposit is paid in full, or waived.
    Secure,
    /// The customer arrives.
    CheckIn,
    /// The service ends.
    Complete,
    /// The customer did not come.
    MarkNoShow,
    /// Somebody calls it off.
    Cancel,
    /// It is moved to another time.
    Reschedule,
    /// A time limit runs out.
    Expire,
    /// Staff confirm its length.
    SetDuration,
    /// Staff say when the bill is due.
    GrantTerms,
    /// The bill, or a part of it, is paid.
    Settle,
}

/// A step that the state machine does not allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("A booking that is {} cannot be {}.", status.words(), action.words())]
pub struct Illegal {
    /// The state that the booking is in.
    pub status: Status,
    /// What was to be done to it.
    pub action: Action,
}

/// What a booking needs before it is confirmed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    /// The customer's own confirmation: it begins as a hold.
    pub confirmation: bool,
    /// The business's approval.
    pub approval: bool,
    /// A deposit.
    pub deposit: bool,
}

impl Status {
    /// Every state.
    pub const ALL: [Self; 10] = [
        Self::Held,
        Self::PendingApproval,
        Self::AwaitingDeposit,
        Self::Confirmed,
        Self::CheckedIn,
        Self::Completed,
        Self::Cancelled,
        Self::Declined,
        Self::Expired,
        Self::NoShow,
    ];

    /// The word that the database stores.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::PendingApproval => "pending_approval",
            Self::AwaitingDeposit => "awaiting_deposit",
            Self::Confirmed => "confirmed",
            Self::CheckedIn => "checked_in",
            Self::Completed => "completed",
            Self::Cancelled => "cancelled",
            Self::Declined => "declined",
            Self::Expired => "expired",
            Self::NoShow => "no_show",
        }
    }

    /// Reads the word that the database stores; its CHECK allows no other.
    #[must_use]
    pub fn parse(word: &str) -> Self {
        let status = Self::ALL.into_iter().find(|status| status.as_str() == word);
        status.unwrap_or(Self::Expired)
    }

    /// The state in words.
    #[must_use]
    pub fn words(self) -> String {
        self.as_str().replace('_', " ")
    }

    /// The state of a booking at a moment: a time limit ends it also before anybody has written so.
    #[must_use]
    pub fn of(booking: &booking_orders::Model, now: Moment) -> Self {
        let over = |limit: Option<chrono::DateTime<chrono::FixedOffset>>| {
            limit.is_some_and(|limit| limit <= now)
        };
        match Self::parse(&booking.status) {
            Self::Held if over(booking.hold_expires_at) => Self::Expired,
            Self::PendingApproval if over(booking.approval_due_at) => Self::Declined,
            Self::AwaitingDeposit if over(booking.deposit_due_at) => Self::Expired,
            status => status,
        }
    }

    /// Whether a booking in this state takes its resource's time.
    #[must_use]
    pub const fn takes_time(self) -> bool {
        matches!(
            self,
            Self::Held
                | Self::PendingApproval
                | Self::AwaitingDeposit
                | Self::Confirmed
                | Self::CheckedIn
        )
    }

    /// The word for the units of work of a booking in this state.
    #[must_use]
    pub const fn of_units(self) -> &'static str {
        match self {
            Self::Held | Self::PendingApproval | Self::AwaitingDeposit | Self::Confirmed => {
                "planned"
            }
            Self::CheckedIn => "in_progress",
            Self::Completed => "done",
            Self::Cancelled | Self::Declined | Self::Expired | Self::NoShow => "cancelled",
        }
    }

    /// Whether the booking still waits for something with a time limit.
    #[must_use]
    pub const fn is_provisional(self) -> bool {
        matches!(
            self,
            Self::Held | Self::PendingApproval | Self::AwaitingDeposit
        )
    }

    /// The state that a new booking begins in.
    #[must_use]
    pub const fn initial(needs: Needs) -> Self {
        match needs {
            Needs {
                confirmation: true, ..
            } => Self::Held,
            Needs { approval: true, .. } => Self::PendingApproval,
            Needs { deposit: true, .. } => Self::AwaitingDeposit,
            _ => Self::Confirmed,
        }
    }

    /// The state after an action, for a booking that still `needs` these.
    ///
    /// # Errors
    /// `INVALID_STATE` when the action is not legal here.
    pub fn after(self, action: Action, needs: Needs) -> Result<Self, Illegal> {
        let next = |confirmation, approval| {
            Self::initial(Needs {
                confirmation,
                approval: approval && needs.approval,
                deposit: needs.deposit,
            })
        };
        Ok(match (self, action) {
            (Self::Held, Action::Confirm) => next(false, true),
            (Self::PendingApproval, Action::Approve) => next(false, false),
            (Self::PendingApproval, Action::Decline) => Self::Declined,
            (Self::AwaitingDeposit, Action::Secure) => Self::Confirmed,
            (Self::Confirmed, Action::CheckIn) => Self::CheckedIn,
            (Self::Confirmed, Action::MarkNoShow) => Self::NoShow,
            (Self::CheckedIn, Action::Complete) => Self::Completed,
            (Self::Held | Self::AwaitingDeposit, Action::Expire) => Self::Expired,
            (Self::PendingApproval, Action::Expire) => Self::Declined,
            (
                Self::Held | Self::PendingApproval | Self::AwaitingDeposit | Self::Confirmed,
                Action::Cancel,
            ) => Self::Cancelled,
            (
                Self::Held | Self::PendingApproval | Self::AwaitingDeposit | Self::Confirmed,
                Action::Reschedule,
            ) => self,
            (state, Action::SetDuration) if state.takes_time() => state,
            (state, Action::GrantTerms | Action::Settle)
                if state.takes_time() || state == Self::Completed =>
            {
                state
            }
            (status, action) => return Err(Illegal { status, action }),
        })
    }
}

impl Action {
    /// What was tried, in words that follow "cannot be".
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Confirm => "confirmed",
            Self::Approve => "approved",
            Self::Decline => "declined",
            Self::Secure | Self::Settle => "paid for",
            Self::CheckIn => "checked in",
            Self::Complete => "completed",
            Self::MarkNoShow => "marked as a no-show",
            Self::Cancel => "cancelled",
            Self::Reschedule => "moved",
            Self::Expire => "ended by its time limit",
            Self::SetDuration => "given another length",
            Self::GrantTerms => "given payment terms",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONE: Needs = Needs {
        confirmation: false,
        approval: false,
        deposit: false,
    };
    const ALL: Needs = Needs {
        confirmation: true,
        approval: true,
        deposit: true,
    };

    /// Every legal step; every other pair of state and action is refused.
    const LEGAL: [(Status, Action, Needs, Status); 41] = {
        use Action::*;
        use Status::*;
        [
            (Held, Action::Confirm, NONE, Confirmed),
            (Held, Action::Confirm, ALL, PendingApproval),
            (Held, Cancel, NONE, Cancelled),
            (Held, Cancel, ALL, Cancelled),
            (Held, Reschedule, NONE, Held),
            (Held, Expire, NONE, Expired),
            (PendingApproval, Approve, NONE, Confirmed),
            (PendingApproval, Approve, ALL, AwaitingDeposit),
            (PendingApproval, Decline, NONE, Declined),
            (PendingApproval, Cancel, NONE, Cancelled),
            (PendingApproval, Reschedule, NONE, PendingApproval),
            (PendingApproval, Expire, NONE, Declined),
            (AwaitingDeposit, Secure, NONE, Confirmed),
            (AwaitingDeposit, Secure, ALL, Confirmed),
            (AwaitingDeposit, Cancel, NONE, Cancelled),
            (AwaitingDeposit, Reschedule, NONE, AwaitingDeposit),
            (AwaitingDeposit, Expire, NONE, Expired),
            (Confirmed, CheckIn, NONE, CheckedIn),
            (Confirmed, MarkNoShow, NONE, NoShow),
            (Confirmed, Cancel, NONE, Cancelled),
            (Confirmed, Cancel, ALL, Cancelled),
            (Confirmed, Reschedule, NONE, Confirmed),
            (CheckedIn, Complete, NONE, Completed),
            (CheckedIn, Complete, ALL, Completed),
            (Held, SetDuration, NONE, Held),
            (PendingApproval, SetDuration, NONE, PendingApproval),
            (AwaitingDeposit, SetDuration, NONE, AwaitingDeposit),
            (Confirmed, SetDuration, NONE, Confirmed),
            (CheckedIn, SetDuration, NONE, CheckedIn),
            (Held, GrantTerms, NONE, Held),
            (PendingApproval, GrantTerms, NONE, PendingApproval),
            (AwaitingDeposit, GrantTerms, NONE, AwaitingDeposit),
            (Confirmed, GrantTerms, NONE, Confirmed),
            (CheckedIn, GrantTerms, NONE, CheckedIn),
            (Completed, GrantTerms, NONE, Completed),
            (Held, Settle, NONE, Held),
            (PendingApproval, Settle, NONE, PendingApproval),
            (AwaitingDeposit, Settle, NONE, AwaitingDeposit),
            (Confirmed, Settle, NONE, Confirmed),
            (CheckedIn, Settle, NONE, CheckedIn),
            (Completed, Settle, NONE, Completed),
        ]
    };

    const ACTIONS: [Action; 13] = [
        Action::Confirm,
        Action::Approve,
        Action::Decline,
        Action::Secure,
        Action::CheckIn,
        Action::Complete,
        Action::MarkNoShow,
        Action::Cancel,
        Action::Reschedule,
        Action::Expire,
        Action::SetDuration,
        Action::GrantTerms,
        Action::Settle,
    ];

    #[test]
    fn legal_steps_lead_where_the_table_says_and_all_others_are_refused() {
        for (from, action, needs, to) in LEGAL {
            assert_eq!(from.after(action, needs), Ok(to), "{from:?} {action:?}");
        }
        for from in Status::ALL {
            for action in ACTIONS {
                let legal = LEGAL.iter().any(|(f, a, ..)| (*f, *a) == (from, action));
                assert_eq!(
                    from.after(action, NONE).is_ok(),
                    legal,
                    "{from:?} {action:?}"
                );
            }
        }
    }
}

//! What a cancellation costs, by the policy that was frozen when the booking was made.

use chrono::TimeDelta;
use entity::{booking_orders, offer_versions};
use serde::{Deserialize, Serialize};

use crate::domain::clock::Moment;
use crate::domain::error::Error;

/// What a booking keeps of the policy of its offer version, so that no later change reaches it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Policy {
    /// Free until this many minutes before the start.
    pub cutoff_min: i32,
    /// What a late cancellation costs, in minor units.
    pub late_fee_minor: Option<i32>,
    /// Whether a late cancellation forfeits a session that was paid with a package.
    pub forfeits_session: bool,
    /// Whether the business has to approve.
    pub requires_approval: bool,
}

impl Policy {
    /// The policy that was frozen with a booking.
    ///
    /// # Errors
    /// A fault when it cannot be read; we wrote it.
    pub fn of(booking: &booking_orders::Model) -> Result<Self, Error> {
        Ok(match &booking.policy_snapshot {
            Some(frozen) => serde_json::from_value(frozen.clone())?,
            None => Self::default(),
        })
    }

    /// Whether the customer can still call off or move a booking that starts then, free of charge.
    #[must_use]
    pub fn is_before_cutoff(&self, now: Moment, start: Moment) -> bool {
        now <= start - TimeDelta::minutes(self.cutoff_min.into())
    }
}

impl From<&offer_versions::Model> for Policy {
    fn from(version: &offer_versions::Model) -> Self {
        Self {
            cutoff_min: version.cancellation_cutoff_min,
            late_fee_minor: version.late_fee_minor,
            forfeits_session: version.forfeits_session,
            requires_approval: version.requires_approval,
        }
    }
}

/// What a cancellation comes to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Consequence {
    /// Whether it came after the cut-off.
    pub late: bool,
    /// The fee, in minor units.
    pub fee_minor: Option<i32>,
    /// Whether the session is forfeited.
    pub session_forfeited: bool,
}

/// The circumstances of a cancellation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Circumstances {
    /// When it is cancelled.
    pub now: Moment,
    /// When the booking was to begin.
    pub start: Moment,
    /// Whether the booking was firm, rather than a hold, a request or an unpaid reservation.
    pub firm: bool,
    /// Whether the business itself calls it off.
    pub by_business: bool,
    /// Whether a package's session paid for it.
    pub by_package: bool,
}

/// What a cancellation comes to: nothing before the cut-off, and a fee **or** a forfeited session
/// after it, never both.
#[must_use]
pub fn consequence(policy: &Policy, case: Circumstances) -> Consequence {
    if case.by_business || !case.firm || policy.is_before_cutoff(case.now, case.start) {
        return Consequence::default();
    }
    let session_forfeited = case.by_package && policy.forfeits_session;
    Consequence {
        late: true,
        fee_minor: policy
            .late_fee_minor
            .filter(|fee| *fee > 0 && !session_forfeited),
        session_forfeited,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn case(now: &str) -> Circumstances {
        Circumstances {
            now: now.parse().unwrap(),
            start: "2026-03-02T12:00:00Z".parse().unwrap(),
            firm: true,
            by_business: false,
            by_package: false,
        }
    }

    const POLICY: Policy = Policy {
        cutoff_min: 60,
        late_fee_minor: Some(500),
        forfeits_session: true,
        requires_approval: false,
    };

    #[test]
    fn free_up_to_the_cutoff_and_a_fee_or_a_session_after_it() {
        let free = Consequence::default();
        assert_eq!(consequence(&POLICY, case("2026-03-02T11:00:00Z")), free);
        let late = case("2026-03-02T11:00:01Z");
        let fee = consequence(&POLICY, late);
        assert_eq!(
            (fee.late, fee.fee_minor, fee.session_forfeited),
            (true, Some(500), false)
        );
        let session = consequence(
            &POLICY,
            Circumstances {
                by_package: true,
                ..late
            },
        );
        assert_eq!((session.fee_minor, session.session_forfeited), (None, true));
        assert_eq!(
            consequence(
                &POLICY,
                Circumstances {
                    by_business: true,
                    ..late
                }
            ),
            free
        );
        assert_eq!(
            consequence(
                &POLICY,
                Circumstances {
                    firm: false,
                    ..late
                }
            ),
            free
        );
    }
}

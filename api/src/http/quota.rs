//! How fast somebody may spend: a budget in points of cost for each viewer and for each address.
//!
//! The budgets are in the memory of this instance, and there are only so many: the one that was not used for
//! longest is forgotten, which means that it is full again.

use std::{
    convert::Infallible,
    net::{IpAddr, Ipv6Addr},
    num::NonZeroU32,
    sync::Arc,
    time::Duration,
};

use chrono::TimeDelta;
use governor::{
    Quota, RateLimiter,
    middleware::StateInformationMiddleware,
    state::{InMemoryState, NotKeyed},
};
use quick_cache::sync::Cache;

use super::errors::Refused;
use crate::{
    domain::clock::{Clock, Moment},
    graphql::rate_limit::RateLimit,
};

/// The budgets that are remembered, of viewers and of addresses each; about 20 MB at most.
const REMEMBERED: usize = 100_000;

/// How many points may be spent in how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateLimits {
    /// The points of whoever is signed in; none for no limit.
    pub per_viewer: Option<NonZeroU32>,
    /// The points of those who are not, all at one address together; none for no limit.
    pub per_address: Option<NonZeroU32>,
    /// The time in which an empty budget is full again.
    pub window: Duration,
}

impl Default for RateLimits {
    fn default() -> Self {
        Self {
            per_viewer: NonZeroU32::new(60_000),
            per_address: NonZeroU32::new(60_000),
            window: Duration::from_secs(60),
        }
    }
}

impl RateLimits {
    /// Nobody is limited.
    #[must_use]
    pub fn none() -> Self {
        Self {
            per_viewer: None,
            per_address: None,
            ..Self::default()
        }
    }
}

/// Whose budget it is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Payer {
    /// Somebody signed in, by the subject of their token.
    Viewer(String),
    /// Whoever comes from there.
    Address(IpAddr),
}

impl Payer {
    /// An address. One household or host has a whole /64 of IPv6.
    pub(super) fn at(address: IpAddr) -> Self {
        Self::Address(match address {
            IpAddr::V4(_) => address,
            IpAddr::V6(address) => {
                let network = address.to_bits() & (u128::MAX << 64);
                IpAddr::V6(Ipv6Addr::from_bits(network))
            }
        })
    }
}

/// Every budget.
pub(super) struct Quotas {
    viewers: Option<Budgets>,
    addresses: Option<Budgets>,
    clock: Clock,
}

impl Quotas {
    pub(super) fn new(limits: &RateLimits, clock: Clock) -> Self {
        let budgets = |points: Option<NonZeroU32>| {
            points.map(|points| Budgets::new(points, limits.window, clock.clone()))
        };
        Self {
            viewers: budgets(limits.per_viewer),
            addresses: budgets(limits.per_address),
            clock,
        }
    }

    /// Takes `cost` points, and tells what is left; nothing, when there is no limit.
    pub(super) fn charge(&self, payer: &Payer, cost: u32) -> Result<Option<RateLimit>, Refused> {
        let budgets = match payer {
            Payer::Viewer(_) => &self.viewers,
            Payer::Address(_) => &self.addresses,
        };
        match budgets {
            None => Ok(None),
            Some(budgets) => budgets.charge(payer, cost, self.clock.now()).map(Some),
        }
    }
}

type Budget = RateLimiter<NotKeyed, InMemoryState, Ticks, StateInformationMiddleware>;

/// The budgets of one kind.
struct Budgets {
    quota: Quota,
    points: NonZeroU32,
    /// The time in which one point comes back.
    each: Duration,
    clock: Clock,
    of: Cache<Payer, Arc<Budget>>,
}

impl Budgets {
    fn new(points: NonZeroU32, window: Duration, clock: Clock) -> Self {
        let each = (window / points.get()).max(Duration::from_nanos(1));
        let quota = Quota::with_period(each).unwrap_or(Quota::per_second(points));
        Self {
            quota: quota.allow_burst(points),
            points,
            each,
            clock,
            of: Cache::new(REMEMBERED),
        }
    }

    fn charge(&self, payer: &Payer, cost: u32, now: Moment) -> Result<RateLimit, Refused> {
        let Ok(budget) = self.of.get_or_insert_with(payer, || {
            let budget = RateLimiter::direct_with_clock(self.quota, Ticks(self.clock.clone()));
            Ok::<Arc<Budget>, Infallible>(Arc::new(budget.with_middleware()))
        });
        let points = NonZeroU32::new(cost).unwrap_or(NonZeroU32::MIN);
        // What costs more than there ever is takes all that there is.
        let left = match budget.check_n(points.min(self.points)) {
            Ok(Ok(left)) => left.remaining_burst_capacity(),
            Ok(Err(not_until)) => {
                let earliest = not_until.earliest_possible();
                let wait = earliest.saturating_sub(since_1970(now));
                return Err(Refused::rate_limited(wait));
            }
            // It was made not to be.
            Err(_) => 0,
        };
        let missing = self
            .each
            .saturating_mul(self.points.get().saturating_sub(left));
        let reset_at = TimeDelta::from_std(missing)
            .ok()
            .and_then(|missing| now.checked_add_signed(missing));
        Ok(RateLimit {
            limit: shown(self.points.get()),
            remaining: shown(left),
            reset_at: reset_at.unwrap_or(now).into(),
            cost: shown(cost),
        })
    }
}

fn shown(points: u32) -> i32 {
    i32::try_from(points).unwrap_or(i32::MAX)
}

/// The gateway's clock, so that tests can refill a budget.
#[derive(Clone, Debug)]
struct Ticks(Clock);

impl governor::clock::Clock for Ticks {
    type Instant = Duration;

    fn now(&self) -> Duration {
        since_1970(self.0.now())
    }
}

fn since_1970(moment: Moment) -> Duration {
    let nanos = moment.timestamp_nanos_opt().unwrap_or_default();
    Duration::from_nanos(nanos.try_into().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_household_has_one_budget() {
        let at = |address: &str| Payer::at(address.parse().unwrap());
        assert_eq!(at("2001:db8:1:2::1"), at("2001:db8:1:2:ffff::"));
        assert_ne!(at("2001:db8:1:2::1"), at("2001:db8:1:3::1"));
        assert_ne!(at("192.0.2.1"), at("192.0.2.2"));
    }
}

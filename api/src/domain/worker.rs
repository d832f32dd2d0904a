//! What time does by itself. One worker in each instance, safe with any number of them; all that it does
//! is also correct if it is done late.

use std::time::Duration;

use chrono::TimeDelta;
use tokio::time::{MissedTickBehavior, interval};

use super::bookings::rules::status::Status;
use super::bookings::time_limit;
use super::classes::sweep as classes;
use super::clock::Moment;
use super::error::Result;
use super::gateway::Gateway;
use super::packages::expiry;
use super::queues::waitlists::sweep;
use super::seating;
use super::{events, idempotency};

/// How many bookings of one state a tick ends.
const BOOKINGS: u64 = 100;
/// How many schedules are filled, and how many classes of one kind are settled, by a tick.
const CLASSES: u64 = 100;
/// How long holds are kept that have ended, to say so to whoever comes late.
const HOLDS_KEPT: TimeDelta = TimeDelta::days(7);
/// How many packages a tick ends.
const PACKAGES: u64 = 100;
/// How many rounds of waitlists a tick ends.
const ROUNDS: u64 = 100;
/// How many rows are deleted in one statement, and by one tick of each kind.
const ROWS: u64 = 1_000;
/// How long events are kept: longer than any reader is behind.
const EVENTS_KEPT: TimeDelta = TimeDelta::days(7);

/// What a tick did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Holds and unpaid bookings that it ended.
    pub expired: u64,
    /// Bookings that were not approved in time.
    pub declined: u64,
    /// Holds of seats that it forgot.
    pub holds: u64,
    /// Packages whose time ran out.
    pub packages: u64,
    /// Classes that it put into the timetable.
    pub generated: u64,
    /// Schedules that it looked at.
    pub filled: u64,
    /// Classes for which something was due.
    pub settled: u64,
    /// Rounds of waitlists that it ended, for the next to be asked.
    pub rounds: u64,
    /// Idempotency keys that it forgot.
    pub keys: u64,
    /// Events that it forgot.
    pub events: u64,
}

impl Report {
    /// Whether the tick stopped at one of its bounds, so that there is more to do.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.expired.max(self.declined) >= BOOKINGS
            || self.packages >= PACKAGES
            || self.filled.max(self.settled) >= CLASSES
            || self.rounds >= ROUNDS
            || self.holds.max(self.keys).max(self.events) >= ROWS
    }
}

/// Does once what is due: ends the bookings whose time limit has run out and the packages whose time has,
/// makes the classes that come into reach, settles those that are due, each in a transaction of its own, and
/// forgets old holds, idempotency keys and events.
///
/// # Errors
/// When the database fails. What fails by itself is logged, and does not keep the others waiting.
pub async fn tick(gateway: &Gateway) -> Result<Report> {
    let now = gateway.clock.now();
    let mut report = Report::default();
    for id in time_limit::overdue(&gateway.db, now, BOOKINGS).await? {
        match time_limit::end(gateway, &id).await {
            Ok(Some(Status::Declined)) => report.declined += 1,
            Ok(Some(_)) => report.expired += 1,
            Ok(None) => {}
            Err(error) => tracing::error!(booking = id, %error, "a booking could not be ended"),
        }
    }
    for id in sweep::overdue(&gateway.db, now, ROUNDS).await? {
        match sweep::end(gateway, &id).await {
            Ok(ended) => report.rounds += u64::from(ended),
            Err(error) => tracing::error!(round = id, %error, "a round could not be ended"),
        }
    }
    for id in classes::short_of_classes(&gateway.db, now, CLASSES).await? {
        match classes::fill(gateway, &id).await {
            Ok(created) => {
                report.filled += 1;
                report.generated += created as u64;
            }
            Err(error) => tracing::error!(schedule = id, %error, "a schedule could not be filled"),
        }
    }
    for id in classes::due(&gateway.db, now, CLASSES).await? {
        match classes::settle(gateway, &id).await {
            Ok(_) => report.settled += 1,
            Err(error) => tracing::error!(class = id, %error, "a class could not be settled"),
        }
    }
    report.holds = seating::time_limit::forget(&gateway.db, now - HOLDS_KEPT, ROWS).await?;
    for id in expiry::overdue(&gateway.db, now, PACKAGES).await? {
        match expiry::end(gateway, &id).await {
            Ok(ended) => report.packages += u64::from(ended),
            Err(error) => tracing::error!(purchase = id, %error, "a package could not be ended"),
        }
    }
    report.keys = idempotency::purge(gateway.db.writer(), now, ROWS).await?;
    report.events = events::trim(&gateway.db, now - EVENTS_KEPT, ROWS).await?;
    Ok(report)
}

/// Ticks, `every` so often, until `stop` ends. What is in progress then is undone.
pub async fn run(gateway: Gateway, every: Duration, stop: impl Future<Output = ()>) {
    let work = async {
        let mut clock = interval(every.max(Duration::from_millis(1)));
        clock.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            clock.tick().await;
            while is_full(&gateway, tick(&gateway).await) {}
        }
    };
    tokio::select! {
        () = work => {}
        () = stop => {}
    }
}

/// When the first of what is due by now, and not yet done, became due.
///
/// # Errors
/// When the database fails.
pub async fn overdue_since(gateway: &Gateway) -> Result<Option<Moment>> {
    let now = gateway.clock.now();
    let booking = time_limit::overdue_since(&gateway.db, now).await?;
    let promise = seating::time_limit::overdue_since(&gateway.db, now).await?;
    let round = sweep::overdue_since(&gateway.db, now).await?;
    let class = classes::overdue_since(&gateway.db, now).await?;
    let package = expiry::overdue_since(&gateway.db, now).await?;
    Ok([booking, promise, round, class, package]
        .into_iter()
        .flatten()
        .min())
}

/// Counts and logs what a tick did. Tells whether there is more to do.
fn is_full(gateway: &Gateway, tick: Result<Report>) -> bool {
    gateway.metrics.tick(gateway.clock.now(), tick.is_err());
    match tick {
        Ok(report) => {
            if report != Report::default() {
                tracing::debug!(?report, "time has passed");
            }
            report.is_full()
        }
        Err(error) => {
            tracing::error!(%error, "the worker failed; it tries again");
            false
        }
    }
}

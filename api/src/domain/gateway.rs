//! What every use case needs: the database and the clock.

use super::bookings::rules::limits::Patience;
use super::clock::Clock;
use super::db::Db;
use super::events::{Changed, Feeds};
use super::metrics::Metrics;

/// The gateway that the use cases work on. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Gateway {
    /// The database.
    pub db: Db,
    /// The time.
    pub clock: Clock,
    /// Wakes the readers of the outbox.
    pub changed: Changed,
    /// What happens, as it happens; opened with [`Gateway::feed`].
    pub(super) feeds: Feeds,
    /// How long bookings and holds wait for what they need.
    pub patience: Patience,
    /// What is counted, for operators.
    pub metrics: Metrics,
}

impl Gateway {
    /// A gateway over a migrated database.
    #[must_use]
    pub fn new(db: Db, clock: Clock) -> Self {
        Self {
            metrics: db.metrics().clone(),
            db,
            clock,
            changed: Changed::default(),
            feeds: Feeds::default(),
            patience: Patience::default(),
        }
    }
}

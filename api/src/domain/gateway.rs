//! What every use case needs: the database and the clock.

use super::clock::Clock;
use super::db::Db;

/// The gateway that the use cases work on. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Gateway {
    /// The database.
    pub db: Db,
    /// The time.
    pub clock: Clock,
}

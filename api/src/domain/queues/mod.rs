//! Queues: people who wait for their turn, one after the other.
//!
//! Whatever changes a queue locks its row first, so that the operations of one queue take turns; each
//! touches a fixed number of rows, however many wait. The place of an entry is never stored: `position`
//! is a sort key, and a place is counted.

pub mod entries;
pub mod join;
pub mod line;
pub mod list;
pub mod log;
pub mod manage;
pub mod repo;
pub mod rules;
pub mod scope;
pub mod serve;
pub mod standing;
pub mod waitlists;
pub mod watch;

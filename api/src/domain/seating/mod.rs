//! Seating: the seats of a venue, and who sits where at a class.
//!
//! A use case is the only place where a transaction begins and commits.

mod assigning;
pub mod best;
pub mod blocks;
mod capacity;
pub mod error;
pub mod holds;
pub mod lists;
pub mod maps;
mod repo;
pub mod rules;
mod scope;
pub mod states;
pub mod time_limit;
pub mod watch;
pub mod words;

pub use assigning::{Seats, assign, choose, expiring, vacate, vacate_all};
pub use capacity::{check_capacity, check_map_change};

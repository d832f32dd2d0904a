//! Classes: held again and again by a schedule, each with places for many customers.
//!
//! A use case is the only place where a transaction begins and commits.

pub mod attendance;
pub mod calling_off;
pub mod crew;
pub mod enrolling;
pub mod error;
pub mod leaving;
pub mod list;
pub mod occurrences;
mod order;
pub mod places;
pub mod recurrence;
pub mod repo;
mod reshape;
pub mod rule;
pub mod schedules;
mod scope;
pub mod sweep;
pub mod terms;
pub mod timetable;
pub mod waiting;
pub mod words;
pub mod writes;

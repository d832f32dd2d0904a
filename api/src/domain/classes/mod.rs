//! Classes: held again and again by a schedule, each with places for many customers.
//!
//! A use case is the only place where a transaction begins and commits.

pub mod places;
mod scope;
pub mod words;

//! Seating: the seats of a venue, and who sits where at a class.
//!
//! A use case is the only place where a transaction begins and commits.

pub mod best;
pub mod blocks;
pub mod lists;
pub mod maps;
pub mod rules;
mod scope;
pub mod words;

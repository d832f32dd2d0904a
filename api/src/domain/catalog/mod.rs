//! The catalog: businesses, what they have and what they offer.
//!
//! A use case is the only place where a transaction begins and commits.

pub mod blocks;
pub mod businesses;
pub mod drafts;
pub mod error;
pub mod hours;
pub mod lists;
pub mod locations;
pub mod offers;
pub mod openings;
pub mod repo;
pub mod resources;
pub mod rules;
mod scope;
pub mod terms;
pub mod venues;
pub mod versions;
pub mod words;

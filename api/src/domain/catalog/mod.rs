//! The catalog: businesses, the people who run them, what they have and what they offer.

pub mod hours;
pub mod lists;
pub mod repo;
pub mod rules;
mod scope;
pub mod terms;
pub mod words;

//! Availability: what can be booked, and when.

pub mod board;
pub mod hours;
pub mod repo;
pub mod rules;

//! The catalog: businesses and what they offer.

pub mod terms;

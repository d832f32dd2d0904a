//! The pure decisions about packages.

pub mod product;
pub mod standing;
pub mod terms;
pub mod value;

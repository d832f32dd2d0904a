//! What the mutations of classes take.

mod enrollment;
mod occurrence;
mod schedule;

pub use enrollment::*;
pub use occurrence::*;
pub use schedule::*;

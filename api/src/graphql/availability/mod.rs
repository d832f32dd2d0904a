//! Availability in the schema.

mod input;
mod object;

pub use input::{AvailabilityInput, TimeRange};
pub use object::{Availability, BusyInterval, Slot, availability, calendar};

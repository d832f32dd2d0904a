//! Seating in the schema.

mod input;
mod loader;
mod mutation;
mod object;
mod words;

pub use loader::SeatMapsOf;
pub use mutation::SeatingMutation;
pub use object::{Seat, SeatMap};
pub use words::SeatMapStatus;

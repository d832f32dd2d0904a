//! Seating in the schema.

mod input;
mod loader;
mod mutation;
mod object;
mod subscription;
mod words;

pub use loader::{SeatMapsOf, SeatsAt, SeatsOfEnrollment};
pub use mutation::SeatingMutation;
pub use object::{OccurrenceSeat, Seat, SeatHold, SeatMap};
pub use subscription::SeatingSubscription;
pub use words::{SeatMapStatus, SeatState};

//! Bookings: taking a resource's time for a customer, and what becomes of it.
//!
//! A use case is the only place where a transaction begins and commits.

pub mod cancel;
pub mod claims;
pub mod create;
pub mod draft;
pub mod error;
pub mod list;
pub mod notes;
pub mod payments;
pub mod placing;
pub mod progress;
pub mod repo;
pub mod reschedule;
pub mod rules;
pub mod scope;
pub mod terms;
pub mod time_limit;
pub mod watch;
pub mod writes;

pub use cancel::{CancelBooking, cancel};
pub use create::{Attempt, create};
pub use draft::CreateBooking;
pub use repo::Booked;

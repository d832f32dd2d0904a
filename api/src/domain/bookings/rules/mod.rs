//! The pure decisions about bookings.

pub mod bill;
pub mod cancellation;
pub mod status;

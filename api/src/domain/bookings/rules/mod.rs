//! The pure decisions about bookings.

pub mod bill;
pub mod cancellation;
pub mod limits;
pub mod status;
pub mod terms;

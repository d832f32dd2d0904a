//! The decisions about queues: pure, without a look at the clock or the database.

pub mod estimate;
pub mod key;
pub mod limits;
pub mod promotion;
pub mod status;

//! The business, one folder per noun. Knows no GraphQL and no HTTP.

pub mod availability;
pub mod bookings;
pub mod catalog;
pub mod civil;
pub mod classes;
pub mod clock;
pub mod db;
pub mod error;
pub mod events;
pub mod gateway;
pub mod idempotency;
pub mod ids;
pub mod metrics;
pub mod packages;
pub mod page;
pub mod people;
pub mod queues;
pub mod reason;
pub mod scope;
pub mod seating;
pub mod trace;
pub mod tx;
pub mod viewer;
pub mod watch;
pub mod worker;

pub use error::{Error, Refusal, RefusalCode, Result};
pub use gateway::Gateway;
pub use viewer::Viewer;

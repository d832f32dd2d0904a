//! The business, one folder per noun. Knows no GraphQL and no HTTP.

pub mod clock;
pub mod db;
pub mod error;
pub mod gateway;
pub mod ids;
pub mod viewer;

pub use error::{Error, Refusal, RefusalCode, Result};
pub use gateway::Gateway;
pub use viewer::Viewer;

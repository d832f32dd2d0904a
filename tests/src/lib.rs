//! The harness: everything that a test of the gateway needs.
//!
//! Each test gets the real router in-process, on a freshly migrated database of its own, with a clock
//! that stands at [`MONDAY`]. It speaks to the router as a client would, and it runs on SQLite and on
//! PostgreSQL alike:
//!
//! ```ignore
//! use serde_json::json;
//! use tests::*;
//!
//! #[apply(on_both_databases!)]
//! async fn the_viewer_is_whoever_signed_in(app: TestApp) {
//!     let alice = app.as_user("alice");
//!
//!     let answer = alice.graphql("{ viewer { user { name } } }", json!({})).await.expect_ok();
//!
//!     assert_eq!(answer.text("viewer.user.name"), "Alice");
//! }
//! ```
//!
//! - Put it into `tests/gateway/`, in the module of its noun, and list a new module in `main.rs`.
//! - `cargo test -p tests bookings` runs the tests whose path holds that word; `::sqlite` and
//!   `::postgres` choose the database.
//! - [`TestApp`] makes clients, moves the clock and counts SQL statements.
//! - [`Client`] sends GraphQL, or any HTTP request; [`GraphQlResponse`] looks into the answer.
//! - `app.studio("yoga").build().await` makes a business that can be booked: see [`StudioBuilder`].
//! - [`together`] sends many requests at once.
//! - [`EmptyDatabase`] in the place of [`TestApp`] gives a test of the migrations a bare database.
//!
//! PostgreSQL comes from `TEST_DATABASE_URL`, or else from a throw-away server, when its programs are
//! installed. Without either that half is skipped, loudly; `REQUIRE_POSTGRES=1` makes it fail instead.

mod app;
mod client;
mod constraint;
mod database;
mod empty;
mod response;
mod run;
mod statements;
mod studio;
mod subscription;
mod together;
pub mod token;

pub use app::{MONDAY, TestApp, moment};
pub use client::{Client, ENDPOINT};
pub use database::{Backend, Contents, TestDatabase};
pub use empty::EmptyDatabase;
pub use macro_rules_attribute::apply;
pub use response::GraphQlResponse;
pub use run::{Given, run};
pub use statements::Statements;
pub use studio::{Studio, StudioBuilder};
pub use subscription::Subscription;
pub use together::together;
pub use token::Claims;

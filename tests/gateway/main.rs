//! The gateway, held against what its users expect. One module per noun; see the `tests` library for
//! how to write a test.

mod bad_input;
mod catalog;
mod demo;
mod harness;
mod identity;
mod migrations;
mod outbox;
mod schema;
mod subscriptions;
mod time_passes;

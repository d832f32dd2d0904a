//! The gateway, held against what its users expect. One module per noun; see the `tests` library for
//! how to write a test.

mod availability;
mod bad_input;
mod bookings;
mod catalog;
mod classes;
mod demo;
mod federation;
mod harness;
mod identity;
mod metrics;
mod migrations;
mod outbox;
mod packages;
mod queues;
mod schema;
mod seating;
mod subscriptions;
mod surface;
mod time_passes;
mod waitlists;

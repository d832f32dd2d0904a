//! The program itself, as its operators run it: a process with a log, signals and collectors.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "that is how tests fail"
)]

mod collector;
mod log;
mod server;
mod stop;
mod traces;

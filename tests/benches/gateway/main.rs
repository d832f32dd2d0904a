//! How fast the gateway is on PostgreSQL with a million bookings.
//!
//! Prints the plan of every statement of the requests that matter, what an availability search costs
//! the database, and how many requests the real router answers. What else the machine does shows in
//! the times; plans, buffers and numbers of statements do not change with it.
#![expect(
    clippy::print_stdout,
    reason = "a benchmark answers on standard output"
)]

mod ear;
mod load;
mod plan;
mod questions;
mod search;
mod world;

use tests::{Backend, run};

use world::World;

/// As in the program itself.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() {
    // Cargo says so when it wants the benchmark run, rather than only built as one of all targets.
    if std::env::args().any(|argument| argument == "--bench") {
        run(Backend::Postgres, async |world| {
            // On a worker of the runtime, as in a server.
            tokio::spawn(measure(world))
                .await
                .expect("no question fails");
        })
        .await;
    }
}

async fn measure(world: World) {
    plan::report(&world).await;
    search::report(&world).await;
    load::report(&world).await;
}

//! The command line of the booking gateway.
#![expect(clippy::print_stdout, reason = "a command answers on standard output")]

mod cli;
mod settings;
mod telemetry;

use std::process::ExitCode;

/// A request is mostly allocations; the system's allocator took two fifths of its time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    match cli::run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

//! The log: structured, on standard error, with the request's id on each line.

use std::{
    io::{IsTerminal, stderr},
    panic,
};

use anyhow::{Context, Result};
use tracing_subscriber::{EnvFilter, fmt, layer::SubscriberExt, util::SubscriberInitExt};

use crate::settings::{LogFormat, Settings};

/// Starts the log.
///
/// # Errors
/// When the filter is not understood.
pub fn start(settings: &Settings) -> Result<()> {
    let filter = EnvFilter::try_new(&settings.log)
        .with_context(|| format!("RUST_LOG={} is no filter", settings.log))?;
    let registry = tracing_subscriber::registry().with(filter);
    match settings.log_format {
        LogFormat::Text => registry
            .with(
                fmt::layer()
                    .with_writer(stderr)
                    .with_ansi(stderr().is_terminal())
                    .with_target(false),
            )
            .init(),
        LogFormat::Json => registry
            .with(
                fmt::layer()
                    .json()
                    .flatten_event(true)
                    .with_span_list(false)
                    .with_writer(stderr),
            )
            .init(),
    }
    // A panic belongs in the log, under the request that it ends.
    panic::set_hook(Box::new(|panic| {
        let location = panic.location().map(ToString::to_string);
        let cause = panic.payload_as_str().unwrap_or("of no known kind");
        tracing::error!(location, cause, "panic");
    }));
    Ok(())
}

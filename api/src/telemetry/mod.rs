//! What the process tells of itself: the log on standard error, with the request's id on each line, and
//! traces to a collector.

mod traces;

use std::{
    io::{IsTerminal, stderr},
    panic,
};

use anyhow::{Context, Result};
use booking_gateway::domain::trace;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tracing::{Level, Metadata};
use tracing_subscriber::{
    EnvFilter, Layer,
    filter::{FilterExt, filter_fn},
    fmt,
    layer::SubscriberExt,
    util::SubscriberInitExt,
};

use crate::settings::{LogFormat, Settings};

/// The end of the log and the traces.
#[must_use = "call `stop`, or the last traces are lost"]
pub struct Telemetry(Option<SdkTracerProvider>);

/// Starts the log, and the traces if there is a collector.
///
/// # Errors
/// When the filter is not understood, or the collector's address.
pub fn start(settings: &Settings) -> Result<Telemetry> {
    let directives = EnvFilter::try_new(&settings.log)
        .with_context(|| format!("RUST_LOG={} is no filter", settings.log))?;
    let log = match settings.log_format {
        LogFormat::Text => fmt::layer()
            .with_writer(stderr)
            .with_ansi(stderr().is_terminal())
            .with_target(false)
            .boxed(),
        LogFormat::Json => fmt::layer()
            .json()
            .flatten_event(true)
            .with_span_list(false)
            .with_writer(stderr)
            .boxed(),
    };
    let provider = match &settings.otlp_endpoint {
        Some(endpoint) => Some(traces::provider(endpoint)?),
        None => None,
    };
    tracing_subscriber::registry()
        .with(log.with_filter(directives.and(filter_fn(may_be_logged))))
        .with(provider.as_ref().map(traces::layer))
        .init();
    // A panic belongs in the log, under the request that it ends.
    panic::set_hook(Box::new(|panic| {
        let location = panic.location().map(ToString::to_string);
        let cause = panic.payload_as_str().unwrap_or("of no known kind");
        tracing::error!(location, cause, "panic");
    }));
    Ok(Telemetry(provider))
}

impl Telemetry {
    /// Sends what has not been sent yet.
    pub async fn stop(self) {
        let Some(provider) = self.0 else { return };
        // It waits for a thread of its own.
        let stopped = tokio::task::spawn_blocking(move || provider.shutdown()).await;
        if let Ok(Err(error)) = stopped {
            tracing::warn!(%error, "the last traces are lost");
        }
    }
}

/// Whatever the directives ask for, other people's crates are not traced: at that level they show what goes
/// over the wire and into the statements, and so tokens and private notes. The spans of the traces are not
/// the log's.
fn may_be_logged(metadata: &Metadata<'_>) -> bool {
    let of = |name: &str| {
        metadata
            .target()
            .strip_prefix(name)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
    };
    if of("booking_gateway") {
        return !of(trace::TARGET);
    }
    *metadata.level() < Level::TRACE || of("migration")
}

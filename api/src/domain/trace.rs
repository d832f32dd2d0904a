//! The spans of distributed traces. They are apart from those of the log, under a target of their own: the
//! log shows none of them, and without a collector they are never made.

use opentelemetry::Value;
use opentelemetry::propagation::Extractor;
use sea_orm::metric::Info;
use tracing::{Span, info_span};
use tracing_opentelemetry::OpenTelemetrySpanExt;

use super::metrics::short;

/// The target that only a collector of traces listens to.
pub const TARGET: &str = "booking_gateway::trace";

/// A request, in the trace that its caller has begun (`traceparent`), or at the root of a new one.
#[must_use]
pub fn request(method: &str, route: &str, headers: &impl Extractor) -> Span {
    let span = info_span!(
        target: TARGET,
        parent: None,
        "request",
        otel.name = format!("{method} {route}"),
        otel.kind = "server",
        http.request.method = method,
        http.route = route,
    );
    if !span.is_disabled() {
        let caller = opentelemetry::global::get_text_map_propagator(|it| it.extract(headers));
        // Refused only to a span that has begun, which this one has not.
        let _ = span.set_parent(caller);
    }
    span
}

/// An operation of a request.
#[must_use]
pub fn operation(kind: &str, name: Option<&str>) -> Span {
    info_span!(
        target: TARGET,
        "operation",
        otel.name = format!("{kind} {}", name.unwrap_or_default()).trim_end(),
        graphql.operation.type = kind,
        graphql.operation.name = name,
    )
}

/// The loading of a batch of keys.
#[must_use]
pub fn batch<K>(keys: usize) -> Span {
    let key = short(std::any::type_name::<K>());
    info_span!(target: TARGET, "load", otel.name = format!("load {key}"), keys)
}

/// Adds to a span what is known only at its end.
pub fn set(span: &Span, key: &'static str, value: impl Into<Value>) {
    span.set_attribute(key, value);
}

/// Tells the span of the moment of a statement that has ended: its text, in which values are `?` or `$1`.
pub(super) fn statement(info: &Info<'_>) {
    let us = u64::try_from(info.elapsed.as_micros()).unwrap_or(u64::MAX);
    let (sql, failed) = (info.statement.sql.as_str(), info.failed);
    tracing::info!(target: TARGET, sql, us, failed, "statement");
}

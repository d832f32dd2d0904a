//! One operation, from its beginning to its end: counted, and told in the log.

use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use async_graphql::{
    Request as GraphqlRequest, Response as GraphqlResponse, Value, parser::types::OperationType,
};
use futures_util::{Stream, StreamExt};
use tracing::Span;

use super::{DurationLabels, Open, OperationLabels, Traffic, Transport};
use crate::domain::trace;
use crate::http::{body::operation, errors::Refused};

/// The longest name of an operation on a log line.
const LONGEST: usize = 64;

tokio::task_local! {
    /// What the request's own line in the log says of its operation.
    static TOLD: Told;
}

/// What a request's line in the log says of the operation that it carried.
#[derive(Clone, Debug, Default)]
pub struct Told(Arc<OnceLock<Line>>);

#[derive(Clone, Debug)]
struct Line {
    operation: Option<String>,
    kind: &'static str,
    outcome: &'static str,
}

impl Told {
    /// Runs a request; what it executes at once is told on the request's own line.
    pub(in crate::http) async fn hear<F: Future>(&self, request: F) -> F::Output {
        TOLD.scope(self.clone(), request).await
    }

    pub(in crate::http) fn operation(&self) -> Option<&str> {
        self.0.get()?.operation.as_deref()
    }

    pub(in crate::http) fn kind(&self) -> Option<&'static str> {
        self.0.get().map(|line| line.kind)
    }

    pub(in crate::http) fn outcome(&self) -> Option<&'static str> {
        self.0.get().map(|line| line.outcome)
    }
}

/// An operation at work. Dropped before its end, it was given up by the client.
pub(in crate::http) struct Operation {
    traffic: Traffic,
    span: Span,
    transport: Transport,
    kind: &'static str,
    name: Option<String>,
    began: Instant,
    if_dropped: &'static str,
    ended: bool,
}

impl Operation {
    /// The operation that `request` runs.
    pub(in crate::http) fn begin(
        traffic: &Traffic,
        transport: Transport,
        request: &mut GraphqlRequest,
    ) -> Self {
        let (kind, name) = match operation(request) {
            Some((OperationType::Query, name)) => ("query", name),
            Some((OperationType::Mutation, name)) => ("mutation", name),
            Some((OperationType::Subscription, name)) => ("subscription", name),
            None => ("unknown", None),
        };
        Self {
            traffic: traffic.clone(),
            span: trace::operation(kind, name.as_deref()),
            transport,
            kind,
            name,
            began: Instant::now(),
            if_dropped: "GIVEN_UP",
            ended: false,
        }
    }

    /// Its span in the trace.
    pub(in crate::http) fn span(&self) -> Span {
        self.span.clone()
    }

    /// Ends with an answer.
    pub(in crate::http) fn end(mut self, result: &Result<GraphqlResponse, Refused>) {
        match result {
            Ok(response) => self.tell(outcome(response)),
            Err(refused) => self.tell(known(refused.code())),
        }
    }

    fn tell(&mut self, outcome: &'static str) {
        self.ended = true;
        trace::set(&self.span, "outcome", outcome);
        let took = self.began.elapsed();
        let good = [OK, REFUSED].contains(&outcome);
        let operation = self.traffic.names.label(self.name.as_deref(), good);
        if self.kind != "subscription" {
            let labels = DurationLabels {
                operation: operation.clone(),
            };
            let durations = self.traffic.durations.get_or_create_owned(&labels);
            durations.observe(took.as_secs_f64());
        }
        let labels = OperationLabels {
            operation,
            kind: self.kind,
            transport: self.transport.as_str(),
            outcome,
        };
        self.traffic.operations.get_or_create(&labels).inc();
        self.log(outcome, took);
    }

    fn log(&self, outcome: &'static str, took: Duration) {
        let shortened = |name: &String| name.chars().take(LONGEST).collect::<String>();
        let operation = self.name.as_ref().map(shortened);
        let kind = self.kind;
        let line = Line {
            operation: operation.clone(),
            kind,
            outcome,
        };
        let told = TOLD.try_with(|told| told.0.set(line).is_ok());
        if told != Ok(true) {
            // Over a stream: the request's own line has been written, or comes when all is over.
            let transport = self.transport.as_str();
            tracing::info!(
                operation,
                kind,
                transport,
                outcome,
                ms = ms(took),
                "executed"
            );
        }
    }
}

impl Drop for Operation {
    fn drop(&mut self) {
        if !self.ended {
            self.tell(self.if_dropped);
        }
    }
}

/// Milliseconds, for the log.
pub(in crate::http) fn ms(took: Duration) -> u64 {
    u64::try_from(took.as_millis()).unwrap_or(u64::MAX)
}

/// A subscription: counted as open while its stream is, and told of at its end.
pub(in crate::http) struct Subscribed<S> {
    responses: S,
    operation: Operation,
    _open: Open,
}

impl<S> Subscribed<S> {
    pub(in crate::http) fn new(mut operation: Operation, responses: S) -> Self {
        // Whoever has heard enough just leaves.
        operation.if_dropped = OK;
        Self {
            _open: operation.traffic.open("subscription", operation.transport),
            responses,
            operation,
        }
    }
}

impl<S: Stream<Item = GraphqlResponse> + Unpin> Stream for Subscribed<S> {
    type Item = GraphqlResponse;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<GraphqlResponse>> {
        let response = ready!(self.responses.poll_next_unpin(cx));
        if let Some(response) = &response
            && response.is_err()
        {
            self.operation.if_dropped = outcome(response);
        }
        Poll::Ready(response)
    }
}

/// How an executed operation ended: the gravest of its errors, `REFUSED` for a mutation with user errors,
/// or `OK`.
fn outcome(response: &GraphqlResponse) -> &'static str {
    let codes = response.errors.iter().map(|error| {
        match error.extensions.as_ref().and_then(|it| it.get("code")) {
            Some(Value::String(code)) => known(code),
            _ => "OTHER",
        }
    });
    match codes.min_by_key(|code| gravity(code)) {
        Some(code) => code,
        None if is_refused(&response.data) => REFUSED,
        None => OK,
    }
}

const OK: &str = "OK";
const REFUSED: &str = "REFUSED";

/// The codes that are counted, the gravest first.
const CODES: [&str; 7] = [
    "INTERNAL",
    "TIMEOUT",
    "RATE_LIMITED",
    "UNAUTHENTICATED",
    "FORBIDDEN",
    "NOT_FOUND",
    "BAD_REQUEST",
];

fn gravity(code: &str) -> usize {
    CODES
        .iter()
        .position(|it| *it == code)
        .unwrap_or(CODES.len())
}

fn known(code: &str) -> &'static str {
    CODES.get(gravity(code)).copied().unwrap_or("OTHER")
}

fn is_refused(data: &Value) -> bool {
    let Value::Object(payloads) = data else {
        return false;
    };
    payloads.values().any(|payload| match payload {
        Value::Object(payload) => {
            matches!(payload.get("userErrors"), Some(Value::List(errors)) if !errors.is_empty())
        }
        _ => false,
    })
}

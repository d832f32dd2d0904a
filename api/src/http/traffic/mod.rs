//! What is counted of requests and operations, for operators.

mod names;
mod operation;
mod scrape;

use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::{counter::Counter, family::Family, gauge::Gauge};
use prometheus_client::registry::{Registry, Unit};

use crate::domain::metrics::{Histograms, seconds};
use names::Names;
pub(super) use operation::{Operation, Subscribed, Told, ms};
pub use scrape::router as metrics_router;

/// What is counted of requests and operations. Cheap to clone; clones count together.
#[derive(Clone, Debug)]
pub struct Traffic {
    requests: Histograms<RequestLabels>,
    operations: Family<OperationLabels, Counter>,
    durations: Histograms<DurationLabels>,
    open: Family<OpenLabels, Gauge>,
    names: Names,
}

/// How an operation comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Transport {
    Post,
    Get,
    EventStream,
    WebSocket,
}

impl Transport {
    fn as_str(self) -> &'static str {
        match self {
            Self::Post => "post",
            Self::Get => "get",
            Self::EventStream => "sse",
            Self::WebSocket => "websocket",
        }
    }
}

/// None of these may be what a client made up from a client as it is: each set of labels is kept for good.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    route: String,
    status: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OperationLabels {
    operation: String,
    kind: &'static str,
    transport: &'static str,
    outcome: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct DurationLabels {
    operation: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OpenLabels {
    what: &'static str,
    transport: &'static str,
}

impl Default for Traffic {
    fn default() -> Self {
        Self {
            requests: Family::new_with_constructor(|| seconds(0.001)),
            operations: Family::default(),
            durations: Family::new_with_constructor(|| seconds(0.001)),
            open: Family::default(),
            names: Names::default(),
        }
    }
}

impl Traffic {
    fn register(&self, registry: &mut Registry) {
        registry.register_with_unit(
            "http_request_duration",
            "How long requests took until their answer began, by path and status",
            Unit::Seconds,
            self.requests.clone(),
        );
        registry.register(
            "operations",
            "GraphQL operations that have ended, by name, kind, transport and outcome",
            self.operations.clone(),
        );
        registry.register_with_unit(
            "operation_duration",
            "How long queries and mutations took, by name",
            Unit::Seconds,
            self.durations.clone(),
        );
        registry.register(
            "open",
            "Subscriptions and WebSockets that are open",
            self.open.clone(),
        );
    }

    /// Counts a request that has been answered.
    pub(super) fn answered(&self, route: &str, status: u16, took: Duration) {
        let route = route.to_owned();
        let requests = self
            .requests
            .get_or_create_owned(&RequestLabels { route, status });
        requests.observe(took.as_secs_f64());
    }

    /// Counts something as open until the answer is dropped.
    pub(super) fn open(&self, what: &'static str, transport: Transport) -> Open {
        let transport = transport.as_str();
        let gauge = self
            .open
            .get_or_create_owned(&OpenLabels { what, transport });
        gauge.inc();
        Open(gauge)
    }
}

/// Something that is open.
pub(super) struct Open(Gauge);

impl Drop for Open {
    fn drop(&mut self) {
        self.0.dec();
    }
}

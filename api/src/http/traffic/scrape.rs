//! `/metrics`, for Prometheus.

use std::sync::Arc;
use std::time::Duration;

use axum::{
    Router,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use prometheus_client::encoding::{EncodeLabelSet, text::encode};
use prometheus_client::metrics::{family::Family, gauge::Gauge};
use prometheus_client::registry::{Registry, Unit};

use super::Traffic;
use crate::domain::{Gateway, Result, worker};

type Seconds = Gauge<f64, std::sync::atomic::AtomicU64>;

/// How long the database has to answer; then the rest is told without it.
const PATIENCE: Duration = Duration::from_secs(3);

/// The metrics of a gateway at `/metrics`. Meant for a port of its own, which the public does not reach.
pub fn router(gateway: Gateway, traffic: Traffic) -> Router {
    let scrape = Scrape::new(gateway, traffic);
    Router::new()
        .route("/metrics", get(metrics))
        .with_state(Arc::new(scrape))
}

struct Scrape {
    gateway: Gateway,
    registry: Registry,
    connections: Family<PoolLabels, Gauge>,
    lag: Family<LagLabels, Seconds>,
    reachable: Gauge,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct PoolLabels {
    pool: &'static str,
    state: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct LagLabels {
    what: &'static str,
}

impl Scrape {
    fn new(gateway: Gateway, traffic: Traffic) -> Self {
        let mut registry = Registry::with_prefix("booking");
        gateway.metrics.register(&mut registry);
        traffic.register(&mut registry);
        let (connections, lag, reachable) = Default::default();
        registry.register(
            "database_connections",
            "Connections to the database by pool: the most, in use, and idle",
            Family::clone(&connections),
        );
        registry.register_with_unit(
            "lag",
            "How late the worker, the outbox and the next free connection are",
            Unit::Seconds,
            Family::clone(&lag),
        );
        registry.register(
            "database_reachable",
            "1 when the database answered in time, else 0",
            Gauge::clone(&reachable),
        );
        Self {
            gateway,
            registry,
            connections,
            lag,
            reachable,
        }
    }

    /// Looks at what is not counted as it happens.
    async fn look(&self) {
        for pool in self.gateway.db.pools() {
            let used = pool.open.saturating_sub(pool.idle);
            for (state, count) in [("max", pool.max), ("used", used), ("idle", pool.idle)] {
                let labels = PoolLabels {
                    pool: pool.name,
                    state,
                };
                self.connections.get_or_create(&labels).set(count.into());
            }
        }
        let answered = matches!(tokio::time::timeout(PATIENCE, self.ask()).await, Ok(Ok(())));
        self.reachable.set(answered.into());
    }

    async fn ask(&self) -> Result<()> {
        let lag = |what, seconds| {
            self.lag.get_or_create(&LagLabels { what }).set(seconds);
        };
        let asked = std::time::Instant::now();
        self.gateway.db.ping().await?;
        lag("connection", asked.elapsed().as_secs_f64());

        let since = worker::overdue_since(&self.gateway).await?;
        let overdue = since.map(|since| self.gateway.clock.now() - since);
        lag("worker", overdue.unwrap_or_default().as_seconds_f64());

        let outbox = self.gateway.outbox_lag().await?;
        lag("outbox", outbox.unwrap_or_default().as_seconds_f64());
        Ok(())
    }
}

async fn metrics(State(scrape): State<Arc<Scrape>>) -> Response {
    scrape.look().await;
    let mut text = String::new();
    match encode(&mut text, &scrape.registry) {
        Ok(()) => {
            let content_type = "application/openmetrics-text; version=1.0.0; charset=utf-8";
            ([(header::CONTENT_TYPE, content_type)], text).into_response()
        }
        Err(error) => {
            tracing::error!(%error, "the metrics could not be written");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

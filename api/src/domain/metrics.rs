//! What is counted of the work on the database, for operators. A part of the gateway, so that two in one
//! process count for themselves.

use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::{
    counter::Counter,
    family::Family,
    gauge::Gauge,
    histogram::{Histogram, exponential_buckets},
};
use prometheus_client::registry::{Registry, Unit};
use sea_orm::metric::Info;

use super::clock::Moment;

/// A histogram for each set of labels.
pub type Histograms<L> = Family<L, Histogram, fn() -> Histogram>;

/// What is counted. Cheap to clone; clones count together.
#[derive(Clone, Debug)]
pub struct Metrics {
    statements: Histograms<StatementLabels>,
    waiting: Gauge,
    batches: Histograms<LoaderLabels>,
    ticks: Family<TickLabels, Counter>,
    last_tick: Gauge<f64, std::sync::atomic::AtomicU64>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct StatementLabels {
    kind: &'static str,
    failed: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct LoaderLabels {
    key: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct TickLabels {
    outcome: &'static str,
}

impl Default for Metrics {
    fn default() -> Self {
        Self {
            statements: Family::new_with_constructor(|| seconds(0.000_25)),
            waiting: Gauge::default(),
            batches: Family::new_with_constructor(|| {
                Histogram::new([1., 2., 5., 10., 20., 50., 100., 200., 500., 1000.])
            }),
            ticks: Family::default(),
            last_tick: Gauge::default(),
        }
    }
}

/// A histogram of durations: from `shortest`, each bucket is twice as long.
#[must_use]
pub fn seconds(shortest: f64) -> Histogram {
    Histogram::new(exponential_buckets(shortest, 2., 15))
}

impl Metrics {
    /// Lets `registry` show what is counted here.
    pub fn register(&self, registry: &mut Registry) {
        registry.register_with_unit(
            "sql_statement_duration",
            "How long statements took, by their first word; begin counts the wait for a connection",
            Unit::Seconds,
            self.statements.clone(),
        );
        registry.register(
            "sql_transactions_waiting",
            "Transactions that wait to begin: for a connection, or for the one writer of SQLite",
            self.waiting.clone(),
        );
        registry.register(
            "loader_batch_size",
            "How many keys were loaded at once, by the kind of key",
            self.batches.clone(),
        );
        registry.register(
            "worker_ticks",
            "Rounds of the background worker, by how they ended",
            self.ticks.clone(),
        );
        registry.register_with_unit(
            "worker_last_tick_timestamp",
            "When the background worker last ended a round without a failure, since 1970",
            Unit::Seconds,
            self.last_tick.clone(),
        );
    }

    pub(super) fn statement(&self, info: &Info<'_>) {
        let word = info.statement.sql.split_ascii_whitespace().next();
        let word = word.unwrap_or_default().to_ascii_uppercase();
        // Only these, so that no text of a statement can become a label.
        let kind = match word.as_str() {
            "SELECT" => "select",
            "INSERT" => "insert",
            "UPDATE" => "update",
            "DELETE" => "delete",
            "WITH" => "with",
            _ => "other",
        };
        self.took(kind, info.elapsed, info.failed);
    }

    pub(super) fn took(&self, kind: &'static str, elapsed: Duration, failed: bool) {
        let labels = StatementLabels { kind, failed };
        let histogram = self.statements.get_or_create(&labels);
        histogram.observe(elapsed.as_secs_f64());
    }

    /// Counts a transaction that waits to begin, until the answer is dropped.
    pub(super) fn wait(&self) -> impl Drop + use<> {
        self.waiting.inc();
        Waiting(self.waiting.clone())
    }

    /// Counts a batch of that many keys.
    pub fn batch<K>(&self, size: usize) {
        let key = short(std::any::type_name::<K>());
        let histogram = self.batches.get_or_create_owned(&LoaderLabels { key });
        histogram.observe(f64::from(u32::try_from(size).unwrap_or(u32::MAX)));
    }

    pub(super) fn tick(&self, now: Moment, failed: bool) {
        let outcome = if failed { "failed" } else { "ok" };
        self.ticks.get_or_create(&TickLabels { outcome }).inc();
        if !failed {
            #[expect(clippy::cast_precision_loss, reason = "exact until the year 285,000")]
            self.last_tick.set(now.timestamp() as f64);
        }
    }
}

struct Waiting(Gauge);

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.dec();
    }
}

/// A type's name without its modules: `ById<bizes>`, where an entity is called after its table.
pub(super) fn short(name: &str) -> String {
    name.split_inclusive(['<', '>', ',', ' '])
        .map(|path| {
            let path = path
                .strip_suffix("::Entity>")
                .map_or(path.to_owned(), |it| format!("{it}>"));
            path.rsplit("::").next().unwrap_or_default().to_owned()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_called_after_its_type_and_table() {
        assert_eq!(
            short("a::loader::by_id::ById<entity::bizes::Entity>"),
            "ById<bizes>"
        );
        assert_eq!(short("a::bookings::loader::LinesOf"), "LinesOf");
    }
}

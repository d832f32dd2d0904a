//! The database behind the use cases: one handle that hides the pool.

use std::time::{Duration, Instant};

use sea_orm::{
    ConnectOptions, Database, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr,
    SqliteTransactionMode, TransactionOptions, TransactionTrait,
};

use super::metrics::Metrics;
use super::trace;

/// How long a request waits for a connection, and SQLite for its one writer.
const PATIENCE: Duration = Duration::from_secs(30);
/// A connection that was idle for longer is tested before it is used again.
const IDLE_BEFORE_TEST: Duration = Duration::from_secs(30);

/// The database. Cheap to clone.
///
/// PostgreSQL has one pool. SQLite has several readers and one writer, so that writers queue here
/// and never meet `SQLITE_BUSY`.
#[derive(Clone, Debug)]
pub struct Db {
    readers: DatabaseConnection,
    writer: DatabaseConnection,
    metrics: Metrics,
}

/// A pool of connections as it is now.
#[derive(Clone, Copy, Debug)]
pub struct Pool {
    /// What it is for.
    pub name: &'static str,
    /// The most connections that it opens.
    pub max: u32,
    /// Open connections.
    pub open: u32,
    /// Open connections that nobody uses.
    pub idle: u32,
}

impl Db {
    /// Opens the database at `url` (`sqlite://FILE` or `postgres://…`) with at most `connections`
    /// connections.
    ///
    /// # Errors
    /// When the URL is not understood or the server cannot be reached.
    pub async fn connect(url: &str, connections: u32) -> Result<Self, DbErr> {
        if DbBackend::Sqlite.is_prefix_of(url) {
            let url = creating(url);
            let writer = Database::connect(sqlite(&url, 1)).await?;
            let readers = Database::connect(sqlite(&url, connections)).await?;
            return Ok(Self::counted(readers, writer));
        }
        let pool = Database::connect(postgres(url, connections)).await?;
        Ok(Self::counted(pool.clone(), pool))
    }

    fn counted(readers: DatabaseConnection, writer: DatabaseConnection) -> Self {
        let db = Self {
            readers,
            writer,
            metrics: Metrics::default(),
        };
        db.observed(|_| ())
    }

    /// For reads outside a transaction.
    #[must_use]
    pub fn reader(&self) -> &DatabaseConnection {
        &self.readers
    }

    /// The connection that migrations run on.
    #[must_use]
    pub fn writer(&self) -> &DatabaseConnection {
        &self.writer
    }

    /// Begins a transaction that is going to write.
    ///
    /// # Errors
    /// When no connection is to be had.
    pub async fn begin(&self) -> Result<DatabaseTransaction, DbErr> {
        let _waiting = self.metrics.wait();
        let began = Instant::now();
        let transaction = self
            .writer
            .begin_with_options(TransactionOptions {
                sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
                ..TransactionOptions::default()
            })
            .await;
        let failed = transaction.is_err();
        self.metrics.took("begin", began.elapsed(), failed);
        transaction
    }

    /// Takes a connection for reading, and lets the database answer.
    ///
    /// # Errors
    /// When no connection is to be had, or it is dead.
    pub async fn ping(&self) -> Result<(), DbErr> {
        self.readers.ping().await
    }

    /// Which of the two databases it is.
    #[must_use]
    pub fn backend(&self) -> DbBackend {
        self.readers.get_database_backend()
    }

    /// Calls `observe` after every statement, with its text and how long it took.
    #[must_use]
    pub fn observed<F>(mut self, observe: F) -> Self
    where
        F: Fn(&sea_orm::metric::Info<'_>) + Clone + Send + Sync + 'static,
    {
        let metrics = self.metrics.clone();
        let observe = move |info: &sea_orm::metric::Info<'_>| {
            metrics.statement(info);
            trace::statement(info);
            observe(info);
        };
        self.readers.set_metric_callback(observe.clone());
        self.writer.set_metric_callback(observe);
        self
    }

    /// What is counted of the work on the database.
    #[must_use]
    pub fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    /// The pools of connections, as they are now.
    #[must_use]
    pub fn pools(&self) -> Vec<Pool> {
        macro_rules! pool {
            ($name:literal, $pool:expr) => {{
                let pool = $pool;
                Pool {
                    name: $name,
                    max: pool.options().get_max_connections(),
                    open: pool.size(),
                    idle: u32::try_from(pool.num_idle()).unwrap_or(u32::MAX),
                }
            }};
        }
        match self.backend() {
            DbBackend::Postgres => vec![pool!("all", self.readers.get_postgres_connection_pool())],
            _ => vec![
                pool!("readers", self.readers.get_sqlite_connection_pool()),
                pool!("writer", self.writer.get_sqlite_connection_pool()),
            ],
        }
    }

    /// Closes every connection.
    ///
    /// # Errors
    /// When a connection does not close cleanly.
    pub async fn close(self) -> Result<(), DbErr> {
        self.readers.close().await?;
        self.writer.close().await
    }
}

/// Lets SQLite create the file when it is not there yet.
fn creating(url: &str) -> String {
    match url.split_once('?') {
        None => format!("{url}?mode=rwc"),
        Some(_) => url.to_owned(),
    }
}

fn pool(url: &str, connections: u32) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(connections.max(1))
        .acquire_timeout(PATIENCE)
        .test_before_acquire_if_idle_for(IDLE_BEFORE_TEST)
        .sqlx_logging(false);
    options
}

fn sqlite(url: &str, connections: u32) -> ConnectOptions {
    use sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
    let mut options = pool(url, connections);
    options.map_sqlx_sqlite_opts(|sqlite| {
        sqlite
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Normal)
            .foreign_keys(true)
            .busy_timeout(PATIENCE)
    });
    options
}

fn postgres(url: &str, connections: u32) -> ConnectOptions {
    let mut options = pool(url, connections);
    // A joined statement is otherwise planned anew at every execution.
    options.map_sqlx_postgres_opts(|postgres| {
        postgres.options([
            ("plan_cache_mode", "force_generic_plan"),
            ("timezone", "UTC"),
        ])
    });
    options
}

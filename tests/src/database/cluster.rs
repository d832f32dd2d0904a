//! A PostgreSQL server that lives as long as this process.

use std::fmt;

use sea_orm::ConnectionTrait;
use tmp_postgrust::synchronous::ProcessGuard;
use tmp_postgrust::{TmpPostgrustFactory, TmpPostgrustFactoryConfig};
use tokio::runtime::Handle;

use super::postgres::connect;
use super::scratch;

/// What the server needs at its start. Durability is of no use to a database that is thrown away; the
/// benchmark's million bookings are to stay in memory.
const SETTINGS: [&str; 6] = [
    "max_connections = 400",
    "synchronous_commit = off",
    "full_page_writes = off",
    "shared_buffers = '1GB'",
    "max_wal_size = '4GB'",
    "random_page_cost = 1.1",
];

/// The server, and its templates for the databases of the tests.
pub(super) struct Cluster(ProcessGuard);

impl Cluster {
    /// The template without tables.
    pub(super) const EMPTY: &str = "empty";
    /// The template with the migrated tables.
    pub(super) const MIGRATED: &str = "migrated";

    /// Starts it, or says why it cannot be had.
    pub(super) async fn start() -> Result<Self, String> {
        let runtime = Handle::current();
        tokio::task::spawn_blocking(move || Self::start_blocking(&runtime))
            .await
            .unwrap_or_else(|panicked| Err(panicked.to_string()))
    }

    fn start_blocking(runtime: &Handle) -> Result<Self, String> {
        scratch::folder();
        let mut config = TmpPostgrustFactoryConfig::default();
        config.disable_fsync = true;
        let factory = TmpPostgrustFactory::try_new(&config).map_err(|error| error.to_string())?;
        // The server starts from a copy of these files, so that its settings and templates are in place.
        factory
            .run_migrations(|url| {
                runtime.block_on(prepare(url));
                Ok(())
            })
            .map_err(|error| error.to_string())?;
        let mut guard = factory.new_instance().map_err(|error| error.to_string())?;
        if let Some(log) = guard.stderr_reader.take() {
            // A server whose log nobody reads stands still once the pipe is full.
            std::thread::spawn(|| log.for_each(drop));
        }
        Ok(Self(guard))
    }

    /// The URL of a database on this server.
    pub(super) fn url(&self, database: &str) -> String {
        self.0.connection_string_for_db(database)
    }
}

impl fmt::Debug for Cluster {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Cluster")
            .field(&self.url("postgres"))
            .finish()
    }
}

/// Settles the settings and the templates through the server's first database.
async fn prepare(url: &str) {
    let run = async |sql: String| {
        let db = connect(url).await;
        db.execute_unprepared(&sql).await.expect(&sql);
        db.close().await.expect("the connection should close");
    };
    for setting in SETTINGS {
        run(format!("ALTER SYSTEM SET {setting}")).await;
    }
    let (empty, migrated) = (Cluster::EMPTY, Cluster::MIGRATED);
    // Neither encoding nor order may depend on the environment that the tests run in.
    run(format!(
        "CREATE DATABASE {empty} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'"
    ))
    .await;
    run(format!("CREATE DATABASE {migrated} TEMPLATE {empty}")).await;
    let db = connect(&url.replace("dbname=tmp-postgrust", &format!("dbname={migrated}"))).await;
    migration::up(&db).await.expect("migrations should apply");
    db.close().await.expect("the connection should close");
}

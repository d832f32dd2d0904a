//! PostgreSQL: a database per test, on the server at `TEST_DATABASE_URL` or on a throw-away one.

use std::io::Write;
use std::sync::atomic::{AtomicU32, Ordering};

use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection};
use tokio::sync::OnceCell;
use url::Url;

use super::Contents;
use super::cluster::Cluster;

/// Names a server to use instead of a throw-away one; its user must be allowed to create databases.
const SERVER: &str = "TEST_DATABASE_URL";
/// Makes a missing PostgreSQL a failure: what the gate sets.
const REQUIRED: &str = "REQUIRE_POSTGRES";

static CHOSEN: OnceCell<Option<Server>> = OnceCell::const_new();
static COUNTER: AtomicU32 = AtomicU32::new(0);

/// Where the tests of this process make their databases.
#[derive(Debug)]
enum Server {
    /// Somebody else's: leave nothing on it.
    Given(Url),
    /// Ours, with a migrated template on it.
    ThrowAway(Cluster),
}

/// A new database's URL and name, or `None` when there is no PostgreSQL.
pub(super) async fn create(contents: Contents) -> Option<(String, String)> {
    let server = CHOSEN.get_or_init(choose).await.as_ref()?;
    let number = COUNTER.fetch_add(1, Ordering::Relaxed);
    let name = format!("booking_test_{}_{number}", uuid::Uuid::now_v7().simple());
    let template = match (server, contents) {
        (Server::ThrowAway(_), Contents::Tables) => Cluster::MIGRATED,
        (Server::ThrowAway(_), Contents::Nothing) => Cluster::EMPTY,
        (Server::Given(_), _) => "template1",
    };
    server
        .administer(&format!(
            r#"CREATE DATABASE "{name}" TEMPLATE "{template}""#
        ))
        .await;
    let url = server.url(&name);
    if let (Server::Given(_), Contents::Tables) = (server, contents) {
        let db = connect(&url).await;
        migration::up(&db).await.expect("migrations should apply");
        db.close().await.expect("the connection should close");
    }
    Some((url, name))
}

/// Drops the database of that name.
pub(super) async fn remove(name: &str) {
    if let Some(Some(server)) = CHOSEN.get() {
        server
            .administer(&format!(r#"DROP DATABASE "{name}" WITH (FORCE)"#))
            .await;
    }
}

/// One connection to the database at `url`.
pub(super) async fn connect(url: &str) -> DatabaseConnection {
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    Database::connect(options)
        .await
        .unwrap_or_else(|error| panic!("PostgreSQL should answer: {error}"))
}

impl Server {
    async fn administer(&self, sql: &str) {
        let url = match self {
            Self::Given(url) => url.to_string(),
            Self::ThrowAway(_) => self.url("postgres"),
        };
        let db = connect(&url).await;
        db.execute_unprepared(sql)
            .await
            .unwrap_or_else(|error| panic!("{sql}: {error}"));
        db.close().await.expect("the connection should close");
    }

    fn url(&self, database: &str) -> String {
        match self {
            Self::Given(url) => {
                let mut url = url.clone();
                url.set_path(database);
                url.into()
            }
            Self::ThrowAway(cluster) => cluster.url(database),
        }
    }
}

async fn choose() -> Option<Server> {
    if let Ok(url) = std::env::var(SERVER) {
        let url = Url::parse(&url).unwrap_or_else(|error| panic!("{SERVER}: {error}"));
        return Some(Server::Given(url));
    }
    match Cluster::start().await {
        Ok(cluster) => Some(Server::ThrowAway(cluster)),
        Err(why) if std::env::var_os(REQUIRED).is_some() => {
            panic!("{REQUIRED} is set, but there is no PostgreSQL: {why}")
        }
        Err(why) => {
            warn(&why);
            None
        }
    }
}

/// Past the capture of the test runner, which would swallow `eprintln!`.
fn warn(why: &str) {
    let rule = "!".repeat(78);
    let message = format!(
        "\n{rule}\n!! HALF OF THE TESTS DID NOT RUN: there is no PostgreSQL ({why}).\n\
         !! Install its server (Debian: apt-get install postgresql) or set {SERVER}.\n{rule}\n"
    );
    let _ = std::io::stderr().write_all(message.as_bytes());
}

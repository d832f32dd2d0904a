//! A database of its own for every test, thrown away afterwards.

mod cluster;
mod postgres;
mod scratch;
mod sqlite;

use booking_gateway::domain::db::Db;

/// The two databases that the gateway runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    /// A file.
    Sqlite,
    /// A database on a server.
    Postgres,
}

/// What a fresh database holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Contents {
    /// Nothing at all.
    Nothing,
    /// The migrated tables, without rows.
    Tables,
}

/// One test's database.
#[derive(Debug)]
pub struct TestDatabase {
    url: String,
    home: Home,
}

#[derive(Debug)]
enum Home {
    /// Removed when it is dropped.
    Folder(tempfile::TempDir),
    /// The name of the database on the tests' server.
    Server(String),
}

impl TestDatabase {
    /// Makes a database, or `None` when there is no PostgreSQL to make it on.
    pub(crate) async fn create(backend: Backend, contents: Contents) -> Option<Self> {
        match backend {
            Backend::Sqlite => {
                let (url, folder) = sqlite::create(contents).await;
                let home = Home::Folder(folder);
                Some(Self { url, home })
            }
            Backend::Postgres => {
                let (url, name) = postgres::create(contents).await?;
                let home = Home::Server(name);
                Some(Self { url, home })
            }
        }
    }

    /// Where it is.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Opens it as the gateway does.
    pub async fn connect(&self) -> Db {
        open(&self.url).await
    }

    /// Removes it, whoever is still connected.
    pub(crate) async fn remove(self) {
        match self.home {
            Home::Folder(folder) => drop(folder),
            Home::Server(name) => postgres::remove(&name).await,
        }
    }
}

/// Opens a database as the gateway does.
pub(crate) async fn open(url: &str) -> Db {
    /// Enough for requests to overlap, few enough for many tests at once on one server.
    const CONNECTIONS: u32 = 8;
    Db::connect(url, CONNECTIONS)
        .await
        .expect("the test's database should open")
}

//! A database without tables, for the tests of the migrations.

use booking_gateway::domain::db::Db;

use crate::database::{Backend, Contents, TestDatabase};
use crate::run::Given;

/// A database that nothing has been done to.
#[derive(Clone, Debug)]
pub struct EmptyDatabase {
    /// The database, opened as the gateway does.
    pub db: Db,
    /// Which of the two it is.
    pub backend: Backend,
    url: String,
}

impl Given for EmptyDatabase {
    const CONTENTS: Contents = Contents::Nothing;

    async fn given(backend: Backend, database: &TestDatabase) -> Self {
        Self {
            db: database.connect().await,
            backend,
            url: database.url().to_owned(),
        }
    }
}

impl EmptyDatabase {
    /// Opens it once more, as a second instance of the gateway would.
    pub async fn another_instance(&self) -> Db {
        Db::connect(&self.url, 2)
            .await
            .expect("the database should open")
    }
}

//! Waking the reader when another instance has written: PostgreSQL notifies, SQLite does not.

use std::convert::Infallible;
use std::time::Duration;

use sea_orm::DbBackend;
use sqlx::postgres::{PgListener, PgPool, PgPoolOptions};

use super::Changed;
use super::feed::AT_LEAST_EVERY;
use crate::domain::db::Db;

/// The channel that the outbox's trigger notifies.
const CHANNEL: &str = "domain_events";
/// How long a connection may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// Passes the database's notifications on to `changed`, for ever. While the connection is lost the
/// reader does with looking every second.
pub(super) async fn listen(db: &Db, changed: &Changed) {
    if db.backend() != DbBackend::Postgres {
        return std::future::pending().await;
    }
    let pool = db.reader().get_postgres_connection_pool();
    // Its own connection, which the pool of the requests can neither lack nor close.
    let pool = PgPoolOptions::new()
        .max_connections(1)
        .max_lifetime(None)
        .idle_timeout(None)
        .acquire_timeout(PATIENCE)
        .connect_lazy_with((*pool.connect_options()).clone());
    loop {
        let Err(error) = listen_on(&pool, changed).await;
        tracing::warn!(%error, "the database's notifications are lost; listening anew");
        tokio::time::sleep(AT_LEAST_EVERY).await;
    }
}

async fn listen_on(pool: &PgPool, changed: &Changed) -> Result<Infallible, sqlx::Error> {
    let mut listener = PgListener::connect_with(pool).await?;
    listener.listen(CHANNEL).await?;
    loop {
        // Now, for what came before the listening, and after each notification or new connection.
        changed.notify();
        listener.try_recv().await?;
    }
}

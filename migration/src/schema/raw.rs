//! Raw SQL, for what SeaQuery has no words for: triggers, functions, exclusion constraints.

use sea_orm::DbBackend;
use sea_orm_migration::prelude::*;

/// Whether the database is SQLite (else it is PostgreSQL).
pub fn is_sqlite(manager: &SchemaManager<'_>) -> bool {
    manager.get_database_backend() == DbBackend::Sqlite
}

/// Runs SQL statements that only PostgreSQL needs.
pub async fn on_postgres(manager: &SchemaManager<'_>, sql: &str) -> Result<(), DbErr> {
    if !is_sqlite(manager) {
        manager.get_connection().execute_unprepared(sql).await?;
    }
    Ok(())
}

/// Runs SQL statements that only SQLite needs.
pub async fn on_sqlite(manager: &SchemaManager<'_>, sql: &str) -> Result<(), DbErr> {
    if is_sqlite(manager) {
        manager.get_connection().execute_unprepared(sql).await?;
    }
    Ok(())
}

/// A SQLite trigger that refuses a change, with `refusal` as the message, when `condition` holds.
///
/// `event` is what SQLite calls it: `INSERT ON queues`, `UPDATE OF status ON queues`.
pub fn refuse(name: &str, event: &str, condition: &str, refusal: &str) -> String {
    format!(
        "CREATE TRIGGER {name} BEFORE {event} FOR EACH ROW WHEN {condition}
         BEGIN SELECT RAISE(ABORT, '{refusal}'); END;"
    )
}

//! Running the migrations: one at a time across every instance, all or nothing.

use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr,
    SqliteTransactionMode, TransactionOptions, TransactionTrait,
};
use sea_orm_migration::{MigrationStatus, MigratorTrait};

use crate::Migrator;

/// Names the advisory lock that PostgreSQL instances queue on: "booking" in ASCII.
const LOCK: i64 = 0x62_6f_6f_6b_69_6e_67;

/// A migration and whether the database has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MigrationState {
    /// The name of the migration, in order of application.
    pub name: String,
    /// Whether it has been applied.
    pub applied: bool,
}

/// Applies every pending migration. Safe on a database with data, and when several instances start at once.
pub async fn up(db: &DatabaseConnection) -> Result<(), DbErr> {
    let tx = begin_exclusively(db).await?;
    Migrator::up(&tx, None).await?;
    tx.commit().await
}

/// Takes back the last `steps` migrations, or all of them, with the data they hold.
pub async fn down(db: &DatabaseConnection, steps: Option<u32>) -> Result<(), DbErr> {
    let tx = begin_exclusively(db).await?;
    Migrator::down(&tx, steps).await?;
    tx.commit().await
}

/// Empties the database and builds it anew.
///
/// By way of the migrations themselves, children before parents: SeaORM's own `fresh` switches off
/// SQLite's foreign keys, which a transaction does not allow, and trips over types owned by extensions.
pub async fn fresh(db: &DatabaseConnection) -> Result<(), DbErr> {
    let tx = begin_exclusively(db).await?;
    Migrator::refresh(&tx).await?;
    tx.commit().await
}

/// Every migration known to this build, in order, and whether it has been applied. Only reads.
pub async fn status(db: &DatabaseConnection) -> Result<Vec<MigrationState>, DbErr> {
    let migrations = Migrator::get_migration_with_status_read_only(db).await?;
    Ok(migrations
        .iter()
        .map(|migration| MigrationState {
            name: migration.name().to_owned(),
            applied: migration.status() == MigrationStatus::Applied,
        })
        .collect())
}

/// Begins a transaction that no other migrating instance can hold at the same time.
async fn begin_exclusively(db: &DatabaseConnection) -> Result<DatabaseTransaction, DbErr> {
    let tx = db
        .begin_with_options(TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        })
        .await?;
    if tx.get_database_backend() == DbBackend::Postgres {
        tx.execute_unprepared(&format!("SELECT pg_advisory_xact_lock({LOCK})"))
            .await?;
    }
    Ok(tx)
}

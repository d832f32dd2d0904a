//! The demo: a small world to try the gateway out in.
//!
//! It is made by the use cases themselves, in a scratch database whose clock is moved through the past
//! weeks; then all its rows are copied in one transaction. So the data is what the real code writes,
//! half a world is never left behind, and of any number of instances that start at once, one loads.

mod classes;
mod clinic;
mod consultant;
mod copy;
mod diary;
mod groomer;
mod passes;
mod people;
mod salon;
mod scratch;
mod shop;
mod sound_bath;
mod studio;
mod vans;
mod waiting;
mod world;

use entity::{bizes, memberships, users};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, PaginatorTrait, QueryFilter,
    TransactionTrait,
};

use crate::domain::clock::{Clock, Moment};
use crate::domain::db::Db;
use crate::domain::viewer::Role;
use crate::domain::{Error, Gateway};
pub use people::{PEOPLE, Person};
use scratch::Scratch;
use world::World;

/// The slugs of the businesses.
pub const BUSINESSES: [&str; 6] = [
    consultant::SLUG,
    clinic::SLUG,
    studio::SLUG,
    vans::SLUG,
    groomer::SLUG,
    salon::SLUG,
];

/// What the demo holds.
#[derive(Clone, Copy, Debug)]
pub struct Demo {
    /// Those who can sign in.
    pub people: &'static [Person],
    /// Whether it was loaded just now, rather than found.
    pub is_new: bool,
}

/// Why there is no demo.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The database is used for something else.
    #[error(
        "the database holds other data, which the demo leaves alone; give it a database of its own"
    )]
    OtherData,
    /// Something broke.
    #[error(transparent)]
    Failed(#[from] Error),
}

impl From<sea_orm::DbErr> for LoadError {
    fn from(cause: sea_orm::DbErr) -> Self {
        Self::Failed(cause.into())
    }
}

/// Loads the demo into an empty, migrated database. Where it is loaded already, nothing changes.
///
/// # Errors
/// [`LoadError::OtherData`] when the database holds anything else; faults.
pub async fn load(gateway: &Gateway) -> Result<Demo, LoadError> {
    let demo = |is_new| Demo {
        people: &PEOPLE,
        is_new,
    };
    if is_loaded(gateway.db.reader()).await? {
        return Ok(demo(false));
    }
    let scratch = Scratch::open().await?;
    let outcome = load_by(gateway, &scratch.db).await;
    scratch.remove().await?;
    outcome.map(demo)
}

/// Makes the demo in `scratch` and copies it, unless another instance is faster. Tells whether it did.
async fn load_by(gateway: &Gateway, scratch: &Db) -> Result<bool, LoadError> {
    make(scratch, gateway.clock.now()).await?;
    let tx = gateway.db.begin().await?;
    if tx.get_database_backend() == DbBackend::Postgres {
        // Nobody else comes in until we are done. SQLite has one writer anyway.
        tx.execute_unprepared("LOCK TABLE bizes, users IN SHARE ROW EXCLUSIVE MODE")
            .await?;
    }
    // Once more: another instance may have been faster.
    let is_new = !is_loaded(&tx).await?;
    if is_new {
        copy::everything(scratch.reader(), &tx).await?;
    }
    tx.commit().await?;
    Ok(is_new)
}

/// Whether the demo is there, by one of its businesses and its owner; they come all together.
async fn is_loaded(db: &(impl ConnectionTrait + TransactionTrait)) -> Result<bool, LoadError> {
    let owned = memberships::Entity::find()
        .inner_join(bizes::Entity)
        .inner_join(users::Entity)
        .filter(bizes::Column::Slug.is_in(BUSINESSES))
        .filter(users::Column::Subject.eq(people::OWNER.subject))
        .filter(memberships::Column::Role.eq(Role::Owner.as_str()))
        .count(db)
        .await?;
    if owned > 0 {
        return Ok(true);
    }
    let others = bizes::Entity::find().count(db).await? + users::Entity::find().count(db).await?;
    match others {
        0 => Ok(false),
        _ => Err(LoadError::OtherData),
    }
}

/// Makes the demo as of `now`, in an empty database.
async fn make(db: &Db, now: Moment) -> Result<(), Error> {
    migration::up(db.writer()).await?;
    let world = World::begin(Gateway::new(db.clone(), Clock::fixed(now)), now).await?;
    consultant::make(&world).await?;
    clinic::make(&world).await?;
    studio::make(&world).await?;
    vans::make(&world).await?;
    groomer::make(&world).await?;
    salon::make(&world).await
}

#[cfg(test)]
mod tests {
    use sea_orm::Statement;

    use super::*;

    /// How many rows each table holds that has any.
    async fn rows(db: &impl ConnectionTrait) -> Vec<(String, i64)> {
        let sql = |text: String| Statement::from_string(DbBackend::Sqlite, text);
        let tables = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' \
                      AND name NOT IN ('seaql_migrations', 'domain_events', 'idempotency_keys')";
        let mut rows = Vec::new();
        for table in db.query_all_raw(sql(tables.to_owned())).await.unwrap() {
            let table: String = table.try_get("", "name").unwrap();
            let count = sql(format!("SELECT count(*) AS n FROM {table}"));
            let count = db.query_one_raw(count).await.unwrap().unwrap();
            let count: i64 = count.try_get("", "n").unwrap();
            if count > 0 {
                rows.push((table, count));
            }
        }
        rows
    }

    #[tokio::test]
    async fn every_table_is_copied() {
        let (from, to) = (
            Scratch::open().await.unwrap(),
            Scratch::open().await.unwrap(),
        );
        let now = "2026-03-02T09:00:00Z".parse().unwrap();
        make(&from.db, now).await.unwrap();
        migration::up(to.db.writer()).await.unwrap();

        copy::everything(from.db.reader(), to.db.writer())
            .await
            .unwrap();

        assert_eq!(rows(from.db.reader()).await, rows(to.db.reader()).await);
    }

    #[tokio::test]
    async fn it_can_be_made_at_any_time() {
        for now in [
            "2026-03-01T23:30:00Z",
            "2026-03-29T01:00:00Z",
            "2026-07-03T12:00:00Z",
            "2026-10-25T00:30:00Z",
            "2026-12-24T16:00:00Z",
            "2026-12-31T23:59:59Z",
            "2028-02-29T05:00:00Z",
        ] {
            let scratch = Scratch::open().await.unwrap();
            let made = make(&scratch.db, now.parse().unwrap()).await;
            assert!(made.is_ok(), "{now}: {made:?}");
        }
    }
}

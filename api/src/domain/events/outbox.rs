//! Reading the outbox in an order in which no row is lost, however late its transaction commits.
//!
//! A position is drawn when a row is written, not when it commits, so a reader that goes by position
//! alone skips the rows that commit late. PostgreSQL numbers its transactions: every row whose
//! transaction is older than the oldest one in flight is final, and no other row will ever come before
//! it. So rows are read in the order of transaction and position, up to the oldest in flight. The price
//! is that a writing transaction that stays open, of whatever database on the server, delays what
//! commits after it began. SQLite has one writer at a time: there, positions commit in order.

use entity::domain_events::{Column, Entity, Model};
use sea_orm::sea_query::{Expr, Order, Query};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, DbErr, EntityTrait, ExprTrait, QueryFilter,
    QueryOrder, QuerySelect, Select, Statement,
};

use crate::domain::clock::Moment;
use crate::domain::db::Db;

/// How many rows are read at once.
pub(super) const BATCH: usize = 256;

/// A place in the outbox: everything up to it has been read. Ordered as the outbox is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Cursor {
    xact: i64,
    position: i64,
}

impl From<&Model> for Cursor {
    fn from(event: &Model) -> Self {
        Self {
            xact: event.xact,
            position: event.position,
        }
    }
}

/// The place before everything that has yet to commit. What has committed of late may come after it too.
///
/// # Errors
/// When the database fails.
pub(super) async fn end(db: &Db) -> Result<Cursor, DbErr> {
    let backend = db.backend();
    let sql = match backend {
        DbBackend::Postgres => {
            "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint - 1, 9223372036854775807"
        }
        _ => "SELECT 0, COALESCE(MAX(position), 0) FROM domain_events",
    };
    let row = db
        .reader()
        .query_one_raw(Statement::from_string(backend, sql))
        .await?
        .ok_or_else(|| DbErr::RecordNotFound("one row always comes".into()))?;
    Ok(Cursor {
        xact: row.try_get_by_index(0)?,
        position: row.try_get_by_index(1)?,
    })
}

/// The next final rows after a place, in order, at most [`BATCH`].
///
/// # Errors
/// When the database fails.
pub(super) async fn read(db: &Db, after: Cursor) -> Result<Vec<Model>, DbErr> {
    let mut rows = rows(after).limit(BATCH as u64);
    if db.backend() == DbBackend::Postgres {
        rows = rows.filter(Expr::cust(
            "xact < pg_snapshot_xmin(pg_current_snapshot())::text::bigint",
        ));
    }
    rows.all(db.reader()).await
}

/// The next row after a place, whether it is final or not.
///
/// # Errors
/// When the database fails.
pub(super) async fn next(db: &Db, after: Cursor) -> Result<Option<Model>, DbErr> {
    rows(after).one(db.reader()).await
}

fn rows(after: Cursor) -> Select<Entity> {
    let place = Expr::tuple([Expr::col(Column::Xact), Expr::col(Column::Position)]);
    let after = Expr::tuple([Expr::val(after.xact), Expr::val(after.position)]);
    Entity::find()
        .filter(place.gt(after))
        .order_by_asc(Column::Xact)
        .order_by_asc(Column::Position)
}

/// Forgets the oldest events, at most `limit` of them, if they happened before `before`. Answers how
/// many went.
///
/// # Errors
/// When the database fails.
pub async fn trim(db: &Db, before: Moment, limit: u64) -> Result<u64, DbErr> {
    let oldest = Query::select()
        .columns([Column::Position, Column::OccurredAt])
        .from(Entity)
        .order_by(Column::Position, Order::Asc)
        .limit(limit)
        .take();
    let old = Query::select()
        .column(Column::Position)
        .from_subquery(oldest, "oldest")
        .and_where(Expr::col(Column::OccurredAt).lt(before))
        .take();
    Ok(Entity::delete_many()
        .filter(Column::Position.in_subquery(old))
        .exec(db.writer())
        .await?
        .rows_affected)
}

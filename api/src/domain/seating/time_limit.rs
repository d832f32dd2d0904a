//! Dropping the promises of places that have run out, with the seats that go with them.
//!
//! It may run late, and in many instances at once: reads and writes look at the clock themselves.

use entity::{place_reservations, seat_holds};
use sea_orm::sea_query::Query;
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait};

use crate::domain::classes::places;
use crate::domain::clock::Moment;
use crate::domain::db::Db;
use crate::domain::error::Result;
use crate::domain::gateway::Gateway;

/// The classes with promises that have run out, at most `limit`.
///
/// # Errors
/// When the database fails.
pub async fn overdue(db: &Db, now: Moment, limit: u64) -> Result<Vec<String>, DbErr> {
    use place_reservations::Column;
    // The promises that ran out first, and of what classes they are.
    let promises: Vec<String> = place_reservations::Entity::find()
        .select_only()
        .column(Column::ClassOccurrenceId)
        .filter(Column::ExpiresAt.lte(now))
        .order_by_asc(Column::ExpiresAt)
        .limit(limit)
        .into_tuple()
        .all(db.reader())
        .await?;
    let mut seen = std::collections::HashSet::new();
    Ok(promises
        .into_iter()
        .filter(|id| seen.insert(id.clone()))
        .collect())
}

/// Drops the promises of a class that have run out. Answers whether there were any.
///
/// # Errors
/// When the database fails.
pub async fn drop_promises(gateway: &Gateway, occurrence_id: &str) -> Result<bool> {
    let work = gateway.begin_unattended().await?;
    let before = places::again(&work, occurrence_id).await?;
    let after = places::lock(&work, occurrence_id).await?;
    work.finish(()).await?;
    let promised = |it: Option<entity::class_occurrences::Model>| it.map(|it| it.reserved_count);
    Ok(promised(before) != promised(after))
}

/// Forgets holds that have ended, at most `limit` of them, if they ran out before `before`. Answers how many
/// went.
///
/// # Errors
/// When the database fails.
pub async fn forget(db: &Db, before: Moment, limit: u64) -> Result<u64, DbErr> {
    use seat_holds::{Column, Entity};
    let old = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::ExpiresAt.lt(before))
        .order_by_asc(Column::ExpiresAt)
        .limit(limit)
        .into_query();
    let old = Query::select()
        .column(Column::Id)
        .from_subquery(old, "old")
        .take();
    Ok(Entity::delete_many()
        .filter(Column::Id.in_subquery(old))
        .exec(db.writer())
        .await?
        .rows_affected)
}

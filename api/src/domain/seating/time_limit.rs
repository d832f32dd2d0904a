//! Forgetting holds that have ended. Their seats went with the promises of their places, which classes drop when
//! these have run out.

use entity::{place_reservations, seat_holds};
use sea_orm::prelude::DateTimeWithTimeZone;
use sea_orm::sea_query::Query;
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait};

use crate::domain::clock::Moment;
use crate::domain::db::Db;
/// When the first of the overdue promises ran out.
///
/// # Errors
/// When the database fails.
pub async fn overdue_since(db: &Db, now: Moment) -> Result<Option<Moment>, DbErr> {
    use place_reservations::Column;
    let since: Option<DateTimeWithTimeZone> = place_reservations::Entity::find()
        .select_only()
        .column(Column::ExpiresAt)
        .filter(Column::ExpiresAt.lte(now))
        .order_by_asc(Column::ExpiresAt)
        .limit(1)
        .into_tuple()
        .one(db.reader())
        .await?;
    Ok(since.map(Moment::from))
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

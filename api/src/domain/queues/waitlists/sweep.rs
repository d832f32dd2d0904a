//! What time does to waitlists by itself: offers run out, and the next are asked. It may run late, and in many
//! instances at once: claims look at the clock themselves.

use entity::{queues, waitlist_rounds};
use sea_orm::prelude::DateTimeWithTimeZone;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::lapse_time;
use crate::domain::classes::places;
use crate::domain::clock::Moment;
use crate::domain::db::Db;
use crate::domain::error::Result;
use crate::domain::gateway::Gateway;

/// The rounds whose time is over, though nobody has written so yet, the oldest first, at most `limit`.
///
/// # Errors
/// When the database fails.
pub async fn overdue(db: &Db, now: Moment, limit: u64) -> Result<Vec<String>> {
    use waitlist_rounds::Column;
    Ok(waitlist_rounds::Entity::find()
        .select_only()
        .column(Column::Id)
        // As the index has it.
        .filter(Expr::cust("status = 'open'"))
        .filter(Column::ExpiresAt.lte(now))
        .order_by_asc(Column::ExpiresAt)
        .limit(limit)
        .into_tuple()
        .all(db.reader())
        .await?)
}

/// When the first of the rounds ran out whose time is over, though nobody has written so yet.
///
/// # Errors
/// When the database fails.
pub async fn overdue_since(db: &Db, now: Moment) -> Result<Option<Moment>> {
    use waitlist_rounds::Column;
    let since: Option<DateTimeWithTimeZone> = waitlist_rounds::Entity::find()
        .select_only()
        .column(Column::ExpiresAt)
        .filter(Expr::cust("status = 'open'"))
        .filter(Column::ExpiresAt.lte(now))
        .order_by_asc(Column::ExpiresAt)
        .limit(1)
        .into_tuple()
        .one(db.reader())
        .await?;
    Ok(since.map(Moment::from))
}

/// Ends a round whose time is over, and asks the next. Answers whether it was this call that ended it.
///
/// # Errors
/// When the database fails.
pub async fn end(gateway: &Gateway, round_id: &str) -> Result<bool> {
    let work = gateway.begin_unattended().await?;
    let row = waitlist_rounds::Entity::find_by_id(round_id)
        .find_also_related(queues::Entity)
        .one(&*work)
        .await?;
    let Some((_, Some(queue))) = row else {
        return Ok(false);
    };
    let ended = match &queue.class_occurrence_id {
        Some(class) => {
            // Locking a class ends what has run out of it.
            let Some(class) = places::lock(&work, class).await? else {
                return Ok(false);
            };
            super::lapse_class(&work, &class).await?;
            let round = waitlist_rounds::Entity::find_by_id(round_id)
                .one(&*work)
                .await?;
            round.is_some_and(|round| round.status == "closed")
        }
        None => lapse_time(&work, round_id).await?,
    };
    work.finish(()).await?;
    Ok(ended)
}

//! Writing down that the time of purchases has run out.
//!
//! It may run late, and in many instances at once: reads and writes look at the clock themselves, and whoever
//! locks a purchase first ends it.

use entity::customer_purchases::{Column, Entity};
use sea_orm::prelude::DateTimeWithTimeZone;
use sea_orm::sea_query::{Expr, LockBehavior, LockType};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::ledger;
use super::rules::standing::has_lapsed;
use crate::domain::clock::Moment;
use crate::domain::db::Db;
use crate::domain::error::Result;
use crate::domain::gateway::Gateway;

/// The purchases whose time has run out but that do not say so yet, the oldest first, at most `limit`.
///
/// # Errors
/// When the database fails.
pub async fn overdue(db: &Db, now: Moment, limit: u64) -> Result<Vec<String>, DbErr> {
    Entity::find()
        .select_only()
        .column(Column::Id)
        // The condition of the index, word for word.
        .filter(Expr::cust("status IN ('pending_payment', 'active')"))
        .filter(Column::ExpiresAt.lte(now))
        .order_by_asc(Column::ExpiresAt)
        .limit(limit)
        .into_tuple()
        .all(db.reader())
        .await
}

/// When the first of the purchases ran out that do not say so yet.
///
/// # Errors
/// When the database fails.
pub async fn overdue_since(db: &Db, now: Moment) -> Result<Option<Moment>, DbErr> {
    let since: Option<DateTimeWithTimeZone> = Entity::find()
        .select_only()
        .column(Column::ExpiresAt)
        .filter(Expr::cust("status IN ('pending_payment', 'active')"))
        .filter(Column::ExpiresAt.lte(now))
        .order_by_asc(Column::ExpiresAt)
        .limit(1)
        .into_tuple()
        .one(db.reader())
        .await?;
    Ok(since.map(Moment::from))
}

/// Ends a purchase whose time has run out: what is left of it lapses. Tells whether it did, or somebody else
/// was faster.
///
/// # Errors
/// When the database fails.
pub async fn end(gateway: &Gateway, purchase_id: &str) -> Result<bool> {
    let work = gateway.begin_unattended().await?;
    let purchase = Entity::find_by_id(purchase_id)
        .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
        .one(&*work)
        .await?;
    match purchase {
        Some(purchase) if has_lapsed(&purchase, work.now) => {
            ledger::settle(&work, purchase).await?;
            work.finish(true).await.map(|outcome| outcome.value)
        }
        _ => Ok(false),
    }
}

//! Ending the bookings whose time limit has run out: unconfirmed holds, unanswered requests, unpaid
//! deposits.
//!
//! It may run late, and in many instances at once: reads and writes look at the clock themselves, and
//! whoever locks a booking first ends it.

use entity::booking_orders::{self, Column, Entity};
use sea_orm::ActiveValue::Set;
use sea_orm::prelude::DateTimeWithTimeZone;
use sea_orm::sea_query::{Expr, LockBehavior, LockType};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::claims::{self, Claim};
use super::rules::status::Status;
use super::writes;
use crate::domain::clock::Moment;
use crate::domain::db::Db;
use crate::domain::error::Result;
use crate::domain::gateway::Gateway;
use crate::domain::packages::redemption;
use crate::domain::queues::waitlists::{self, Freed};
use crate::domain::tx::Work;

/// The states that have a time limit, and where it stands. The conditions are those of the indexes,
/// word for word.
const LIMITS: [(&str, Column); 3] = [
    ("status = 'held'", Column::HoldExpiresAt),
    ("status = 'pending_approval'", Column::ApprovalDueAt),
    ("status = 'awaiting_deposit'", Column::DepositDueAt),
];

/// The bookings whose time limit has run out but that do not say so yet, the oldest first, at most
/// `limit` of each state.
///
/// # Errors
/// When the database fails.
pub async fn overdue(db: &Db, now: Moment, limit: u64) -> Result<Vec<String>, DbErr> {
    let mut ids = Vec::new();
    for (state, due) in LIMITS {
        let some: Vec<String> = Entity::find()
            .select_only()
            .column(Column::Id)
            .filter(Expr::cust(state))
            .filter(due.lte(now))
            .order_by_asc(due)
            .limit(limit)
            .into_tuple()
            .all(db.reader())
            .await?;
        ids.extend(some);
    }
    Ok(ids)
}

/// When the first of the overdue bookings became overdue.
///
/// # Errors
/// When the database fails.
pub async fn overdue_since(db: &Db, now: Moment) -> Result<Option<Moment>, DbErr> {
    let mut first = None;
    for (state, due) in LIMITS {
        let since: Option<DateTimeWithTimeZone> = Entity::find()
            .select_only()
            .column(due)
            .filter(Expr::cust(state))
            .filter(due.lte(now))
            .order_by_asc(due)
            .limit(1)
            .into_tuple()
            .one(db.reader())
            .await?;
        first = first.into_iter().chain(since.map(Moment::from)).min();
    }
    Ok(first)
}

/// Ends a booking whose time limit has run out, and frees its time. Answers the state it is in by now;
/// nothing when its limit has not run out, when it has been ended already or when somebody else is at
/// it.
///
/// # Errors
/// When the database fails.
pub async fn end(gateway: &Gateway, booking_id: &str) -> Result<Option<Status>> {
    let work = gateway.begin_unattended().await?;
    waitlists::lock_around(&work, booking_id).await?;
    let booking: Option<booking_orders::Model> = Entity::find_by_id(booking_id)
        .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
        .one(&*work)
        .await?;
    let Some(booking) = booking else {
        return Ok(None);
    };
    let status = Status::of(&booking, work.now);
    if status.as_str() == booking.status {
        return Ok(None);
    }
    if let Some(booking) = expire(&work, booking_id).await? {
        claims::release(&*work, booking_id).await?;
        redemption::give_back(&work, &booking).await?;
        waitlists::time_freed(&work, &Freed::of(&work, &booking).await?).await?;
    }
    work.finish(()).await?;
    Ok(Some(status))
}

/// Frees what is in the way of a claim but has run out, and ends the bookings that held it.
///
/// # Errors
/// When the database fails.
pub async fn clear_the_way(work: &Work, claim: Claim<'_>) -> Result<()> {
    let mut ended = Vec::new();
    for id in claims::expired_under(work, claim).await? {
        // Whoever held it may have confirmed while we waited for the booking: then the time is theirs.
        let Some(booking) = expire(work, &id).await? else {
            continue;
        };
        claims::release(&**work, &id).await?;
        if matches!(
            Status::parse(&booking.status),
            Status::Expired | Status::Declined
        ) {
            ended.push(booking);
        }
    }
    // Packages come after all bookings, in one order, so that two writers cannot wait for each other.
    ended.sort_by(|a, b| a.customer_purchase_id.cmp(&b.customer_purchase_id));
    for booking in &ended {
        redemption::give_back(work, booking).await?;
    }
    // Whoever waits for the time comes before whoever happens to ask for it now.
    for booking in &ended {
        waitlists::time_freed(work, &Freed::of(work, booking).await?).await?;
    }
    for round in claims::rounds_under(work, claim).await? {
        waitlists::lapse_time(work, &round).await?;
    }
    Ok(())
}

/// Ends a booking whose time limit has run out. Answers it if it takes no time any more: until it is
/// locked, somebody may still confirm it.
async fn expire(work: &Work, booking_id: &str) -> Result<Option<booking_orders::Model>> {
    let Some(booking) = booking_orders::Entity::find_by_id(booking_id)
        .lock_exclusive()
        .one(&**work)
        .await?
    else {
        return Ok(None);
    };
    let status = Status::of(&booking, work.now);
    if status.as_str() == booking.status {
        return Ok((!status.takes_time()).then_some(booking));
    }
    let changes = booking_orders::ActiveModel {
        status: Set(status.as_str().to_owned()),
        ..Default::default()
    };
    let booking = writes::save(work, &booking, changes).await?;
    writes::set_unit_status(work, &booking.id, status.of_units()).await?;
    let kind = match status {
        Status::Declined => "booking.declined",
        _ => "booking.expired",
    };
    writes::announce(work, &booking, kind).await?;
    Ok(Some(booking))
}

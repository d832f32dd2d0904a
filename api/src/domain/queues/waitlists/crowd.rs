//! Those who wait: who can be given a place, and who waits no more because they got one.

use std::collections::HashMap;

use entity::{
    booking_orders, class_occurrences, memberships, offer_versions, queue_entries, queues,
};
use sea_orm::sea_query::{Expr, LockBehavior, LockType, Query};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::json;

use crate::domain::civil::Span;
use crate::domain::error::Result;
use crate::domain::queues::log::{self, Happening, Note};
use crate::domain::queues::rules::status::EntryStatus;
use crate::domain::queues::{line, repo};
use crate::domain::scope::any_of;
use crate::domain::tx::Work;

/// How many of those who wait are looked at together.
const AT_ONCE: u64 = 50;

/// The next of those who wait, after some entry, who have not been asked yet in a chain of rounds.
pub(super) async fn next(
    work: &Work,
    queue: &queues::Model,
    after: Option<&queue_entries::Model>,
    chain: Option<&str>,
) -> Result<Vec<queue_entries::Model>> {
    use queue_entries::Column;
    let mut next = line::waiting(&queue.id).limit(AT_ONCE);
    if let Some(after) = after {
        let key = Expr::tuple([Expr::col(Column::Position), Expr::col(Column::Id)]);
        let from = Expr::tuple([Expr::val(after.position), Expr::val(after.id.as_str())]);
        next = next.filter(sea_orm::ExprTrait::gt(key, from));
    }
    if let Some(chain) = chain {
        let asked = Query::select()
            .column(entity::waitlist_offers::Column::QueueEntryId)
            .from(entity::waitlist_offers::Entity)
            .and_where(
                entity::waitlist_offers::Column::WaitlistRoundId.in_subquery(
                    Query::select()
                        .column(entity::waitlist_rounds::Column::Id)
                        .from(entity::waitlist_rounds::Entity)
                        .and_where(entity::waitlist_rounds::Column::ChainId.eq(chain))
                        .take(),
                ),
            )
            .take();
        next = next.filter(Column::Id.not_in_subquery(asked));
    }
    Ok(next.all(&**work).await?)
}

/// Why some of these people cannot be given a place at that time, in a word for the log: they have something booked
/// then, anywhere, or the business has blocked them.
pub(super) async fn unfit(
    work: &Work,
    entries: &[queue_entries::Model],
    span: Span,
) -> Result<HashMap<String, &'static str>> {
    let people: Vec<String> = entries
        .iter()
        .filter_map(|entry| entry.customer_user_id.clone())
        .collect();
    let Some(biz_id) = entries.first().map(|entry| &entry.biz_id) else {
        return Ok(HashMap::new());
    };
    let busy = busy(work, people.clone(), span).await?;
    let blocked: Vec<String> = memberships::Entity::find()
        .select_only()
        .column(memberships::Column::UserId)
        .filter(memberships::Column::BizId.eq(biz_id))
        .filter(any_of(&**work, memberships::Column::UserId, people))
        .filter(memberships::Column::BlockedAt.is_not_null())
        .into_tuple()
        .all(&**work)
        .await?;
    let busy = busy.into_iter().map(|customer| (customer, "busy"));
    let blocked = blocked.into_iter().map(|customer| (customer, "blocked"));
    Ok(busy.chain(blocked).collect())
}

async fn busy(work: &Work, people: Vec<String>, span: Span) -> Result<Vec<String>> {
    use booking_orders::Column;
    let lasting = |status: &str, limit: Column| {
        Condition::all()
            .add(Column::Status.eq(status))
            .add(limit.gt(work.now))
    };
    Ok(booking_orders::Entity::find()
        .select_only()
        .column(Column::CustomerUserId)
        .filter(any_of(&**work, Column::CustomerUserId, people))
        .filter(Column::StartAt.lt(span.to))
        .filter(Column::EndAt.gt(span.from))
        .filter(Column::DeletedAt.is_null())
        .filter(
            Condition::any()
                .add(Column::Status.is_in(["confirmed", "checked_in"]))
                .add(lasting("held", Column::HoldExpiresAt))
                .add(lasting("pending_approval", Column::ApprovalDueAt))
                .add(lasting("awaiting_deposit", Column::DepositDueAt)),
        )
        .into_tuple()
        .all(&**work)
        .await?)
}

/// Why an entry cannot be given a place, if it cannot.
pub(super) fn why_not(
    entry: &queue_entries::Model,
    unfit: &HashMap<String, &'static str>,
) -> Option<&'static str> {
    unfit.get(entry.customer_user_id.as_ref()?).copied()
}

/// Lets whoever got a place at that time wait no more for another one at the same time: in a class that overlaps,
/// or for a time within a window that leaves no room beside it. An offer that they have there runs out at once.
///
/// Only the waitlists that nobody else is at are looked at, so that two writers cannot wait for each other;
/// in the others they are passed over when their turn comes.
///
/// # Errors
/// When the database fails.
pub async fn withdraw_clashing(
    work: &Work,
    customer_id: &str,
    span: Span,
    except_entry: Option<&str>,
) -> Result<()> {
    use queue_entries::Column;
    let others = queue_entries::Entity::find()
        .filter(Column::CustomerUserId.eq(customer_id))
        .filter(Column::Status.is_in(["waiting", "notified"]))
        .filter(Column::Id.ne(except_entry.unwrap_or_default()))
        .find_also_related(queues::Entity)
        .filter(queues::Column::Kind.eq("waitlist"))
        .order_by_asc(Column::QueueId)
        .all(&**work)
        .await?;
    for (entry, queue) in others {
        let Some(queue) = queue else { continue };
        if clashes(work, &entry, &queue, span).await? && free(work, &queue).await? {
            withdraw(work, &queue, entry).await?;
        }
    }
    Ok(())
}

async fn clashes(
    work: &Work,
    entry: &queue_entries::Model,
    queue: &queues::Model,
    span: Span,
) -> Result<bool> {
    if let Some(class) = &queue.class_occurrence_id {
        let class = class_occurrences::Entity::find_by_id(class)
            .one(&**work)
            .await?;
        return Ok(class.is_some_and(|class| {
            class.start_at.to_utc() < span.to && span.from < class.end_at.to_utc()
        }));
    }
    let (Some(from), Some(to), Some(offer)) = (entry.window_from, entry.window_to, &queue.offer_id)
    else {
        return Ok(false);
    };
    let minutes: Option<i32> = offer_versions::Entity::find()
        .filter(offer_versions::Column::OfferId.eq(offer))
        .filter(offer_versions::Column::Status.eq("published"))
        .select_only()
        .column(offer_versions::Column::DefaultDurationMin)
        .into_tuple()
        .one(&**work)
        .await?;
    let length = chrono::TimeDelta::minutes(minutes.unwrap_or_default().into());
    let (from, to) = (from.to_utc(), to.to_utc());
    let overlaps = from < span.to && span.from < to;
    Ok(overlaps && span.from - from < length && to - span.to < length)
}

/// Whether nobody else is at a waitlist; then nobody else will be, until the work ends.
async fn free(work: &Work, queue: &queues::Model) -> Result<bool> {
    if let Some(class) = &queue.class_occurrence_id {
        let class = class_occurrences::Entity::find_by_id(class)
            .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
            .one(&**work)
            .await?;
        if class.is_none() {
            return Ok(false);
        }
    }
    let queue = queues::Entity::find_by_id(&queue.id)
        .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
        .one(&**work)
        .await?;
    Ok(queue.is_some())
}

/// Takes somebody off a waitlist who got a place elsewhere.
pub(super) async fn withdraw(
    work: &Work,
    queue: &queues::Model,
    entry: queue_entries::Model,
) -> Result<()> {
    super::rounds::let_run_out(work, &entry).await?;
    let entry = repo::save(work, &entry, repo::state(EntryStatus::Removed)).await?;
    let note = Note {
        entry_id: Some(&entry.id),
        detail: Some(json!({ "reason": "placed elsewhere" })),
        ..Note::default()
    };
    log::write(work, queue, Happening::Withdrawn, note).await
}

//! What keeps those who wait from being given a place.

use std::collections::{HashMap, HashSet};

use entity::{booking_orders, memberships, queue_entries};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect};

use crate::domain::civil::Span;
use crate::domain::clock::Moment;
use crate::domain::error::Result;
use crate::domain::scope::any_of;
use crate::domain::tx::Work;

/// What keeps some people from being given a place.
#[derive(Debug)]
pub(super) struct Obstacles {
    /// When they have something booked, anywhere.
    engagements: HashMap<String, Vec<Span>>,
    /// Those whom the business has blocked.
    blocked: HashSet<String>,
}

impl Obstacles {
    /// Reads what keeps the people of these entries, all of one waitlist, from a place within some time.
    pub async fn read(work: &Work, entries: &[queue_entries::Model], within: Span) -> Result<Self> {
        let people: Vec<String> = entries
            .iter()
            .filter_map(|entry| entry.customer_user_id.clone())
            .collect();
        let biz_id = entries.first().map_or("", |entry| &entry.biz_id);
        if people.is_empty() {
            return Ok(Self {
                engagements: HashMap::new(),
                blocked: HashSet::new(),
            });
        }
        Ok(Self {
            engagements: engagements(work, people.clone(), within).await?,
            blocked: blocked(work, people, biz_id).await?,
        })
    }

    /// Why somebody who waits cannot be given that time, in a word for the log, if they cannot.
    pub fn why_not(&self, entry: &queue_entries::Model, time: &Span) -> Option<&'static str> {
        let customer = entry.customer_user_id.as_ref()?;
        if self.blocked.contains(customer) {
            return Some("blocked");
        }
        let mut engagements = self.engagements.get(customer)?.iter();
        engagements
            .any(|engagement| engagement.overlaps(time))
            .then_some("busy")
    }
}

async fn engagements(
    work: &Work,
    people: Vec<String>,
    within: Span,
) -> Result<HashMap<String, Vec<Span>>> {
    use booking_orders::Column;
    let lasting = |status: &str, limit: Column| {
        Condition::all()
            .add(Column::Status.eq(status))
            .add(limit.gt(work.now))
    };
    let rows: Vec<(String, Moment, Moment)> = booking_orders::Entity::find()
        .select_only()
        .columns([Column::CustomerUserId, Column::StartAt, Column::EndAt])
        .filter(any_of(&**work, Column::CustomerUserId, people))
        .filter(Column::StartAt.lt(within.to))
        .filter(Column::EndAt.gt(within.from))
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
        .await?;
    let mut engagements: HashMap<String, Vec<Span>> = HashMap::new();
    for (person, from, to) in rows {
        engagements
            .entry(person)
            .or_default()
            .push(Span { from, to });
    }
    Ok(engagements)
}

async fn blocked(work: &Work, people: Vec<String>, biz_id: &str) -> Result<HashSet<String>> {
    use memberships::Column;
    let blocked: Vec<String> = memberships::Entity::find()
        .select_only()
        .column(Column::UserId)
        .filter(Column::BizId.eq(biz_id))
        .filter(any_of(&**work, Column::UserId, people))
        .filter(Column::BlockedAt.is_not_null())
        .into_tuple()
        .all(&**work)
        .await?;
    Ok(blocked.into_iter().collect())
}

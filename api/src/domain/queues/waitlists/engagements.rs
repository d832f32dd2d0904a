//! What those who wait have booked already.

use std::collections::HashMap;

use entity::{booking_orders, queue_entries};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect};

use crate::domain::civil::Span;
use crate::domain::clock::Moment;
use crate::domain::error::Result;
use crate::domain::scope::any_of;
use crate::domain::tx::Work;

/// When some people have something booked, anywhere.
#[derive(Debug)]
pub(super) struct Engagements(HashMap<String, Vec<Span>>);

impl Engagements {
    /// Reads what the people of these entries have booked within some time.
    pub async fn read(work: &Work, entries: &[queue_entries::Model], within: Span) -> Result<Self> {
        use booking_orders::Column;
        let people: Vec<String> = entries
            .iter()
            .filter_map(|entry| entry.customer_user_id.clone())
            .collect();
        if people.is_empty() {
            return Ok(Self(HashMap::new()));
        }
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
        let mut spans: HashMap<String, Vec<Span>> = HashMap::new();
        for (person, from, to) in rows {
            spans.entry(person).or_default().push(Span { from, to });
        }
        Ok(Self(spans))
    }

    /// Whether somebody who waits has something else at that time.
    pub fn clash(&self, entry: &queue_entries::Model, time: &Span) -> bool {
        let customer = entry.customer_user_id.as_ref();
        let spans = customer.and_then(|customer| self.0.get(customer));
        spans.is_some_and(|spans| spans.iter().any(|span| span.overlaps(time)))
    }
}

//! What happened in a queue.

use async_graphql::{Context, ID, Object};
use entity::{queue_entries, queue_events, queues, users};

use super::words::QueueEventKind;
use super::{Queue, QueueEntry};
use crate::domain::queues::log::Happening;
use crate::graphql::error::Result;
use crate::graphql::object::{follow, follow_some, wraps};
use crate::graphql::people::User;
use crate::graphql::scalars::DateTime;

wraps! {
    /// Something that happened in a queue.
    QueueEvent(queue_events::Model)
}

impl QueueEvent {
    fn number(&self, name: &str) -> Option<i32> {
        let number = self.0.detail.get(name)?.as_i64()?;
        i32::try_from(number).ok()
    }
}

/// Something that happened in a queue. It is kept for good, and only staff see it.
#[Object]
impl QueueEvent {
    /// The id.
    pub async fn id(&self) -> ID {
        ID::from(&self.0.id)
    }

    /// The queue.
    async fn queue(&self, ctx: &Context<'_>) -> Result<Queue> {
        follow::<queues::Entity, _>(ctx, &self.0.queue_id).await
    }

    /// Its number in the queue: 1, 2, 3, …, in the order in which things happened.
    async fn sequence(&self) -> i32 {
        self.0.sequence
    }

    /// What happened.
    async fn kind(&self) -> QueueEventKind {
        Happening::parse(&self.0.kind).into()
    }

    /// To whom, if it happened to somebody.
    async fn entry(&self, ctx: &Context<'_>) -> Result<Option<QueueEntry>> {
        follow_some::<queue_entries::Entity, _>(ctx, self.0.queue_entry_id.as_deref()).await
    }

    /// Who did it; null when time did.
    async fn actor(&self, ctx: &Context<'_>) -> Result<Option<User>> {
        follow_some::<users::Entity, _>(ctx, self.0.actor_user_id.as_deref()).await
    }

    /// The place that somebody was moved from.
    async fn from_position(&self) -> Option<i32> {
        self.number("from")
    }

    /// The place that somebody joined at, or was moved to.
    async fn to_position(&self) -> Option<i32> {
        self.number("position")
    }

    /// When it happened.
    async fn at(&self) -> DateTime {
        self.0.occurred_at.into()
    }
}

//! Reading queues.

use async_graphql::{Context, ID, Object};

use super::{Queue, QueueEntry};
use crate::domain::ids::Kind;
use crate::graphql::error::Maybe;
use crate::graphql::object::find;

/// The queries about queues.
#[derive(Default)]
pub struct QueuesQuery;

#[Object]
impl QueuesQuery {
    /// The queue with that id.
    async fn queue(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The queue's id.")] id: ID,
    ) -> Maybe<Queue> {
        find::<entity::queues::Entity, _>(ctx, Kind::Queue, &id)
            .await
            .transpose()
    }

    /// An entry of the viewer, or of a business that the viewer works for.
    async fn queue_entry(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The entry's id.")] id: ID,
    ) -> Maybe<QueueEntry> {
        find::<entity::queue_entries::Entity, _>(ctx, Kind::QueueEntry, &id)
            .await
            .transpose()
    }
}

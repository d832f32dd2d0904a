//! Queues as they change.

use async_graphql::{Context, ID, Subscription};
use futures_util::{Stream, TryStreamExt, stream};

use super::{Queue, QueueEntry};
use crate::domain::Error;
use crate::domain::ids::Kind;
use crate::domain::queues::watch;
use crate::graphql::context::ContextExt;
use crate::graphql::error::{Failure, Result};

/// The subscriptions of queues.
#[derive(Default)]
pub struct QueuesSubscription;

#[Subscription]
impl QueuesSubscription {
    /// A queue whenever anything happens in it, as it is then; the same state may come twice. The present
    /// state comes first, so that whoever connects again has missed nothing.
    async fn queue_changed<'ctx>(
        &self,
        ctx: &Context<'ctx>,
        #[graphql(desc = "The queue that is watched.")] queue_id: ID,
    ) -> Result<impl Stream<Item = Result<Queue>> + use<'ctx>> {
        let id = Kind::Queue.accept(&queue_id, "queueId")?;
        let watch = watch::queue(ctx.gateway(), ctx.viewer(), &id).await?;
        let changes = stream::try_unfold(watch, async |mut watch| {
            let queue = watch.next().await?;
            Ok(Some((Queue::from(queue), watch)))
        });
        Ok(changes.map_err(|error: Error| Failure::from(error)))
    }

    /// An entry whenever anything happens in its queue, with its place and its estimate as they are then: who
    /// leaves moves all behind up. The present state comes first.
    async fn queue_entry_changed<'ctx>(
        &self,
        ctx: &Context<'ctx>,
        #[graphql(desc = "The entry that is watched.")] entry_id: ID,
    ) -> Result<impl Stream<Item = Result<QueueEntry>> + use<'ctx>> {
        let id = Kind::QueueEntry.accept(&entry_id, "entryId")?;
        let watch = watch::entry(ctx.gateway(), ctx.viewer(), &id).await?;
        let changes = stream::try_unfold(watch, async |mut watch| {
            let entry = watch.next().await?;
            Ok(Some((QueueEntry::from(entry), watch)))
        });
        Ok(changes.map_err(|error: Error| Failure::from(error)))
    }
}

//! Waiting in a queue.

use async_graphql::{Context, Object};

use crate::domain::Error;
use crate::domain::ids::Kind;
use crate::domain::queues::{entries, join};
use crate::graphql::context::ContextExt;
use crate::graphql::error::Result;
use crate::graphql::payload::{call, payload};
use crate::graphql::queues::QueueEntry;
use crate::graphql::queues::input::{JoinQueueInput, LeaveQueueInput};

payload! {
    /// What `joinQueue` answers.
    JoinQueuePayload {
        /// The place in the queue.
        entry: QueueEntry
    }
}

payload! {
    /// What `leaveQueue` answers.
    LeaveQueuePayload {
        /// The place that was given up.
        entry: QueueEntry
    }
}

/// The mutations of those who wait.
#[derive(Default)]
pub struct PlaceMutation;

#[Object]
impl PlaceMutation {
    /// Joins a walk-in queue, behind everybody: the viewer or, when staff ask, a customer or a party without
    /// an account. Who is in it already cannot join again.
    async fn join_queue(
        &self,
        ctx: &Context<'_>,
        input: JoinQueueInput,
    ) -> Result<JoinQueuePayload> {
        let call = call("joinQueue", &input, input.idempotency_key.as_ref(), None);
        let done = async {
            let command = input.command().map_err(Error::from)?;
            join::join(ctx.gateway(), ctx.viewer(), command, call).await
        };
        JoinQueuePayload::of(done.await, QueueEntry::from)
    }

    /// Leaves a queue or a waitlist.
    async fn leave_queue(
        &self,
        ctx: &Context<'_>,
        input: LeaveQueueInput,
    ) -> Result<LeaveQueuePayload> {
        let call = call("leaveQueue", &input, input.idempotency_key.as_ref(), None);
        let done = async {
            let id = Kind::QueueEntry
                .accept(&input.entry_id, "entryId")
                .map_err(Error::from)?;
            entries::leave(ctx.gateway(), ctx.viewer(), &id, call).await
        };
        LeaveQueuePayload::of(done.await, QueueEntry::from)
    }
}

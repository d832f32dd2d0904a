//! Running a queue. Staff only.

use async_graphql::{Context, Object};

use crate::domain::Error;
use crate::domain::ids::Kind;
use crate::domain::queues::{entries, manage, serve};
use crate::graphql::context::ContextExt;
use crate::graphql::error::Result;
use crate::graphql::payload::{call, payload};
use crate::graphql::queues::input::{
    CallNextInput, CreateQueueInput, FinishServiceInput, MoveQueueEntryInput,
    RemoveQueueEntryInput, StartServiceInput, UpdateQueueInput,
};
use crate::graphql::queues::{Queue, QueueEntry};

payload! {
    /// What `createQueue` answers.
    CreateQueuePayload {
        /// The queue.
        queue: Queue
    }
}

payload! {
    /// What `updateQueue` answers.
    UpdateQueuePayload {
        /// The queue.
        queue: Queue
    }
}

payload! {
    /// What `callNext` answers.
    CallNextPayload {
        /// Who was called.
        entry: QueueEntry
    }
}

payload! {
    /// What `startService` answers.
    StartServicePayload {
        /// Who is being served.
        entry: QueueEntry
    }
}

payload! {
    /// What `finishService` answers.
    FinishServicePayload {
        /// Who was served.
        entry: QueueEntry
    }
}

payload! {
    /// What `removeQueueEntry` answers.
    RemoveQueueEntryPayload {
        /// Who was taken out.
        entry: QueueEntry
    }
}

payload! {
    /// What `moveQueueEntry` answers.
    MoveQueueEntryPayload {
        /// Who was moved.
        entry: QueueEntry
    }
}

/// The mutations of those who run a queue.
#[derive(Default)]
pub struct DeskMutation;

#[Object]
impl DeskMutation {
    /// Sets up a walk-in queue. Owners, admins and managers only.
    async fn create_queue(
        &self,
        ctx: &Context<'_>,
        input: CreateQueueInput,
    ) -> Result<CreateQueuePayload> {
        let call = call("createQueue", &input, input.idempotency_key.as_ref(), None);
        let done = async {
            let command = input.command().map_err(Error::from)?;
            manage::create(ctx.gateway(), ctx.viewer(), command, call).await
        };
        CreateQueuePayload::of(done.await, Queue::from)
    }

    /// Pauses, closes or opens a queue, or changes its settings. Staff only.
    ///
    /// A paused queue takes nobody in and serves who waits; a closed one does neither.
    async fn update_queue(
        &self,
        ctx: &Context<'_>,
        input: UpdateQueueInput,
    ) -> Result<UpdateQueuePayload> {
        let call = call("updateQueue", &input, input.idempotency_key.as_ref(), None);
        let done = async {
            let command = input.command().map_err(Error::from)?;
            manage::update(ctx.gateway(), ctx.viewer(), command, call).await
        };
        UpdateQueuePayload::of(done.await, Queue::from)
    }

    /// Calls whose turn it is. Two desks that call at once call two. Staff only.
    async fn call_next(&self, ctx: &Context<'_>, input: CallNextInput) -> Result<CallNextPayload> {
        let call = call("callNext", &input, input.idempotency_key.as_ref(), None);
        let done = async {
            let id = Kind::Queue
                .accept(&input.queue_id, "queueId")
                .map_err(Error::from)?;
            serve::call_next(ctx.gateway(), ctx.viewer(), &id, call).await
        };
        CallNextPayload::of(done.await, QueueEntry::from)
    }

    /// Begins to serve somebody: who was called, or who waits and stands at the desk. Staff only.
    async fn start_service(
        &self,
        ctx: &Context<'_>,
        input: StartServiceInput,
    ) -> Result<StartServicePayload> {
        let call = call("startService", &input, input.idempotency_key.as_ref(), None);
        let done = async {
            let id = Kind::QueueEntry
                .accept(&input.entry_id, "entryId")
                .map_err(Error::from)?;
            serve::start(ctx.gateway(), ctx.viewer(), &id, call).await
        };
        StartServicePayload::of(done.await, QueueEntry::from)
    }

    /// Ends a service. Staff only.
    async fn finish_service(
        &self,
        ctx: &Context<'_>,
        input: FinishServiceInput,
    ) -> Result<FinishServicePayload> {
        let call = call(
            "finishService",
            &input,
            input.idempotency_key.as_ref(),
            None,
        );
        let done = async {
            let id = Kind::QueueEntry
                .accept(&input.entry_id, "entryId")
                .map_err(Error::from)?;
            serve::finish(ctx.gateway(), ctx.viewer(), &id, call).await
        };
        FinishServicePayload::of(done.await, QueueEntry::from)
    }

    /// Takes somebody out of a queue or, with `noShow`, notes that they did not come when called. Staff
    /// only.
    async fn remove_queue_entry(
        &self,
        ctx: &Context<'_>,
        input: RemoveQueueEntryInput,
    ) -> Result<RemoveQueueEntryPayload> {
        let call = call(
            "removeQueueEntry",
            &input,
            input.idempotency_key.as_ref(),
            None,
        );
        let done = async {
            let id = Kind::QueueEntry
                .accept(&input.entry_id, "entryId")
                .map_err(Error::from)?;
            let no_show = input.no_show.unwrap_or(false);
            entries::remove(ctx.gateway(), ctx.viewer(), &id, no_show, call).await
        };
        RemoveQueueEntryPayload::of(done.await, QueueEntry::from)
    }

    /// Moves somebody who waits to another place in the line. Staff only, and the queue's events tell who.
    async fn move_queue_entry(
        &self,
        ctx: &Context<'_>,
        input: MoveQueueEntryInput,
    ) -> Result<MoveQueueEntryPayload> {
        let call = call(
            "moveQueueEntry",
            &input,
            input.idempotency_key.as_ref(),
            None,
        );
        let done = async {
            let id = Kind::QueueEntry
                .accept(&input.entry_id, "entryId")
                .map_err(Error::from)?;
            let to = input.to_position;
            entries::reposition(ctx.gateway(), ctx.viewer(), &id, to, call).await
        };
        MoveQueueEntryPayload::of(done.await, QueueEntry::from)
    }
}

//! Watching a queue, or one's place in it. Each piece of news of a queue concerns everybody in it: whoever
//! leaves moves all behind up.

use entity::{queue_entries, queues};

use crate::domain::error::{Error, Refusal, Result};
use crate::domain::events::Feed;
use crate::domain::gateway::Gateway;
use crate::domain::scope::Scoped;
use crate::domain::viewer::Viewer;
use crate::domain::{people, scope};

/// A row that changes whenever its queue does, as the viewer sees it.
pub struct Watch<E: Scoped> {
    gateway: Gateway,
    viewer: Viewer,
    feed: Feed,
    queue_id: String,
    id: String,
    missing: fn() -> Refusal,
    /// What it is like at first, until it has been told.
    first: Option<E::Model>,
}

/// Watches a queue, beginning with how it is now.
///
/// # Errors
/// `NOT_FOUND` at `queueId`.
pub async fn queue(gateway: &Gateway, viewer: &Viewer, id: &str) -> Result<Watch<queues::Entity>> {
    let missing = || Refusal::not_found("queueId", "queue");
    open(gateway, viewer, id, missing, |queue: &queues::Model| {
        &queue.id
    })
    .await
}

/// Watches an entry, beginning with how it is now.
///
/// # Errors
/// `Unauthenticated`; `NOT_FOUND` at `entryId` for an entry that the viewer does not see.
pub async fn entry(
    gateway: &Gateway,
    viewer: &Viewer,
    id: &str,
) -> Result<Watch<queue_entries::Entity>> {
    viewer.user_id()?;
    let missing = || Refusal::not_found("entryId", "entry");
    open(
        gateway,
        viewer,
        id,
        missing,
        |entry: &queue_entries::Model| &entry.queue_id,
    )
    .await
}

async fn open<E: Scoped>(
    gateway: &Gateway,
    viewer: &Viewer,
    id: &str,
    missing: fn() -> Refusal,
    queue_of: impl Fn(&E::Model) -> &String,
) -> Result<Watch<E>>
where
    E::Model: Send + Sync,
{
    // Before the row is read, so that no change falls between the two.
    let feed = gateway.feed().await?;
    let first = scope::find::<E>(gateway.db.reader(), viewer, id).await?;
    let first = first.ok_or_else(missing)?;
    Ok(Watch {
        gateway: gateway.clone(),
        viewer: viewer.clone(),
        feed,
        queue_id: queue_of(&first).clone(),
        id: id.to_owned(),
        missing,
        first: Some(first),
    })
}

impl<E: Scoped> Watch<E>
where
    E::Model: Send + Sync,
{
    /// Waits for the next change of the queue, and answers how the row is now. A change may be told twice.
    ///
    /// # Errors
    /// `Unauthenticated` or `Forbidden` when the viewer has lost a role since they began to watch;
    /// `NOT_FOUND` when the row is not theirs to see any more; faults. There is nothing more to wait for
    /// then.
    pub async fn next(&mut self) -> Result<E::Model> {
        if let Some(first) = self.first.take() {
            return Ok(first);
        }
        loop {
            let event = self.feed.next().await?;
            if event.aggregate_type == "queue" && event.aggregate_id == self.queue_id {
                self.authorise().await?;
                let row =
                    scope::find::<E>(self.gateway.db.reader(), &self.viewer, &self.id).await?;
                return Ok(row.ok_or_else(self.missing)?);
            }
        }
    }

    /// Everything below is shown by the roles that the viewer began with, so all of them must still be theirs.
    async fn authorise(&self) -> Result<()> {
        if self.viewer.id().is_none() {
            return Ok(());
        }
        let now = people::as_of_now(&self.gateway, &self.viewer).await?;
        match self.viewer.is_matched_by(&now) {
            true => Ok(()),
            false => Err(Error::Forbidden("Your roles have changed; subscribe anew.")),
        }
    }
}

//! Watching a queue, or one's place in it. Each piece of news of a queue concerns everybody in it: whoever
//! leaves moves all behind up.

use entity::{queue_entries, queues};

use crate::domain::error::{Refusal, Result};
use crate::domain::gateway::Gateway;
use crate::domain::viewer::Viewer;
use crate::domain::watch::{self, Followed, Subject, Watch};

/// What the news of a queue is about.
pub(super) const AGGREGATE: &str = "queue";

/// Watches a queue, beginning with how it is now.
///
/// # Errors
/// `NOT_FOUND` at `queueId`.
pub async fn queue(gateway: &Gateway, viewer: &Viewer, id: &str) -> Result<Watch<queues::Entity>> {
    let subject = Subject {
        id: id.to_owned(),
        aggregate: AGGREGATE,
        field: "queueId",
        what: "queue",
    };
    watch::one(gateway, viewer, subject).await
}

/// An entry that is watched.
#[derive(Debug)]
pub struct Watched {
    followed: Followed,
    id: String,
    queue_id: String,
    /// What it is like at first, until that has been told.
    first: Option<queue_entries::Model>,
}

/// Watches an entry, beginning with how it is now.
///
/// # Errors
/// `Unauthenticated`; `NOT_FOUND` at `entryId` for an entry that the viewer does not see.
pub async fn entry(gateway: &Gateway, viewer: &Viewer, id: &str) -> Result<Watched> {
    viewer.user_id()?;
    let followed = Followed::begin(gateway, viewer).await?;
    let first = followed.read::<queue_entries::Entity>(id).await?;
    let first = first.ok_or_else(not_found)?;
    Ok(Watched {
        followed,
        id: id.to_owned(),
        queue_id: first.queue_id.clone(),
        first: Some(first),
    })
}

fn not_found() -> Refusal {
    Refusal::not_found("entryId", "entry")
}

impl Watched {
    /// Waits for the next change of the queue, and answers how the entry is now. A change may be told twice.
    ///
    /// # Errors
    /// As [`Followed::next`]; `NOT_FOUND` when the entry is not the viewer's to see any more.
    pub async fn next(&mut self) -> Result<queue_entries::Model> {
        if let Some(first) = self.first.take() {
            return Ok(first);
        }
        let queue_id = &self.queue_id;
        self.followed
            .next(|event| event.aggregate_type == AGGREGATE && event.aggregate_id == *queue_id)
            .await?;
        let now = self
            .followed
            .read::<queue_entries::Entity>(&self.id)
            .await?;
        Ok(now.ok_or_else(not_found)?)
    }
}

//! Reads and writes of queues and their entries, on an open connection.

use entity::{class_occurrences, queue_entries, queues};
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::{Set, Unchanged},
    ColumnTrait, EntityTrait, QueryFilter, QuerySelect,
};

use super::rules::status::EntryStatus;
use crate::domain::classes::places;
use crate::domain::error::{Refusal, Result};
use crate::domain::scope::Scoped;
use crate::domain::tx::Work;
use crate::domain::viewer::Viewer;

/// Finds a queue and keeps every other writer off it: the operations of one queue take turns.
///
/// # Errors
/// `NOT_FOUND` at `queueId`.
pub async fn lock(work: &Work, queue_id: &str) -> Result<queues::Model> {
    let queue = queues::Entity::find_by_id(queue_id)
        .filter(queues::Column::DeletedAt.is_null())
        .lock_exclusive()
        .one(&**work)
        .await?;
    Ok(queue.ok_or_else(|| Refusal::not_found("queueId", "queue"))?)
}

/// Finds a queue that the viewer's business runs, and keeps every other writer off it.
///
/// # Errors
/// `NOT_FOUND` at `queueId`, also for whoever does not work there.
pub async fn lock_for_staff(work: &Work, viewer: &Viewer, queue_id: &str) -> Result<queues::Model> {
    let queue = lock(work, queue_id).await?;
    viewer.require_staff(&queue.biz_id, "queueId", "queue")?;
    Ok(queue)
}

/// An entry with its queue and, when that is the waitlist of a class, with the class.
pub struct Held {
    /// The class that is waited for.
    pub class: Option<class_occurrences::Model>,
    /// The queue.
    pub queue: queues::Model,
    /// The entry.
    pub entry: queue_entries::Model,
}

/// Finds an entry that the viewer may see, and keeps every other writer off its queue. The entry is as it is
/// once nobody else changes it.
///
/// # Errors
/// `NOT_FOUND` at `entryId`.
pub async fn lock_with_entry(work: &Work, viewer: &Viewer, entry_id: &str) -> Result<Held> {
    let missing = || Refusal::not_found("entryId", "entry");
    let queue_id: Option<String> = queue_entries::Entity::visible_to(viewer)
        .filter(queue_entries::Column::Id.eq(entry_id))
        .select_only()
        .column(queue_entries::Column::QueueId)
        .into_tuple()
        .one(&**work)
        .await?;
    let (class, queue) = lock_queue_with_class(work, &queue_id.ok_or_else(missing)?)
        .await?
        .ok_or_else(missing)?;
    let entry = queue_entries::Entity::find_by_id(entry_id)
        .one(&**work)
        .await?;
    Ok(Held {
        class,
        queue,
        entry: entry.ok_or_else(missing)?,
    })
}

/// Keeps every other writer off a queue, and off the class that is waited for in it: that first, as everybody does.
///
/// # Errors
/// When the database fails.
pub async fn lock_queue_with_class(
    work: &Work,
    queue_id: &str,
) -> Result<Option<(Option<class_occurrences::Model>, queues::Model)>> {
    let class_id: Option<Option<String>> = queues::Entity::find_by_id(queue_id)
        .select_only()
        .column(queues::Column::ClassOccurrenceId)
        .into_tuple()
        .one(&**work)
        .await?;
    let class = match class_id {
        None => return Ok(None),
        Some(None) => None,
        Some(Some(class)) => places::lock(work, &class).await?,
    };
    let queue = queues::Entity::find_by_id(queue_id)
        .lock_exclusive()
        .one(&**work)
        .await?;
    Ok(queue.map(|queue| (class, queue)))
}

/// Writes what has changed of an entry.
///
/// # Errors
/// When the database fails.
pub async fn save(
    work: &Work,
    entry: &queue_entries::Model,
    mut changes: queue_entries::ActiveModel,
) -> Result<queue_entries::Model> {
    changes.id = Unchanged(entry.id.clone());
    changes.updated_at = Set(work.now.into());
    Ok(changes.update(&**work).await?)
}

/// What the row says of an entry that enters a state.
#[must_use]
pub fn state(status: EntryStatus) -> queue_entries::ActiveModel {
    queue_entries::ActiveModel {
        status: Set(status.as_str().to_owned()),
        ..Default::default()
    }
}

//! Serving a queue: calling whose turn it is, and from the beginning to the end of a service. Staff only.

use entity::queue_entries;
use sea_orm::ActiveValue::Set;

use super::log::{self, Happening, Note};
use super::rules::status::{Action, EntryStatus, QueueKind, QueueStatus};
use super::{line, repo};
use crate::domain::error::{Refusal, RefusalCode, Result};
use crate::domain::gateway::Gateway;
use crate::domain::tx::{Begun, Call, Outcome};
use crate::domain::viewer::Viewer;

/// Calls whose turn it is. Desks that call at once take turns at the queue, so each calls somebody else, and
/// nobody is passed over.
///
/// # Errors
/// `NOT_FOUND` at `queueId`; `QUEUE_CLOSED`; `INVALID_STATE` when nobody waits.
pub async fn call_next(
    gateway: &Gateway,
    viewer: &Viewer,
    queue_id: &str,
    call: Call,
) -> Result<Outcome<queue_entries::Model>> {
    let work = match gateway.begin(viewer, &call).await? {
        Begun::Work(work) => work,
        Begun::Done(outcome) => return Ok(outcome),
    };
    let queue = repo::lock_for_staff(&work, viewer, queue_id).await?;
    let refuse = |code, message| Refusal::new(code, message).at("queueId");
    if QueueKind::parse(&queue.kind) == QueueKind::Waitlist {
        let message = "Nobody is called from a waitlist: places are given out as they come free.";
        return Err(refuse(RefusalCode::InvalidState, message).into());
    }
    if QueueStatus::parse(&queue.status) == QueueStatus::Closed {
        return Err(refuse(RefusalCode::QueueClosed, "This queue is closed.").into());
    }
    let entry = line::head(&work, &queue.id)
        .await?
        .ok_or_else(|| refuse(RefusalCode::InvalidState, "Nobody is waiting."))?;
    let changes = queue_entries::ActiveModel {
        notified_at: Set(Some(work.now.into())),
        ..repo::state(EntryStatus::parse(&entry.status).after(Action::Call)?)
    };
    let entry = repo::save(&work, &entry, changes).await?;
    let note = Note {
        entry_id: Some(&entry.id),
        actor_id: viewer.id(),
        detail: None,
    };
    log::write(&work, &queue, Happening::Called, note).await?;
    work.finish(entry).await
}

/// Begins to serve somebody: who was called, or who waits and stands at the desk already.
///
/// # Errors
/// `NOT_FOUND`, `INVALID_STATE` at `entryId`; `Forbidden`.
pub async fn start(
    gateway: &Gateway,
    viewer: &Viewer,
    entry_id: &str,
    call: Call,
) -> Result<Outcome<queue_entries::Model>> {
    step(gateway, viewer, entry_id, call, Action::Start).await
}

/// Ends a service.
///
/// # Errors
/// `NOT_FOUND`, `INVALID_STATE` at `entryId`; `Forbidden`.
pub async fn finish(
    gateway: &Gateway,
    viewer: &Viewer,
    entry_id: &str,
    call: Call,
) -> Result<Outcome<queue_entries::Model>> {
    step(gateway, viewer, entry_id, call, Action::Finish).await
}

async fn step(
    gateway: &Gateway,
    viewer: &Viewer,
    entry_id: &str,
    call: Call,
    action: Action,
) -> Result<Outcome<queue_entries::Model>> {
    let work = match gateway.begin(viewer, &call).await? {
        Begun::Work(work) => work,
        Begun::Done(outcome) => return Ok(outcome),
    };
    let repo::Held { queue, entry, .. } = repo::lock_with_entry(&work, viewer, entry_id).await?;
    super::entries::staff_only(viewer, &queue)?;
    super::entries::walk_in_only(&queue, "A place on a waitlist is not served at a desk.")?;
    let mut changes = repo::state(EntryStatus::parse(&entry.status).after(action)?);
    let happening = match action {
        Action::Finish => {
            changes.served_at = Set(Some(work.now.into()));
            Happening::Finished
        }
        _ => {
            changes.service_started_at = Set(Some(work.now.into()));
            Happening::Started
        }
    };
    let entry = repo::save(&work, &entry, changes).await?;
    let note = Note {
        entry_id: Some(&entry.id),
        actor_id: viewer.id(),
        detail: None,
    };
    log::write(&work, &queue, happening, note).await?;
    work.finish(entry).await
}

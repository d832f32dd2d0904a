//! What becomes of an entry but being served: leaving, being taken out, being moved.

use entity::{queue_entries, queues};
use sea_orm::ActiveValue::Set;
use serde_json::json;

use super::log::{self, Happening, Note};
use super::rules::status::{Action, EntryStatus, QueueKind};
use super::waitlists::claim;
use super::{line, repo, standing};
use crate::domain::error::{Error, Refusal, RefusalCode, Result};
use crate::domain::gateway::Gateway;
use crate::domain::tx::{Begun, Call, Outcome, Work};
use crate::domain::viewer::Viewer;

/// Lets the staff of the queue's business pass; whoever comes this far may at least see the entry.
pub(super) fn staff_only(viewer: &Viewer, queue: &queues::Model) -> Result<()> {
    match viewer.is_staff_of(&queue.biz_id) {
        true => Ok(()),
        false => Err(Error::Forbidden("Only staff may do this.")),
    }
}

/// Lets entries of walk-in queues pass.
pub(super) fn walk_in_only(queue: &queues::Model, otherwise: &str) -> Result<(), Refusal> {
    match QueueKind::parse(&queue.kind) {
        QueueKind::WalkIn => Ok(()),
        QueueKind::Waitlist => {
            Err(Refusal::new(RefusalCode::InvalidState, otherwise).at("entryId"))
        }
    }
}

/// Leaves a queue, or a waitlist. Only the customer does; staff remove.
///
/// # Errors
/// `NOT_FOUND`, `INVALID_STATE` at `entryId`; `Forbidden`.
pub async fn leave(
    gateway: &Gateway,
    viewer: &Viewer,
    entry_id: &str,
    call: Call,
) -> Result<Outcome<queue_entries::Model>> {
    let work = match gateway.begin(viewer, &call).await? {
        Begun::Work(work) => work,
        Begun::Done(outcome) => return Ok(outcome),
    };
    let held = repo::lock_with_entry(&work, viewer, entry_id).await?;
    let entry = &held.entry;
    if entry.customer_user_id.as_deref() != viewer.id() {
        return Err(Error::Forbidden(
            "Only the customer leaves; staff remove an entry.",
        ));
    }
    let entry = go(&work, viewer, held, Action::Leave).await?;
    work.finish(entry).await
}

/// Takes somebody out of a queue, or notes that they did not come when called. Staff only.
///
/// # Errors
/// `NOT_FOUND`, `INVALID_STATE` at `entryId`; `Forbidden`.
pub async fn remove(
    gateway: &Gateway,
    viewer: &Viewer,
    entry_id: &str,
    no_show: bool,
    call: Call,
) -> Result<Outcome<queue_entries::Model>> {
    let work = match gateway.begin(viewer, &call).await? {
        Begun::Work(work) => work,
        Begun::Done(outcome) => return Ok(outcome),
    };
    let held = repo::lock_with_entry(&work, viewer, entry_id).await?;
    staff_only(viewer, &held.queue)?;
    let action = match no_show {
        true => {
            walk_in_only(&held.queue, "Nobody is called from a waitlist.")?;
            Action::MissTurn
        }
        false => Action::Remove,
    };
    let entry = go(&work, viewer, held, action).await?;
    work.finish(entry).await
}

/// Takes an entry out of its queue, for whatever reason. A place that it was told of goes to the next.
async fn go(
    work: &Work,
    viewer: &Viewer,
    held: repo::Held,
    action: Action,
) -> Result<queue_entries::Model> {
    let repo::Held {
        class,
        queue,
        entry,
    } = held;
    let status = EntryStatus::parse(&entry.status).after(action)?;
    let entry = repo::save(work, &entry, repo::state(status)).await?;
    let happening = match status {
        EntryStatus::Left => Happening::Left,
        EntryStatus::NoShow => Happening::NoShow,
        _ => Happening::Removed,
    };
    let note = Note {
        entry_id: Some(&entry.id),
        actor_id: viewer.id(),
        detail: None,
    };
    log::write(work, &queue, happening, note).await?;
    Box::pin(claim::give_up(work, viewer, &queue, class.as_ref(), &entry)).await?;
    Ok(entry)
}

/// Moves somebody who waits to another place in the line; a place beyond the end is the end. Staff only, and
/// the log tells who.
///
/// # Errors
/// `INVALID_INPUT` at `toPosition`; `NOT_FOUND`, `INVALID_STATE` at `entryId`; `Forbidden`.
pub async fn reposition(
    gateway: &Gateway,
    viewer: &Viewer,
    entry_id: &str,
    to: i32,
    call: Call,
) -> Result<Outcome<queue_entries::Model>> {
    let place = u64::try_from(to).ok().filter(|place| *place > 0);
    let place =
        place.ok_or_else(|| Refusal::invalid("toPosition", "Places are counted from 1."))?;
    let work = match gateway.begin(viewer, &call).await? {
        Begun::Work(work) => work,
        Begun::Done(outcome) => return Ok(outcome),
    };
    let repo::Held { queue, entry, .. } = repo::lock_with_entry(&work, viewer, entry_id).await?;
    staff_only(viewer, &queue)?;
    EntryStatus::parse(&entry.status).after(Action::Move)?;
    let from = standing::places(&*work, vec![entry.id.clone()]).await?;
    let key = line::key_at(&work, &queue.id, &entry.id, place).await?;
    let changes = queue_entries::ActiveModel {
        position: Set(key),
        ..Default::default()
    };
    let entry = repo::save(&work, &entry, changes).await?;
    let note = Note {
        entry_id: Some(&entry.id),
        actor_id: viewer.id(),
        detail: Some(json!({
            "from": from.get(&entry.id).map(|place| place.position),
            "position": to.min(queue.waiting_count),
        })),
    };
    log::write(&work, &queue, Happening::Moved, note).await?;
    work.finish(entry).await
}

//! Private notes on bookings. They exist for the staff of the business alone.

use std::collections::HashMap;

use entity::booking_order_private_notes as notes;
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::{Set, Unchanged},
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect,
};

use super::repo;
use crate::domain::error::{Error, Refusal, Result};
use crate::domain::events::{self, Event};
use crate::domain::gateway::Gateway;
use crate::domain::ids::Kind;
use crate::domain::page::{Order, Page, PageRequest};
use crate::domain::scope::{Scoped, any_of};
use crate::domain::tx::{Begun, Call, Outcome, Work};
use crate::domain::viewer::Viewer;

/// The longest note, in characters.
const MAX_NOTE: usize = 10_000;

/// Adds a note to a booking. Staff only.
///
/// # Errors
/// `NOT_FOUND`, `INVALID_INPUT`, `Forbidden`.
pub async fn add(
    gateway: &Gateway,
    viewer: &Viewer,
    booking_id: &str,
    note: String,
    is_pinned: bool,
    call: Call,
) -> Result<Outcome<notes::Model>> {
    check(&note)?;
    let work = match gateway.begin(viewer, &call).await? {
        Begun::Work(work) => work,
        Begun::Done(outcome) => return Ok(outcome),
    };
    let booking = repo::lock(&work, viewer, booking_id, None).await?;
    if !viewer.is_staff_of(&booking.biz_id) {
        return Err(Error::Forbidden("Only staff write notes."));
    }
    let row = notes::ActiveModel {
        id: Set(Kind::BookingNote.mint(work.now)),
        biz_id: Set(booking.biz_id.clone()),
        booking_order_id: Set(booking.id.clone()),
        author_user_id: Set(viewer.user_id()?.to_owned()),
        note: Set(note),
        is_pinned: Set(is_pinned),
        created_at: Set(work.now.into()),
        updated_at: Set(work.now.into()),
        deleted_at: Set(None),
    };
    let row = row.insert(&*work).await?;
    announce(&work, &row, "note.added").await?;
    work.finish(row).await
}

/// Changes a note, or pins it. Staff only.
///
/// # Errors
/// `NOT_FOUND`, `INVALID_INPUT`.
pub async fn update(
    gateway: &Gateway,
    viewer: &Viewer,
    note_id: &str,
    note: Option<String>,
    is_pinned: Option<bool>,
    call: Call,
) -> Result<Outcome<notes::Model>> {
    if let Some(note) = &note {
        check(note)?;
    }
    let work = match gateway.begin(viewer, &call).await? {
        Begun::Work(work) => work,
        Begun::Done(outcome) => return Ok(outcome),
    };
    let row = lock(&work, viewer, note_id).await?;
    let mut changes = notes::ActiveModel {
        id: Unchanged(row.id),
        updated_at: Set(work.now.into()),
        ..Default::default()
    };
    if let Some(note) = note {
        changes.note = Set(note);
    }
    if let Some(is_pinned) = is_pinned {
        changes.is_pinned = Set(is_pinned);
    }
    let row = changes.update(&*work).await?;
    announce(&work, &row, "note.changed").await?;
    work.finish(row).await
}

/// Deletes a note. Staff only. Answers its id.
///
/// # Errors
/// `NOT_FOUND`.
pub async fn delete(
    gateway: &Gateway,
    viewer: &Viewer,
    note_id: &str,
    call: Call,
) -> Result<Outcome<String>> {
    let work = match gateway.begin(viewer, &call).await? {
        Begun::Work(work) => work,
        Begun::Done(outcome) => return Ok(outcome),
    };
    let row = lock(&work, viewer, note_id).await?;
    let changes = notes::ActiveModel {
        id: Unchanged(row.id),
        updated_at: Set(work.now.into()),
        deleted_at: Set(Some(work.now.into())),
        ..Default::default()
    };
    let row = changes.update(&*work).await?;
    announce(&work, &row, "note.deleted").await?;
    work.finish(row.id).await
}

/// The same page of the notes on each of many bookings, the oldest note first. Notes that the viewer may
/// not see are not there.
///
/// # Errors
/// `BadRequest` for a cursor of another list.
pub async fn on_each(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    booking_ids: Vec<String>,
    page: &PageRequest,
) -> Result<HashMap<String, Page<notes::Model>>> {
    use notes::Column;
    let order = Order::ascending("notes", Column::CreatedAt, Column::Id);
    let lists =
        notes::Entity::visible_to(viewer).filter(any_of(db, Column::BookingOrderId, booking_ids));
    order
        .read_each(db, lists, Column::BookingOrderId, page)
        .await
}

/// Finds a note of a business that the viewer works for. To everybody else it does not exist.
async fn lock(work: &Work, viewer: &Viewer, note_id: &str) -> Result<notes::Model> {
    let row = notes::Entity::find_by_id(note_id)
        .filter(notes::Column::DeletedAt.is_null())
        .filter(notes::Column::BizId.is_in(viewer.staffed()))
        .lock_exclusive()
        .one(&**work)
        .await?;
    Ok(row.ok_or_else(|| Refusal::not_found("noteId", "note"))?)
}

/// Puts what happened into the outbox: that there is a note, never what it says.
async fn announce(work: &Work, note: &notes::Model, kind: &'static str) -> Result<()> {
    events::emit(
        work,
        Event {
            biz_id: &note.biz_id,
            kind,
            aggregate: "note",
            aggregate_id: &note.id,
            payload: serde_json::json!({ "bookingId": note.booking_order_id }),
        },
    )
    .await
}

fn check(note: &str) -> Result<(), Refusal> {
    if note.trim().is_empty() || note.chars().count() > MAX_NOTE || note.contains('\0') {
        let message = format!("A note has 1 to {MAX_NOTE} characters.");
        return Err(Refusal::invalid("note", message));
    }
    Ok(())
}

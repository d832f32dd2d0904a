//! Lists of queues and of entries.

use std::collections::HashMap;

use entity::{queue_entries, queues, waitlist_offers};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use super::rules::status::{EntryStatus, QueueKind};
use crate::domain::error::Result;
use crate::domain::gateway::Gateway;
use crate::domain::page::{Order, Page, PageRequest};
use crate::domain::scope::{Scoped, any_of};
use crate::domain::viewer::Viewer;

/// The queues of a business, by name.
///
/// # Errors
/// `BadRequest` for a cursor of another list.
pub async fn of_business(
    gateway: &Gateway,
    viewer: &Viewer,
    biz_id: &str,
    kind: Option<QueueKind>,
    page: &PageRequest,
) -> Result<Page<queues::Model>> {
    use queues::Column;
    let mut list = queues::Entity::visible_to(viewer).filter(Column::BizId.eq(biz_id));
    if let Some(kind) = kind {
        list = list.filter(Column::Kind.eq(kind.as_str()));
    }
    Order::ascending("queues", Column::Name, Column::Id)
        .read(gateway.db.reader(), list, page)
        .await
}

/// The viewer's own entries, the latest first: those that are live, those that are not, or all.
///
/// # Errors
/// `Unauthenticated`; `BadRequest` for a cursor of another list.
pub async fn of_viewer(
    gateway: &Gateway,
    viewer: &Viewer,
    live: Option<bool>,
    page: &PageRequest,
) -> Result<Page<queue_entries::Model>> {
    use queue_entries::Column;
    let mut list = queue_entries::Entity::visible_to(viewer)
        .filter(Column::CustomerUserId.eq(viewer.user_id()?));
    list = match live {
        Some(true) => list.filter(Column::Status.is_in(EntryStatus::LIVE)),
        Some(false) => list.filter(Column::Status.is_not_in(EntryStatus::LIVE)),
        None => list,
    };
    Order::descending("entries.-created", Column::CreatedAt, Column::Id)
        .read(gateway.db.reader(), list, page)
        .await
}

/// A page of the entries of each of some queues, in the order of the line: as many as the viewer may see.
///
/// # Errors
/// `BadRequest` for a cursor of another list.
pub async fn of_each(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    queue_ids: Vec<String>,
    status: Option<&[EntryStatus]>,
    page: &PageRequest,
) -> Result<HashMap<String, Page<queue_entries::Model>>> {
    use queue_entries::Column;
    let mut lists =
        queue_entries::Entity::visible_to(viewer).filter(any_of(db, Column::QueueId, queue_ids));
    if let Some(status) = status {
        lists = lists.filter(Column::Status.is_in(status.iter().map(|it| it.as_str())));
    }
    Order::ascending("queue.entries", Column::Position, Column::Id)
        .read_each(db, lists, Column::QueueId, page)
        .await
}

/// The latest offer of a place to each of some entries.
///
/// # Errors
/// When the database fails.
pub async fn latest_offers(
    db: &impl ConnectionTrait,
    entry_ids: Vec<String>,
) -> Result<Vec<waitlist_offers::Model>> {
    use waitlist_offers::{Column, Entity};
    // An entry has few: the later ones overwrite the earlier in whatever map they go into.
    Ok(Entity::find()
        .filter(any_of(db, Column::QueueEntryId, entry_ids))
        .order_by_asc(Column::OfferedAt)
        .order_by_asc(Column::Id)
        .all(db)
        .await?)
}

/// The waitlists of some classes.
///
/// # Errors
/// When the database fails.
pub async fn waitlists_of(
    db: &impl ConnectionTrait,
    occurrence_ids: Vec<String>,
) -> Result<Vec<queues::Model>> {
    use queues::{Column, Entity};
    Ok(Entity::find()
        .filter(any_of(db, Column::ClassOccurrenceId, occurrence_ids))
        .all(db)
        .await?)
}

/// The viewer's own live places on the waitlists of some classes, each with the class.
///
/// # Errors
/// When the database fails.
pub async fn waiting_for(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    occurrence_ids: Vec<String>,
) -> Result<Vec<(String, queue_entries::Model)>> {
    use queue_entries::{Column, Entity};
    let rows = Entity::find()
        .find_also_related(queues::Entity)
        .filter(any_of(
            db,
            queues::Column::ClassOccurrenceId,
            occurrence_ids,
        ))
        .filter(Column::CustomerUserId.eq(viewer.user_id()?))
        .filter(Column::Status.is_in(EntryStatus::LIVE))
        .all(db)
        .await?;
    let with_class = |(entry, queue): (queue_entries::Model, Option<queues::Model>)| {
        Some((queue?.class_occurrence_id?, entry))
    };
    Ok(rows.into_iter().filter_map(with_class).collect())
}

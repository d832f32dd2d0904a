//! Lists of queues and of entries.

use std::collections::HashMap;

use entity::{queue_entries, queues};
use sea_orm::{ColumnTrait, ConnectionTrait, QueryFilter};

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

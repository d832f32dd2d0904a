//! What is read of the people of a business.

use entity::memberships;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::domain::catalog::lists::staff_only;
use crate::domain::error::Result;
use crate::domain::gateway::Gateway;
use crate::domain::page::{Order, Page, PageRequest};
use crate::domain::scope::{Scoped, any_of};
use crate::domain::viewer::Viewer;

/// Those of the users who have a part in one of the businesses.
///
/// # Errors
/// When the database fails.
pub async fn members_among(
    db: &impl ConnectionTrait,
    user_ids: Vec<String>,
    biz_ids: impl Iterator<Item = &str>,
) -> Result<Vec<String>> {
    let biz_ids = biz_ids.map(str::to_owned);
    Ok(memberships::Entity::find()
        .select_only()
        .column(memberships::Column::UserId)
        .filter(any_of(db, memberships::Column::UserId, user_ids))
        .filter(any_of(db, memberships::Column::BizId, biz_ids))
        .filter(memberships::Column::DeletedAt.is_null())
        .into_tuple()
        .all(db)
        .await?)
}

/// The memberships of users, the oldest first, as far as the viewer may see them.
///
/// # Errors
/// When the database fails.
pub async fn memberships_of(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    user_ids: Vec<String>,
) -> Result<Vec<memberships::Model>> {
    Ok(memberships::Entity::visible_to(viewer)
        .filter(any_of(db, memberships::Column::UserId, user_ids))
        .order_by_asc(memberships::Column::CreatedAt)
        .order_by_asc(memberships::Column::Id)
        .all(db)
        .await?)
}

/// The people of a business, in the order in which they came.
///
/// # Errors
/// `Forbidden` for everybody but the staff of the business; `BadRequest` for a cursor of another list.
pub async fn members(
    gateway: &Gateway,
    viewer: &Viewer,
    biz_id: &str,
    page: &PageRequest,
) -> Result<Page<memberships::Model>> {
    staff_only(viewer, biz_id)?;
    let list = memberships::Entity::find()
        .filter(memberships::Column::BizId.eq(biz_id))
        .filter(memberships::Column::DeletedAt.is_null());
    Order::ascending(
        "members",
        memberships::Column::CreatedAt,
        memberships::Column::Id,
    )
    .read(gateway.db.reader(), list, page)
    .await
}

//! The seat maps of a business and of its venues, page by page.

use std::collections::HashMap;

use entity::seat_maps::{Column, Entity, Model};
use sea_orm::{ColumnTrait, ConnectionTrait, QueryFilter};

use crate::domain::error::Result;
use crate::domain::gateway::Gateway;
use crate::domain::page::{Order, Page, PageRequest};
use crate::domain::scope::{Scoped, any_of};
use crate::domain::viewer::Viewer;

const BY_NAME: Order<Entity> = Order::ascending("seat_maps", Column::Name, Column::Id);

/// The seat maps of a business, by name.
///
/// # Errors
/// `BadRequest` for a cursor of another list.
pub async fn of_business(
    gateway: &Gateway,
    viewer: &Viewer,
    biz_id: &str,
    page: &PageRequest,
) -> Result<Page<Model>> {
    let list = Entity::visible_to(viewer).filter(Column::BizId.eq(biz_id));
    BY_NAME.read(gateway.db.reader(), list, page).await
}

/// The same page of the seat maps of each of many venues, by name.
///
/// # Errors
/// `BadRequest` for a cursor of another list.
pub async fn of_each_venue(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    venue_ids: Vec<String>,
    page: &PageRequest,
) -> Result<HashMap<String, Page<Model>>> {
    let lists = Entity::visible_to(viewer).filter(any_of(db, Column::VenueId, venue_ids));
    BY_NAME.read_each(db, lists, Column::VenueId, page).await
}

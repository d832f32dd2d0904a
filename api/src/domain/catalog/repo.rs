//! What the catalog reads and writes: relations of many parents at a time, and rows within one business.

use std::sync::Arc;

use entity::{bizes, locations, offer_version_resources, offer_versions, offers, resources};
use sea_orm::sea_query::{LockType, OnConflict};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, ModelTrait, QueryFilter,
    QueryOrder, QuerySelect, SqlErr, TryInsertResult,
};

use super::error::CatalogRefusal;
use super::words::OfferVersionStatus;
use crate::domain::error::{Refusal, Result};
use crate::domain::scope::{Scoped, any_of};
use crate::domain::tx::Work;
use crate::domain::viewer::Viewer;

/// Inserts a row whose slug must be new. A rival in flight is waited for.
///
/// # Errors
/// `INVALID_INPUT` at `slug` when it is taken.
pub async fn insert_with_slug<M>(work: &Work, row: &M) -> Result<()>
where
    M: ModelTrait + Clone + IntoActiveModel<<M::Entity as EntityTrait>::ActiveModel>,
{
    let inserted = M::Entity::insert(row.clone().into_active_model())
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .try_insert()
        .exec_without_returning(&**work)
        .await?;
    match inserted {
        TryInsertResult::Inserted(1..) => Ok(()),
        _ => Err(CatalogRefusal::SlugTaken.into()),
    }
}

/// Whether a unique index refused the row.
#[must_use]
pub fn is_unique_violation(error: &DbErr) -> bool {
    matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_)))
}

/// The business, which the viewer may change.
///
/// # Errors
/// `NOT_FOUND` at `businessId` when it is deleted.
pub async fn business(work: &Work, id: &str) -> Result<bizes::Model> {
    bizes::Entity::find_by_id(id)
        .filter(bizes::Column::DeletedAt.is_null())
        .one(&**work)
        .await?
        .ok_or_else(|| Refusal::not_found("businessId", "business").into())
}

/// The location of a business.
///
/// # Errors
/// `NOT_FOUND` at `locationId` when the business has no such location.
pub async fn location_of(work: &Work, biz_id: &str, id: &str) -> Result<locations::Model> {
    locations::Entity::find_by_id(id)
        .filter(locations::Column::BizId.eq(biz_id))
        .filter(locations::Column::DeletedAt.is_null())
        .one(&**work)
        .await?
        .ok_or_else(|| Refusal::not_found("locationId", "location").into())
}

/// A location that the viewer may change, kept from other changes until the work ends.
///
/// # Errors
/// `NOT_FOUND` at `locationId`; `Forbidden`.
pub async fn locked_location(work: &Work, viewer: &Viewer, id: &str) -> Result<locations::Model> {
    let (field, what) = ("locationId", "location");
    let location = locations::Entity::visible_to(viewer)
        .filter(locations::Column::Id.eq(id))
        .lock(LockType::NoKeyUpdate)
        .one(&**work)
        .await?
        .ok_or_else(|| Refusal::not_found(field, what))?;
    viewer.require_manager(&location.biz_id, field, what)?;
    Ok(location)
}

/// A resource that the viewer may change, kept from other changes until the work ends.
///
/// # Errors
/// `NOT_FOUND` at `resourceId`; `Forbidden`.
pub async fn locked_resource(work: &Work, viewer: &Viewer, id: &str) -> Result<resources::Model> {
    let (field, what) = ("resourceId", "resource");
    let resource = resources::Entity::visible_to(viewer)
        .filter(resources::Column::Id.eq(id))
        .lock(LockType::NoKeyUpdate)
        .one(&**work)
        .await?
        .ok_or_else(|| Refusal::not_found(field, what))?;
    viewer.require_manager(&resource.biz_id, field, what)?;
    Ok(resource)
}

/// An offer that the viewer may change, kept from other changes until the work ends. `field` is where
/// the client named it, as `what`.
///
/// # Errors
/// `NOT_FOUND` at `field`; `Forbidden`.
pub async fn locked_offer(
    work: &Work,
    viewer: &Viewer,
    id: &str,
    (field, what): (&str, &str),
) -> Result<offers::Model> {
    let offer = offers::Entity::visible_to(viewer)
        .filter(offers::Column::Id.eq(id))
        .lock(LockType::NoKeyUpdate)
        .one(&**work)
        .await?
        .ok_or_else(|| Refusal::not_found(field, what))?;
    viewer.require_manager(&offer.biz_id, field, what)?;
    Ok(offer)
}

/// The published versions of offers, one each at most.
///
/// # Errors
/// When the database fails.
pub async fn published_versions(
    db: &impl ConnectionTrait,
    offer_ids: Vec<String>,
) -> Result<Vec<offer_versions::Model>> {
    Ok(offer_versions::Entity::find()
        .filter(any_of(db, offer_versions::Column::OfferId, offer_ids))
        .filter(offer_versions::Column::Status.eq(OfferVersionStatus::Published.as_str()))
        .all(db)
        .await?)
}

/// The part that a resource plays in an offer version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResourceRole {
    /// A booking takes one of these.
    Primary,
    /// And one of these, when there are any.
    Secondary,
}

impl ResourceRole {
    /// The word that the database stores.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Primary => "primary",
            Self::Secondary => "secondary",
        }
    }
}

/// The resources that play a part in offer versions, each with the version's id, in the order in which
/// they are tried.
///
/// # Errors
/// When the database fails.
pub async fn resources_of_versions(
    db: &impl ConnectionTrait,
    role: ResourceRole,
    offer_version_ids: Vec<String>,
) -> Result<Vec<(String, Arc<resources::Model>)>> {
    use offer_version_resources::Column;
    let rows = offer_version_resources::Entity::find()
        .filter(any_of(db, Column::OfferVersionId, offer_version_ids))
        .filter(Column::Role.eq(role.as_str()))
        .find_also_related(resources::Entity)
        .filter(resources::Column::DeletedAt.is_null())
        .order_by_asc(Column::Position)
        .order_by_asc(Column::Id)
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .filter_map(|(link, resource)| Some((link.offer_version_id, Arc::new(resource?))))
        .collect())
}

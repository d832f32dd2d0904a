//! What the catalog reads to follow its relations, many parents at a time.

use std::sync::Arc;

use entity::{memberships, offer_version_resources, offer_versions, resources};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::words::OfferVersionStatus;
use crate::domain::error::Result;
use crate::domain::scope::{Scoped, any_of};
use crate::domain::viewer::Viewer;

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

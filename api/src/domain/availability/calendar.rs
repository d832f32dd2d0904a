//! The calendar of one resource: what is taken of it.

use entity::{resource_claims, resources};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::LONGEST_WINDOW;
use crate::domain::civil::Span;
use crate::domain::error::{Error, Result};
use crate::domain::gateway::Gateway;
use crate::domain::viewer::Viewer;

/// The most entries that a calendar shows.
const MAX_ENTRIES: u64 = 2_000;

/// A stretch of time that is taken.
#[derive(Clone, Debug)]
pub struct Busy {
    /// The time, buffers and gaps included.
    pub span: Span,
    /// The booking that takes it. For staff only.
    pub booking_id: Option<String>,
    /// The class that takes it. For staff only.
    pub occurrence_id: Option<String>,
}

impl Busy {
    /// The time of a claim, and by which booking, when that may be told.
    #[must_use]
    pub fn of(claim: &resource_claims::Model, staff: bool) -> Self {
        Self {
            span: Span {
                from: claim.starts_at.to_utc(),
                to: claim.ends_at.to_utc(),
            },
            booking_id: claim.booking_order_id.clone().filter(|_| staff),
            occurrence_id: claim.class_occurrence_id.clone().filter(|_| staff),
        }
    }
}

/// What is taken of `resource` in `window`. Staff see by which booking; everybody else sees only that
/// it is taken.
///
/// # Errors
/// `BadRequest` for a window that is empty or longer than 92 days.
pub async fn busy(
    gateway: &Gateway,
    viewer: &Viewer,
    resource: &resources::Model,
    window: Span,
) -> Result<Vec<Busy>> {
    if window.from >= window.to || window.length() > LONGEST_WINDOW {
        return Err(Error::BadRequest(
            "`window` must end after it starts, at most 92 days later.".into(),
        ));
    }
    let claims = resource_claims::Entity::find()
        .filter(resource_claims::Column::ResourceId.eq(&resource.id))
        .filter(resource_claims::Column::EndsAt.gt(window.from))
        .filter(resource_claims::Column::StartsAt.lt(window.to))
        .filter(
            Condition::any()
                .add(resource_claims::Column::ExpiresAt.is_null())
                .add(resource_claims::Column::ExpiresAt.gt(gateway.clock.now())),
        )
        .order_by_asc(resource_claims::Column::StartsAt)
        .order_by_asc(resource_claims::Column::Id)
        .limit(MAX_ENTRIES)
        .all(gateway.db.reader())
        .await?;
    let staff = viewer.is_staff_of(&resource.biz_id);
    Ok(claims.iter().map(|claim| Busy::of(claim, staff)).collect())
}

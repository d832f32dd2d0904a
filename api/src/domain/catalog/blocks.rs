//! Blocking a resource: time in which it cannot be booked.

use entity::{resource_claims, resources};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::json;

use super::error::CatalogRefusal;
use super::{repo, rules};
use crate::domain::bookings::claims::{Claim, Holder};
use crate::domain::bookings::placing;
use crate::domain::civil::Span;
use crate::domain::error::{Error, Refusal, Result};
use crate::domain::events::{self, Event};
use crate::domain::gateway::Gateway;
use crate::domain::tx::{Begun, Call, Outcome, Work};
use crate::domain::viewer::Viewer;

/// A resource to be blocked.
#[derive(Clone, Debug)]
pub struct BlockResource {
    /// The resource.
    pub resource_id: String,
    /// From when to when.
    pub window: Span,
    /// Why; staff read it.
    pub reason: Option<String>,
}

/// Blocks a resource, all that it could serve at the same time, for a while.
///
/// # Errors
/// `SLOT_TAKEN` when it is booked or blocked already; `INVALID_INPUT` at `window.to` or `reason`;
/// `NOT_FOUND` at `resourceId`; `Forbidden`.
pub async fn block_resource(
    gateway: &Gateway,
    viewer: &Viewer,
    command: BlockResource,
    call: Call,
) -> Result<Outcome<resource_claims::Model>> {
    let window = Span::new(command.window.from, command.window.to)
        .ok_or_else(|| Refusal::invalid("window.to", "The window must end after it begins."))?;
    let reason = rules::reason("reason", command.reason.as_deref())?;
    let work = match gateway.begin(viewer, &call).await? {
        Begun::Work(work) => work,
        Begun::Done(outcome) => return Ok(outcome),
    };
    let resource = repo::locked_resource(&work, viewer, &command.resource_id).await?;
    for unit in 0..units(&resource) {
        if !take(&work, &resource, unit, window, reason.as_deref()).await? {
            return Err(CatalogRefusal::Taken.into());
        }
    }
    let busy = blocks(&resource)
        .filter(resource_claims::Column::StartsAt.lt(window.to))
        .filter(resource_claims::Column::EndsAt.gt(window.from))
        .one(&*work)
        .await?
        .ok_or_else(|| Error::fault("the block just made is gone"))?;
    let event = Event {
        biz_id: &resource.biz_id,
        kind: "resource.blocked",
        aggregate: "resource",
        aggregate_id: &resource.id,
        payload: json!({ "from": window.from, "to": window.to }),
    };
    events::emit(&work, event).await?;
    work.finish(busy).await
}

/// Extends the blocks of a resource to what it can newly serve at the same time.
///
/// # Errors
/// When the database fails.
pub(super) async fn extend(
    work: &Work,
    before: &resources::Model,
    after: &resources::Model,
) -> Result<()> {
    let new = units(before)..units(after);
    if new.is_empty() {
        return Ok(());
    }
    let current = blocks(after)
        .filter(resource_claims::Column::EndsAt.gt(work.now))
        .order_by_asc(resource_claims::Column::StartsAt)
        .all(&**work)
        .await?;
    for unit in new {
        for block in &current {
            let Some(window) = Span::new(block.starts_at.to_utc(), block.ends_at.to_utc()) else {
                continue;
            };
            // What it serves there already, from when it served as many before, stays as it is.
            take(work, after, unit, window, block.reason.as_deref()).await?;
        }
    }
    Ok(())
}

/// How many bookings the resource serves at the same time.
fn units(resource: &resources::Model) -> i32 {
    resource.max_simultaneous_bookings.unwrap_or(1)
}

/// The blocks of the resource: each covers all units, so those of the first tell them all.
fn blocks(resource: &resources::Model) -> sea_orm::Select<resource_claims::Entity> {
    resource_claims::Entity::find()
        .filter(resource_claims::Column::BizId.eq(&resource.biz_id))
        .filter(resource_claims::Column::ResourceId.eq(&resource.id))
        .filter(resource_claims::Column::Unit.eq(0))
        .filter(resource_claims::Column::Kind.eq("block"))
}

async fn take(
    work: &Work,
    resource: &resources::Model,
    unit: i32,
    window: Span,
    reason: Option<&str>,
) -> Result<bool> {
    let claim = Claim {
        biz_id: &resource.biz_id,
        resource_id: &resource.id,
        unit,
        span: window,
        service: window,
        holder: Holder::Block(reason),
    };
    placing::take(work, claim).await
}

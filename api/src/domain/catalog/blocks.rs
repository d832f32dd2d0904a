//! Blocking a resource: time in which it cannot be booked. A block takes all that the resource could serve at
//! the same time, and so does a class.

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
        let holder = Holder::Block(reason.as_deref());
        if !take(&work, &resource, unit, (window, window), holder).await? {
            return Err(CatalogRefusal::Taken.into());
        }
    }
    let busy = wholes(&resource)
        .filter(resource_claims::Column::Kind.eq("block"))
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

/// Extends the blocks and classes of a resource to what it can newly serve at the same time.
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
    let current = wholes(after)
        .filter(resource_claims::Column::EndsAt.gt(work.now))
        .order_by_asc(resource_claims::Column::StartsAt)
        .all(&**work)
        .await?;
    for unit in new {
        for block in &current {
            let span = |from: Stored, to: Stored| Span::new(from.to_utc(), to.to_utc());
            let (Some(window), Some(service)) = (
                span(block.starts_at, block.ends_at),
                span(block.service_starts_at, block.service_ends_at),
            ) else {
                continue;
            };
            let holder = match &block.class_occurrence_id {
                Some(class) => Holder::Class(class),
                None => Holder::Block(block.reason.as_deref()),
            };
            // What it serves there already, from when it served as many before, stays as it is.
            take(work, after, unit, (window, service), holder).await?;
        }
    }
    Ok(())
}

/// A moment as a row has it.
type Stored = chrono::DateTime<chrono::FixedOffset>;

/// How many bookings the resource serves at the same time.
#[must_use]
pub fn units(resource: &resources::Model) -> i32 {
    resource.max_simultaneous_bookings.unwrap_or(1)
}

/// What takes the resource as a whole: it covers all units, so the claims of the first tell them all.
fn wholes(resource: &resources::Model) -> sea_orm::Select<resource_claims::Entity> {
    resource_claims::Entity::find()
        .filter(resource_claims::Column::BizId.eq(&resource.biz_id))
        .filter(resource_claims::Column::ResourceId.eq(&resource.id))
        .filter(resource_claims::Column::Unit.eq(0))
        .filter(resource_claims::Column::Kind.is_in(["block", "class"]))
}

/// Takes one unit of the resource, if it is free.
///
/// # Errors
/// When the database fails.
pub async fn take(
    work: &Work,
    resource: &resources::Model,
    unit: i32,
    (span, service): (Span, Span),
    holder: Holder<'_>,
) -> Result<bool> {
    let claim = Claim {
        biz_id: &resource.biz_id,
        resource_id: &resource.id,
        unit,
        span,
        service,
        holder,
    };
    placing::take(work, claim).await
}

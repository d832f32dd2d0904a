//! Adding an offer to a business.

use entity::offers;
use serde_json::json;

use super::{repo, rules};
use crate::domain::error::Result;
use crate::domain::events::{self, Event};
use crate::domain::gateway::Gateway;
use crate::domain::ids::Kind;
use crate::domain::tx::{Begun, Call, Outcome};
use crate::domain::viewer::Viewer;

/// An offer to be added.
#[derive(Clone, Debug)]
pub struct CreateOffer {
    /// The business.
    pub biz_id: String,
    /// What it is called.
    pub name: String,
    /// Its name in addresses.
    pub slug: String,
    /// What it is.
    pub description: Option<String>,
}

/// Adds an offer to a business. Nobody but staff sees it until a version of it is published.
///
/// # Errors
/// `INVALID_INPUT` at the field at fault; `NOT_FOUND` at `businessId`; `Forbidden`.
pub async fn create_offer(
    gateway: &Gateway,
    viewer: &Viewer,
    command: CreateOffer,
    call: Call,
) -> Result<Outcome<offers::Model>> {
    viewer.require_manager(&command.biz_id, "businessId", "business")?;
    let name = rules::name("name", &command.name)?;
    let slug = rules::slug(&command.slug)?;
    let description = rules::description(command.description.as_deref())?;
    let work = match gateway.begin(viewer, &call).await? {
        Begun::Work(work) => work,
        Begun::Done(outcome) => return Ok(outcome),
    };
    let offer = offers::Model {
        id: Kind::Offer.mint(work.now),
        biz_id: command.biz_id,
        name,
        slug,
        description,
        is_published: false,
        created_at: work.now.into(),
        updated_at: work.now.into(),
        deleted_at: None,
    };
    repo::insert_with_slug(&work, &offer).await?;
    let event = Event {
        biz_id: &offer.biz_id,
        kind: "offer.created",
        aggregate: "offer",
        aggregate_id: &offer.id,
        payload: json!({}),
    };
    events::emit(&work, event).await?;
    work.finish(offer).await
}

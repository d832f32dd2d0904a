//! Adding a hall or room to a business.

use entity::venues;
use serde_json::json;

use super::{repo, rules};
use crate::domain::error::Result;
use crate::domain::events::{self, Event};
use crate::domain::gateway::Gateway;
use crate::domain::ids::Kind;
use crate::domain::tx::{Begun, Call, Outcome};
use crate::domain::viewer::Viewer;

/// A hall or room to be added.
#[derive(Clone, Debug)]
pub struct CreateVenue {
    /// The business.
    pub biz_id: String,
    /// Where it is.
    pub location_id: Option<String>,
    /// What it is called.
    pub name: String,
    /// Its name in addresses.
    pub slug: String,
}

/// Adds a hall or room to a business.
///
/// # Errors
/// `INVALID_INPUT` at the field at fault; `NOT_FOUND` at `businessId` or `locationId`; `Forbidden`.
pub async fn create_venue(
    gateway: &Gateway,
    viewer: &Viewer,
    command: CreateVenue,
    call: Call,
) -> Result<Outcome<venues::Model>> {
    viewer.require_manager(&command.biz_id, "businessId", "business")?;
    let name = rules::name("name", &command.name)?;
    let slug = rules::slug(&command.slug)?;
    let work = match gateway.begin(viewer, &call).await? {
        Begun::Work(work) => work,
        Begun::Done(outcome) => return Ok(outcome),
    };
    if let Some(location) = &command.location_id {
        repo::location_of(&work, &command.biz_id, location).await?;
    }
    let venue = venues::Model {
        id: Kind::Venue.mint(work.now),
        biz_id: command.biz_id,
        location_id: command.location_id,
        name,
        slug,
        created_at: work.now.into(),
        updated_at: work.now.into(),
        deleted_at: None,
    };
    repo::insert_with_slug(&work, &venue).await?;
    let event = Event {
        biz_id: &venue.biz_id,
        kind: "venue.created",
        aggregate: "venue",
        aggregate_id: &venue.id,
        payload: json!({}),
    };
    events::emit(&work, event).await?;
    work.finish(venue).await
}

//! Adding a place to a business.

use chrono_tz::Tz;
use entity::locations;
use serde_json::json;

use super::{repo, rules};
use crate::domain::error::Result;
use crate::domain::events::{self, Event};
use crate::domain::gateway::Gateway;
use crate::domain::ids::Kind;
use crate::domain::tx::{Begun, Call, Outcome};
use crate::domain::viewer::Viewer;

/// A place to be added.
#[derive(Clone, Debug)]
pub struct CreateLocation {
    /// The business.
    pub biz_id: String,
    /// What it is called.
    pub name: String,
    /// Its name in addresses.
    pub slug: String,
    /// The zone whose wall clock its hours are read on; the business's when `None`.
    pub time_zone: Option<Tz>,
    /// Degrees north of the equator.
    pub latitude: Option<f64>,
    /// Degrees east of Greenwich.
    pub longitude: Option<f64>,
}

/// Adds a place to a business. It is closed until it gets opening hours.
///
/// # Errors
/// `INVALID_INPUT` at the field at fault; `NOT_FOUND` at `businessId`; `Forbidden`.
pub async fn create_location(
    gateway: &Gateway,
    viewer: &Viewer,
    command: CreateLocation,
    call: Call,
) -> Result<Outcome<locations::Model>> {
    viewer.require_manager(&command.biz_id, "businessId", "business")?;
    let name = rules::name("name", &command.name)?;
    let slug = rules::slug(&command.slug)?;
    rules::position(command.latitude, command.longitude)?;
    let work = match gateway.begin(viewer, &call).await? {
        Begun::Work(work) => work,
        Begun::Done(outcome) => return Ok(outcome),
    };
    let business = repo::business(&work, &command.biz_id).await?;
    let location = locations::Model {
        id: Kind::Location.mint(work.now),
        biz_id: business.id,
        name,
        slug,
        timezone: match command.time_zone {
            Some(zone) => zone.name().to_owned(),
            None => business.timezone,
        },
        latitude: command.latitude,
        longitude: command.longitude,
        metadata: None,
        created_at: work.now.into(),
        updated_at: work.now.into(),
        deleted_at: None,
    };
    repo::insert_with_slug(&work, &location).await?;
    let event = Event {
        biz_id: &location.biz_id,
        kind: "location.created",
        aggregate: "location",
        aggregate_id: &location.id,
        payload: json!({}),
    };
    events::emit(&work, event).await?;
    work.finish(location).await
}

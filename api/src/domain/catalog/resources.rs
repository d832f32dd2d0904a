//! Adding and changing resources: who and what can be booked.

use std::ops::RangeInclusive;

use entity::resources;
use sea_orm::{ActiveModelTrait, ActiveValue::NotSet, ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;

use super::error::CatalogRefusal;
use super::words::ResourceType;
use super::{blocks, repo, rules};
use crate::domain::error::{Refusal, Result};
use crate::domain::events::{self, Event};
use crate::domain::gateway::Gateway;
use crate::domain::ids::Kind;
use crate::domain::tx::{Begun, Call, Outcome, Work};
use crate::domain::viewer::Viewer;

/// How long a buffer may be, in minutes: up to a day, which is as far as availability looks around.
pub const BUFFER: RangeInclusive<i32> = 0..=1_440;
/// How many bookings a resource may serve at the same time.
const SIMULTANEOUS: RangeInclusive<i32> = 1..=1_000;
/// How far a mobile resource may go, in kilometres: half around the globe.
const RADIUS: RangeInclusive<f64> = 0.0..=20_040.0;

/// A resource to be added.
#[derive(Clone, Debug)]
pub struct CreateResource {
    /// The business.
    pub biz_id: String,
    /// Where it is.
    pub location_id: Option<String>,
    /// What it is.
    pub kind: ResourceType,
    /// What it is called.
    pub name: String,
    /// Its name in addresses.
    pub slug: String,
    /// Whether it goes to the customer.
    pub is_mobile: bool,
    /// How many bookings it serves at the same time; one when `None`.
    pub max_simultaneous_bookings: Option<i32>,
    /// The minutes that it needs before a booking.
    pub buffer_before_min: i32,
    /// The minutes that it needs after a booking.
    pub buffer_after_min: i32,
    /// How far it goes, in kilometres; no limit when `None`.
    pub service_radius_km: Option<f64>,
}

/// Adds a resource to a business.
///
/// # Errors
/// `INVALID_INPUT` at the field at fault; `NOT_FOUND` at `businessId` or `locationId`; `Forbidden`.
pub async fn create_resource(
    gateway: &Gateway,
    viewer: &Viewer,
    command: CreateResource,
    call: Call,
) -> Result<Outcome<resources::Model>> {
    viewer.require_manager(&command.biz_id, "businessId", "business")?;
    let name = rules::name("name", &command.name)?;
    let slug = rules::slug(&command.slug)?;
    let work = match gateway.begin(viewer, &call).await? {
        Begun::Work(work) => work,
        Begun::Done(outcome) => return Ok(outcome),
    };
    let resource = resources::Model {
        id: Kind::Resource.mint(work.now),
        biz_id: command.biz_id,
        location_id: command.location_id,
        r#type: command.kind.as_str().to_owned(),
        name,
        slug,
        user_id: None,
        buffer_before_min: command.buffer_before_min,
        buffer_after_min: command.buffer_after_min,
        service_radius_km: command.service_radius_km,
        version: 1,
        metadata: None,
        created_at: work.now.into(),
        updated_at: work.now.into(),
        deleted_at: None,
        is_mobile: command.is_mobile,
        max_simultaneous_bookings: command.max_simultaneous_bookings,
    };
    check(&resource)?;
    if let Some(location) = &resource.location_id {
        repo::location_of(&work, &resource.biz_id, location).await?;
    }
    repo::insert_with_slug(&work, &resource).await?;
    announce(&work, &resource, "resource.created").await?;
    work.finish(resource).await
}

/// What is to change of a resource. `None` leaves a field as it is; the inner `None` empties it.
#[derive(Clone, Debug)]
pub struct UpdateResource {
    /// The resource.
    pub resource_id: String,
    /// The version that the change was decided on.
    pub expected_version: Option<i32>,
    /// What it is called.
    pub name: Option<String>,
    /// Its name in addresses.
    pub slug: Option<String>,
    /// Where it is.
    pub location_id: Option<Option<String>>,
    /// Whether it goes to the customer.
    pub is_mobile: Option<bool>,
    /// How many bookings it serves at the same time.
    pub max_simultaneous_bookings: Option<Option<i32>>,
    /// The minutes that it needs before a booking.
    pub buffer_before_min: Option<i32>,
    /// The minutes that it needs after a booking.
    pub buffer_after_min: Option<i32>,
    /// How far it goes, in kilometres.
    pub service_radius_km: Option<Option<f64>>,
}

/// Changes a resource. Bookings that are made keep the time that they have taken.
///
/// # Errors
/// `INVALID_INPUT` at the field at fault; `NOT_FOUND` at `resourceId` or `locationId`;
/// `VERSION_CONFLICT` when the resource is of another version than expected; `Forbidden`.
pub async fn update_resource(
    gateway: &Gateway,
    viewer: &Viewer,
    command: UpdateResource,
    call: Call,
) -> Result<Outcome<resources::Model>> {
    let work = match gateway.begin(viewer, &call).await? {
        Begun::Work(work) => work,
        Begun::Done(outcome) => return Ok(outcome),
    };
    let before = repo::locked_resource(&work, viewer, &command.resource_id).await?;
    if command
        .expected_version
        .is_some_and(|expected| expected != before.version)
    {
        return Err(CatalogRefusal::Conflict.into());
    }
    let after = changed(&work, before.clone(), command)?;
    check(&after)?;
    if let Some(location) = &after.location_id
        && after.location_id != before.location_id
    {
        repo::location_of(&work, &after.biz_id, location).await?;
    }
    save(&work, &before, &after).await?;
    blocks::extend(&work, &before, &after).await?;
    announce(&work, &after, "resource.updated").await?;
    work.finish(after).await
}

/// The resource as it is to be.
fn changed(
    work: &Work,
    mut resource: resources::Model,
    command: UpdateResource,
) -> Result<resources::Model, Refusal> {
    if let Some(name) = command.name {
        resource.name = rules::name("name", &name)?;
    }
    if let Some(slug) = command.slug {
        resource.slug = rules::slug(&slug)?;
    }
    if let Some(location) = command.location_id {
        resource.location_id = location;
    }
    if let Some(is_mobile) = command.is_mobile {
        resource.is_mobile = is_mobile;
    }
    if let Some(max) = command.max_simultaneous_bookings {
        resource.max_simultaneous_bookings = max;
    }
    if let Some(minutes) = command.buffer_before_min {
        resource.buffer_before_min = minutes;
    }
    if let Some(minutes) = command.buffer_after_min {
        resource.buffer_after_min = minutes;
    }
    if let Some(radius) = command.service_radius_km {
        resource.service_radius_km = radius;
    }
    resource.version += 1;
    resource.updated_at = work.now.into();
    Ok(resource)
}

/// Checks what must hold of a resource, new or changed.
fn check(resource: &resources::Model) -> Result<(), Refusal> {
    rules::within("bufferBeforeMin", resource.buffer_before_min, BUFFER)?;
    rules::within("bufferAfterMin", resource.buffer_after_min, BUFFER)?;
    let max = resource.max_simultaneous_bookings;
    rules::some_within("maxSimultaneousBookings", max, SIMULTANEOUS)?;
    rules::some_within("serviceRadiusKm", resource.service_radius_km, RADIUS)?;
    Ok(())
}

/// Writes the change, unless somebody else wrote another.
async fn save(work: &Work, before: &resources::Model, after: &resources::Model) -> Result<()> {
    let row = resources::ActiveModel {
        id: NotSet,
        biz_id: NotSet,
        ..resources::ActiveModel::from(after.clone()).reset_all()
    };
    let saved = resources::Entity::update_many()
        .set(row)
        .filter(resources::Column::Id.eq(&before.id))
        .filter(resources::Column::Version.eq(before.version))
        .exec(&**work)
        .await;
    match saved {
        Ok(saved) if saved.rows_affected == 0 => Err(CatalogRefusal::Conflict.into()),
        Ok(_) => Ok(()),
        Err(error) if repo::is_unique_violation(&error) => Err(CatalogRefusal::SlugTaken.into()),
        Err(error) => Err(error.into()),
    }
}

async fn announce(work: &Work, resource: &resources::Model, kind: &'static str) -> Result<()> {
    let event = Event {
        biz_id: &resource.biz_id,
        kind,
        aggregate: "resource",
        aggregate_id: &resource.id,
        payload: json!({ "version": resource.version }),
    };
    events::emit(work, event).await
}

//! Setting up a queue, and changing how it is run.

use entity::queues;
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::{Set, Unchanged},
};
use serde_json::json;

use super::log::{self, Happening, Note};
use super::repo;
use super::rules::limits;
use super::rules::promotion::Promotion;
use super::rules::status::{QueueKind, QueueStatus};
use crate::domain::catalog::{repo as catalog, rules};
use crate::domain::error::{Refusal, Result};
use crate::domain::gateway::Gateway;
use crate::domain::ids::Kind;
use crate::domain::tx::{Begun, Call, Outcome};
use crate::domain::viewer::Viewer;

/// How long a service takes when nobody says, in minutes.
const SERVICE_TIME: i32 = 15;

/// A walk-in queue to be set up.
#[derive(Clone, Debug)]
pub struct CreateQueue {
    /// The business.
    pub biz_id: String,
    /// Where it is.
    pub location_id: Option<String>,
    /// What it is called.
    pub name: String,
    /// Its name in addresses.
    pub slug: String,
    /// How many people may wait in it.
    pub max_capacity: Option<i32>,
    /// How long a service takes, in minutes.
    pub estimated_service_time_min: Option<i32>,
}

/// Sets up a walk-in queue. Owners, admins and managers do.
///
/// # Errors
/// `INVALID_INPUT` at the field at fault; `NOT_FOUND` at `businessId` or `locationId`; `Forbidden`.
pub async fn create(
    gateway: &Gateway,
    viewer: &Viewer,
    command: CreateQueue,
    call: Call,
) -> Result<Outcome<queues::Model>> {
    viewer.require_manager(&command.biz_id, "businessId", "business")?;
    let name = rules::name("name", &command.name)?;
    let slug = rules::slug(&command.slug)?;
    let max_capacity = command.max_capacity.map(limits::capacity).transpose()?;
    let service_time = command.estimated_service_time_min.unwrap_or(SERVICE_TIME);
    let service_time = limits::service_time(service_time)?;
    let work = match gateway.begin(viewer, &call).await? {
        Begun::Work(work) => work,
        Begun::Done(outcome) => return Ok(outcome),
    };
    if let Some(location) = &command.location_id {
        catalog::location_of(&work, &command.biz_id, location).await?;
    }
    let queue = queues::Model {
        id: Kind::Queue.mint(work.now),
        biz_id: command.biz_id,
        location_id: command.location_id,
        name,
        slug,
        status: QueueStatus::Active.as_str().to_owned(),
        max_capacity,
        estimated_service_time_min: service_time,
        metadata: None,
        created_at: work.now.into(),
        updated_at: work.now.into(),
        deleted_at: None,
        kind: QueueKind::WalkIn.as_str().to_owned(),
        waiting_count: 0,
        called_count: 0,
        people_count: 0,
        event_count: 0,
        promotion: None,
        offer_window_min: None,
        cutoff_min: None,
        class_occurrence_id: None,
        offer_id: None,
    };
    catalog::insert_with_slug(&work, &queue).await?;
    let note = Note {
        actor_id: viewer.id(),
        ..Note::default()
    };
    log::write(&work, &queue, Happening::Created, note).await?;
    work.finish(queue).await
}

/// What is to change of a queue; what is `None` stays.
#[derive(Clone, Debug, Default)]
pub struct UpdateQueue {
    /// The queue.
    pub queue_id: String,
    /// Whether it takes people in, and serves them.
    pub status: Option<QueueStatus>,
    /// How many people may wait in it: `Some(None)` for any number.
    pub max_capacity: Option<Option<i32>>,
    /// How long a service takes, in minutes.
    pub estimated_service_time_min: Option<i32>,
    /// How a waitlist gives out places.
    pub promotion: Option<Promotion>,
    /// How long an offer stands, in minutes; waitlists only.
    pub offer_window_min: Option<i32>,
    /// How long before the start no place is given out any more, in minutes; waitlists only.
    pub cutoff_min: Option<i32>,
}

/// Changes how a queue is run: pauses, closes or opens it, and its settings. Staff do, since the front desk
/// pauses a queue. Nobody is sent away by a lower capacity.
///
/// # Errors
/// `INVALID_INPUT` at the field at fault; `NOT_FOUND` at `queueId`.
pub async fn update(
    gateway: &Gateway,
    viewer: &Viewer,
    command: UpdateQueue,
    call: Call,
) -> Result<Outcome<queues::Model>> {
    let capacity = command.max_capacity;
    let capacity = capacity.map(|it| it.map(limits::capacity).transpose());
    let capacity = capacity.transpose()?;
    let service_time = command.estimated_service_time_min;
    let service_time = service_time.map(limits::service_time).transpose()?;
    let window = command.offer_window_min.map(limits::offer_window);
    let window = window.transpose()?;
    let cutoff = command.cutoff_min.map(limits::cutoff).transpose()?;
    let work = match gateway.begin(viewer, &call).await? {
        Begun::Work(work) => work,
        Begun::Done(outcome) => return Ok(outcome),
    };
    let queue = repo::lock_for_staff(&work, viewer, &command.queue_id).await?;
    let mut changes = queues::ActiveModel {
        id: Unchanged(queue.id.clone()),
        updated_at: Set(work.now.into()),
        ..Default::default()
    };
    if let Some(status) = command.status {
        changes.status = Set(status.as_str().to_owned());
    }
    if let Some(capacity) = capacity {
        changes.max_capacity = Set(capacity);
    }
    if let Some(minutes) = service_time {
        changes.estimated_service_time_min = Set(minutes);
    }
    if QueueKind::parse(&queue.kind) == QueueKind::Waitlist {
        if let Some(promotion) = command.promotion {
            changes.promotion = Set(Some(promotion.as_str().to_owned()));
        }
        if window.is_some() {
            changes.offer_window_min = Set(window);
        }
        if cutoff.is_some() {
            changes.cutoff_min = Set(cutoff);
        }
    } else if command.promotion.is_some() || window.is_some() || cutoff.is_some() {
        let message = "A walk-in queue gives out no places: only a waitlist has this.";
        let field = match (command.promotion, window) {
            (Some(_), _) => "promotion",
            (None, Some(_)) => "offerWindowMin",
            (None, None) => "cutoffMin",
        };
        return Err(Refusal::invalid(field, message).into());
    }
    let queue = changes.update(&*work).await?;
    let note = Note {
        actor_id: viewer.id(),
        detail: Some(json!({ "status": queue.status })),
        ..Note::default()
    };
    log::write(&work, &queue, Happening::Updated, note).await?;
    work.finish(queue).await
}

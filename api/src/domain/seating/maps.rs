//! Drawing the seat map of a venue.

use entity::{seat_map_seats, seat_maps, venues};
use sea_orm::ActiveValue::{Set, Unchanged};
use sea_orm::sea_query::LockType;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect,
};
use serde_json::json;

use super::error::SeatingRefusal;
use super::rules::{self, SeatDraft};
use super::watch::MAP;
use super::words::{AVAILABLE, BLOCKED, SeatMapStatus};
use crate::domain::catalog::{repo, rules as texts};
use crate::domain::error::{Refusal, Result};
use crate::domain::events::{self, Event};
use crate::domain::gateway::Gateway;
use crate::domain::ids::Kind;
use crate::domain::scope::Scoped;
use crate::domain::tx::{Begun, Call, Outcome, Work};
use crate::domain::viewer::Viewer;

/// How many seats go into one statement, below the number of parameters that SQLite takes.
const ROWS: usize = 500;

/// A seat map to be drawn.
#[derive(Clone, Debug)]
pub struct CreateSeatMap {
    /// The business.
    pub biz_id: String,
    /// The venue that it shows.
    pub venue_id: String,
    /// What it is called.
    pub name: String,
    /// Its name in addresses.
    pub slug: String,
    /// Whether it is in use at once.
    pub status: SeatMapStatus,
    /// How wide it is.
    pub width: i32,
    /// How deep it is, from the stage to the back.
    pub height: i32,
    /// Its seats.
    pub seats: Vec<SeatDraft>,
}

/// Draws the seat map of a venue.
///
/// # Errors
/// `INVALID_INPUT` at the field at fault; `NOT_FOUND` at `businessId` or `venueId`; `Forbidden`.
pub async fn create_seat_map(
    gateway: &Gateway,
    viewer: &Viewer,
    command: CreateSeatMap,
    call: Call,
) -> Result<Outcome<seat_maps::Model>> {
    viewer.require_manager(&command.biz_id, "businessId", "business")?;
    let name = texts::name("name", &command.name)?;
    let slug = texts::slug(&command.slug)?;
    rules::size(command.width, command.height)?;
    let seats = rules::seats(command.seats, command.width, command.height)?;
    let work = match gateway.begin(viewer, &call).await? {
        Begun::Work(work) => work,
        Begun::Done(outcome) => return Ok(outcome),
    };
    let venue = venue_of(&work, &command.biz_id, &command.venue_id).await?;
    let map = seat_maps::Model {
        id: Kind::SeatMap.mint(work.now),
        biz_id: venue.biz_id,
        venue_id: venue.id,
        name,
        slug,
        status: command.status.as_str().to_owned(),
        width: command.width,
        height: command.height,
        metadata: Some(json!({})),
        created_at: work.now.into(),
        updated_at: work.now.into(),
        deleted_at: None,
    };
    repo::insert_with_slug(&work, &map).await?;
    insert_seats(&work, &map, seats).await?;
    let event = Event {
        biz_id: &map.biz_id,
        kind: "seat_map.created",
        aggregate: MAP,
        aggregate_id: &map.id,
        payload: json!({}),
    };
    events::emit(&work, event).await?;
    work.finish(map).await
}

/// What is to change of a seat map. `None` leaves it as it is.
#[derive(Clone, Debug)]
pub struct UpdateSeatMap {
    /// The map.
    pub seat_map_id: String,
    /// What it is called.
    pub name: Option<String>,
    /// Where it stands.
    pub status: Option<SeatMapStatus>,
}

/// Renames a seat map, or takes it into use or out of it: then no other class gets it, and those that have it
/// keep it. Managers only.
///
/// # Errors
/// `NOT_FOUND` at `seatMapId`; `INVALID_INPUT` at `name`; `INVALID_STATE` at `status` for a map that was in use
/// and cannot be a draft again; `Forbidden`.
pub async fn update_seat_map(
    gateway: &Gateway,
    viewer: &Viewer,
    command: UpdateSeatMap,
    call: Call,
) -> Result<Outcome<seat_maps::Model>> {
    let name = command.name.map(|name| texts::name("name", &name));
    let name = name.transpose()?;
    let work = match gateway.begin(viewer, &call).await? {
        Begun::Work(work) => work,
        Begun::Done(outcome) => return Ok(outcome),
    };
    let (field, what) = ("seatMapId", "seat map");
    let map = seat_maps::Entity::visible_to(viewer)
        .filter(seat_maps::Column::Id.eq(&command.seat_map_id))
        .lock(LockType::NoKeyUpdate)
        .one(&*work)
        .await?
        .ok_or_else(|| Refusal::not_found(field, what))?;
    viewer.require_manager(&map.biz_id, field, what)?;
    let draft = SeatMapStatus::Draft;
    if command.status == Some(draft) && map.status != draft.as_str() {
        return Err(SeatingRefusal::NoDraftAgain.at("status").into());
    }
    let mut changes = seat_maps::ActiveModel {
        id: Unchanged(map.id),
        updated_at: Set(work.now.into()),
        ..Default::default()
    };
    if let Some(name) = name {
        changes.name = Set(name);
    }
    if let Some(status) = command.status {
        changes.status = Set(status.as_str().to_owned());
    }
    let map = changes.update(&*work).await?;
    let event = Event {
        biz_id: &map.biz_id,
        kind: "seat_map.updated",
        aggregate: MAP,
        aggregate_id: &map.id,
        payload: json!({}),
    };
    events::emit(&work, event).await?;
    work.finish(map).await
}

/// The venue of a business.
async fn venue_of(work: &Work, biz_id: &str, id: &str) -> Result<venues::Model> {
    venues::Entity::find_by_id(id)
        .filter(venues::Column::BizId.eq(biz_id))
        .filter(venues::Column::DeletedAt.is_null())
        .one(&**work)
        .await?
        .ok_or_else(|| Refusal::not_found("venueId", "venue").into())
}

async fn insert_seats(work: &Work, map: &seat_maps::Model, seats: Vec<SeatDraft>) -> Result<()> {
    let rows = seats.into_iter().map(|seat| {
        seat_map_seats::Model {
            id: Kind::Seat.mint(work.now),
            biz_id: map.biz_id.clone(),
            seat_map_id: map.id.clone(),
            row_label: seat.row_label,
            seat_number: seat.seat_number,
            x_position: seat.x,
            y_position: seat.y,
            status: if seat.is_blocked { BLOCKED } else { AVAILABLE }.to_owned(),
            seat_type: seat.seat_type,
            is_accessible: seat.is_accessible,
            metadata: Some(json!({})),
            created_at: work.now.into(),
            updated_at: work.now.into(),
        }
        .into_active_model()
    });
    let rows: Vec<_> = rows.collect();
    for rows in rows.chunks(ROWS) {
        seat_map_seats::Entity::insert_many(rows.to_vec())
            .exec_without_returning(&**work)
            .await?;
    }
    Ok(())
}

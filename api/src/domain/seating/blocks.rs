//! Taking seats out of use, and back into it.

use entity::seat_map_seats::{self, Column, Entity, Model};
use entity::seat_maps;
use sea_orm::sea_query::{Expr, LockType};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use serde_json::json;

use super::capacity::check_block;
use super::rules::{self, MAX_SEATS};
use super::watch::MAP;
use super::words::{AVAILABLE, BLOCKED};
use crate::domain::error::{Refusal, Result};
use crate::domain::events::{self, Event};
use crate::domain::gateway::Gateway;
use crate::domain::scope::{Scoped, any_of};
use crate::domain::tx::{Begun, Call, Outcome, Work};
use crate::domain::viewer::Viewer;

/// Blocks seats of one map, so that nobody can have them, or lets them be had again. Staff only.
///
/// A seat that somebody has at a class to come is not blocked under them: they are to be moved first. Nor are so
/// many seats that a class on the map would have more places than seats.
///
/// # Errors
/// `INVALID_INPUT` at `seatIds`; `NOT_FOUND` or `SEAT_TAKEN` at a seat, such as `seatIds.0`; `INVALID_STATE` at
/// `seatIds`.
pub async fn set_seats_blocked(
    gateway: &Gateway,
    viewer: &Viewer,
    seat_ids: &[String],
    blocked: bool,
    call: Call,
) -> Result<Outcome<Vec<Model>>> {
    rules::distinct("seatIds", seat_ids, MAX_SEATS)?;
    let work = match gateway.begin(viewer, &call).await? {
        Begun::Work(work) => work,
        Begun::Done(outcome) => return Ok(outcome),
    };
    let (map, mut seats) = seats_of_one_map(&work, viewer, seat_ids).await?;
    let status = if blocked { BLOCKED } else { AVAILABLE };
    seats.retain(|seat| seat.status != status);
    if blocked {
        check_block(&work, &map, seat_ids, seats.len()).await?;
    }
    let changed = seats.iter().map(|seat| seat.id.clone());
    Entity::update_many()
        .col_expr(Column::Status, Expr::val(status))
        .col_expr(Column::UpdatedAt, Expr::val(work.now))
        .filter(any_of(&*work, Column::Id, changed))
        .exec(&*work)
        .await?;
    if !seats.is_empty() {
        let event = Event {
            biz_id: &map.biz_id,
            kind: "seat_map.changed",
            aggregate: MAP,
            aggregate_id: &map.id,
            payload: json!({ "seatIds": seats.iter().map(|seat| &seat.id).collect::<Vec<_>>() }),
        };
        events::emit(&work, event).await?;
    }
    let (_, seats) = seats_of_one_map(&work, viewer, seat_ids).await?;
    work.finish(seats).await
}

/// The seats, in the order in which they were named, with their map, which is kept from other changes
/// until the work ends.
async fn seats_of_one_map(
    work: &Work,
    viewer: &Viewer,
    seat_ids: &[String],
) -> Result<(seat_maps::Model, Vec<Model>)> {
    let unknown = |index: usize| Refusal::not_found(&format!("seatIds.{index}"), "seat");
    let first = Entity::visible_to(viewer)
        .filter(Column::Id.eq(&seat_ids[0]))
        .one(&**work)
        .await?
        .ok_or_else(|| unknown(0))?;
    viewer.require_staff(&first.biz_id, "seatIds.0", "seat")?;
    let map = seat_maps::Entity::find_by_id(&first.seat_map_id)
        .lock(LockType::NoKeyUpdate)
        .one(&**work)
        .await?
        .ok_or_else(|| unknown(0))?;
    let seats = Entity::find()
        .filter(Column::SeatMapId.eq(&map.id))
        .filter(any_of(&**work, Column::Id, seat_ids.iter().cloned()))
        .all(&**work)
        .await?;
    let mut seats: std::collections::HashMap<String, seat_map_seats::Model> = seats
        .into_iter()
        .map(|seat| (seat.id.clone(), seat))
        .collect();
    let in_order = seat_ids.iter().enumerate();
    let in_order = in_order.map(|(index, id)| seats.remove(id).ok_or_else(|| unknown(index)));
    Ok((map, in_order.collect::<Result<_, _>>()?))
}

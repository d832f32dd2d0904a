//! What seating reads and writes within the work of a use case. Whoever takes or frees a seat has locked the
//! class first, so that everybody decides on what is so; and the database lets one seat have one holder.

use std::collections::{HashMap, HashSet};

use entity::{class_occurrences, class_schedules, occurrence_seats, seat_map_seats, seat_maps};
use sea_orm::sea_query::{LockType, OnConflict};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect,
    TryInsertResult,
};
use serde_json::json;

use super::best::{self, Group, Spot};
use super::error::SeatingRefusal;
use super::words::{AVAILABLE, BLOCKED};
use crate::domain::error::{Error, Refusal, Result};
use crate::domain::events::{self, Event};
use crate::domain::ids::Kind;
use crate::domain::scope::any_of;
use crate::domain::tx::Work;

/// Who has a seat.
#[derive(Clone, Copy, Debug)]
pub(super) enum Holder<'a> {
    /// Whoever holds the promise of the place.
    Reservation(&'a str),
    /// Whoever is enrolled.
    Enrollment(&'a str),
}

/// The map of a class, which stays as it is until the work ends; nothing when its seating is free.
///
/// # Errors
/// When the database fails.
pub(super) async fn map_of(
    work: &Work,
    occurrence: &class_occurrences::Model,
) -> Result<Option<seat_maps::Model>> {
    let schedule = class_schedules::Entity::find_by_id(&occurrence.class_schedule_id)
        .one(&**work)
        .await?
        .ok_or_else(|| Error::fault(format!("{} has no schedule", occurrence.id)))?;
    let Some(id) = schedule.seat_map_id else {
        return Ok(None);
    };
    let map = seat_maps::Entity::find_by_id(&id)
        .lock(LockType::Share)
        .one(&**work)
        .await?;
    map.map(Some)
        .ok_or_else(|| Error::fault(format!("there is no {id}")))
}

/// The seats with those ids, each of that map and not blocked, in the order of the ids.
///
/// # Errors
/// `NOT_FOUND` or `SEAT_TAKEN` at a seat, such as `seatIds.0`.
pub(super) async fn named(
    work: &Work,
    map: &seat_maps::Model,
    seat_ids: &[String],
) -> Result<Vec<seat_map_seats::Model>> {
    use seat_map_seats::{Column, Entity};
    let seats = Entity::find()
        .filter(Column::SeatMapId.eq(&map.id))
        .filter(any_of(&**work, Column::Id, seat_ids.iter().cloned()))
        .all(&**work)
        .await?;
    let seats = seats.into_iter().map(|seat| (seat.id.clone(), seat));
    let mut seats: HashMap<String, seat_map_seats::Model> = seats.collect();
    let mut in_order = Vec::with_capacity(seat_ids.len());
    for (index, id) in seat_ids.iter().enumerate() {
        let field = format!("seatIds.{index}");
        let seat = seats.remove(id);
        let seat = seat.ok_or_else(|| Refusal::not_found(&field, "seat"))?;
        if seat.status == BLOCKED {
            return Err(SeatingRefusal::Blocked.at(&field).into());
        }
        in_order.push(seat);
    }
    Ok(in_order)
}

/// The ids of the best seats of the map that nobody has at the class; nothing when there are too few.
///
/// # Errors
/// When the database fails.
pub(super) async fn best_of(
    work: &Work,
    occurrence: &class_occurrences::Model,
    map: &seat_maps::Model,
    count: usize,
    accessible: bool,
) -> Result<Option<Vec<String>>> {
    use seat_map_seats::{Column, Entity};
    let seats = Entity::find()
        .filter(Column::SeatMapId.eq(&map.id))
        .all(&**work)
        .await?;
    let had = had(work, &occurrence.id, None).await?;
    let spots = seats.iter().map(|seat| Spot {
        id: &seat.id,
        row: &seat.row_label,
        x: seat.x_position,
        y: seat.y_position,
        accessible: seat.is_accessible,
        free: seat.status == AVAILABLE && !had.contains(&seat.id),
    });
    let group = Group {
        count,
        accessible,
        width: map.width,
        height: map.height,
    };
    let found = best::best(&spots.collect::<Vec<_>>(), group);
    Ok(found.map(|ids| ids.into_iter().map(str::to_owned).collect()))
}

/// The seats that somebody has at a class; of those named, if any are. Promises that have run out are gone
/// since the class was locked.
async fn had(work: &Work, occurrence_id: &str, of: Option<&[String]>) -> Result<HashSet<String>> {
    use occurrence_seats::{Column, Entity};
    let mut seats = Entity::find()
        .select_only()
        .column(Column::SeatId)
        .filter(Column::ClassOccurrenceId.eq(occurrence_id));
    if let Some(ids) = of {
        seats = seats.filter(any_of(&**work, Column::SeatId, ids.iter().cloned()));
    }
    let seats: Vec<String> = seats.into_tuple().all(&**work).await?;
    Ok(seats.into_iter().collect())
}

/// Gives somebody seats: all of them, or it refuses. Whether a seat is free is for the index to say; a rival
/// in flight is waited for. They are taken in one order, so that two writers cannot wait for each other.
///
/// # Errors
/// `SEAT_TAKEN` at the first seat that somebody has, such as `seatIds.0`.
pub(super) async fn take(
    work: &Work,
    occurrence: &class_occurrences::Model,
    seat_ids: &[String],
    holder: Holder<'_>,
) -> Result<()> {
    use occurrence_seats::{ActiveModel, Entity};
    let (reservation, enrollment) = match holder {
        Holder::Reservation(id) => (Some(id.to_owned()), None),
        Holder::Enrollment(id) => (None, Some(id.to_owned())),
    };
    // Before the insertion: after it, some of them are ours.
    let had = had(work, &occurrence.id, Some(seat_ids)).await?;
    let mut in_order = seat_ids.to_vec();
    in_order.sort_unstable();
    let rows = in_order.into_iter().map(|seat_id| ActiveModel {
        id: Set(Kind::OccurrenceSeat.mint(work.now)),
        biz_id: Set(occurrence.biz_id.clone()),
        class_occurrence_id: Set(occurrence.id.clone()),
        seat_id: Set(seat_id),
        place_reservation_id: Set(reservation.clone()),
        enrollment_id: Set(enrollment.clone()),
        created_at: Set(work.now.into()),
    });
    let inserted = Entity::insert_many(rows)
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .try_insert()
        .exec_without_returning(&**work)
        .await?;
    let count = match inserted {
        TryInsertResult::Inserted(count) => usize::try_from(count).unwrap_or(usize::MAX),
        TryInsertResult::Empty | TryInsertResult::Conflicted => 0,
    };
    if count == seat_ids.len() {
        return Ok(());
    }
    let lost = seat_ids.iter().position(|id| had.contains(id));
    let field = lost.map_or_else(|| "seatIds".to_owned(), |index| format!("seatIds.{index}"));
    Err(SeatingRefusal::Taken.at(&field).into())
}

/// How many seats of a map are not blocked.
///
/// # Errors
/// When the database fails.
pub(super) async fn usable(work: &Work, map_id: &str) -> Result<u64> {
    use seat_map_seats::{Column, Entity};
    Ok(Entity::find()
        .filter(Column::SeatMapId.eq(map_id))
        .filter(Column::Status.eq(AVAILABLE))
        .count(&**work)
        .await?)
}

/// Puts into the outbox that seats of a class have changed hands: which, never whose.
///
/// # Errors
/// When the database fails.
pub(super) async fn announce(
    work: &Work,
    occurrence: &class_occurrences::Model,
    seat_ids: &[String],
) -> Result<()> {
    if seat_ids.is_empty() {
        return Ok(());
    }
    let event = Event {
        biz_id: &occurrence.biz_id,
        kind: SEATS_CHANGED,
        aggregate: OCCURRENCE,
        aggregate_id: &occurrence.id,
        payload: json!({ "seatIds": seat_ids }),
    };
    events::emit(work, event).await
}

/// What has happened when seats of a class have changed hands.
pub(super) const SEATS_CHANGED: &str = "class_occurrence.seats_changed";
/// What the events of a class call it.
pub(super) const OCCURRENCE: &str = "class_occurrence";

//! As many seats as places: a class on a map never has more places than the map has seats that can be had. So
//! every place that is promised finds its seat.

use entity::{class_occurrences, class_schedules, occurrence_seats, place_reservations, seat_maps};
use sea_orm::sea_query::{Expr, ExprTrait, LockType};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select};

use super::error::SeatingRefusal;
use super::repo;
use super::words::SeatMapStatus;
use crate::domain::classes::words::{OccurrenceStatus, ScheduleStatus};
use crate::domain::error::{Refusal, Result};
use crate::domain::scope::any_of;
use crate::domain::tx::Work;

/// Lets a schedule be as it is `after` a change, or from the beginning, as far as its seats are concerned: its classes
/// have no more places than its map has seats, and another map it gets only while nobody has a seat. The map keeps
/// its seats until the work ends.
///
/// # Errors
/// `NOT_FOUND` at `seatMapId` when the business has no such map in use; `INVALID_INPUT` at `capacity` when it has
/// fewer seats; `INVALID_STATE` at `seatMapId`.
pub async fn check_schedule(
    work: &Work,
    before: Option<&class_schedules::Model>,
    after: &class_schedules::Model,
) -> Result<()> {
    let old = before.and_then(|schedule| schedule.seat_map_id.as_deref());
    let new = after.seat_map_id.as_deref();
    if old == new && new.is_none() {
        return Ok(());
    }
    if old != new {
        if let Some(id) = new {
            check_map(work, &after.biz_id, id).await?;
        }
        if let Some(before) = before {
            check_unused(work, before).await?;
        }
    }
    // Classes that go their own way keep their places, and others at least those that are taken.
    let most = to_come(work)
        .filter(class_occurrences::Column::ClassScheduleId.eq(&after.id))
        .filter(class_occurrences::Column::DetachedAt.is_not_null());
    let taken = Expr::col((
        class_occurrences::Entity,
        class_occurrences::Column::EnrolledCount,
    ))
    .add(Expr::col((
        class_occurrences::Entity,
        class_occurrences::Column::ReservedCount,
    )));
    let detached = greatest(work, most, class_occurrences::Column::Capacity.max()).await?;
    let filled = to_come(work).filter(class_occurrences::Column::ClassScheduleId.eq(&after.id));
    let filled = greatest(work, filled, Expr::expr(taken).max()).await?;
    let most = [after.capacity, detached, filled].into_iter().max();
    check_class(work, after, most.unwrap_or_default()).await
}

/// Lets a class of a schedule have that many places, if there are as many seats. The map keeps its seats until the
/// work ends.
///
/// # Errors
/// `INVALID_INPUT` at `capacity` when the schedule's map has fewer seats.
pub async fn check_class(
    work: &Work,
    schedule: &class_schedules::Model,
    capacity: i32,
) -> Result<()> {
    let Some(id) = &schedule.seat_map_id else {
        return Ok(());
    };
    seat_maps::Entity::find_by_id(id)
        .lock(LockType::Share)
        .one(&**work)
        .await?;
    let seats = repo::usable(work, id).await?;
    match u64::try_from(capacity).unwrap_or_default() <= seats {
        true => Ok(()),
        false => Err(SeatingRefusal::TooManyPlaces.at("capacity").into()),
    }
}

/// Lets a map of the business pass that is in use.
async fn check_map(work: &Work, biz_id: &str, id: &str) -> Result<()> {
    let map = seat_maps::Entity::find_by_id(id)
        .filter(seat_maps::Column::BizId.eq(biz_id))
        .filter(seat_maps::Column::DeletedAt.is_null())
        .filter(seat_maps::Column::Status.eq(SeatMapStatus::Active.as_str()))
        .lock(LockType::Share)
        .one(&**work)
        .await?;
    match map {
        Some(_) => Ok(()),
        None => Err(Refusal::not_found("seatMapId", "seat map").into()),
    }
}

/// Lets a schedule pass as long as nobody has a seat at a class of it that is not over. Those classes are kept from
/// other changes until the work ends.
async fn check_unused(work: &Work, schedule: &class_schedules::Model) -> Result<()> {
    let classes: Vec<String> = to_come(work)
        .filter(class_occurrences::Column::ClassScheduleId.eq(&schedule.id))
        .select_only()
        .column(class_occurrences::Column::Id)
        .order_by_asc(class_occurrences::Column::OccurrenceDate)
        .lock_exclusive()
        .into_tuple()
        .all(&**work)
        .await?;
    let taken = occurrence_seats::Entity::find()
        .left_join(place_reservations::Entity)
        .filter(any_of(
            &**work,
            occurrence_seats::Column::ClassOccurrenceId,
            classes,
        ))
        .filter(still_had(work))
        .one(&**work)
        .await?;
    match taken {
        None => Ok(()),
        Some(_) => Err(SeatingRefusal::MapInUse.at("seatMapId").into()),
    }
}

/// Whether somebody is enrolled on the seat, or holds it by a promise that has not run out.
fn still_had(work: &Work) -> Condition {
    Condition::any()
        .add(occurrence_seats::Column::EnrollmentId.is_not_null())
        .add(place_reservations::Column::ExpiresAt.gt(work.now))
}

/// The greatest of a number of classes; 0 when there are none.
async fn greatest(
    work: &Work,
    classes: Select<class_occurrences::Entity>,
    of: Expr,
) -> Result<i32> {
    let most: Option<Option<i32>> = classes
        .select_only()
        .column_as(of, "most")
        .into_tuple()
        .one(&**work)
        .await?;
    Ok(most.flatten().unwrap_or_default())
}

/// Lets seats of a map be blocked, as long as nobody has one of them at a class to come, and as many are left as
/// any class has places. The map is locked, so that nobody takes one meanwhile.
///
/// # Errors
/// `SEAT_TAKEN` at a seat, such as `seatIds.0`; `INVALID_STATE` at `seatIds`.
pub(super) async fn check_block(
    work: &Work,
    map: &seat_maps::Model,
    seat_ids: &[String],
    blocked: usize,
) -> Result<()> {
    use occurrence_seats::Column;
    let had: Vec<String> = occurrence_seats::Entity::find()
        .select_only()
        .column(Column::SeatId)
        .inner_join(class_occurrences::Entity)
        .left_join(place_reservations::Entity)
        .filter(any_of(&**work, Column::SeatId, seat_ids.iter().cloned()))
        .filter(class_occurrences::Column::EndAt.gt(work.now))
        .filter(still_had(work))
        .into_tuple()
        .all(&**work)
        .await?;
    if let Some(index) = seat_ids.iter().position(|id| had.contains(id)) {
        return Err(SeatingRefusal::Taken.at(&format!("seatIds.{index}")).into());
    }
    let blocked = u64::try_from(blocked).unwrap_or(u64::MAX);
    let left = repo::usable(work, &map.id).await?.saturating_sub(blocked);
    match most_places(work, map).await? <= left {
        true => Ok(()),
        false => Err(SeatingRefusal::TooFewSeats.at("seatIds").into()),
    }
}

/// The most places that a class on the map has, or is going to have.
async fn most_places(work: &Work, map: &seat_maps::Model) -> Result<u64> {
    let classes = to_come(work)
        .inner_join(class_schedules::Entity)
        .filter(class_schedules::Column::SeatMapId.eq(&map.id));
    let classes = greatest(work, classes, class_occurrences::Column::Capacity.max()).await?;
    let schedules: Option<Option<i32>> = class_schedules::Entity::find()
        .filter(class_schedules::Column::SeatMapId.eq(&map.id))
        .filter(class_schedules::Column::DeletedAt.is_null())
        .filter(class_schedules::Column::Status.ne(ScheduleStatus::Archived.as_str()))
        .select_only()
        .column_as(class_schedules::Column::Capacity.max(), "most")
        .into_tuple()
        .one(&**work)
        .await?;
    let most = [schedules.flatten(), Some(classes)]
        .into_iter()
        .max()
        .flatten();
    Ok(u64::try_from(most.unwrap_or_default()).unwrap_or_default())
}

/// The classes that are not over.
fn to_come(work: &Work) -> Select<class_occurrences::Entity> {
    class_occurrences::Entity::find()
        .filter(class_occurrences::Column::Status.eq(OccurrenceStatus::Scheduled.as_str()))
        .filter(class_occurrences::Column::EndAt.gt(work.now))
}

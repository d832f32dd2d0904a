//! As many seats as places: a class on a map never has more places than the map has seats that can be had. So
//! every place that is promised finds its seat.

use entity::{class_occurrences, class_schedules, occurrence_seats, place_reservations, seat_maps};
use sea_orm::sea_query::LockType;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select};

use super::error::SeatingRefusal;
use super::repo;
use super::words::SeatMapStatus;
use crate::domain::classes::words::{OccurrenceStatus, ScheduleStatus};
use crate::domain::error::{Refusal, Result};
use crate::domain::scope::any_of;
use crate::domain::tx::Work;

/// Lets a class have `capacity` places on a map, which keeps its seats until the work ends.
///
/// To be called when a schedule gets a map or another capacity, when a class gets another capacity, and when
/// classes are made.
///
/// # Errors
/// `NOT_FOUND` at `seatMapId` when the business has no such map in use; `INVALID_INPUT` at `capacity` when it has
/// fewer seats.
pub async fn check_capacity(
    work: &Work,
    biz_id: &str,
    seat_map_id: &str,
    capacity: i32,
) -> Result<()> {
    let map = seat_maps::Entity::find_by_id(seat_map_id)
        .filter(seat_maps::Column::BizId.eq(biz_id))
        .filter(seat_maps::Column::DeletedAt.is_null())
        .filter(seat_maps::Column::Status.eq(SeatMapStatus::Active.as_str()))
        .lock(LockType::Share)
        .one(&**work)
        .await?
        .ok_or_else(|| Refusal::not_found("seatMapId", "seat map"))?;
    let seats = repo::usable(work, &map.id).await?;
    match u64::try_from(capacity).unwrap_or_default() <= seats {
        true => Ok(()),
        false => Err(SeatingRefusal::TooManyPlaces.at("capacity").into()),
    }
}

/// Lets a schedule have another map, or none, as long as nobody has a seat at a class of it that is not over.
/// Those classes are kept from other changes until the work ends.
///
/// # Errors
/// `INVALID_STATE` at `seatMapId`.
pub async fn check_map_change(work: &Work, schedule: &class_schedules::Model) -> Result<()> {
    let classes: Vec<String> = to_come(work)
        .filter(class_occurrences::Column::ClassScheduleId.eq(&schedule.id))
        .select_only()
        .column(class_occurrences::Column::Id)
        .order_by_asc(class_occurrences::Column::Id)
        .lock_exclusive()
        .into_tuple()
        .all(&**work)
        .await?;
    let taken = occurrence_seats::Entity::find()
        .filter(occurrence_seats::Column::ClassOccurrenceId.is_in(classes))
        .one(&**work)
        .await?;
    match taken {
        None => Ok(()),
        Some(_) => Err(SeatingRefusal::MapInUse.at("seatMapId").into()),
    }
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
        .filter(
            Condition::any()
                .add(Column::EnrollmentId.is_not_null())
                .add(place_reservations::Column::ExpiresAt.gt(work.now)),
        )
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
    let classes: Option<Option<i32>> = to_come(work)
        .inner_join(class_schedules::Entity)
        .filter(class_schedules::Column::SeatMapId.eq(&map.id))
        .select_only()
        .column_as(class_occurrences::Column::Capacity.max(), "most")
        .into_tuple()
        .one(&**work)
        .await?;
    let schedules: Option<Option<i32>> = class_schedules::Entity::find()
        .filter(class_schedules::Column::SeatMapId.eq(&map.id))
        .filter(class_schedules::Column::DeletedAt.is_null())
        .filter(class_schedules::Column::Status.ne(ScheduleStatus::Archived.as_str()))
        .select_only()
        .column_as(class_schedules::Column::Capacity.max(), "most")
        .into_tuple()
        .one(&**work)
        .await?;
    let most = classes.flatten().max(schedules.flatten());
    Ok(u64::try_from(most.unwrap_or_default()).unwrap_or_default())
}

/// The classes that are not over.
fn to_come(work: &Work) -> Select<class_occurrences::Entity> {
    class_occurrences::Entity::find()
        .filter(class_occurrences::Column::Status.eq(OccurrenceStatus::Scheduled.as_str()))
        .filter(class_occurrences::Column::EndAt.gt(work.now))
}

//! The seats of those who are enrolled. Called by the use cases of classes, inside their work, with the class
//! locked.

use entity::{class_occurrences, occurrence_seats, place_reservations};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect, Select};

use super::error::SeatingRefusal;
use super::holds::{self, HoldStatus, MAX_SEATS_OF_HOLD};
use super::repo::{self, Holder};
use super::rules::distinct;
use crate::domain::error::{Refusal, Result};
use crate::domain::tx::Work;
use crate::domain::viewer::Viewer;

/// Where somebody who enrols is to sit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seats {
    /// Wherever they like; a class with a seat map wants to know.
    Free,
    /// On these seats, one for each place.
    Named(Vec<String>),
    /// On the best that are free; where they like, if the class has no map.
    Best,
}

/// Finds the seats that an enrolment asks for: those of a hold of the viewer, or the named. A hold is used up by
/// this; the id of the promise that goes with it is answered too, and the enrolment takes its place.
///
/// # Errors
/// `INVALID_INPUT` at `seatIds`, `seatHoldId` or `places`; `NOT_FOUND` or `HOLD_EXPIRED` at `seatHoldId`.
pub async fn choose(
    work: &Work,
    viewer: &Viewer,
    occurrence_id: &str,
    places: i32,
    seat_hold_id: Option<&str>,
    seat_ids: Option<Vec<String>>,
) -> Result<(Seats, Option<String>)> {
    match (seat_hold_id, seat_ids) {
        (None, None) => Ok((Seats::Free, None)),
        (Some(_), Some(_)) => {
            let message = "Give either `seatHoldId` or `seatIds`.";
            Err(Refusal::invalid("seatIds", message).into())
        }
        (None, Some(ids)) => {
            distinct("seatIds", &ids, MAX_SEATS_OF_HOLD)?;
            check_count("seatIds", &ids, places)?;
            Ok((Seats::Named(ids), None))
        }
        (Some(id), None) => {
            let hold = holds::of_viewer(work, viewer, id, occurrence_id).await?;
            let seats = holds::seats_of(&**work, &hold.place_reservation_id).await?;
            check_count("seatHoldId", &seats, places)?;
            let hold = holds::end(work, hold, HoldStatus::Used).await?;
            Ok((Seats::Named(seats), Some(hold.place_reservation_id)))
        }
    }
}

fn check_count(field: &str, seats: &[String], places: i32) -> Result<(), Refusal> {
    match usize::try_from(places) == Ok(seats.len()) {
        true => Ok(()),
        false => Err(Refusal::invalid(
            field,
            format!("There are {} seats for {places} places.", seats.len()),
        )),
    }
}

/// Gives an enrolment its seats, one for each place. The promise that it was made from is gone by now.
///
/// # Errors
/// `SEAT_REQUIRED` at `seatIds` when the class has a map and no seats are named; `SEAT_TAKEN` or `NOT_FOUND` at a
/// seat, such as `seatIds.0`; `INVALID_INPUT` at `seatIds` when there are not as many as places, or the class has
/// no map; `CAPACITY_FULL` when there are too few.
pub async fn assign(
    work: &Work,
    occurrence: &class_occurrences::Model,
    enrollment_id: &str,
    places: i32,
    seats: &Seats,
) -> Result<()> {
    let map = repo::map_of(work, occurrence).await?;
    let seats = match (map, seats) {
        (None, Seats::Free | Seats::Best) => return Ok(()),
        (None, Seats::Named(_)) => return Err(SeatingRefusal::FreeSeating.at("seatIds").into()),
        (Some(_), Seats::Free) => return Err(SeatingRefusal::Required.at("seatIds").into()),
        (Some(map), Seats::Named(ids)) => {
            check_count("seatIds", ids, places)?;
            repo::named(work, &map, ids).await?;
            ids.clone()
        }
        (Some(map), Seats::Best) => {
            let count = usize::try_from(places).unwrap_or_default();
            let best = repo::best_of(work, occurrence, &map, count, false).await?;
            best.ok_or_else(|| SeatingRefusal::Full.at("occurrenceId"))?
        }
    };
    repo::take(work, occurrence, &seats, Holder::Enrollment(enrollment_id)).await?;
    repo::announce(work, occurrence, &seats).await
}

/// Frees the seats of an enrolment that is called off.
///
/// # Errors
/// When the database fails.
pub async fn vacate(
    work: &Work,
    occurrence: &class_occurrences::Model,
    enrollment_id: &str,
) -> Result<()> {
    let seats = occurrence_seats::Entity::find()
        .filter(occurrence_seats::Column::EnrollmentId.eq(enrollment_id));
    let seats = ids(work, seats).await?;
    occurrence_seats::Entity::delete_many()
        .filter(occurrence_seats::Column::EnrollmentId.eq(enrollment_id))
        .exec(&**work)
        .await?;
    repo::announce(work, occurrence, &seats).await
}

/// Frees every seat of a class that is called off. Its holds end.
///
/// # Errors
/// When the database fails.
pub async fn vacate_all(work: &Work, occurrence: &class_occurrences::Model) -> Result<()> {
    let at = occurrence_seats::Column::ClassOccurrenceId.eq(&occurrence.id);
    let seats = ids(work, occurrence_seats::Entity::find().filter(at.clone())).await?;
    let promises: Vec<String> = occurrence_seats::Entity::find()
        .select_only()
        .column(occurrence_seats::Column::PlaceReservationId)
        .distinct()
        .filter(at.clone())
        .filter(occurrence_seats::Column::PlaceReservationId.is_not_null())
        .into_tuple()
        .all(&**work)
        .await?;
    occurrence_seats::Entity::delete_many()
        .filter(at)
        .exec(&**work)
        .await?;
    place_reservations::Entity::delete_many()
        .filter(place_reservations::Column::Id.is_in(promises))
        .exec(&**work)
        .await?;
    holds::end_all(work, &occurrence.id).await?;
    repo::announce(work, occurrence, &seats).await
}

/// Tells which seats come free when the promises of a class that have run out are dropped. To be called just
/// before they are.
///
/// # Errors
/// When the database fails.
pub async fn expiring(work: &Work, occurrence: &class_occurrences::Model) -> Result<()> {
    let seats = occurrence_seats::Entity::find()
        .inner_join(place_reservations::Entity)
        .filter(occurrence_seats::Column::ClassOccurrenceId.eq(&occurrence.id))
        .filter(place_reservations::Column::ExpiresAt.lte(work.now));
    let seats = ids(work, seats).await?;
    repo::announce(work, occurrence, &seats).await
}

async fn ids(work: &Work, seats: Select<occurrence_seats::Entity>) -> Result<Vec<String>> {
    Ok(seats
        .select_only()
        .column(occurrence_seats::Column::SeatId)
        .into_tuple()
        .all(&**work)
        .await?)
}

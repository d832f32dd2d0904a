//! Who has which seat at a class, without saying who: the state of every seat, by the clock.

use std::collections::HashMap;
use std::sync::Arc;

use entity::{
    class_occurrences, class_schedules, enrollments, occurrence_seats, place_reservations,
    seat_map_seats,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, JoinType, QueryFilter, QueryOrder,
    QuerySelect, RelationTrait,
};

use super::words::BLOCKED;
use crate::domain::clock::Moment;
use crate::domain::error::Result;
use crate::domain::scope::any_of;
use crate::domain::viewer::Viewer;

/// What can be done with a seat at a class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SeatState {
    /// It can be had.
    Available,
    /// Somebody keeps it for a while.
    Held,
    /// Somebody is going to sit there.
    Taken,
    /// Nobody can have it.
    Blocked,
}

/// A seat at a class, as a viewer sees it. Nothing here tells who else has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OccurrenceSeat {
    /// The seat.
    pub seat: Arc<seat_map_seats::Model>,
    /// What can be done with it.
    pub state: SeatState,
    /// Whether it is the viewer who keeps it or is going to sit there.
    pub held_by_viewer: bool,
}

/// The seats of a class, from the stage to the back and from left to right.
pub type Seats = Arc<[OccurrenceSeat]>;

/// A seat that somebody has, or had until their promise ran out.
#[derive(Clone, Debug, FromQueryResult)]
struct Holding {
    class_occurrence_id: String,
    seat_id: String,
    enrolled_user_id: Option<String>,
    holder_user_id: Option<String>,
    expires_at: Option<sea_orm::prelude::DateTimeWithTimeZone>,
}

impl Holding {
    /// What the seat is like because of it, unless it has run out.
    fn state(&self, now: Moment) -> Option<SeatState> {
        match (&self.enrolled_user_id, self.expires_at) {
            (Some(_), _) => Some(SeatState::Taken),
            (None, Some(limit)) if limit > now => Some(SeatState::Held),
            _ => None,
        }
    }

    fn is_of(&self, viewer: &Viewer) -> bool {
        let users = [&self.enrolled_user_id, &self.holder_user_id];
        users.into_iter().flatten().any(|user| viewer.is(user))
    }
}

/// The seats of each of many classes, in three statements whatever their number. A class with free seating
/// has none.
///
/// # Errors
/// When the database fails.
pub async fn of_each(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    now: Moment,
    occurrence_ids: Vec<String>,
) -> Result<HashMap<String, Seats>> {
    let maps = maps_of(db, occurrence_ids).await?;
    if maps.is_empty() {
        return Ok(HashMap::new());
    }
    let mut holdings: HashMap<(String, String), Holding> = holdings_at(db, maps.keys())
        .await?
        .into_iter()
        .map(|it| ((it.class_occurrence_id.clone(), it.seat_id.clone()), it))
        .collect();
    let seats = seats_of(db, maps.values()).await?;
    let mut states = HashMap::new();
    for (occurrence, map) in maps {
        let seats = seats.get(&map).into_iter().flatten().map(|seat| {
            let holding = holdings.remove(&(occurrence.clone(), seat.id.clone()));
            let taken = holding.as_ref().and_then(|it| it.state(now));
            OccurrenceSeat {
                state: taken.unwrap_or(match seat.status == BLOCKED {
                    true => SeatState::Blocked,
                    false => SeatState::Available,
                }),
                held_by_viewer: taken.is_some() && holding.is_some_and(|it| it.is_of(viewer)),
                seat: seat.clone(),
            }
        });
        let seats: Seats = seats.collect();
        states.insert(occurrence, seats);
    }
    Ok(states)
}

/// The maps of those of the classes that have one.
async fn maps_of(
    db: &impl ConnectionTrait,
    occurrence_ids: Vec<String>,
) -> Result<HashMap<String, String>> {
    let maps: Vec<(String, String)> = class_occurrences::Entity::find()
        .select_only()
        .column(class_occurrences::Column::Id)
        .column(class_schedules::Column::SeatMapId)
        .inner_join(class_schedules::Entity)
        .filter(any_of(db, class_occurrences::Column::Id, occurrence_ids))
        .filter(class_schedules::Column::SeatMapId.is_not_null())
        .into_tuple()
        .all(db)
        .await?;
    Ok(maps.into_iter().collect())
}

async fn seats_of(
    db: &impl ConnectionTrait,
    map_ids: impl Iterator<Item = &String>,
) -> Result<HashMap<String, Vec<Arc<seat_map_seats::Model>>>> {
    use seat_map_seats::Column;
    let rows = seat_map_seats::Entity::find()
        .filter(any_of(db, Column::SeatMapId, map_ids.cloned()))
        .order_by_asc(Column::YPosition)
        .order_by_asc(Column::XPosition)
        .all(db)
        .await?;
    let mut seats: HashMap<_, Vec<_>> = HashMap::new();
    for row in rows {
        let of_map = seats.entry(row.seat_map_id.clone()).or_default();
        of_map.push(Arc::new(row));
    }
    Ok(seats)
}

async fn holdings_at(
    db: &impl ConnectionTrait,
    occurrence_ids: impl Iterator<Item = &String>,
) -> Result<Vec<Holding>> {
    use occurrence_seats::{Column, Entity, Relation};
    Ok(Entity::find()
        .select_only()
        .column(Column::ClassOccurrenceId)
        .column(Column::SeatId)
        .column_as(enrollments::Column::CustomerUserId, "enrolled_user_id")
        .column_as(place_reservations::Column::CustomerUserId, "holder_user_id")
        .column_as(place_reservations::Column::ExpiresAt, "expires_at")
        .join(JoinType::LeftJoin, Relation::Enrollments.def())
        .join(JoinType::LeftJoin, Relation::PlaceReservations.def())
        .filter(any_of(
            db,
            Column::ClassOccurrenceId,
            occurrence_ids.cloned(),
        ))
        .into_model()
        .all(db)
        .await?)
}

/// What holds seats.
#[derive(Clone, Debug)]
pub enum Held {
    /// Enrolments, by their ids.
    ByEnrollments(Vec<String>),
    /// Promises that have not run out at a moment, by their ids.
    ByPromises(Vec<String>, Moment),
}

/// The seats that each of many enrolments or promises holds, with its id, from the stage to the back and from
/// left to right.
///
/// # Errors
/// When the database fails.
pub async fn held(
    db: &impl ConnectionTrait,
    by: Held,
) -> Result<Vec<(String, seat_map_seats::Model)>> {
    use occurrence_seats::{Column, Entity};
    let (holder, seats) = match by {
        Held::ByEnrollments(ids) => (
            Column::EnrollmentId,
            Entity::find().filter(any_of(db, Column::EnrollmentId, ids)),
        ),
        Held::ByPromises(ids, now) => (
            Column::PlaceReservationId,
            Entity::find()
                .inner_join(place_reservations::Entity)
                .filter(any_of(db, Column::PlaceReservationId, ids))
                .filter(place_reservations::Column::ExpiresAt.gt(now)),
        ),
    };
    let rows = seats
        .find_also_related(seat_map_seats::Entity)
        .order_by_asc(seat_map_seats::Column::YPosition)
        .order_by_asc(seat_map_seats::Column::XPosition)
        .all(db)
        .await?;
    let row = |(held, seat): (occurrence_seats::Model, Option<seat_map_seats::Model>)| {
        let holder = match holder {
            Column::EnrollmentId => held.enrollment_id,
            _ => held.place_reservation_id,
        };
        Some((holder?, seat?))
    };
    Ok(rows.into_iter().filter_map(row).collect())
}

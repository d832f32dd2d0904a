//! Keeping seats for a while: all that are asked for or none, until a time limit.
//!
//! A hold promises its places too, so that whoever enrols with it before it runs out finds them.

use chrono::TimeDelta;
use entity::{class_occurrences, offer_versions, place_reservations, seat_holds, seat_maps};
use sea_orm::ActiveValue::{Set, Unchanged};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter,
    QuerySelect,
};

use super::error::SeatingRefusal;
use super::repo::{self, Holder};
use super::rules::distinct;
use crate::domain::classes::error::ClassRefusal;
use crate::domain::classes::{enrolling, places, repo as classes};
use crate::domain::clock::Moment;
use crate::domain::error::{Refusal, Result};
use crate::domain::gateway::Gateway;
use crate::domain::ids::Kind;
use crate::domain::people::blocking;
use crate::domain::queues::waitlists;
use crate::domain::scope::{self, Scoped};
use crate::domain::tx::{Begun, Call, Outcome, Work};
use crate::domain::viewer::Viewer;

/// How many seats one hold has at most.
pub const MAX_SEATS_OF_HOLD: usize = 50;
/// How many seats of one class a customer holds at most, in however many holds. Staff hold for many.
pub const MAX_SEATS_OF_CUSTOMER: u64 = 12;

/// Which seats are to be held.
#[derive(Clone, Debug)]
pub enum Wanted {
    /// These.
    Named(Vec<String>),
    /// The best for a group of so many; all of them accessible, if need be.
    Best {
        /// How many.
        count: i32,
        /// Whether all of them must be accessible.
        accessible: bool,
    },
}

impl Wanted {
    fn check(&self) -> Result<usize, Refusal> {
        match self {
            Self::Named(ids) => {
                distinct("seatIds", ids, MAX_SEATS_OF_HOLD)?;
                Ok(ids.len())
            }
            Self::Best { count, .. } => usize::try_from(*count)
                .ok()
                .filter(|count| (1..=MAX_SEATS_OF_HOLD).contains(count))
                .ok_or_else(|| {
                    let message = format!("Expected 1 to {MAX_SEATS_OF_HOLD}.");
                    Refusal::invalid("bestAvailable.count", message)
                }),
        }
    }
}

/// Where a hold stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HoldStatus {
    /// It keeps its seats, unless it has run out.
    Held,
    /// Its holder gave it back.
    Released,
    /// An enrolment took its seats over.
    Used,
}

impl HoldStatus {
    /// The word that the database stores.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::Released => "released",
            Self::Used => "used",
        }
    }
}

/// Whether a hold still keeps its seats.
#[must_use]
pub fn is_live(hold: &seat_holds::Model, now: Moment) -> bool {
    hold.status == HoldStatus::Held.as_str() && hold.expires_at > now
}

/// Keeps seats of a class for the viewer.
///
/// # Errors
/// `NOT_FOUND` at `occurrenceId` or at a seat; `SEAT_TAKEN`; `CAPACITY_FULL`; `ALREADY_ENROLLED`; `INVALID_STATE`,
/// `TOO_SOON`, `TOO_FAR` or `NOT_BOOKABLE` for a class that is not open; `INVALID_STATE` for a customer who holds too
/// many seats; `INVALID_INPUT`.
pub async fn hold(
    gateway: &Gateway,
    viewer: &Viewer,
    occurrence_id: &str,
    wanted: Wanted,
    call: Call,
) -> Result<Outcome<seat_holds::Model>> {
    let holder_id = viewer.user_id()?;
    let count = wanted.check()?;
    let work = match gateway.begin(viewer, &call).await? {
        Begun::Work(work) => work,
        Begun::Done(outcome) => return Ok(outcome),
    };
    let occurrence = classes::lock(&work, viewer, occurrence_id).await?;
    blocking::check(&*work, &occurrence.biz_id, holder_id).await?;
    // Whoever could not enrol has no use for a seat.
    let (_, offered) = enrolling::open_to(&work, viewer, &occurrence).await?;
    let (expires_at, limit_at) = limits(&work, viewer, &occurrence, &offered.version)?;
    let Some(map) = repo::map_of(&work, &occurrence).await? else {
        return Err(SeatingRefusal::FreeSeating.at("occurrenceId").into());
    };
    if !viewer.is_staff_of(&occurrence.biz_id) {
        if classes::live_enrollment(&work, &occurrence.id, holder_id)
            .await?
            .is_some()
        {
            return Err(ClassRefusal::Enrolled.into());
        }
        check_hoarding(&work, &occurrence, holder_id, count).await?;
    }
    if let Wanted::Named(ids) = &wanted {
        repo::named(&work, &map, ids).await?;
    }
    let promise = places::reserve(
        &work,
        &occurrence,
        as_places(count),
        Some(holder_id),
        expires_at,
    );
    let Some(reservation_id) = promise.await? else {
        return Err(SeatingRefusal::Full.at("occurrenceId").into());
    };
    let seats = chosen(&work, &occurrence, &map, wanted, count).await?;
    repo::take(
        &work,
        &occurrence,
        &seats,
        Holder::Reservation(&reservation_id),
    )
    .await?;
    let hold = seat_holds::Model {
        id: Kind::SeatHold.mint(work.now),
        biz_id: occurrence.biz_id.clone(),
        class_occurrence_id: occurrence.id.clone(),
        holder_user_id: holder_id.to_owned(),
        place_reservation_id: reservation_id,
        status: HoldStatus::Held.as_str().to_owned(),
        expires_at: expires_at.into(),
        limit_at: limit_at.into(),
        created_at: work.now.into(),
        updated_at: work.now.into(),
    };
    seat_holds::Entity::insert(seat_holds::ActiveModel::from(hold.clone()))
        .exec_without_returning(&*work)
        .await?;
    repo::announce(&work, &occurrence, &seats).await?;
    work.finish(hold).await
}

/// Keeps a customer from holding half the hall.
async fn check_hoarding(
    work: &Work,
    occurrence: &class_occurrences::Model,
    holder_id: &str,
    count: usize,
) -> Result<()> {
    use entity::occurrence_seats::{Column, Entity};
    let held = Entity::find()
        .inner_join(place_reservations::Entity)
        .filter(Column::ClassOccurrenceId.eq(&occurrence.id))
        .filter(place_reservations::Column::CustomerUserId.eq(holder_id))
        .count(&**work)
        .await?;
    let wanted = held.saturating_add(u64::try_from(count).unwrap_or(u64::MAX));
    if wanted > MAX_SEATS_OF_CUSTOMER {
        let field = "occurrenceId";
        return Err(SeatingRefusal::Hoarding.at(field).into());
    }
    Ok(())
}

/// Until when seats are held, and until when they can be at most: never beyond the last moment at which the viewer can
/// enrol, so that enrolling before it runs out succeeds.
fn limits(
    work: &Work,
    viewer: &Viewer,
    occurrence: &class_occurrences::Model,
    version: &offer_versions::Model,
) -> Result<(Moment, Moment)> {
    let patience = &work.gateway.patience;
    let last = match viewer.is_staff_of(&occurrence.biz_id) {
        true => occurrence.end_at.to_utc(),
        false => occurrence.start_at.to_utc() - TimeDelta::minutes(version.lead_time_min.into()),
    };
    if last <= work.now {
        return Err(ClassRefusal::TooSoon.into());
    }
    let limit = work.now + patience.seat_hold_limit.max(patience.seat_hold);
    Ok(((work.now + patience.seat_hold).min(last), limit.min(last)))
}

/// A number of seats is small; see [`MAX_SEATS_OF_HOLD`].
fn as_places(count: usize) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

async fn chosen(
    work: &Work,
    occurrence: &class_occurrences::Model,
    map: &seat_maps::Model,
    wanted: Wanted,
    count: usize,
) -> Result<Vec<String>> {
    let accessible = match wanted {
        Wanted::Named(ids) => return Ok(ids),
        Wanted::Best { accessible, .. } => accessible,
    };
    let best = repo::best_of(work, occurrence, map, count, accessible).await?;
    Ok(best.ok_or_else(|| SeatingRefusal::TooFew.at("bestAvailable.count"))?)
}

/// Extends a hold of the viewer by another while, up to its limit.
///
/// # Errors
/// `NOT_FOUND` at `seatHoldId`, `HOLD_EXPIRED`; `INVALID_STATE` when it is at its limit.
pub async fn extend(
    gateway: &Gateway,
    viewer: &Viewer,
    hold_id: &str,
    call: Call,
) -> Result<Outcome<seat_holds::Model>> {
    let work = match gateway.begin(viewer, &call).await? {
        Begun::Work(work) => work,
        Begun::Done(outcome) => return Ok(outcome),
    };
    let (_, hold) = lock(&work, viewer, hold_id).await?;
    if !is_live(&hold, work.now) {
        return Err(SeatingRefusal::HoldExpired.at("seatHoldId").into());
    }
    if hold.expires_at >= hold.limit_at {
        return Err(SeatingRefusal::HoldAtLimit.at("seatHoldId").into());
    }
    let longer = (work.now + gateway.patience.seat_hold).min(hold.limit_at.to_utc());
    let expires_at = longer.max(hold.expires_at.to_utc());
    place_reservations::Entity::update_many()
        .col_expr(place_reservations::Column::ExpiresAt, Expr::val(expires_at))
        .filter(place_reservations::Column::Id.eq(&hold.place_reservation_id))
        .exec(&*work)
        .await?;
    let changes = seat_holds::ActiveModel {
        id: Unchanged(hold.id),
        expires_at: Set(expires_at.into()),
        updated_at: Set(work.now.into()),
        ..Default::default()
    };
    let hold = changes.update(&*work).await?;
    work.finish(hold).await
}

/// Gives back a hold of the viewer: its seats and places are free at once. One that has run out is given back
/// already.
///
/// # Errors
/// `NOT_FOUND` at `seatHoldId`; `INVALID_STATE` when an enrolment has used it.
pub async fn release(
    gateway: &Gateway,
    viewer: &Viewer,
    hold_id: &str,
    call: Call,
) -> Result<Outcome<seat_holds::Model>> {
    let work = match gateway.begin(viewer, &call).await? {
        Begun::Work(work) => work,
        Begun::Done(outcome) => return Ok(outcome),
    };
    let (occurrence, hold) = lock(&work, viewer, hold_id).await?;
    if hold.status == HoldStatus::Used.as_str() {
        return Err(SeatingRefusal::HoldUsed.at("seatHoldId").into());
    }
    if !is_live(&hold, work.now) {
        return work.finish(hold).await;
    }
    let seats = seats_of(&*work, &hold.place_reservation_id).await?;
    let hold = end(&work, hold, HoldStatus::Released).await?;
    places::release(&work, &hold.place_reservation_id).await?;
    repo::announce(&work, &occurrence, &seats).await?;
    // Whoever waits for the places comes before the public.
    waitlists::places_freed(&work, &occurrence).await?;
    work.finish(hold).await
}

/// A hold of the viewer, with its class, of which every other writer is kept off the places.
async fn lock(
    work: &Work,
    viewer: &Viewer,
    hold_id: &str,
) -> Result<(class_occurrences::Model, seat_holds::Model)> {
    let unknown = || Refusal::not_found("seatHoldId", "hold");
    let find = async || scope::find::<seat_holds::Entity>(&**work, viewer, hold_id).await;
    let hold = find().await?.ok_or_else(unknown)?;
    let occurrence = places::lock(work, &hold.class_occurrence_id).await?;
    // As it is now that nobody else is at it.
    let hold = find().await?.ok_or_else(unknown)?;
    Ok((occurrence.ok_or_else(unknown)?, hold))
}

/// Ends a hold of a class that is locked.
pub(super) async fn end(
    work: &Work,
    hold: seat_holds::Model,
    status: HoldStatus,
) -> Result<seat_holds::Model> {
    let changes = seat_holds::ActiveModel {
        id: Unchanged(hold.id),
        status: Set(status.as_str().to_owned()),
        updated_at: Set(work.now.into()),
        ..Default::default()
    };
    Ok(changes.update(&**work).await?)
}

/// Ends every hold of a class that is locked.
pub(super) async fn end_all(work: &Work, occurrence_id: &str) -> Result<()> {
    use seat_holds::Column;
    seat_holds::Entity::update_many()
        .col_expr(Column::Status, Expr::val(HoldStatus::Released.as_str()))
        .col_expr(Column::UpdatedAt, Expr::val(work.now))
        .filter(Column::ClassOccurrenceId.eq(occurrence_id))
        .filter(Column::Status.eq(HoldStatus::Held.as_str()))
        .exec(&**work)
        .await?;
    Ok(())
}

/// The seats that go with a promise.
///
/// # Errors
/// When the database fails.
pub(super) async fn seats_of(
    db: &impl ConnectionTrait,
    reservation_id: &str,
) -> Result<Vec<String>> {
    use entity::occurrence_seats::{Column, Entity};
    Ok(Entity::find()
        .select_only()
        .column(Column::SeatId)
        .filter(Column::PlaceReservationId.eq(reservation_id))
        .into_tuple()
        .all(db)
        .await?)
}

/// A hold of the viewer, for an enrolment on that class.
///
/// # Errors
/// `NOT_FOUND`, `INVALID_INPUT` or `HOLD_EXPIRED` at `seatHoldId`.
pub(super) async fn of_viewer(
    work: &Work,
    viewer: &Viewer,
    hold_id: &str,
    occurrence_id: &str,
) -> Result<seat_holds::Model> {
    let hold = seat_holds::Entity::visible_to(viewer)
        .filter(seat_holds::Column::Id.eq(hold_id))
        .one(&**work)
        .await?
        .ok_or_else(|| Refusal::not_found("seatHoldId", "hold"))?;
    if hold.class_occurrence_id != occurrence_id {
        let message = "This hold is of another class.";
        return Err(Refusal::invalid("seatHoldId", message).into());
    }
    match is_live(&hold, work.now) {
        true => Ok(hold),
        false => Err(SeatingRefusal::HoldExpired.at("seatHoldId").into()),
    }
}

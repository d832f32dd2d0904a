//! The places of a class: who holds the count, and places that are promised for a while.
//!
//! The counts are kept by triggers, and the database refuses more places than there are. Whoever takes or
//! frees places locks the class first, so that everybody decides on what is so.

use entity::{class_occurrences, place_reservations};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QuerySelect};

use super::calling_off;
use crate::domain::clock::Moment;
use crate::domain::error::Result;
use crate::domain::ids::Kind;
use crate::domain::queues::waitlists;
use crate::domain::seating;
use crate::domain::tx::Work;

/// Finds a class and keeps every other writer off its places. Promises that have run out are dropped first,
/// and a minimum that is due is settled: the class that this answers may have been called off by it.
///
/// It is the first thing in everything that takes or frees places.
///
/// # Errors
/// When the database fails.
pub async fn lock(work: &Work, occurrence_id: &str) -> Result<Option<class_occurrences::Model>> {
    let Some(occurrence) = class_occurrences::Entity::find_by_id(occurrence_id)
        .lock_exclusive()
        .one(&**work)
        .await?
    else {
        return Ok(None);
    };
    let occurrence = calling_off::settle_minimum(work, occurrence).await?;
    if occurrence.reserved_count == 0 {
        return Ok(Some(occurrence));
    }
    seating::expiring(work, &occurrence).await?;
    // What a waitlist offered goes on to the next who waits, and what somebody else let run out to the first.
    waitlists::lapse_class(work, &occurrence).await?;
    let dropped = place_reservations::Entity::delete_many()
        .filter(place_reservations::Column::ClassOccurrenceId.eq(occurrence_id))
        .filter(place_reservations::Column::ExpiresAt.lte(work.now))
        .exec(&**work)
        .await?;
    match dropped.rows_affected {
        0 => {}
        _ => waitlists::places_freed(work, &occurrence).await?,
    }
    again(work, occurrence_id).await
}

/// The class as it is now, after a change to its places. For whoever has locked it.
///
/// # Errors
/// When the database fails.
pub async fn again(work: &Work, occurrence_id: &str) -> Result<Option<class_occurrences::Model>> {
    let occurrence = class_occurrences::Entity::find_by_id(occurrence_id);
    Ok(occurrence.one(&**work).await?)
}

/// How many places are neither taken nor promised.
#[must_use]
pub fn left(occurrence: &class_occurrences::Model) -> i32 {
    let gone = occurrence
        .enrolled_count
        .saturating_add(occurrence.reserved_count);
    occurrence.capacity.saturating_sub(gone).max(0)
}

/// Promises places until a moment. Answers the id of the promise; nothing when there are not as many left.
/// The class is locked.
///
/// # Errors
/// When the database fails.
pub async fn reserve(
    work: &Work,
    occurrence: &class_occurrences::Model,
    places: i32,
    customer_id: Option<&str>,
    expires_at: Moment,
) -> Result<Option<String>> {
    // Not from the row at hand: the same work may have promised others since it was read.
    let free = again(work, &occurrence.id).await?;
    if free.is_none_or(|occurrence| left(&occurrence) < places) {
        return Ok(None);
    }
    let id = Kind::PlaceReservation.mint(work.now);
    place_reservations::Entity::insert(place_reservations::ActiveModel {
        id: Set(id.clone()),
        biz_id: Set(occurrence.biz_id.clone()),
        class_occurrence_id: Set(occurrence.id.clone()),
        places: Set(places),
        customer_user_id: Set(customer_id.map(str::to_owned)),
        expires_at: Set(expires_at.into()),
        created_at: Set(work.now.into()),
    })
    .exec_without_returning(&**work)
    .await?;
    Ok(Some(id))
}

/// Takes a promise back. Its places are free again, and whoever calls this decides for whom. The class is
/// locked.
///
/// # Errors
/// When the database fails.
pub async fn release(work: &Work, reservation_id: &str) -> Result<()> {
    place_reservations::Entity::delete_by_id(reservation_id)
        .exec(&**work)
        .await?;
    Ok(())
}

//! Reads of classes and enrolments, on an open connection.

use entity::{booking_orders, class_occurrences, class_schedules, enrollments};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};

use super::error::ClassRefusal;
use super::places;
use super::words::{EnrollmentStatus, ScheduleStatus};
use crate::domain::error::{Error, Refusal, Result};
use crate::domain::scope;
use crate::domain::tx::Work;
use crate::domain::viewer::Viewer;

/// The condition that no class has more places taken and promised than it has.
const PLACES: &str = "class_occurrences_places_check";

/// Finds a class that the viewer may see.
///
/// # Errors
/// `NOT_FOUND` at `occurrenceId`.
pub async fn seen(
    work: &Work,
    viewer: &Viewer,
    occurrence_id: &str,
) -> Result<class_occurrences::Model> {
    scope::find::<class_occurrences::Entity>(&**work, viewer, occurrence_id)
        .await?
        .ok_or_else(|| Refusal::not_found("occurrenceId", "class").into())
}

/// Keeps every other writer off the places of a class that the viewer may see.
///
/// # Errors
/// `NOT_FOUND` at `occurrenceId`.
pub async fn lock_seen(work: &Work, occurrence_id: &str) -> Result<class_occurrences::Model> {
    places::lock(work, occurrence_id)
        .await?
        .ok_or_else(|| Refusal::not_found("occurrenceId", "class").into())
}

/// Finds a class that the viewer may see, and keeps every other writer off its places.
///
/// # Errors
/// `NOT_FOUND` at `occurrenceId`.
pub async fn lock(
    work: &Work,
    viewer: &Viewer,
    occurrence_id: &str,
) -> Result<class_occurrences::Model> {
    let seen = seen(work, viewer, occurrence_id).await?;
    lock_seen(work, &seen.id).await
}

/// Finds an enrolment that the viewer may see, with its class; every other writer is kept off both.
///
/// # Errors
/// `NOT_FOUND` at `enrollmentId`.
pub async fn lock_enrollment(
    work: &Work,
    viewer: &Viewer,
    enrollment_id: &str,
) -> Result<(class_occurrences::Model, enrollments::Model)> {
    let not_found = || Refusal::not_found("enrollmentId", "enrollment");
    let seen = scope::find::<enrollments::Entity>(&**work, viewer, enrollment_id)
        .await?
        .ok_or_else(not_found)?;
    // The class first, as everybody does.
    let class = places::lock(work, &seen.class_occurrence_id)
        .await?
        .ok_or_else(not_found)?;
    let enrollment = enrollments::Entity::find_by_id(enrollment_id)
        .lock_exclusive()
        .one(&**work)
        .await?
        .ok_or_else(not_found)?;
    Ok((class, enrollment))
}

/// The booking of an enrolment, locked.
///
/// # Errors
/// When the database fails.
pub async fn lock_booking(
    work: &Work,
    enrollment: &enrollments::Model,
) -> Result<booking_orders::Model> {
    let booking = booking_orders::Entity::find_by_id(&enrollment.booking_order_id)
        .lock_exclusive()
        .one(&**work)
        .await?;
    booking.ok_or_else(|| Error::fault(format!("{} has no booking", enrollment.id)))
}

/// The schedule that a class is of.
///
/// # Errors
/// When the database fails.
pub async fn schedule_of(
    db: &impl ConnectionTrait,
    class: &class_occurrences::Model,
) -> Result<class_schedules::Model> {
    let schedule = class_schedules::Entity::find_by_id(&class.class_schedule_id)
        .one(db)
        .await?;
    schedule.ok_or_else(|| Error::fault(format!("{} has no schedule", class.id)))
}

/// Lets a class pass that is in the published timetable.
///
/// # Errors
/// `INVALID_STATE` otherwise.
pub fn check_published(schedule: &class_schedules::Model) -> Result<(), ClassRefusal> {
    match schedule.status == ScheduleStatus::Active.as_str() && schedule.deleted_at.is_none() {
        true => Ok(()),
        false => Err(ClassRefusal::Closed),
    }
}

/// The enrolment by which a customer has places in a class.
///
/// # Errors
/// When the database fails.
pub async fn live_enrollment(
    work: &Work,
    occurrence_id: &str,
    customer_id: &str,
) -> Result<Option<enrollments::Model>> {
    Ok(enrollments::Entity::find()
        .filter(enrollments::Column::ClassOccurrenceId.eq(occurrence_id))
        .filter(enrollments::Column::CustomerUserId.eq(customer_id))
        .filter(enrollments::Column::Status.is_in(EnrollmentStatus::LIVE))
        .order_by_asc(enrollments::Column::Id)
        .one(&**work)
        .await?)
}

/// Whether the database refused because a class has not as many places.
#[must_use]
pub fn is_full(error: &DbErr) -> bool {
    error.to_string().contains(PLACES)
}

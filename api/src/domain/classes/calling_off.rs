//! Calling a class off: by staff, or because its minimum was not met in time.

use entity::{booking_orders, class_occurrences, enrollments, place_reservations};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};

use super::enrolling::live_of;
use super::error::ClassRefusal;
use super::words::{EnrollmentStatus, OccurrenceStatus};
use super::{places, repo, terms, writes};
use crate::domain::bookings::rules::status::Status;
use crate::domain::bookings::{claims, payments, writes as bookings};
use crate::domain::error::{Error, Result};
use crate::domain::gateway::Gateway;
use crate::domain::packages::redemption;
use crate::domain::queues::waitlists;
use crate::domain::reason;
use crate::domain::seating;
use crate::domain::tx::{Begun, Call, Outcome, Work};
use crate::domain::viewer::Viewer;

/// Calls a class off. Staff only.
///
/// Everybody's sessions come back and everybody's payments are due back; the instructor and the room are
/// free. It happens once, whoever else tries at the same time.
///
/// # Errors
/// `NOT_FOUND`; `INVALID_STATE` when it is called off or over; `INVALID_INPUT` at `reason`; `Forbidden`.
pub async fn call_off(
    gateway: &Gateway,
    viewer: &Viewer,
    occurrence_id: &str,
    reason: Option<String>,
    call: Call,
) -> Result<Outcome<class_occurrences::Model>> {
    let reason = reason::checked(reason)?;
    let work = match gateway.begin(viewer, &call).await? {
        Begun::Work(work) => work,
        Begun::Done(outcome) => return Ok(outcome),
    };
    let class = repo::lock(&work, viewer, occurrence_id).await?;
    if !viewer.is_staff_of(&class.biz_id) {
        return Err(Error::Forbidden("Only staff may call a class off."));
    }
    match terms::status_of(&class, work.now) {
        OccurrenceStatus::Cancelled => return Err(ClassRefusal::CalledOff.into()),
        OccurrenceStatus::Completed => return Err(ClassRefusal::Over.into()),
        OccurrenceStatus::Scheduled => {}
    }
    let class = end(&work, &class, reason).await?;
    work.finish(class).await
}

/// Looks at a class whose minimum has to be met by now: under it, the class is called off; otherwise the
/// minimum is done with, whoever leaves later. The class is locked.
///
/// # Errors
/// When the database fails.
pub async fn settle_minimum(
    work: &Work,
    class: class_occurrences::Model,
) -> Result<class_occurrences::Model> {
    let scheduled = class.status == OccurrenceStatus::Scheduled.as_str();
    if !scheduled || class.minimum_due_at.is_none_or(|due| due > work.now) {
        return Ok(class);
    }
    if terms::fails_minimum(&class, work.now) {
        let reason = format!("Fewer than {} places were taken.", class.min_enrollment);
        return Box::pin(end(work, &class, Some(reason))).await;
    }
    let changes = class_occurrences::ActiveModel {
        id: sea_orm::ActiveValue::Unchanged(class.id.clone()),
        minimum_due_at: Set(None),
        ..Default::default()
    };
    Ok(sea_orm::ActiveModelTrait::update(changes, &**work).await?)
}

/// Ends a class that is locked, and everything that hangs on it.
async fn end(
    work: &Work,
    class: &class_occurrences::Model,
    reason: Option<String>,
) -> Result<class_occurrences::Model> {
    for enrollment in live_of(work, &class.id).await? {
        let status = EnrollmentStatus::parse(&enrollment.status);
        if matches!(
            status,
            EnrollmentStatus::Enrolled | EnrollmentStatus::CheckedIn
        ) {
            end_enrollment(work, enrollment, reason.clone()).await?;
        }
    }
    seating::vacate_all(work, class).await?;
    place_reservations::Entity::delete_many()
        .filter(place_reservations::Column::ClassOccurrenceId.eq(&class.id))
        .exec(&**work)
        .await?;
    waitlists::end_class(work, &class.id).await?;
    claims::release_class(&**work, &class.id).await?;
    let changes = class_occurrences::ActiveModel {
        status: Set(OccurrenceStatus::Cancelled.as_str().to_owned()),
        cancelled_at: Set(Some(work.now.into())),
        cancellation_reason: Set(reason),
        minimum_due_at: Set(None),
        ..Default::default()
    };
    let class = places::again(work, &class.id)
        .await?
        .unwrap_or_else(|| class.clone());
    writes::save(work, &class, changes, "class_occurrence.cancelled").await
}

/// Ends an enrolment on a class that the business has called off: free of charge, with all that was paid.
async fn end_enrollment(
    work: &Work,
    enrollment: enrollments::Model,
    reason: Option<String>,
) -> Result<()> {
    let booking = repo::lock_booking(work, &enrollment).await?;
    let refund = payments::refund_due(&**work, &booking, 0).await?;
    let changes = booking_orders::ActiveModel {
        cancelled_at: Set(Some(work.now.into())),
        cancellation_reason: Set(reason),
        cancelled_late: Set(Some(false)),
        session_forfeited: Set(Some(false)),
        refund_due_minor: Set(refund),
        ..Default::default()
    };
    let booking = bookings::enter(
        work,
        booking,
        Status::Cancelled,
        changes,
        "booking.cancelled",
    )
    .await?;
    redemption::give_back(work, &booking.order).await?;
    let changes = enrollments::ActiveModel {
        status: Set(EnrollmentStatus::Cancelled.as_str().to_owned()),
        ..Default::default()
    };
    writes::save_enrollment(work, &enrollment, changes).await?;
    Ok(())
}

//! Who came and who did not. For the staff at the door.

use entity::{booking_orders, class_occurrences, enrollments};
use sea_orm::ActiveValue::Set;

use super::enrolling::Enrolled;
use super::error::ClassRefusal;
use super::words::{EnrollmentStatus, OccurrenceStatus};
use super::{repo, terms, writes};
use crate::domain::bookings::rules::cancellation::Policy;
use crate::domain::bookings::rules::status::Status;
use crate::domain::bookings::writes as bookings;
use crate::domain::error::{Error, Result};
use crate::domain::gateway::Gateway;
use crate::domain::packages::redemption;
use crate::domain::tx::{Begun, Call, Outcome, Work};
use crate::domain::viewer::Viewer;

/// Notes that the customer is there; after the class, that they were. Staff only.
///
/// # Errors
/// `NOT_FOUND`, `INVALID_STATE`, `Forbidden`.
pub async fn check_in(
    gateway: &Gateway,
    viewer: &Viewer,
    enrollment_id: &str,
    call: Call,
) -> Result<Outcome<Enrolled>> {
    let work = match gateway.begin(viewer, &call).await? {
        Begun::Work(work) => work,
        Begun::Done(outcome) => return Ok(outcome),
    };
    let (class, enrollment) = at_the_door(&work, viewer, enrollment_id).await?;
    let status = match terms::status_of(&class, work.now) {
        OccurrenceStatus::Completed => EnrollmentStatus::Attended,
        OccurrenceStatus::Cancelled => return Err(ClassRefusal::CalledOff.into()),
        OccurrenceStatus::Scheduled => EnrollmentStatus::CheckedIn,
    };
    let enrolled = enter(&work, class, enrollment, status).await?;
    work.finish(enrolled).await
}

/// Notes that the customer did not come. Staff only, and not before the start. The session that paid is
/// forfeited if the frozen policy says so, and otherwise goes back.
///
/// # Errors
/// `NOT_FOUND`, `INVALID_STATE`, `Forbidden`.
pub async fn mark_no_show(
    gateway: &Gateway,
    viewer: &Viewer,
    enrollment_id: &str,
    call: Call,
) -> Result<Outcome<Enrolled>> {
    let work = match gateway.begin(viewer, &call).await? {
        Begun::Work(work) => work,
        Begun::Done(outcome) => return Ok(outcome),
    };
    let (class, enrollment) = at_the_door(&work, viewer, enrollment_id).await?;
    if terms::status_of(&class, work.now) == OccurrenceStatus::Cancelled {
        return Err(ClassRefusal::CalledOff.into());
    }
    if class.start_at > work.now {
        return Err(ClassRefusal::NotBegun.into());
    }
    let enrolled = enter(&work, class, enrollment, EnrollmentStatus::NoShow).await?;
    work.finish(enrolled).await
}

async fn at_the_door(
    work: &Work,
    viewer: &Viewer,
    enrollment_id: &str,
) -> Result<(class_occurrences::Model, enrollments::Model)> {
    let (class, enrollment) = repo::lock_enrollment(work, viewer, enrollment_id).await?;
    if !viewer.is_staff_of(&class.biz_id) {
        return Err(Error::Forbidden("Only staff may do this."));
    }
    match EnrollmentStatus::parse(&enrollment.status) {
        EnrollmentStatus::Enrolled => Ok((class, enrollment)),
        _ => Err(ClassRefusal::NotEnrolled.into()),
    }
}

/// Takes an enrolment, and the booking that it is, to another state in which it still has its places.
///
/// # Errors
/// When the database fails.
pub async fn enter(
    work: &Work,
    class: class_occurrences::Model,
    enrollment: enrollments::Model,
    status: EnrollmentStatus,
) -> Result<Enrolled> {
    let order = repo::lock_booking(work, &enrollment).await?;
    let (of_booking, event) = match status {
        EnrollmentStatus::CheckedIn => (Status::CheckedIn, "booking.checked_in"),
        EnrollmentStatus::NoShow => (Status::NoShow, "booking.no_show"),
        _ => (Status::Completed, "booking.completed"),
    };
    let forfeited = status == EnrollmentStatus::NoShow
        && order.customer_purchase_id.is_some()
        && Policy::of(&order)?.forfeits_session;
    let mut changes = booking_orders::ActiveModel::default();
    if forfeited {
        changes.session_forfeited = Set(Some(true));
    }
    let booking = bookings::enter(work, order, of_booking, changes, event).await?;
    match status {
        EnrollmentStatus::NoShow if forfeited => redemption::forfeit(work, &booking.order).await?,
        EnrollmentStatus::NoShow => redemption::give_back(work, &booking.order).await?,
        _ => {}
    }
    let came = status != EnrollmentStatus::NoShow && enrollment.checked_in_at.is_none();
    let mut changes = enrollments::ActiveModel {
        status: Set(status.as_str().to_owned()),
        ..Default::default()
    };
    if came {
        changes.checked_in_at = Set(Some(work.now.into()));
    }
    let enrollment = writes::save_enrollment(work, &enrollment, changes).await?;
    writes::announce(work, &class, "class_occurrence.attendance").await?;
    Ok(Enrolled {
        enrollment,
        booking,
        occurrence: class,
    })
}

//! Giving places in a class up.

use entity::{booking_orders, enrollments};
use sea_orm::ActiveValue::Set;

use super::enrolling::Enrolled;
use super::error::ClassRefusal;
use super::words::{EnrollmentStatus, OccurrenceStatus};
use super::{places, repo, terms, writes};
use crate::domain::bookings::payments;
use crate::domain::bookings::rules::cancellation::{Circumstances, Policy, consequence};
use crate::domain::bookings::rules::status::Status;
use crate::domain::bookings::writes as bookings;
use crate::domain::error::Result;
use crate::domain::gateway::Gateway;
use crate::domain::packages::redemption;
use crate::domain::queues::waitlists;
use crate::domain::reason;
use crate::domain::seating;
use crate::domain::tx::{Begun, Call, Outcome};
use crate::domain::viewer::Viewer;

/// Which enrolment is called off.
#[derive(Clone, Debug)]
pub struct Leave {
    /// The enrolment.
    pub enrollment_id: String,
    /// Why, in the words of whoever cancels.
    pub reason: Option<String>,
}

/// Calls an enrolment off by the policy that was frozen when it was made, and frees its places.
///
/// A customer cancels their own, until the class begins; staff cancel for the business, which is free of
/// charge, and so is leaving a class that the business has moved. What was paid beyond a fee is due back.
///
/// # Errors
/// `NOT_FOUND`, `INVALID_STATE`, `INVALID_INPUT`.
pub async fn leave(
    gateway: &Gateway,
    viewer: &Viewer,
    command: Leave,
    call: Call,
) -> Result<Outcome<Enrolled>> {
    let reason = reason::checked(command.reason)?;
    let work = match gateway.begin(viewer, &call).await? {
        Begun::Work(work) => work,
        Begun::Done(outcome) => return Ok(outcome),
    };
    let (class, enrollment) = repo::lock_enrollment(&work, viewer, &command.enrollment_id).await?;
    if EnrollmentStatus::parse(&enrollment.status) != EnrollmentStatus::Enrolled {
        return Err(ClassRefusal::NotEnrolled.into());
    }
    let staff = viewer.is_staff_of(&class.biz_id);
    match terms::status_of(&class, work.now) {
        OccurrenceStatus::Cancelled => return Err(ClassRefusal::CalledOff.into()),
        OccurrenceStatus::Completed => return Err(ClassRefusal::Over.into()),
        OccurrenceStatus::Scheduled if class.start_at <= work.now && !staff => {
            return Err(ClassRefusal::Begun.into());
        }
        OccurrenceStatus::Scheduled => {}
    }
    let booking = repo::lock_booking(&work, &enrollment).await?;
    let own = viewer.is(&enrollment.customer_user_id);
    let consequence = consequence(
        &Policy::of(&booking)?,
        Circumstances {
            now: work.now,
            start: class.start_at.to_utc(),
            firm: true,
            by_business: (staff && !own) || enrollment.moved_at.is_some(),
            by_package: booking.customer_purchase_id.is_some(),
        },
    );
    let fee = consequence.fee_minor.unwrap_or(0);
    let refund = payments::refund_due(&*work, &booking, fee).await?;
    let changes = booking_orders::ActiveModel {
        cancelled_at: Set(Some(work.now.into())),
        cancellation_reason: Set(reason),
        cancelled_late: Set(Some(consequence.late)),
        cancellation_fee_minor: Set(consequence.fee_minor),
        session_forfeited: Set(Some(consequence.session_forfeited)),
        refund_due_minor: Set(refund),
        ..Default::default()
    };
    let booking = bookings::enter(
        &work,
        booking,
        Status::Cancelled,
        changes,
        "booking.cancelled",
    )
    .await?;
    match consequence.session_forfeited {
        true => redemption::forfeit(&work, &booking.order).await?,
        false => redemption::give_back(&work, &booking.order).await?,
    }
    let status = match consequence.late {
        true => EnrollmentStatus::LateCancelled,
        false => EnrollmentStatus::Cancelled,
    };
    let changes = enrollments::ActiveModel {
        status: Set(status.as_str().to_owned()),
        ..Default::default()
    };
    let enrollment = writes::save_enrollment(&work, &enrollment, changes).await?;
    seating::vacate(&work, &class, &enrollment.id).await?;
    // Whoever waits for the places comes before the public.
    waitlists::places_freed(&work, &class).await?;
    let occurrence = places::again(&work, &class.id).await?.unwrap_or(class);
    writes::announce(&work, &occurrence, "class_occurrence.left").await?;
    work.finish(Enrolled {
        enrollment,
        booking,
        occurrence,
        seats: Some(Vec::new()),
    })
    .await
}

//! Calling a booking off.

use entity::booking_orders;
use sea_orm::ActiveValue::Set;

use super::error::check_no_class;
use super::repo::{self, Booked};
use super::rules::cancellation::{Circumstances, Policy, consequence};
use super::rules::status::{Action, Needs, Status};
use super::writes;
use crate::domain::error::Result;
use crate::domain::gateway::Gateway;
use crate::domain::packages::redemption;
use crate::domain::queues::waitlists;
use crate::domain::reason;
use crate::domain::tx::{Begun, Call, Outcome};
use crate::domain::viewer::Viewer;

/// Which booking is called off.
#[derive(Clone, Debug)]
pub struct CancelBooking {
    /// The booking.
    pub booking_id: String,
    /// Why, in the words of whoever cancels.
    pub reason: Option<String>,
    /// The version that the viewer has seen.
    pub expected_version: Option<i32>,
}

/// Cancels a booking by the policy that was frozen when it was made, and frees its time.
///
/// A customer cancels their own; staff cancel for the business, which is free of charge.
///
/// # Errors
/// `NOT_FOUND`, `VERSION_CONFLICT`, `INVALID_STATE`, `INVALID_INPUT`.
pub async fn cancel(
    gateway: &Gateway,
    viewer: &Viewer,
    command: CancelBooking,
    call: Call,
) -> Result<Outcome<Booked>> {
    let reason = reason::checked(command.reason)?;
    let work = match gateway.begin(viewer, &call).await? {
        Begun::Work(work) => work,
        Begun::Done(outcome) => return Ok(outcome),
    };
    waitlists::lock_around(&work, &command.booking_id).await?;
    let booking = repo::lock(&work, viewer, &command.booking_id, command.expected_version).await?;
    check_no_class(&booking, Action::Cancel)?;
    let status = Status::of(&booking, work.now);
    let next = status.after(Action::Cancel, Needs::default())?;
    let policy = Policy::of(&booking)?;
    let own = booking.customer_user_id.as_deref() == viewer.id();
    let consequence = consequence(
        &policy,
        Circumstances {
            now: work.now,
            start: booking.start_at.to_utc(),
            firm: status == Status::Confirmed,
            by_business: !own && viewer.is_staff_of(&booking.biz_id),
            by_package: booking.customer_purchase_id.is_some(),
        },
    );
    let changes = booking_orders::ActiveModel {
        cancelled_at: Set(Some(work.now.into())),
        cancellation_reason: Set(reason),
        cancelled_late: Set(Some(consequence.late)),
        cancellation_fee_minor: Set(consequence.fee_minor),
        session_forfeited: Set(Some(consequence.session_forfeited)),
        ..Default::default()
    };
    let booked = writes::enter(&work, booking, next, changes, "booking.cancelled").await?;
    match consequence.session_forfeited {
        true => redemption::forfeit(&work, &booked.order).await?,
        false => redemption::give_back(&work, &booked.order).await?,
    }
    work.finish(booked).await
}

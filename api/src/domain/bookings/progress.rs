//! From a hold to the end of the service: the steps in which only the state changes.

use entity::booking_orders;
use sea_orm::ActiveValue::Set;

use super::error::check_no_class;
use super::payments;
use super::repo::{self, Booked};
use super::rules::cancellation::Policy;
use super::rules::status::{Action, Needs, Status};
use super::writes;
use crate::domain::error::{Error, Refusal, RefusalCode, Result};
use crate::domain::gateway::Gateway;
use crate::domain::packages::redemption;
use crate::domain::queues::waitlists;
use crate::domain::tx::{Begun, Call, Outcome, Work};
use crate::domain::viewer::Viewer;

/// The longest reason, in characters.
pub const MAX_REASON: usize = 1_000;

/// Confirms a hold, which then waits for whatever else the offer asks for. Before the hold runs out
/// this always succeeds.
///
/// # Errors
/// `NOT_FOUND`, `HOLD_EXPIRED`, `INVALID_STATE`.
pub async fn confirm(
    gateway: &Gateway,
    viewer: &Viewer,
    booking_id: &str,
    call: Call,
) -> Result<Outcome<Booked>> {
    let step = Step {
        action: Action::Confirm,
        event: "booking.confirmed",
        reason: None,
    };
    take(gateway, viewer, booking_id, call, step).await
}

/// Approves a booking that waits for it. Staff only.
///
/// # Errors
/// `NOT_FOUND`, `INVALID_STATE`, `Forbidden`.
pub async fn approve(
    gateway: &Gateway,
    viewer: &Viewer,
    booking_id: &str,
    call: Call,
) -> Result<Outcome<Booked>> {
    let step = Step {
        action: Action::Approve,
        event: "booking.approved",
        reason: None,
    };
    take(gateway, viewer, booking_id, call, step).await
}

/// Declines a booking that waits for approval, and frees its time. Staff only.
///
/// # Errors
/// `NOT_FOUND`, `INVALID_STATE`, `INVALID_INPUT`, `Forbidden`.
pub async fn decline(
    gateway: &Gateway,
    viewer: &Viewer,
    booking_id: &str,
    reason: Option<String>,
    call: Call,
) -> Result<Outcome<Booked>> {
    let step = Step {
        action: Action::Decline,
        event: "booking.declined",
        reason: checked(reason)?,
    };
    take(gateway, viewer, booking_id, call, step).await
}

/// Notes that the customer is there. Staff only.
///
/// # Errors
/// `NOT_FOUND`, `INVALID_STATE`, `Forbidden`.
pub async fn check_in(
    gateway: &Gateway,
    viewer: &Viewer,
    booking_id: &str,
    call: Call,
) -> Result<Outcome<Booked>> {
    let step = Step {
        action: Action::CheckIn,
        event: "booking.checked_in",
        reason: None,
    };
    take(gateway, viewer, booking_id, call, step).await
}

/// Notes that the service is over, and frees what is left of its time. Staff only.
///
/// # Errors
/// `NOT_FOUND`, `INVALID_STATE`, `Forbidden`.
pub async fn complete(
    gateway: &Gateway,
    viewer: &Viewer,
    booking_id: &str,
    call: Call,
) -> Result<Outcome<Booked>> {
    let step = Step {
        action: Action::Complete,
        event: "booking.completed",
        reason: None,
    };
    take(gateway, viewer, booking_id, call, step).await
}

/// Notes that the customer did not come. Staff only, and not before the start. A package's session is
/// forfeited if the frozen policy says so, and goes back otherwise.
///
/// # Errors
/// `NOT_FOUND`, `INVALID_STATE`, `Forbidden`.
pub async fn mark_no_show(
    gateway: &Gateway,
    viewer: &Viewer,
    booking_id: &str,
    call: Call,
) -> Result<Outcome<Booked>> {
    let step = Step {
        action: Action::MarkNoShow,
        event: "booking.no_show",
        reason: None,
    };
    take(gateway, viewer, booking_id, call, step).await
}

/// Checks a reason that somebody gives; one of nothing but spaces is none.
///
/// # Errors
/// `INVALID_INPUT` at `reason` when it is too long.
pub fn checked(reason: Option<String>) -> Result<Option<String>, Refusal> {
    let reason = reason.filter(|reason| !reason.trim().is_empty());
    match &reason {
        Some(text) if text.chars().count() > MAX_REASON || text.contains('\0') => Err(
            Refusal::invalid("reason", format!("At most {MAX_REASON} characters.")),
        ),
        _ => Ok(reason),
    }
}

struct Step {
    action: Action,
    event: &'static str,
    reason: Option<String>,
}

async fn take(
    gateway: &Gateway,
    viewer: &Viewer,
    booking_id: &str,
    call: Call,
    step: Step,
) -> Result<Outcome<Booked>> {
    let work = match gateway.begin(viewer, &call).await? {
        Begun::Work(work) => work,
        Begun::Done(outcome) => return Ok(outcome),
    };
    waitlists::lock_around(&work, booking_id).await?;
    let booking = repo::lock(&work, viewer, booking_id, None).await?;
    let staff = viewer.is_staff_of(&booking.biz_id);
    if step.action != Action::Confirm && !staff {
        return Err(Error::Forbidden("Only staff may do this."));
    }
    check_no_class(&booking, step.action)?;
    let status = Status::of(&booking, work.now);
    if step.action == Action::Confirm && status == Status::Expired {
        return Err(
            Refusal::new(RefusalCode::HoldExpired, "The hold has run out.")
                .at("bookingId")
                .into(),
        );
    }
    if step.action == Action::MarkNoShow && work.now < booking.start_at {
        let message = "The booking has not begun yet.";
        return Err(Refusal::new(RefusalCode::InvalidState, message)
            .at("bookingId")
            .into());
    }
    let next = status.after(step.action, needs(&work, &booking, staff).await?)?;
    let mut changes = booking_orders::ActiveModel::default();
    if next == Status::Declined {
        changes.cancelled_at = Set(Some(work.now.into()));
        changes.cancellation_reason = Set(step.reason);
    }
    let forfeited = next == Status::NoShow
        && booking.customer_purchase_id.is_some()
        && Policy::of(&booking)?.forfeits_session;
    if forfeited {
        changes.session_forfeited = Set(Some(true));
    }
    let booked = writes::enter(&work, booking, next, changes, step.event).await?;
    match next {
        Status::NoShow if forfeited => redemption::forfeit(&work, &booked.order).await?,
        Status::NoShow | Status::Declined => redemption::give_back(&work, &booked.order).await?,
        _ => {}
    }
    work.finish(booked).await
}

/// What the booking still needs. Whoever may approve need not ask.
///
/// # Errors
/// When the database fails.
pub async fn needs(work: &Work, booking: &booking_orders::Model, staff: bool) -> Result<Needs> {
    let deposit = match booking.deposit_required_minor {
        Some(required) => !payments::has_deposited(&**work, booking, required).await?,
        None => false,
    };
    Ok(Needs {
        confirmation: false,
        approval: Policy::of(booking)?.requires_approval && !staff,
        deposit,
    })
}

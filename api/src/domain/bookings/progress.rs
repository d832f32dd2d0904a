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
use crate::domain::reason;
use crate::domain::tx::{Begun, Call, Outcome, Work};
use crate::domain::viewer::Viewer;

/// A step of a booking that its customer or the business takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Confirms a hold, which then waits for whatever else the offer asks for. Before the hold runs out
    /// this always succeeds; then it is `HOLD_EXPIRED`.
    Confirm,
    /// Approves a booking that waits for it. Staff only.
    Approve,
    /// Declines a booking that waits for approval, and frees its time. Staff only.
    Decline {
        /// What the customer is told.
        reason: Option<String>,
    },
    /// Notes that the customer is there. Staff only.
    CheckIn,
    /// Notes that the service is over, and frees what is left of its time. Staff only.
    Complete,
    /// Notes that the customer did not come. Staff only, and not before the start. A package's session is
    /// forfeited if the frozen policy says so, and goes back otherwise.
    MarkNoShow,
}

impl Step {
    const fn action(&self) -> Action {
        match self {
            Self::Confirm => Action::Confirm,
            Self::Approve => Action::Approve,
            Self::Decline { .. } => Action::Decline,
            Self::CheckIn => Action::CheckIn,
            Self::Complete => Action::Complete,
            Self::MarkNoShow => Action::MarkNoShow,
        }
    }

    /// What the news of it is called.
    const fn event(&self) -> &'static str {
        match self {
            Self::Confirm => "booking.confirmed",
            Self::Approve => "booking.approved",
            Self::Decline { .. } => "booking.declined",
            Self::CheckIn => "booking.checked_in",
            Self::Complete => "booking.completed",
            Self::MarkNoShow => "booking.no_show",
        }
    }

    /// The reason that is given for it.
    fn reason(self) -> Result<Option<String>, Refusal> {
        match self {
            Self::Decline { reason } => reason::checked(reason),
            _ => Ok(None),
        }
    }
}

/// Takes a step.
///
/// # Errors
/// `NOT_FOUND`, `INVALID_STATE`, `HOLD_EXPIRED`, `INVALID_INPUT` at `reason`, `Forbidden`.
pub async fn take(
    gateway: &Gateway,
    viewer: &Viewer,
    booking_id: &str,
    step: Step,
    call: Call,
) -> Result<Outcome<Booked>> {
    let (action, event, reason) = (step.action(), step.event(), step.reason()?);
    let work = match gateway.begin(viewer, &call).await? {
        Begun::Work(work) => work,
        Begun::Done(outcome) => return Ok(outcome),
    };
    waitlists::lock_around(&work, booking_id).await?;
    let booking = repo::lock(&work, viewer, booking_id, None).await?;
    let staff = viewer.is_staff_of(&booking.biz_id);
    if action != Action::Confirm && !staff {
        return Err(Error::Forbidden("Only staff may do this."));
    }
    check_no_class(&booking, action)?;
    let status = Status::of(&booking, work.now);
    if action == Action::Confirm && status == Status::Expired {
        return Err(
            Refusal::new(RefusalCode::HoldExpired, "The hold has run out.")
                .at("bookingId")
                .into(),
        );
    }
    if action == Action::MarkNoShow && work.now < booking.start_at {
        let message = "The booking has not begun yet.";
        return Err(Refusal::new(RefusalCode::InvalidState, message)
            .at("bookingId")
            .into());
    }
    let next = status.after(action, needs(&work, &booking, staff).await?)?;
    let mut changes = booking_orders::ActiveModel::default();
    if next == Status::Declined {
        changes.cancelled_at = Set(Some(work.now.into()));
        changes.cancellation_reason = Set(reason);
    }
    let forfeited = next == Status::NoShow
        && booking.customer_purchase_id.is_some()
        && Policy::of(&booking)?.forfeits_session;
    if forfeited {
        changes.session_forfeited = Set(Some(true));
    }
    let booked = writes::enter(&work, booking, next, changes, event).await?;
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

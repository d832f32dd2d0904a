//! Calling a booking off.

use entity::booking_orders;
use sea_orm::ActiveValue::Set;

use super::claims;
use super::repo::{self, Booked};
use super::rules::cancellation::{Circumstances, Policy, consequence};
use super::rules::status::{Action, Needs, Status};
use crate::domain::error::{Refusal, Result};
use crate::domain::gateway::Gateway;
use crate::domain::tx::{Begun, Call, Outcome};
use crate::domain::viewer::Viewer;

/// The longest reason, in characters.
const MAX_REASON: usize = 1_000;

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
    let reason = command.reason.filter(|reason| !reason.trim().is_empty());
    if let Some(reason) = &reason
        && (reason.chars().count() > MAX_REASON || reason.contains('\0'))
    {
        let message = format!("A reason has at most {MAX_REASON} characters.");
        return Err(Refusal::invalid("reason", message).into());
    }
    let work = match gateway.begin(viewer, &call).await? {
        Begun::Work(work) => work,
        Begun::Done(outcome) => return Ok(outcome),
    };
    let booking = repo::lock(&work, viewer, &command.booking_id, command.expected_version).await?;
    let status = Status::of(&booking, work.now);
    let next = status.after(Action::Cancel, Needs::default())?;
    let policy: Policy = match &booking.policy_snapshot {
        Some(frozen) => serde_json::from_value(frozen.clone())?,
        None => Policy::default(),
    };
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
    let version = booking.version;
    let mut changes: booking_orders::ActiveModel = booking.into();
    changes.status = Set(next.as_str().to_owned());
    changes.cancelled_at = Set(Some(work.now.into()));
    changes.cancellation_reason = Set(reason);
    changes.cancelled_late = Set(Some(consequence.late));
    changes.cancellation_fee_minor = Set(consequence.fee_minor);
    changes.session_forfeited = Set(Some(consequence.session_forfeited));
    let booking = repo::save(&work, version, changes).await?;
    claims::release(&*work, &booking.id).await?;
    repo::set_unit_status(&work, &booking.id, "cancelled").await?;
    repo::announce(&work, &booking, "booking.cancelled").await?;
    let booked = repo::with_parts(&*work, booking).await?;
    work.finish(booked).await
}

//! When a customer pays.

use entity::booking_orders;
use sea_orm::ActiveValue::Set;

use super::repo::{self, Booked};
use super::rules::status::{Action, Needs, Status};
use super::rules::terms::PaymentTerms;
use super::writes;
use crate::domain::civil::Span;
use crate::domain::error::{Error, Result};
use crate::domain::gateway::Gateway;
use crate::domain::tx::{Begun, Call, Outcome};
use crate::domain::viewer::Viewer;

/// Grants payment terms, which waive the deposit. Staff only.
///
/// # Errors
/// `NOT_FOUND`, `VERSION_CONFLICT`, `INVALID_STATE` once the booking has ended, `Forbidden`.
pub async fn set_terms(
    gateway: &Gateway,
    viewer: &Viewer,
    booking_id: &str,
    terms: PaymentTerms,
    expected_version: Option<i32>,
    call: Call,
) -> Result<Outcome<Booked>> {
    let work = match gateway.begin(viewer, &call).await? {
        Begun::Work(work) => work,
        Begun::Done(outcome) => return Ok(outcome),
    };
    let booking = repo::lock(&work, viewer, booking_id, expected_version).await?;
    if !viewer.is_staff_of(&booking.biz_id) {
        return Err(Error::Forbidden("Only staff may grant payment terms."));
    }
    let status = Status::of(&booking, work.now);
    status.after(Action::GrantTerms, Needs::default())?;
    let service = Span {
        from: booking.start_at.to_utc(),
        to: booking.end_at.to_utc(),
    };
    let changes = booking_orders::ActiveModel {
        payment_terms: Set(Some(terms.as_str().to_owned())),
        payment_due_at: Set(Some(terms.due_at(work.now, service).into())),
        deposit_required_minor: Set(None),
        ..Default::default()
    };
    let booked = match status {
        Status::AwaitingDeposit => {
            let next = status.after(Action::Secure, Needs::default())?;
            writes::enter(&work, booking, next, changes, "booking.confirmed").await?
        }
        _ => writes::touch(&work, booking, changes, "booking.terms_granted").await?,
    };
    work.finish(booked).await
}

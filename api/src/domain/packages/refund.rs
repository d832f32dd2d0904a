//! Giving a package back for money.

use entity::{customer_purchases, payments as payment_rows};
use sea_orm::ActiveValue::Set;
use serde::{Deserialize, Serialize};

use super::error::PackageRefusal;
use super::ledger::{self, Entry, LedgerKind};
use super::repo;
use super::rules::standing::{Standing, Status};
use super::rules::terms::Terms;
use super::rules::value::{paid_sessions, worth};
use crate::domain::bookings::payments::{self, PaymentKind, Subject};
use crate::domain::error::{Error, Result};
use crate::domain::gateway::Gateway;
use crate::domain::reason;
use crate::domain::tx::{Begun, Call, Outcome, Work};
use crate::domain::viewer::Viewer;

/// A package to be given back.
#[derive(Clone, Debug)]
pub struct RefundPackage {
    /// The purchase.
    pub purchase_id: String,
    /// Why, in the words of the staff.
    pub reason: Option<String>,
}

/// What became of it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Refunded {
    /// The purchase.
    pub purchase: customer_purchases::Model,
    /// The money that goes back, unless there is none.
    pub refund: Option<payment_rows::Model>,
}

/// Takes the unused sessions back and records what they are worth as a refund: their share of what was paid,
/// rounded down. One that was never paid in full is called off, and what was paid comes back whole. Staff only.
///
/// # Errors
/// `NOT_FOUND` at `purchaseId`; `NOT_REFUNDABLE`, `PACKAGE_EXPIRED`, `PACKAGE_EXHAUSTED`, `INVALID_STATE`,
/// `INVALID_INPUT` at `reason`, `Forbidden`.
pub async fn refund(
    gateway: &Gateway,
    viewer: &Viewer,
    command: RefundPackage,
    call: Call,
) -> Result<Outcome<Refunded>> {
    let reason = reason::checked(command.reason)?;
    let work = match gateway.begin(viewer, &call).await? {
        Begun::Work(work) => work,
        Begun::Done(outcome) => return Ok(outcome),
    };
    let purchase = repo::lock(&work, viewer, &command.purchase_id).await?;
    if !viewer.is_staff_of(&purchase.biz_id) {
        return Err(Error::Forbidden("Only staff may give money back."));
    }
    let amount = owed(&work, &purchase)?;
    let mut purchase = purchase;
    if amount > 0 {
        let changes = customer_purchases::ActiveModel {
            refunded_minor: Set(purchase.refunded_minor + amount),
            ..Default::default()
        };
        purchase = repo::save(&work, &purchase, changes).await?;
    }
    let entry = Entry {
        reason: reason.as_deref(),
        by: viewer.id(),
        ..Entry::new(LedgerKind::Refund, -purchase.sessions_remaining)
    };
    let purchase = ledger::write(&work, &purchase, entry).await?;
    let refund = match amount {
        0 => None,
        amount => {
            let subject = Subject::Purchase(&purchase);
            let kind = PaymentKind::Refund;
            Some(payments::insert(&work, viewer, subject, kind, amount, None).await?)
        }
    };
    work.finish(Refunded { purchase, refund }).await
}

/// What goes back for a purchase, in minor units, if it may be given back.
fn owed(work: &Work, purchase: &customer_purchases::Model) -> Result<i32> {
    let terms = Terms::of(purchase)?;
    match Standing::of(purchase, work.now).status {
        Status::PendingPayment => Ok(purchase.paid_minor - purchase.refunded_minor),
        Status::Active if !terms.refundable => Err(PackageRefusal::NotRefundable.into()),
        Status::Active => Ok(worth(purchase, terms.sessions, paid_sessions(purchase))),
        Status::Expired => Err(PackageRefusal::Expired.into()),
        Status::Exhausted => Err(PackageRefusal::Exhausted(0).into()),
        status => Err(PackageRefusal::Illegal(status, "given back").into()),
    }
}

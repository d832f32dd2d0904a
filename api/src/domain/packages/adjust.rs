//! Setting a count right, with a reason.

use std::ops::RangeInclusive;

use entity::customer_purchases;

use super::error::PackageRefusal;
use super::ledger::{self, Entry, LedgerKind};
use super::repo;
use super::rules::standing::{Standing, Status};
use crate::domain::catalog::rules;
use crate::domain::error::{Error, Refusal, Result};
use crate::domain::gateway::Gateway;
use crate::domain::reason;
use crate::domain::tx::{Begun, Call, Outcome, Work};
use crate::domain::viewer::Viewer;

/// How many sessions are given or taken at a time.
const DELTA: RangeInclusive<i32> = -1_000..=1_000;
/// How many sessions a purchase may come to.
const MOST: i32 = 100_000;

/// Sessions to be given or taken.
#[derive(Clone, Debug)]
pub struct AdjustPackage {
    /// The purchase.
    pub purchase_id: String,
    /// How many; below zero to take.
    pub delta: i32,
    /// Why.
    pub reason: String,
}

/// Gives or takes sessions. What is given is worth no money. Staff only.
///
/// # Errors
/// `NOT_FOUND` at `purchaseId`; `INVALID_INPUT` at `delta` or `reason`; `PACKAGE_EXPIRED`,
/// `PAYMENT_REQUIRED`, `INVALID_STATE`, `Forbidden`.
pub async fn adjust(
    gateway: &Gateway,
    viewer: &Viewer,
    command: AdjustPackage,
    call: Call,
) -> Result<Outcome<customer_purchases::Model>> {
    let delta = rules::within("delta", command.delta, DELTA)?;
    if delta == 0 {
        return Err(Refusal::invalid("delta", "Zero changes nothing.").into());
    }
    let reason = reason::checked(Some(command.reason))?
        .ok_or_else(|| Refusal::invalid("reason", "Say why."))?;
    let work = match gateway.begin(viewer, &call).await? {
        Begun::Work(work) => work,
        Begun::Done(outcome) => return Ok(outcome),
    };
    let purchase = repo::lock(&work, viewer, &command.purchase_id).await?;
    if !viewer.is_staff_of(&purchase.biz_id) {
        return Err(Error::Forbidden("Only staff may adjust a package."));
    }
    may_be_adjusted(&work, &purchase)?;
    let after = purchase.sessions_remaining + delta;
    if after < 0 || purchase.sessions_total + delta > MOST {
        let message = format!("Leaves {after} sessions; 0 to {MOST} are allowed.");
        return Err(Refusal::invalid("delta", message).into());
    }
    let entry = Entry {
        reason: Some(&reason),
        by: viewer.id(),
        ..Entry::new(LedgerKind::Adjust, delta)
    };
    let purchase = ledger::write(&work, &purchase, entry).await?;
    work.finish(purchase).await
}

fn may_be_adjusted(work: &Work, purchase: &customer_purchases::Model) -> Result<()> {
    let is_over = purchase.expires_at.is_some_and(|end| end <= work.now);
    match Standing::of(purchase, work.now).status {
        Status::PendingPayment => Err(PackageRefusal::Unpaid.into()),
        Status::Active | Status::Exhausted if !is_over => Ok(()),
        Status::Active | Status::Exhausted | Status::Expired => Err(PackageRefusal::Expired.into()),
        status => Err(PackageRefusal::Illegal(status, "adjusted").into()),
    }
}

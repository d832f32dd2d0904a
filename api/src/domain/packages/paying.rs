//! Payments for a package. What is paid in full can be used.

use entity::customer_purchases;
use sea_orm::ActiveValue::Set;

use super::error::PackageRefusal;
use super::ledger::{announce, settle};
use super::repo;
use super::rules::standing::{Standing, Status};
use super::rules::terms::Terms;
use crate::domain::bookings::payments::{self, PaymentKind, Subject};
use crate::domain::error::{Error, Refusal, Result};
use crate::domain::tx::Work;
use crate::domain::viewer::Viewer;

/// Puts a payment for a purchase on record, inside the caller's work. A purchase that is then paid in full
/// becomes active, and the days for which it is good begin.
///
/// # Errors
/// `NOT_FOUND` at `purchaseId`; `INVALID_STATE`; `INVALID_INPUT` at `kind`, or at `amountMinor` for more than
/// is owed or was paid; `Forbidden`.
pub async fn record(
    work: &Work,
    viewer: &Viewer,
    purchase_id: &str,
    kind: PaymentKind,
    amount_minor: i32,
    reference: Option<String>,
) -> Result<(entity::payments::Model, customer_purchases::Model)> {
    let purchase = match viewer.has_scope(payments::SCOPE) {
        true => repo::lock_any(work, purchase_id)
            .await?
            .ok_or_else(|| Refusal::not_found("purchaseId", "purchase"))?,
        false => repo::lock(work, viewer, purchase_id).await?,
    };
    if !viewer.has_scope(payments::SCOPE) && !viewer.is_staff_of(&purchase.biz_id) {
        return Err(Error::Forbidden("Only staff may record payments."));
    }
    let purchase = settle(work, purchase).await?;
    let status = Standing::of(&purchase, work.now).status;
    let most = match (kind, status) {
        (PaymentKind::Purchase, Status::PendingPayment) => {
            purchase.price_minor - purchase.paid_minor
        }
        (PaymentKind::Purchase, _) => {
            return Err(PackageRefusal::Illegal(status, "paid for").into());
        }
        // What was paid in part comes back whole, when the purchase is called off.
        (PaymentKind::Refund, Status::PendingPayment) => {
            return Err(PackageRefusal::Illegal(status, "paid back in part").into());
        }
        (PaymentKind::Refund, _) => {
            purchase.paid_minor - purchase.transferred_minor - purchase.refunded_minor
        }
        _ => {
            let message = "A package is paid for by `PURCHASE`, and paid back by `REFUND`.";
            return Err(Refusal::invalid("kind", message).into());
        }
    };
    payments::at_most(amount_minor, most.into())?;
    let subject = Subject::Purchase(&purchase);
    let payment = payments::insert(work, viewer, subject, kind, amount_minor, reference).await?;
    let purchase = match kind {
        PaymentKind::Refund => paid_back(work, purchase, amount_minor).await?,
        _ => paid(work, purchase, amount_minor).await?,
    };
    Ok((payment, purchase))
}

async fn paid_back(
    work: &Work,
    purchase: customer_purchases::Model,
    amount_minor: i32,
) -> Result<customer_purchases::Model> {
    let changes = customer_purchases::ActiveModel {
        refunded_minor: Set(purchase.refunded_minor + amount_minor),
        ..Default::default()
    };
    let purchase = repo::save(work, &purchase, changes).await?;
    announce(work, &purchase, "package.paid_back").await?;
    Ok(purchase)
}

async fn paid(
    work: &Work,
    purchase: customer_purchases::Model,
    amount_minor: i32,
) -> Result<customer_purchases::Model> {
    let paid_minor = purchase.paid_minor + amount_minor;
    let mut changes = customer_purchases::ActiveModel {
        paid_minor: Set(paid_minor),
        ..Default::default()
    };
    let mut event = "package.paid";
    if paid_minor == purchase.price_minor {
        let zone = repo::zone_of(work, &purchase.biz_id).await?;
        let end = Terms::of(&purchase)?.expiry.from_activation(work.now, zone);
        changes.status = Set(Status::Active.as_str().to_owned());
        changes.activated_at = Set(Some(work.now.into()));
        changes.expires_at = Set(end.map(Into::into));
        event = "package.activated";
    }
    let purchase = repo::save(work, &purchase, changes).await?;
    announce(work, &purchase, event).await?;
    Ok(purchase)
}

//! Paying for a booking with sessions, and what becomes of them when it ends.
//!
//! All of it happens inside the work of whoever books or ends the booking.

use entity::{booking_orders, customer_purchases};

use super::error::PackageRefusal;
use super::ledger::{self, Entry, LedgerKind};
use super::repo;
use super::rules::standing::{Standing, Status};
use crate::domain::error::{Refusal, Result};
use crate::domain::tx::Work;

/// How somebody wants to pay with sessions. Neither: they pay the price.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SessionPayment {
    /// With any package that will do: the one that expires first.
    pub use_package: bool,
    /// With this one.
    pub purchase_id: Option<String>,
}

impl SessionPayment {
    /// Whether a package is to pay.
    #[must_use]
    pub const fn is_wanted(&self) -> bool {
        self.use_package || self.purchase_id.is_some()
    }
}

/// What is to be paid for.
#[derive(Clone, Copy, Debug)]
pub struct Needed<'a> {
    /// The business.
    pub biz_id: &'a str,
    /// What is booked.
    pub offer_id: &'a str,
    /// Whose sessions pay.
    pub customer_id: &'a str,
    /// How many sessions it takes.
    pub sessions: i32,
}

/// Finds the purchase that pays, and keeps every other writer off it: the named one, or the eligible one
/// that expires first. None when no package is asked for.
///
/// # Errors
/// `PACKAGE_EXHAUSTED`, `PACKAGE_EXPIRED`, `PACKAGE_NOT_ELIGIBLE`, `PAYMENT_REQUIRED` and `NOT_FOUND` at
/// `packagePurchaseId` or `usePackage`.
pub async fn choose(
    work: &Work,
    needed: &Needed<'_>,
    payment: &SessionPayment,
) -> Result<Option<customer_purchases::Model>> {
    match (&payment.purchase_id, payment.use_package) {
        (Some(id), _) => named(work, needed, id).await.map(Some),
        (None, true) => first_to_expire(work, needed).await.map(Some),
        (None, false) => Ok(None),
    }
}

async fn named(
    work: &Work,
    needed: &Needed<'_>,
    purchase_id: &str,
) -> Result<customer_purchases::Model> {
    const FIELD: &str = "packagePurchaseId";
    let purchase = repo::lock_any(work, purchase_id).await?.filter(|purchase| {
        purchase.biz_id == needed.biz_id && purchase.customer_user_id == needed.customer_id
    });
    let purchase = purchase.ok_or_else(|| Refusal::not_found(FIELD, "purchase"))?;
    if !repo::is_good_for(&**work, &purchase.id, needed.offer_id).await? {
        return Err(PackageRefusal::NotEligible.at(FIELD).into());
    }
    match why_not(Standing::of(&purchase, work.now), needed.sessions) {
        None => Ok(purchase),
        Some(refusal) => Err(refusal.at(FIELD).into()),
    }
}

async fn first_to_expire(work: &Work, needed: &Needed<'_>) -> Result<customer_purchases::Model> {
    let Needed {
        biz_id,
        offer_id,
        customer_id,
        sessions,
    } = *needed;
    for id in repo::usable(work, biz_id, customer_id, offer_id, sessions).await? {
        // Somebody may have used it since it was found.
        if let Some(purchase) = repo::lock_any(work, &id).await?
            && purchase.customer_user_id == customer_id
            && why_not(Standing::of(&purchase, work.now), sessions).is_none()
        {
            return Ok(purchase);
        }
    }
    let all = repo::all_good_for(work, biz_id, customer_id, offer_id).await?;
    let reasons = all
        .iter()
        .filter_map(|purchase| why_not(Standing::of(purchase, work.now), sessions));
    // What the customer can do something about comes first.
    let reason = reasons.min_by_key(|reason| match reason {
        PackageRefusal::Unpaid => (0, 0),
        PackageRefusal::Exhausted(left) => (1, -left),
        _ => (2, 0),
    });
    let reason = reason.unwrap_or(PackageRefusal::NoneEligible);
    Err(reason.at("usePackage").into())
}

/// Why a purchase cannot pay for so many sessions, if it cannot.
fn why_not(standing: Standing, sessions: i32) -> Option<PackageRefusal> {
    match standing.status {
        Status::PendingPayment => Some(PackageRefusal::Unpaid),
        Status::Expired => Some(PackageRefusal::Expired),
        _ if standing.remaining < sessions => Some(PackageRefusal::Exhausted(standing.remaining)),
        _ => None,
    }
}

/// Takes the sessions from the chosen purchase. The booking is there already, and names it as
/// `customer_purchase_id`.
///
/// # Errors
/// When the database fails.
pub async fn redeem(
    work: &Work,
    purchase: customer_purchases::Model,
    booking_id: &str,
    sessions: i32,
) -> Result<customer_purchases::Model> {
    let entry = Entry {
        booking_id: Some(booking_id),
        ..Entry::new(LedgerKind::Redeem, -sessions)
    };
    ledger::write(work, &purchase, entry).await
}

/// A booking ended without cost: what it took goes back to the same purchase, once.
///
/// A purchase that was used up, passed on or given back for money in the meantime becomes active again with
/// what comes back. One whose time has run out stays expired: what comes back lapses at once, and both are
/// in the ledger.
///
/// # Errors
/// When the database fails.
pub async fn give_back(work: &Work, booking: &booking_orders::Model) -> Result<()> {
    let Some((purchase, sessions)) = unsettled(work, booking).await? else {
        return Ok(());
    };
    let entry = Entry {
        booking_id: Some(&booking.id),
        ..Entry::new(LedgerKind::Return, sessions)
    };
    let purchase = ledger::write(work, &purchase, entry).await?;
    ledger::settle(work, purchase).await?;
    Ok(())
}

/// A booking was called off late, or nobody came: by the policy that was frozen with it, what it took stays
/// used.
///
/// # Errors
/// When the database fails.
pub async fn forfeit(work: &Work, booking: &booking_orders::Model) -> Result<()> {
    let Some((purchase, _)) = unsettled(work, booking).await? else {
        return Ok(());
    };
    let entry = Entry {
        booking_id: Some(&booking.id),
        ..Entry::new(LedgerKind::Forfeit, 0)
    };
    ledger::write(work, &purchase, entry).await?;
    Ok(())
}

/// The purchase that pays for a booking, locked, with the number of sessions that the booking took and that
/// have neither come back nor been forfeited.
async fn unsettled(
    work: &Work,
    booking: &booking_orders::Model,
) -> Result<Option<(customer_purchases::Model, i32)>> {
    let Some(purchase_id) = &booking.customer_purchase_id else {
        return Ok(None);
    };
    let Some(purchase) = repo::lock_any(work, purchase_id).await? else {
        return Ok(None);
    };
    let mut taken = None;
    for entry in ledger::of_booking(&**work, &booking.id).await? {
        match LedgerKind::parse(&entry.kind) {
            Some(LedgerKind::Redeem) => taken = Some(-entry.delta),
            _ => return Ok(None),
        }
    }
    Ok(taken.map(|sessions| (purchase, sessions)))
}

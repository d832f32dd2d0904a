//! The ledger: every change of a purchase's sessions is an entry, and the entry makes the change.

use entity::{customer_purchases, package_ledger_entries};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use serde_json::json;

use super::rules::standing::has_lapsed;
use crate::domain::error::{Error, Result};
use crate::domain::events::{self, Event};
use crate::domain::ids::Kind;
use crate::domain::tx::Work;

/// What happened to the sessions of a purchase.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LedgerKind {
    /// They were bought.
    Purchase,
    /// A booking took them.
    Redeem,
    /// A booking ended without cost and gave them back.
    Return,
    /// A booking was called off late, or nobody came, and they stay used.
    Forfeit,
    /// They were passed on to somebody else.
    TransferOut,
    /// They came from somebody else.
    TransferIn,
    /// They were given back for money.
    Refund,
    /// They lapsed when the package's time ran out.
    Expire,
    /// Staff gave or took them, with a reason.
    Adjust,
}

impl LedgerKind {
    /// Every kind.
    pub const ALL: [Self; 9] = [
        Self::Purchase,
        Self::Redeem,
        Self::Return,
        Self::Forfeit,
        Self::TransferOut,
        Self::TransferIn,
        Self::Refund,
        Self::Expire,
        Self::Adjust,
    ];

    /// The word that the database stores.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Purchase => "purchase",
            Self::Redeem => "redeem",
            Self::Return => "return",
            Self::Forfeit => "forfeit",
            Self::TransferOut => "transfer_out",
            Self::TransferIn => "transfer_in",
            Self::Refund => "refund",
            Self::Expire => "expire",
            Self::Adjust => "adjust",
        }
    }

    /// Reads the word that the database stores.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }

    /// The event that tells of it.
    const fn event(self) -> &'static str {
        match self {
            Self::Purchase => "package.purchased",
            Self::Redeem => "package.redeemed",
            Self::Return => "package.returned",
            Self::Forfeit => "package.forfeited",
            Self::TransferOut => "package.transferred",
            Self::TransferIn => "package.received",
            Self::Refund => "package.refunded",
            Self::Expire => "package.expired",
            Self::Adjust => "package.adjusted",
        }
    }
}

/// An entry about to be written.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    /// What happened.
    pub kind: LedgerKind,
    /// How many sessions the purchase gains, or loses below zero.
    pub delta: i32,
    /// The booking that took them or gave them back.
    pub booking_id: Option<&'a str>,
    /// Why, in the words of whoever did it.
    pub reason: Option<&'a str>,
    /// Who did it; nobody, for what follows by itself.
    pub by: Option<&'a str>,
}

impl Entry<'_> {
    /// A change with nothing more to say.
    #[must_use]
    pub const fn new(kind: LedgerKind, delta: i32) -> Self {
        Self {
            kind,
            delta,
            booking_id: None,
            reason: None,
            by: None,
        }
    }
}

/// Writes the first entry of a purchase that has just been written with these sessions.
///
/// # Errors
/// When the database fails.
pub async fn open(
    work: &Work,
    purchase: &customer_purchases::Model,
    entry: Entry<'_>,
) -> Result<()> {
    insert(work, purchase, 1, entry.delta, entry).await?;
    announce(work, purchase, entry.kind.event()).await
}

/// Writes an entry, which changes the purchase, and answers the purchase as it then is. The caller has
/// locked it.
///
/// # Errors
/// When the database fails; it takes no entry that does not fit the purchase.
pub async fn write(
    work: &Work,
    purchase: &customer_purchases::Model,
    entry: Entry<'_>,
) -> Result<customer_purchases::Model> {
    let balance = purchase.sessions_remaining.saturating_add(entry.delta);
    // Each change makes a version, so that the numbers grow and none comes twice.
    let sequence = purchase.version.saturating_add(1);
    insert(work, purchase, sequence, balance, entry).await?;
    let purchase = customer_purchases::Entity::find_by_id(&purchase.id)
        .one(&**work)
        .await?
        .ok_or_else(|| Error::fault("the purchase that was locked is gone"))?;
    announce(work, &purchase, entry.kind.event()).await?;
    Ok(purchase)
}

/// Writes down that the time of a locked purchase has run out, if it has.
///
/// # Errors
/// When the database fails.
pub async fn settle(
    work: &Work,
    purchase: customer_purchases::Model,
) -> Result<customer_purchases::Model> {
    match has_lapsed(&purchase, work.now) {
        true => {
            let lapsed = Entry::new(LedgerKind::Expire, -purchase.sessions_remaining);
            write(work, &purchase, lapsed).await
        }
        false => Ok(purchase),
    }
}

/// The entries of a booking.
///
/// # Errors
/// When the database fails.
pub async fn of_booking(
    db: &impl ConnectionTrait,
    booking_id: &str,
) -> Result<Vec<package_ledger_entries::Model>> {
    Ok(package_ledger_entries::Entity::find()
        .filter(package_ledger_entries::Column::BookingOrderId.eq(booking_id))
        .all(db)
        .await?)
}

async fn insert(
    work: &Work,
    purchase: &customer_purchases::Model,
    sequence: i32,
    balance_after: i32,
    entry: Entry<'_>,
) -> Result<()> {
    package_ledger_entries::Entity::insert(package_ledger_entries::ActiveModel {
        id: Set(Kind::PackageLedgerEntry.mint(work.now)),
        biz_id: Set(purchase.biz_id.clone()),
        customer_purchase_id: Set(purchase.id.clone()),
        sequence: Set(sequence),
        kind: Set(entry.kind.as_str().to_owned()),
        delta: Set(entry.delta),
        balance_after: Set(balance_after),
        booking_order_id: Set(entry.booking_id.map(str::to_owned)),
        reason: Set(entry.reason.map(str::to_owned)),
        recorded_by_user_id: Set(entry.by.map(str::to_owned)),
        at: Set(work.now.into()),
    })
    .exec_without_returning(&**work)
    .await?;
    Ok(())
}

/// Puts what happened to a purchase into the outbox.
///
/// # Errors
/// When the database fails.
pub async fn announce(
    work: &Work,
    purchase: &customer_purchases::Model,
    kind: &'static str,
) -> Result<()> {
    let event = Event {
        biz_id: &purchase.biz_id,
        kind,
        aggregate: "package_purchase",
        aggregate_id: &purchase.id,
        payload: json!({
            "status": purchase.status,
            "version": purchase.version,
            "sessionsRemaining": purchase.sessions_remaining,
        }),
    };
    events::emit(work, event).await
}

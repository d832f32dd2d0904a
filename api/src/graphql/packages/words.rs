//! The enums of packages.

use async_graphql::Enum;

use crate::domain::packages::ledger;
use crate::domain::packages::rules::{product, standing};

/// Where a product stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "product::ProductStatus")]
pub enum PackageProductStatus {
    /// Still being written; only staff see it.
    Draft,
    /// On sale.
    Active,
    /// Not on sale for now.
    Inactive,
    /// Not on sale any more.
    Archived,
}

/// Until when a package is good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "product::ExpiryType")]
pub enum ExpiryType {
    /// For ever.
    Never,
    /// To the end of the day that is so many days after the one on which it became active: paid for in full.
    /// Days are those of the business's time zone.
    DaysFromPurchase,
    /// To the end of a day in the business's time zone.
    FixedDate,
}

/// The states of a purchase.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "standing::Status")]
pub enum PackagePurchaseStatus {
    /// It is not paid in full, and cannot be used.
    PendingPayment,
    /// It has sessions to use.
    Active,
    /// Its last session is used. One that comes back makes it active again.
    Exhausted,
    /// Its time ran out with sessions left, which lapsed. What comes back to it lapses too.
    Expired,
    /// It was given back for money, or never paid for. What comes back makes it active again.
    Cancelled,
    /// Its last sessions were passed on. What comes back makes it active again.
    Transferred,
}

/// What happened to the sessions of a purchase.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "ledger::LedgerKind")]
pub enum LedgerKind {
    /// They were bought.
    Purchase,
    /// A booking took them.
    Redeem,
    /// A booking ended without cost and gave them back.
    Return,
    /// A booking was called off late, or nobody came, and they stay used: no change of the balance.
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

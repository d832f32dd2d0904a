//! An entry of a package's ledger.

use async_graphql::{Context, ID, Object};
use entity::{booking_orders, package_ledger_entries, users};

use super::words;
use crate::domain::Error;
use crate::domain::packages::ledger::LedgerKind;
use crate::graphql::bookings::Booking;
use crate::graphql::context::ContextExt;
use crate::graphql::error::Result;
use crate::graphql::object::{follow_some, wraps};
use crate::graphql::people::User;
use crate::graphql::scalars::DateTime;

wraps! {
    /// An entry of a package's ledger.
    PackageLedgerEntry(package_ledger_entries::Model)
}

/// A change of a package's sessions. It is never changed itself.
#[Object]
impl PackageLedgerEntry {
    /// The id.
    pub async fn id(&self) -> ID {
        ID::from(&self.0.id)
    }

    /// What happened.
    async fn kind(&self) -> Result<words::LedgerKind> {
        let kind = LedgerKind::parse(&self.0.kind);
        let kind = kind.ok_or_else(|| Error::fault(format!("{} has no kind", self.0.id)))?;
        Ok(kind.into())
    }

    /// How many sessions the package gained, or lost below zero.
    async fn delta(&self) -> i32 {
        self.0.delta
    }

    /// How many sessions remained then.
    async fn balance_after(&self) -> i32 {
        self.0.balance_after
    }

    /// The booking that took the sessions, or gave them back.
    async fn booking(&self, ctx: &Context<'_>) -> Result<Option<Booking>> {
        let id = self.0.booking_order_id.as_deref();
        follow_some::<booking_orders::Entity, _>(ctx, id).await
    }

    /// When it happened.
    async fn at(&self) -> DateTime {
        self.0.at.into()
    }

    /// Why, in the words of whoever did it.
    async fn reason(&self) -> Option<&str> {
        self.0.reason.as_deref()
    }

    /// Who did it, where it did not follow from a booking or from time. Staff only; null for everybody else.
    async fn recorded_by(&self, ctx: &Context<'_>) -> Result<Option<User>> {
        let by = self.0.recorded_by_user_id.as_deref();
        let by = by.filter(|_| ctx.viewer().is_staff_of(&self.0.biz_id));
        follow_some::<users::Entity, _>(ctx, by).await
    }
}

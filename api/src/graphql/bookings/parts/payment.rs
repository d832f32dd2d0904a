//! What was paid, and what is to be paid when.

use async_graphql::{Enum, ID, Object, SimpleObject};

use crate::domain::Error;
use crate::domain::bookings::payments;
use crate::domain::bookings::rules::terms;
use crate::graphql::error::Result;
use crate::graphql::object::{Money, wraps};
use crate::graphql::scalars::DateTime;

wraps! {
    /// A payment on record. The gateway takes no money itself.
    Payment(entity::payments::Model)
}

/// A payment on record.
#[Object]
impl Payment {
    /// The id.
    pub async fn id(&self) -> ID {
        self.0.id.clone().into()
    }

    /// What it was for.
    async fn kind(&self) -> Result<PaymentKind> {
        let kind = payments::PaymentKind::parse(&self.0.kind);
        let kind = kind.ok_or_else(|| Error::fault(format!("{} has no kind", self.0.id)))?;
        Ok(kind.into())
    }

    /// The amount.
    async fn amount(&self) -> Result<Money> {
        Money::new(self.0.amount_minor, &self.0.currency)
    }

    /// Whatever finds it again where it was taken.
    async fn reference(&self) -> Option<&str> {
        self.0.reference.as_deref()
    }

    /// When it was put on record.
    async fn recorded_at(&self) -> DateTime {
        self.0.recorded_at.into()
    }
}

/// What is paid ahead of a booking.
#[derive(Clone, Debug, SimpleObject)]
pub struct Deposit {
    /// How much is asked for.
    pub required: Money,
    /// How much has been paid.
    pub paid: Money,
    /// Until when it can be paid, while it is waited for.
    pub due_at: Option<DateTime>,
}

/// What a payment was for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "payments::PaymentKind")]
pub enum PaymentKind {
    /// What is paid ahead.
    Deposit,
    /// The rest of the bill.
    Balance,
    /// The fee of a late cancellation.
    Fee,
    /// Money given back.
    Refund,
}

/// When a bill is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "terms::PaymentTerms")]
pub enum PaymentTerms {
    /// At once.
    DueNow,
    /// When the service begins.
    OnSite,
    /// 15 days after the service.
    #[graphql(name = "NET_15")]
    Net15,
    /// 30 days after the service.
    #[graphql(name = "NET_30")]
    Net30,
    /// 60 days after the service.
    #[graphql(name = "NET_60")]
    Net60,
}

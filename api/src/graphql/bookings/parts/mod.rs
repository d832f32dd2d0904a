//! The parts of a booking.

mod address;
mod note;
mod payment;

pub use address::Address;
pub use note::BookingNote;
pub use payment::{Deposit, Payment, PaymentKind, PaymentTerms};

use std::sync::Arc;

use async_graphql::{Context, ID, Object, SimpleObject};
use entity::{booking_order_lines, booking_orders};

use crate::graphql::catalog::{Location, Resource};
use crate::graphql::error::Result;
use crate::graphql::object::{Money, follow, follow_some, wraps};
use crate::graphql::scalars::DateTime;

wraps! {
    /// A piece of work that fulfils a booking, with the resources that it uses.
    FulfillmentUnit(entity::fulfillment_units::Model)
}

/// A piece of the work that fulfils a booking, with the resources that it uses.
#[Object]
impl FulfillmentUnit {
    /// The id.
    pub async fn id(&self) -> ID {
        self.0.id.clone().into()
    }

    /// What kind of work it is, such as `appointment`.
    async fn kind(&self) -> &str {
        &self.0.kind
    }

    /// How far it is: `planned`, `in_progress`, `done` or `cancelled`.
    async fn status(&self) -> &str {
        &self.0.status
    }

    /// When it is planned to begin.
    async fn planned_start_at(&self) -> Option<DateTime> {
        self.0.planned_start_at.map(Into::into)
    }

    /// When it is planned to end.
    async fn planned_end_at(&self) -> Option<DateTime> {
        self.0.planned_end_at.map(Into::into)
    }

    /// Who or what does it.
    async fn resource(&self, ctx: &Context<'_>) -> Result<Option<Resource>> {
        let id = self.0.resource_id.as_deref();
        follow_some::<entity::resources::Entity, _>(ctx, id).await
    }

    /// What is used beside it, such as a room.
    async fn secondary_resource(&self, ctx: &Context<'_>) -> Result<Option<Resource>> {
        let id = self.0.secondary_resource_id.as_deref();
        follow_some::<entity::resources::Entity, _>(ctx, id).await
    }

    /// Where it takes place.
    async fn location(&self, ctx: &Context<'_>) -> Result<Option<Location>> {
        let id = self.0.location_id.as_deref();
        follow_some::<entity::locations::Entity, _>(ctx, id).await
    }
}

/// A line of a booking's bill.
#[derive(Clone, Debug)]
pub struct BookingLine {
    line: Arc<booking_order_lines::Model>,
    /// The currency of the booking, when the line was reached through it.
    currency: Option<String>,
}

impl From<Arc<booking_order_lines::Model>> for BookingLine {
    fn from(line: Arc<booking_order_lines::Model>) -> Self {
        Self {
            line,
            currency: None,
        }
    }
}

impl BookingLine {
    /// A line of a booking in that currency.
    #[must_use]
    pub fn of(line: Arc<booking_order_lines::Model>, currency: &str) -> Self {
        Self {
            line,
            currency: Some(currency.to_owned()),
        }
    }

    async fn money(&self, ctx: &Context<'_>, amount_minor: i32) -> Result<Money> {
        if let Some(currency) = &self.currency {
            return Money::new(amount_minor, currency);
        }
        let id = &self.line.booking_order_id;
        let booking: Arc<booking_orders::Model> =
            follow::<booking_orders::Entity, _>(ctx, id).await?;
        Money::new(amount_minor, &booking.currency)
    }
}

/// A line of a booking's bill.
#[Object]
impl BookingLine {
    /// The id.
    pub async fn id(&self) -> ID {
        self.line.id.clone().into()
    }

    /// What is charged, such as `service` or `duration`.
    async fn r#type(&self) -> &str {
        &self.line.r#type
    }

    /// What the customer reads.
    async fn label(&self) -> &str {
        &self.line.label
    }

    /// How many.
    async fn quantity(&self) -> i32 {
        self.line.quantity
    }

    /// What one costs.
    async fn unit_amount(&self, ctx: &Context<'_>) -> Result<Money> {
        self.money(ctx, self.line.unit_amount_minor).await
    }

    /// Quantity times unit amount.
    async fn total(&self, ctx: &Context<'_>) -> Result<Money> {
        self.money(ctx, self.line.total_minor).await
    }
}

/// How a booking was called off.
#[derive(Clone, Debug, SimpleObject)]
pub struct Cancellation {
    /// When.
    pub at: DateTime,
    /// Why, in the words of whoever cancelled.
    pub reason: Option<String>,
    /// Whether it came after the cut-off.
    pub late: bool,
    /// What it costs; never together with a forfeited session.
    pub fee: Option<Money>,
    /// Whether a package's session is forfeited; never together with a fee.
    pub session_forfeited: bool,
}

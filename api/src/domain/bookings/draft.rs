//! What is to be booked, and the booking about to be written.

use entity::{booking_order_lines, booking_orders, fulfillment_units};
use sea_orm::{ActiveModelTrait, ActiveValue::Set};

use super::rules::bill;
use super::rules::cancellation::Policy;
use super::rules::status::{Needs, Status};
use super::rules::terms::PaymentTerms;
use super::writes::state;
use crate::domain::availability::board::{Choice, Wanted};
use crate::domain::availability::repo::Offered;
use crate::domain::catalog::terms::Quote;
use crate::domain::civil::Span;
use crate::domain::clock::Moment;
use crate::domain::error::Result;
use crate::domain::ids::Kind;
use crate::domain::packages::redemption::SessionPayment;
use crate::domain::tx::Work;

/// What is to be booked.
#[derive(Clone, Debug)]
pub struct CreateBooking {
    /// The offer.
    pub offer_id: String,
    /// When it is to begin.
    pub start: Moment,
    /// How long it is to be, in minutes; the offer's default when `None`.
    pub duration_min: Option<i32>,
    /// Which resources are wanted.
    pub wanted: Wanted,
    /// For whom; only staff book for somebody else.
    pub customer_id: Option<String>,
    /// Whether to take the time now and confirm later.
    pub hold: bool,
    /// When the bill is due; only staff grant terms.
    pub payment_terms: Option<PaymentTerms>,
    /// Whether a package's session pays.
    pub session: SessionPayment,
}

/// A booking about to be written.
pub struct Draft<'a> {
    /// The offer as it can be booked now.
    pub offered: &'a Offered,
    /// What is asked for.
    pub command: &'a CreateBooking,
    /// For whom.
    pub customer_id: String,
    /// The time of the service.
    pub service: Span,
    /// What it costs.
    pub quote: Quote,
    /// What it needs before it is confirmed.
    pub needs: Needs,
}

impl Draft<'_> {
    /// Writes the booking. `location_id` is where it will probably take place.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn insert(
        &self,
        work: &Work,
        location_id: Option<String>,
    ) -> Result<booking_orders::Model> {
        let version = &self.offered.version;
        let status = Status::initial(self.needs);
        let terms = self.command.payment_terms;
        let address = self.command.wanted.address.as_ref();
        let by_package = self.command.session.is_wanted();
        let total = bill::total(&self.quote, by_package);
        let order = booking_orders::ActiveModel {
            id: Set(Kind::Booking.mint(work.now)),
            biz_id: Set(self.offered.business.id.clone()),
            offer_id: Set(self.offered.offer.id.clone()),
            offer_version_id: Set(version.id.clone()),
            customer_user_id: Set(Some(self.customer_id.clone())),
            location_id: Set(location_id),
            version: Set(1),
            start_at: Set(self.service.from.into()),
            end_at: Set(self.service.to.into()),
            requested_duration_min: Set(self.command.duration_min),
            payment_terms: Set(terms.map(|terms| terms.as_str().to_owned())),
            payment_due_at: Set(terms.map(|terms| terms.due_at(work.now, self.service).into())),
            deposit_required_minor: Set(self
                .quote
                .deposit
                .filter(|_| terms.is_none() && !by_package)),
            currency: Set(version.currency.clone()),
            subtotal_minor: Set(self.quote.total),
            fee_minor: Set(0),
            discount_minor: Set(self.quote.total - total),
            tax_minor: Set(0),
            total_minor: Set(total),
            price_snapshot: Set(Some(serde_json::to_value(&self.quote)?)),
            policy_snapshot: Set(Some(serde_json::to_value(Policy::from(&**version))?)),
            service_address: Set(address.map(serde_json::to_value).transpose()?),
            created_at: Set(work.now.into()),
            updated_at: Set(work.now.into()),
            ..state(work, status, self.service.from)
        };
        Ok(order.insert(&**work).await?)
    }

    /// Writes the work that fulfils the booking.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn insert_unit(
        &self,
        work: &Work,
        order: &booking_orders::Model,
        choice: Choice<'_>,
    ) -> Result<fulfillment_units::Model> {
        let unit = fulfillment_units::ActiveModel {
            id: Set(Kind::FulfillmentUnit.mint(work.now)),
            biz_id: Set(order.biz_id.clone()),
            booking_order_id: Set(order.id.clone()),
            kind: Set("appointment".to_owned()),
            status: Set("planned".to_owned()),
            planned_start_at: Set(Some(order.start_at)),
            planned_end_at: Set(Some(order.end_at)),
            resource_id: Set(Some(choice.primary.resource.id.clone())),
            secondary_resource_id: Set(choice.secondary.map(|lane| lane.resource.id.clone())),
            location_id: Set(choice.primary.resource.location_id.clone()),
            created_at: Set(work.now.into()),
            updated_at: Set(work.now.into()),
        };
        Ok(unit.insert(&**work).await?)
    }
}

/// Writes the lines of a booking's bill.
///
/// # Errors
/// When the database fails.
pub async fn insert_lines(
    work: &Work,
    order: &booking_orders::Model,
    offer_name: &str,
    quote: &Quote,
) -> Result<Vec<booking_order_lines::Model>> {
    let mut rows = Vec::new();
    for (position, line) in (0..).zip(bill::lines(offer_name, quote)) {
        let row = booking_order_lines::ActiveModel {
            id: Set(Kind::BookingLine.mint(work.now)),
            biz_id: Set(order.biz_id.clone()),
            booking_order_id: Set(order.id.clone()),
            total_minor: Set(line.total()),
            r#type: Set(line.kind.to_owned()),
            label: Set(line.label),
            quantity: Set(line.quantity),
            unit_amount_minor: Set(line.unit_minor),
            position: Set(position),
            created_at: Set(work.now.into()),
            updated_at: Set(work.now.into()),
        };
        rows.push(row.insert(&**work).await?);
    }
    Ok(rows)
}

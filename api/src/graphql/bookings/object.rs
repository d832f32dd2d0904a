//! A booking.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, Object};
use entity::{bizes, booking_order_lines, booking_orders, fulfillment_units, payments};

use super::loader::{LinesOf, NotesOn, PaymentsOf, UnitsOf};
use super::parts::{
    Address, BookingLine, BookingNote, Cancellation, Deposit, FulfillmentUnit, Payment,
    PaymentTerms,
};
use crate::domain::bookings::Booked;
use crate::domain::bookings::list::Listed;
use crate::domain::bookings::payments::Paid;
use crate::domain::bookings::repo::address;
use crate::domain::bookings::rules::status::Status;
use crate::domain::bookings::rules::terms;
use crate::graphql::catalog::{Business, Offer, OfferVersion};
use crate::graphql::classes::ClassOccurrence;
use crate::graphql::connection::{Connection, PageArguments, connect};
use crate::graphql::context::ContextExt;
use crate::graphql::error::Result;
use crate::graphql::object::{Money, follow, follow_some};
use crate::graphql::packages::PackagePurchase;
use crate::graphql::people::User;
use crate::graphql::scalars::DateTime;

/// A booking: a customer's claim on a resource's time.
///
/// Next to its row it carries what came along with it: by a JOIN, or from the use case that made it,
/// whose dry run leaves nothing in the database to load.
#[derive(Clone, Debug)]
pub struct Booking {
    order: Arc<booking_orders::Model>,
    offer: Option<Offer>,
    version: Option<OfferVersion>,
    customer: Option<User>,
    lines: Option<Arc<[Arc<booking_order_lines::Model>]>>,
    units: Option<Arc<[Arc<fulfillment_units::Model>]>>,
}

impl From<Arc<booking_orders::Model>> for Booking {
    fn from(order: Arc<booking_orders::Model>) -> Self {
        Self {
            order,
            offer: None,
            version: None,
            customer: None,
            lines: None,
            units: None,
        }
    }
}

impl From<Listed> for Booking {
    fn from(listed: Listed) -> Self {
        Self {
            offer: listed.offer.map(Into::into),
            version: listed.version.map(Into::into),
            customer: listed.customer.map(Into::into),
            ..Arc::new(listed.order).into()
        }
    }
}

impl From<Booked> for Booking {
    fn from(booked: Booked) -> Self {
        Self {
            lines: Some(booked.lines.into_iter().map(Arc::new).collect()),
            units: Some(booked.units.into_iter().map(Arc::new).collect()),
            ..Arc::new(booked.order).into()
        }
    }
}

impl Booking {
    async fn payments_on_record(&self, ctx: &Context<'_>) -> Result<Arc<[Arc<payments::Model>]>> {
        let payments = ctx
            .loaders()
            .load(PaymentsOf(self.order.id.clone()))
            .await?;
        Ok(payments.unwrap_or_default())
    }

    /// How it was called off, if it was.
    ///
    /// # Errors
    /// A fault when its currency is none.
    pub fn called_off(&self) -> Result<Option<Cancellation>> {
        let Some(at) = self.order.cancelled_at else {
            return Ok(None);
        };
        let fee = self.order.cancellation_fee_minor;
        Ok(Some(Cancellation {
            at: at.into(),
            reason: self.order.cancellation_reason.clone(),
            late: self.order.cancelled_late.unwrap_or(false),
            fee: fee.map(|fee| self.money(fee)).transpose()?,
            session_forfeited: self.order.session_forfeited.unwrap_or(false),
        }))
    }

    fn money(&self, amount_minor: i32) -> Result<Money> {
        Money::new(amount_minor, &self.order.currency)
    }
}

/// A customer's claim on a resource's time.
#[Object]
impl Booking {
    /// The id.
    pub async fn id(&self) -> ID {
        self.order.id.clone().into()
    }

    /// The business that is booked.
    async fn business(&self, ctx: &Context<'_>) -> Result<Business> {
        follow::<bizes::Entity, _>(ctx, &self.order.biz_id).await
    }

    /// What is booked.
    async fn offer(&self, ctx: &Context<'_>) -> Result<Offer> {
        match &self.offer {
            Some(offer) => Ok(offer.clone()),
            None => follow::<entity::offers::Entity, _>(ctx, &self.order.offer_id).await,
        }
    }

    /// The terms that were in force when it was booked.
    async fn offer_version(&self, ctx: &Context<'_>) -> Result<OfferVersion> {
        match &self.version {
            Some(version) => Ok(version.clone()),
            None => {
                let id = &self.order.offer_version_id;
                follow::<entity::offer_versions::Entity, _>(ctx, id).await
            }
        }
    }

    /// For whom it is booked.
    async fn customer(&self, ctx: &Context<'_>) -> Result<Option<User>> {
        match &self.customer {
            Some(customer) => Ok(Some(customer.clone())),
            None => {
                let id = self.order.customer_user_id.as_deref();
                follow_some::<entity::users::Entity, _>(ctx, id).await
            }
        }
    }

    /// Its state now; a time limit that has run out counts at once.
    async fn status(&self, ctx: &Context<'_>) -> BookingStatus {
        Status::of(&self.order, ctx.gateway().clock.now()).into()
    }

    /// Grows by one with every change; send it as `expectedVersion` to be told of changes in between.
    async fn version(&self) -> i32 {
        self.order.version
    }

    /// When it begins.
    async fn start_at(&self) -> DateTime {
        self.order.start_at.into()
    }

    /// When it ends.
    async fn end_at(&self) -> DateTime {
        self.order.end_at.into()
    }

    /// The length that the customer asked for, in minutes.
    async fn requested_duration_min(&self) -> Option<i32> {
        self.order.requested_duration_min
    }

    /// The length that staff have confirmed, in minutes.
    async fn confirmed_duration_min(&self) -> Option<i32> {
        self.order.confirmed_duration_min
    }

    /// Until when a hold can be confirmed.
    async fn hold_expires_at(&self) -> Option<DateTime> {
        self.order.hold_expires_at.map(Into::into)
    }

    /// The sum of the lines.
    async fn subtotal(&self) -> Result<Money> {
        self.money(self.order.subtotal_minor)
    }

    /// Fees on top of the lines.
    async fn fee(&self) -> Result<Money> {
        self.money(self.order.fee_minor)
    }

    /// What is taken off.
    async fn discount(&self) -> Result<Money> {
        self.money(self.order.discount_minor)
    }

    /// Taxes on top of the lines.
    async fn tax(&self) -> Result<Money> {
        self.money(self.order.tax_minor)
    }

    /// Subtotal plus tax plus fee minus discount.
    async fn total(&self) -> Result<Money> {
        self.money(self.order.total_minor)
    }

    /// What is paid ahead, if anything is.
    async fn deposit(&self, ctx: &Context<'_>) -> Result<Option<Deposit>> {
        let Some(required) = self.order.deposit_required_minor else {
            return Ok(None);
        };
        let payments = self.payments_on_record(ctx).await?;
        let paid = Paid::of(payments.iter().map(|payment| &**payment)).towards(required);
        Ok(Some(Deposit {
            required: self.money(required)?,
            paid: self.money(i32::try_from(paid).unwrap_or(i32::MAX))?,
            due_at: self.order.deposit_due_at.map(Into::into),
        }))
    }

    /// When the bill is due, for a customer with payment terms.
    async fn payment_terms(&self) -> Option<PaymentTerms> {
        let terms = self.order.payment_terms.as_deref();
        terms.and_then(terms::PaymentTerms::parse).map(Into::into)
    }

    /// The moment at which the bill is due, for a customer with payment terms.
    async fn payment_due_at(&self) -> Option<DateTime> {
        self.order.payment_due_at.map(Into::into)
    }

    /// The payments on record, the oldest first.
    async fn payments(&self, ctx: &Context<'_>) -> Result<Vec<Payment>> {
        let payments = self.payments_on_record(ctx).await?;
        Ok(payments.iter().cloned().map(Into::into).collect())
    }

    /// The package whose session pays, if one does.
    pub async fn package_purchase(&self, ctx: &Context<'_>) -> Result<Option<PackagePurchase>> {
        let id = self.order.customer_purchase_id.as_deref();
        follow_some::<entity::customer_purchases::Entity, _>(ctx, id).await
    }

    /// Where the service comes to, if it comes to the customer.
    async fn service_address(&self) -> Result<Option<Address>> {
        Ok(address(&self.order)?.map(Into::into))
    }

    /// The private notes on it, the oldest first. Staff only; null for everybody else.
    async fn notes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start.")] first: Option<i32>,
        #[graphql(desc = "Start after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end.")] last: Option<i32>,
        #[graphql(desc = "End before this cursor.")] before: Option<String>,
    ) -> Result<Option<Connection<BookingNote>>> {
        let page = PageArguments {
            first,
            after,
            last,
            before,
        };
        let page = page.request(ctx)?;
        if !ctx.viewer().is_staff_of(&self.order.biz_id) {
            return Ok(None);
        }
        let notes = ctx
            .loaders()
            .load(NotesOn(self.order.id.clone(), page))
            .await?;
        Ok(Some(connect(notes.unwrap_or_default(), BookingNote::from)))
    }

    /// The work that fulfils it, with the resources that are used.
    async fn units(&self, ctx: &Context<'_>) -> Result<Vec<FulfillmentUnit>> {
        let units = match &self.units {
            Some(units) => Some(units.clone()),
            None => ctx.loaders().load(UnitsOf(self.order.id.clone())).await?,
        };
        let units = units.iter().flat_map(|units| units.iter());
        Ok(units.cloned().map(Into::into).collect())
    }

    /// The lines of its bill, in order.
    async fn lines(&self, ctx: &Context<'_>) -> Result<Vec<BookingLine>> {
        let lines = match &self.lines {
            Some(lines) => Some(lines.clone()),
            None => ctx.loaders().load(LinesOf(self.order.id.clone())).await?,
        };
        let lines = lines.iter().flat_map(|lines| lines.iter());
        let line = |line: &Arc<booking_order_lines::Model>| {
            BookingLine::of(line.clone(), &self.order.currency)
        };
        Ok(lines.map(line).collect())
    }

    /// How it was called off, if it was.
    async fn cancellation(&self) -> Result<Option<Cancellation>> {
        self.called_off()
    }

    /// What the business has yet to give back, because a class was called off; less with every refund that is
    /// recorded.
    async fn refund_due(&self) -> Result<Option<Money>> {
        let due = self.order.refund_due_minor;
        due.map(|due| self.money(due)).transpose()
    }

    /// The class that it is a place in, if it is one. What happens to it happens by the enrolment.
    async fn occurrence(&self, ctx: &Context<'_>) -> Result<Option<ClassOccurrence>> {
        let id = self.order.class_occurrence_id.as_deref();
        follow_some::<entity::class_occurrences::Entity, _>(ctx, id).await
    }

    /// When it was made.
    async fn created_at(&self) -> DateTime {
        self.order.created_at.into()
    }

    /// When it was last changed.
    async fn updated_at(&self) -> DateTime {
        self.order.updated_at.into()
    }
}

/// The states of a booking.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "Status")]
pub enum BookingStatus {
    /// The time is taken for a while; the customer has yet to confirm.
    Held,
    /// The business has yet to approve.
    PendingApproval,
    /// The deposit has yet to be paid.
    AwaitingDeposit,
    /// It will take place.
    Confirmed,
    /// The customer is there.
    CheckedIn,
    /// It took place.
    Completed,
    /// It was called off.
    Cancelled,
    /// The business did not approve.
    Declined,
    /// A time limit ran out.
    Expired,
    /// The customer did not come.
    NoShow,
}

//! A package that somebody bought, or was given.

use async_graphql::{Context, ID, Object, SimpleObject};
use entity::{bizes, customer_purchases, package_products, users};

use super::loader::{BookingsBy, LedgerOf, OffersOfPurchase, PurchasePayments};
use super::product::expiry_type;
use super::words::{ExpiryType, PackagePurchaseStatus};
use super::{PackageLedgerEntry, PackageProduct};
use crate::domain::ids::Kind;
use crate::domain::packages::lists;
use crate::domain::packages::rules::standing::{Standing, Status};
use crate::domain::packages::rules::terms::Terms;
use crate::graphql::bookings::{Booking, Payment};
use crate::graphql::catalog::{Business, Offer};
use crate::graphql::connection::{Connection, PageArguments, connect};
use crate::graphql::context::ContextExt;
use crate::graphql::error::Result;
use crate::graphql::loader::Visible;
use crate::graphql::object::{Money, follow, wraps};
use crate::graphql::payload::optional_id;
use crate::graphql::people::User;
use crate::graphql::scalars::{DateTime, LocalDate};

wraps! {
    /// A package that somebody bought, or was given.
    PackagePurchase(customer_purchases::Model)
}

/// What was agreed when a package was sold. Later changes of the product change nothing here.
#[derive(Clone, Debug, SimpleObject)]
pub struct PackageTerms {
    /// What the package was called.
    name: String,
    /// How many sessions it began with.
    session_count: i32,
    /// By which rule it ends.
    expiry_type: ExpiryType,
    /// For how many days it is good, if it goes by days.
    expiry_days: Option<i32>,
    /// The last day on which it is good, if it goes by a date.
    expiry_date: Option<LocalDate>,
    /// Whether sessions can be passed on to somebody else.
    transferable: bool,
    /// Whether unused sessions are given back for money.
    refundable: bool,
}

impl From<Terms> for PackageTerms {
    fn from(terms: Terms) -> Self {
        Self {
            name: terms.name,
            session_count: terms.sessions,
            expiry_type: expiry_type(terms.expiry),
            expiry_days: terms.expiry.days(),
            expiry_date: terms.expiry.date().map(LocalDate),
            transferable: terms.transferable,
            refundable: terms.refundable,
        }
    }
}

impl PackagePurchase {
    fn standing(&self, ctx: &Context<'_>) -> Standing {
        Standing::of(&self.0, ctx.gateway().clock.now())
    }

    fn money(&self, amount_minor: i32) -> Result<Money> {
        Money::new(amount_minor, &self.0.currency)
    }

    /// Whether it is the viewer's own, or of a business that they work for.
    fn is_open_to(&self, ctx: &Context<'_>) -> bool {
        let viewer = ctx.viewer();
        viewer.is(&self.0.customer_user_id) || viewer.is_staff_of(&self.0.biz_id)
    }
}

/// A package that somebody bought, or was given. Its sessions pay for bookings.
#[Object]
impl PackagePurchase {
    /// The id.
    pub async fn id(&self) -> ID {
        ID::from(&self.0.id)
    }

    /// The business that sold it.
    async fn business(&self, ctx: &Context<'_>) -> Result<Business> {
        follow::<bizes::Entity, _>(ctx, &self.0.biz_id).await
    }

    /// What was bought, as it is sold now; what was agreed is in `terms`.
    async fn product(&self, ctx: &Context<'_>) -> Result<PackageProduct> {
        follow::<package_products::Entity, _>(ctx, &self.0.package_product_id).await
    }

    /// Whose it is. Whoever passed sessions on learns no more of the receiver than the id.
    async fn customer(&self, ctx: &Context<'_>) -> Result<User> {
        let user: User = follow::<users::Entity, _>(ctx, &self.0.customer_user_id).await?;
        Ok(match self.is_open_to(ctx) {
            true => user,
            false => user.veiled(),
        })
    }

    /// Its state now; an end that has come counts at once.
    async fn status(&self, ctx: &Context<'_>) -> PackagePurchaseStatus {
        self.standing(ctx).status.into()
    }

    /// Grows by one with every change.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// The sessions that were used and that remain. Those that were passed on, given back or lapsed do not
    /// count any more.
    async fn sessions_total(&self, ctx: &Context<'_>) -> i32 {
        self.standing(ctx).total
    }

    /// The sessions that bookings have used.
    async fn sessions_used(&self, ctx: &Context<'_>) -> i32 {
        self.standing(ctx).used
    }

    /// The sessions that can still be used; none once it has expired.
    async fn sessions_remaining(&self, ctx: &Context<'_>) -> i32 {
        self.standing(ctx).remaining
    }

    /// When it was bought, or received.
    async fn purchased_at(&self) -> DateTime {
        self.0.purchased_at.into()
    }

    /// When it was paid for in full, or received.
    async fn activated_at(&self) -> Option<DateTime> {
        self.0.activated_at.map(Into::into)
    }

    /// The moment from which it cannot be used any more: the first after its last day, in the business's time
    /// zone. Null if it never ends, or while the days of an unpaid one have not begun.
    async fn expires_at(&self) -> Option<DateTime> {
        self.0.expires_at.map(Into::into)
    }

    /// What was agreed when it was sold.
    async fn terms(&self) -> Result<PackageTerms> {
        Ok(Terms::of(&self.0)?.into())
    }

    /// Every offer that its sessions are good for, by name.
    async fn offers(&self, ctx: &Context<'_>) -> Result<Vec<Offer>> {
        let key = OffersOfPurchase(self.0.id.clone());
        let offers = ctx.loaders().load(key).await?.unwrap_or_default();
        Ok(offers.iter().cloned().map(Offer::from).collect())
    }

    /// What it costs. Of one that was passed on: what its sessions' share was.
    async fn price(&self) -> Result<Money> {
        self.money(self.0.price_minor)
    }

    /// What has been paid for it.
    async fn paid(&self) -> Result<Money> {
        self.money(self.0.paid_minor)
    }

    /// What has been paid back.
    async fn refunded(&self) -> Result<Money> {
        self.money(self.0.refunded_minor)
    }

    /// The payments on record, the oldest first.
    async fn payments(&self, ctx: &Context<'_>) -> Result<Vec<Payment>> {
        let key = PurchasePayments(self.0.id.clone());
        let payments = ctx.loaders().load(key).await?.unwrap_or_default();
        Ok(payments.iter().cloned().map(Payment::from).collect())
    }

    /// The purchase that its sessions came from, if the viewer may see it.
    async fn transferred_from(&self, ctx: &Context<'_>) -> Result<Option<Self>> {
        let Some(id) = &self.0.transferred_from_purchase_id else {
            return Ok(None);
        };
        let key = Visible::<customer_purchases::Entity>::new(id);
        Ok(ctx.loaders().load(key).await?.map(Self::from))
    }

    /// The bookings that its sessions paid for, in whatever state they are, the earliest first.
    async fn bookings(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Connection<Booking>> {
        let page = PageArguments::new(first, after, last, before).request(ctx)?;
        let key = BookingsBy(self.0.id.clone(), page);
        let bookings = ctx.loaders().load(key).await?.unwrap_or_default();
        Ok(connect(bookings, |row| {
            Booking::from(std::sync::Arc::new(row))
        }))
    }

    /// Every change of its sessions, the oldest first. Nothing in it is ever changed.
    async fn ledger(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Connection<PackageLedgerEntry>> {
        let page = PageArguments::new(first, after, last, before).request(ctx)?;
        let key = LedgerOf(self.0.id.clone(), page);
        let entries = ctx.loaders().load(key).await?.unwrap_or_default();
        Ok(connect(entries, PackageLedgerEntry::from))
    }
}

fn states(status: Option<Vec<PackagePurchaseStatus>>) -> Option<Vec<Status>> {
    status.map(|states| states.into_iter().map(Into::into).collect())
}

/// A page of the viewer's own purchases.
///
/// # Errors
/// As [`lists::of_viewer`].
pub async fn viewer_purchases(
    ctx: &Context<'_>,
    status: Option<Vec<PackagePurchaseStatus>>,
    page: PageArguments,
) -> Result<Connection<PackagePurchase>> {
    let page = page.request(ctx)?;
    let states = states(status);
    let page = lists::of_viewer(ctx.gateway(), ctx.viewer(), states.as_deref(), &page).await?;
    Ok(connect(page, PackagePurchase::from))
}

/// A page of a business's purchases, for its staff.
///
/// # Errors
/// As [`lists::of_business`].
pub async fn business_purchases(
    ctx: &Context<'_>,
    biz_id: &str,
    customer_id: Option<ID>,
    status: Option<Vec<PackagePurchaseStatus>>,
    page: PageArguments,
) -> Result<Connection<PackagePurchase>> {
    let page = page.request(ctx)?;
    let customer = optional_id(Kind::User, customer_id, "customerId")?;
    let (gateway, viewer, states) = (ctx.gateway(), ctx.viewer(), states(status));
    let (customer, states) = (customer.as_deref(), states.as_deref());
    let page = lists::of_business(gateway, viewer, biz_id, customer, states, &page).await?;
    Ok(connect(page, PackagePurchase::from))
}

//! A package that customers can buy.

use async_graphql::{Context, ID, Object};
use entity::{bizes, offers, package_products};

use super::loader::OffersOfProduct;
use super::words::{ExpiryType, PackageProductStatus};
use crate::domain::packages::rules::product::{self, ProductStatus};
use crate::domain::packages::rules::terms::Expiry;
use crate::graphql::catalog::{Business, Offer};
use crate::graphql::context::ContextExt;
use crate::graphql::error::Result;
use crate::graphql::object::{Money, follow, wraps};
use crate::graphql::scalars::LocalDate;

wraps! {
    /// A package that customers can buy.
    PackageProduct(package_products::Model)
}

/// How a product's end is called in the schema.
pub fn expiry_type(expiry: Expiry) -> ExpiryType {
    match expiry {
        Expiry::Never => product::ExpiryType::Never,
        Expiry::DaysFromPurchase { .. } => product::ExpiryType::DaysFromPurchase,
        Expiry::FixedDate { .. } => product::ExpiryType::FixedDate,
    }
    .into()
}

/// A package of sessions that customers can buy. What was sold keeps the terms that it was sold under.
#[Object]
impl PackageProduct {
    /// The id.
    pub async fn id(&self) -> ID {
        ID::from(&self.0.id)
    }

    /// The business that sells it.
    async fn business(&self, ctx: &Context<'_>) -> Result<Business> {
        follow::<bizes::Entity, _>(ctx, &self.0.biz_id).await
    }

    /// The offer that it is for.
    async fn offer(&self, ctx: &Context<'_>) -> Result<Offer> {
        follow::<offers::Entity, _>(ctx, &self.0.offer_id).await
    }

    /// Every offer that its sessions are good for, by name; `offer` is one of them.
    async fn offers(&self, ctx: &Context<'_>) -> Result<Vec<Offer>> {
        let key = OffersOfProduct(self.0.id.clone());
        let offers = ctx.loaders().load(key).await?.unwrap_or_default();
        Ok(offers.iter().cloned().map(Offer::from).collect())
    }

    /// What it is called.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Its name in addresses, of its own within the business.
    async fn slug(&self) -> &str {
        &self.0.slug
    }

    /// Where it stands.
    async fn status(&self) -> PackageProductStatus {
        ProductStatus::parse(&self.0.status).into()
    }

    /// How many sessions it has.
    async fn session_count(&self) -> i32 {
        self.0.session_count
    }

    /// What it costs.
    async fn price(&self) -> Result<Money> {
        Money::new(self.0.price_minor, &self.0.currency)
    }

    /// By which rule it ends.
    async fn expiry_type(&self) -> ExpiryType {
        expiry_type(Expiry::of(&self.0))
    }

    /// For how many days it is good, if it goes by days.
    async fn expiry_days(&self) -> Option<i32> {
        Expiry::of(&self.0).days()
    }

    /// The last day on which it is good, if it goes by a date.
    async fn expiry_date(&self) -> Option<LocalDate> {
        Expiry::of(&self.0).date().map(LocalDate)
    }

    /// Whether sessions can be passed on to somebody else.
    async fn transferable(&self) -> bool {
        self.0.transferable
    }

    /// Whether unused sessions are given back for money.
    async fn refundable(&self) -> bool {
        self.0.refundable
    }
}

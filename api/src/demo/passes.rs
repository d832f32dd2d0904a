//! Packages of the demo: what is sold, to whom, and what is passed on.

use chrono::TimeDelta;
use entity::{customer_purchases, offers, package_products};

use super::people::Guest;
use super::shop::Shop;
use super::world::call;
use crate::domain::bookings::payments::{PaidFor, PaymentKind, RecordPayment, record};
use crate::domain::error::Result;
use crate::domain::packages::products::{CreateProduct, create_product};
use crate::domain::packages::purchase::{PurchasePackage, purchase};
use crate::domain::packages::rules::product::{ExpiryDraft, ExpiryType, ProductStatus};
use crate::domain::packages::transfer::{TransferPackage, transfer};
use crate::domain::people::members::Who;

/// For how many days the passes of the demo are good.
pub const DAYS: i32 = 30;

impl Shop<'_> {
    /// Puts a package on sale that can be passed on and is good for the offer: for [`DAYS`], or for ever.
    pub async fn package(
        &self,
        offer: &offers::Model,
        (name, slug): (&str, &str),
        (sessions, price_minor): (i32, i32),
        ends: bool,
    ) -> Result<package_products::Model> {
        let expiry = match ends {
            true => ExpiryDraft {
                kind: Some(ExpiryType::DaysFromPurchase),
                days: Some(DAYS),
                date: None,
            },
            false => ExpiryDraft::default(),
        };
        let command = CreateProduct {
            biz_id: self.biz.id.clone(),
            offer_id: offer.id.clone(),
            offer_ids: Vec::new(),
            name: name.to_owned(),
            slug: slug.to_owned(),
            status: ProductStatus::Active,
            session_count: sessions,
            price_minor,
            expiry,
            transferable: true,
            refundable: true,
        };
        let gateway = &self.world.gateway;
        let call = call("createPackageProduct");
        let product = create_product(gateway, &self.owner, command, call).await?;
        Ok(product.value)
    }

    /// Sells a package, `days` days ago: whoever can sign in orders it and pays at the desk, and the desk
    /// sells to everybody else.
    pub async fn sell(
        &self,
        product: &package_products::Model,
        guest: &Guest,
        days: i64,
    ) -> Result<customer_purchases::Model> {
        let gateway = &self.world.gateway;
        gateway.clock.set(self.world.now - TimeDelta::days(days));
        let command = PurchasePackage {
            product_id: product.id.clone(),
            customer_id: Some(guest.id.clone()),
            payment_reference: guest.viewer.is_none().then(|| "Card".to_owned()),
        };
        let buyer = guest.viewer.as_ref().unwrap_or(&self.desk);
        let sold = purchase(gateway, buyer, command, call("purchasePackage")).await?;
        if guest.viewer.is_some() {
            let payment = RecordPayment {
                paid_for: PaidFor::Purchase(sold.value.id.clone()),
                kind: PaymentKind::Purchase,
                amount_minor: product.price_minor,
                reference: Some("Card".to_owned()),
            };
            record(gateway, &self.desk, payment, call("recordPayment")).await?;
        }
        Ok(sold.value)
    }

    /// Passes sessions of a package on, `days` days ago.
    pub async fn pass_on(
        &self,
        purchase: &customer_purchases::Model,
        guest: &Guest,
        sessions: i32,
        days: i64,
    ) -> Result<()> {
        let gateway = &self.world.gateway;
        gateway.clock.set(self.world.now - TimeDelta::days(days));
        let command = TransferPackage {
            purchase_id: purchase.id.clone(),
            to: Who::User(guest.id.clone()),
            sessions: Some(sessions),
        };
        transfer(gateway, &self.desk, command, call("transferPackage")).await?;
        Ok(())
    }
}

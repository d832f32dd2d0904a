//! What making, buying, passing on, giving back and adjusting packages takes.

use async_graphql::{ID, InputObject};

use super::words::{ExpiryType, PackageProductStatus};
use crate::domain::Refusal;
use crate::domain::ids::Kind;
use crate::domain::packages::adjust::AdjustPackage;
use crate::domain::packages::products::{CreateProduct, UpdateProduct};
use crate::domain::packages::purchase::PurchasePackage;
use crate::domain::packages::refund::RefundPackage;
use crate::domain::packages::rules::product::{ExpiryDraft, ProductStatus};
use crate::domain::packages::transfer::TransferPackage;
use crate::domain::people::members::Who;
use crate::graphql::payload::{Read, optional_id};
use crate::graphql::scalars::LocalDate;

fn offers(ids: Vec<ID>) -> Read<Vec<String>> {
    ids.iter()
        .map(|id| Kind::Offer.accept(id, "offerIds"))
        .collect()
}

/// A product to be made.
#[derive(Clone, Debug, InputObject)]
pub struct CreatePackageProductInput {
    /// The business.
    pub business_id: ID,
    /// The offer that it is for.
    pub offer_id: ID,
    /// The offers that it is good for besides; 100 at most.
    pub offer_ids: Option<Vec<ID>>,
    /// What it is called: one line of at most 200 characters.
    pub name: String,
    /// Its name in addresses: small letters, digits and hyphens, new within the business.
    pub slug: String,
    /// Where it stands; a draft when left out.
    pub status: Option<PackageProductStatus>,
    /// How many sessions it has, 1 to 1,000.
    pub session_count: i32,
    /// What it costs, in minor units of the business's currency.
    pub price_minor: i32,
    /// By which rule it ends; never when left out.
    pub expiry_type: Option<ExpiryType>,
    /// For how many days it is good, with `DAYS_FROM_PURCHASE`.
    pub expiry_days: Option<i32>,
    /// The last day on which it is good, with `FIXED_DATE`.
    pub expiry_date: Option<LocalDate>,
    /// Whether sessions can be passed on to somebody else.
    #[graphql(default)]
    pub transferable: bool,
    /// Whether unused sessions are given back for money.
    #[graphql(default = true)]
    pub refundable: bool,
    /// The caller's key, 1 to 255 characters: the same input sent again under it gets the same result.
    pub idempotency_key: Option<String>,
}

impl CreatePackageProductInput {
    /// The use case's command.
    ///
    /// # Errors
    /// `INVALID_INPUT` for an id of another kind.
    pub fn command(self) -> Read<CreateProduct> {
        Ok(CreateProduct {
            biz_id: Kind::Business.accept(&self.business_id, "businessId")?,
            offer_id: Kind::Offer.accept(&self.offer_id, "offerId")?,
            offer_ids: offers(self.offer_ids.unwrap_or_default())?,
            name: self.name,
            slug: self.slug,
            status: self.status.map_or(ProductStatus::Draft, Into::into),
            session_count: self.session_count,
            price_minor: self.price_minor,
            expiry: ExpiryDraft {
                kind: self.expiry_type.map(Into::into),
                days: self.expiry_days,
                date: self.expiry_date.map(|date| date.0),
            },
            transferable: self.transferable,
            refundable: self.refundable,
        })
    }
}

/// What is to change of a product. Fields that are left out stay as they are.
#[derive(Clone, Debug, InputObject)]
pub struct UpdatePackageProductInput {
    /// The product.
    pub product_id: ID,
    /// The offer that it is for.
    pub offer_id: Option<ID>,
    /// The offers that it is good for besides; 100 at most.
    pub offer_ids: Option<Vec<ID>>,
    /// What it is called: one line of at most 200 characters.
    pub name: Option<String>,
    /// Its name in addresses: small letters, digits and hyphens, new within the business.
    pub slug: Option<String>,
    /// Where it stands. What is archived stays so.
    pub status: Option<PackageProductStatus>,
    /// How many sessions it has, 1 to 1,000.
    pub session_count: Option<i32>,
    /// What it costs, in minor units of the business's currency.
    pub price_minor: Option<i32>,
    /// By which rule it ends.
    pub expiry_type: Option<ExpiryType>,
    /// For how many days it is good, with `DAYS_FROM_PURCHASE`.
    pub expiry_days: Option<i32>,
    /// The last day on which it is good, with `FIXED_DATE`.
    pub expiry_date: Option<LocalDate>,
    /// Whether sessions can be passed on to somebody else.
    pub transferable: Option<bool>,
    /// Whether unused sessions are given back for money.
    pub refundable: Option<bool>,
    /// The caller's key, 1 to 255 characters: the same input sent again under it gets the same result.
    pub idempotency_key: Option<String>,
}

impl UpdatePackageProductInput {
    /// The use case's command.
    ///
    /// # Errors
    /// `INVALID_INPUT` for an id of another kind.
    pub fn command(self) -> Read<UpdateProduct> {
        Ok(UpdateProduct {
            product_id: Kind::PackageProduct.accept(&self.product_id, "productId")?,
            offer_id: optional_id(Kind::Offer, self.offer_id, "offerId")?,
            offer_ids: self.offer_ids.map(offers).transpose()?,
            name: self.name,
            slug: self.slug,
            status: self.status.map(Into::into),
            session_count: self.session_count,
            price_minor: self.price_minor,
            expiry: ExpiryDraft {
                kind: self.expiry_type.map(Into::into),
                days: self.expiry_days,
                date: self.expiry_date.map(|date| date.0),
            },
            transferable: self.transferable,
            refundable: self.refundable,
        })
    }
}

/// A package to be bought.
#[derive(Clone, Debug, InputObject)]
pub struct PurchasePackageInput {
    /// The product.
    pub product_id: ID,
    /// For whom. Staff and payment services only; a customer buys for themself.
    pub customer_id: Option<ID>,
    /// Says that the price was paid, and finds the payment again where it was taken: one line of at most 200
    /// characters. Staff and payment services only. Without it, the purchase waits for `recordPayment`.
    pub payment_reference: Option<String>,
    /// Say what would happen, and change nothing.
    pub dry_run: Option<bool>,
    /// The caller's key, 1 to 255 characters: the same input sent again under it gets the same result.
    pub idempotency_key: Option<String>,
}

impl PurchasePackageInput {
    /// The use case's command.
    ///
    /// # Errors
    /// `INVALID_INPUT` for an id of another kind.
    pub fn command(self) -> Read<PurchasePackage> {
        Ok(PurchasePackage {
            product_id: Kind::PackageProduct.accept(&self.product_id, "productId")?,
            customer_id: optional_id(Kind::User, self.customer_id, "customerId")?,
            payment_reference: self.payment_reference,
        })
    }
}

/// Sessions to be passed on.
#[derive(Clone, Debug, InputObject)]
pub struct TransferPackageInput {
    /// The purchase that they come from.
    pub purchase_id: ID,
    /// To this user. Give this or `toEmail`.
    pub to_user_id: Option<ID>,
    /// To whoever has this email address, now or when they first sign in with it. Give this or `toUserId`.
    pub to_email: Option<String>,
    /// How many; all that remain when left out.
    pub sessions: Option<i32>,
    /// The caller's key, 1 to 255 characters: the same input sent again under it gets the same result.
    pub idempotency_key: Option<String>,
}

impl TransferPackageInput {
    /// The use case's command.
    ///
    /// # Errors
    /// `INVALID_INPUT` for an id of another kind, and unless one receiver is named.
    pub fn command(self) -> Read<TransferPackage> {
        let to = match (self.to_user_id, self.to_email) {
            (Some(id), None) => Who::User(Kind::User.accept(&id, "toUserId")?),
            (None, Some(email)) => Who::Email(email),
            (None, None) => {
                return Err(Refusal::invalid(
                    "toUserId",
                    "Give `toUserId` or `toEmail`.",
                ));
            }
            (Some(_), Some(_)) => {
                let message = "Give `toUserId` or `toEmail`, not both.";
                return Err(Refusal::invalid("toEmail", message));
            }
        };
        Ok(TransferPackage {
            purchase_id: Kind::PackagePurchase.accept(&self.purchase_id, "purchaseId")?,
            to,
            sessions: self.sessions,
        })
    }
}

/// A package to be given back for money.
#[derive(Clone, Debug, InputObject)]
pub struct RefundPackageInput {
    /// The purchase.
    pub purchase_id: ID,
    /// Why, in your own words; at most 1,000 characters.
    pub reason: Option<String>,
    /// Say what would happen, and change nothing.
    pub dry_run: Option<bool>,
    /// The caller's key, 1 to 255 characters: the same input sent again under it gets the same result.
    pub idempotency_key: Option<String>,
}

impl RefundPackageInput {
    /// The use case's command.
    ///
    /// # Errors
    /// `INVALID_INPUT` for an id of another kind.
    pub fn command(self) -> Read<RefundPackage> {
        Ok(RefundPackage {
            purchase_id: Kind::PackagePurchase.accept(&self.purchase_id, "purchaseId")?,
            reason: self.reason,
        })
    }
}

/// Sessions to be given or taken.
#[derive(Clone, Debug, InputObject)]
pub struct AdjustPackageInput {
    /// The purchase.
    pub purchase_id: ID,
    /// How many sessions to give, or to take below zero: 1,000 at most.
    pub delta: i32,
    /// Why, in your own words; 1 to 1,000 characters. The customer reads it too.
    pub reason: String,
    /// The caller's key, 1 to 255 characters: the same input sent again under it gets the same result.
    pub idempotency_key: Option<String>,
}

impl AdjustPackageInput {
    /// The use case's command.
    ///
    /// # Errors
    /// `INVALID_INPUT` for an id of another kind.
    pub fn command(self) -> Read<AdjustPackage> {
        Ok(AdjustPackage {
            purchase_id: Kind::PackagePurchase.accept(&self.purchase_id, "purchaseId")?,
            delta: self.delta,
            reason: self.reason,
        })
    }
}

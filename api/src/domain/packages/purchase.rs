//! Buying a package. Nothing but the product says what it has and costs.

use entity::{customer_purchases, package_product_offers, package_products, users};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};

use super::error::PackageRefusal;
use super::ledger::{self, Entry, LedgerKind};
use super::rules::standing::Status;
use super::rules::terms::Terms;
use super::{products, repo};
use crate::domain::bookings::payments::{self, PaymentKind, Subject};
use crate::domain::bookings::repo::is_known;
use crate::domain::bookings::writes::make_customer;
use crate::domain::error::{Error, Refusal, Result};
use crate::domain::gateway::Gateway;
use crate::domain::ids::Kind;
use crate::domain::people::blocking::is_blocked;
use crate::domain::tx::{Begun, Call, Outcome, Work};
use crate::domain::viewer::Viewer;

/// A package to be bought.
#[derive(Clone, Debug)]
pub struct PurchasePackage {
    /// The product.
    pub product_id: String,
    /// For whom; only staff and services buy for somebody else.
    pub customer_id: Option<String>,
    /// Whatever finds the payment again that was taken elsewhere; only staff and services give one.
    pub payment_reference: Option<String>,
}

/// Buys a package for the viewer or, when staff or a service ask, for a customer.
///
/// It waits for its payment, unless staff or a service say with a reference that the price was paid. What
/// costs nothing is active at once, and only staff and services give it out.
///
/// # Errors
/// `NOT_FOUND` at `productId` or `customerId`; `INVALID_STATE` when it is not on sale or the customer is
/// blocked; `PACKAGE_EXPIRED` when its last day is past; `INVALID_INPUT` at `paymentReference`; `Forbidden`.
pub async fn purchase(
    gateway: &Gateway,
    viewer: &Viewer,
    command: PurchasePackage,
    call: Call,
) -> Result<Outcome<customer_purchases::Model>> {
    let reference = payments::reference("paymentReference", command.payment_reference)?;
    let work = match gateway.begin(viewer, &call).await? {
        Begun::Work(work) => work,
        Begun::Done(outcome) => return Ok(outcome),
    };
    let product = products::on_sale(&work, viewer, &command.product_id).await?;
    let trusted = viewer.has_scope(payments::SCOPE) || viewer.is_staff_of(&product.biz_id);
    if reference.is_some() && !trusted {
        return Err(Error::Forbidden(
            "Only staff and payment services say what was paid.",
        ));
    }
    let customer = customer(&work, viewer, &product, command.customer_id).await?;
    if product.price_minor == 0 && !trusted {
        return Err(PackageRefusal::GivenOut.at("productId").into());
    }
    let paid = reference.is_some() || product.price_minor == 0;
    let purchase = begin(&work, &product, customer, paid).await?;
    let entry = Entry {
        by: viewer.id(),
        ..Entry::new(LedgerKind::Purchase, purchase.sessions_total)
    };
    ledger::open(&work, &purchase, entry).await?;
    if purchase.paid_minor > 0 {
        let subject = Subject::Purchase(&purchase);
        let amount = purchase.paid_minor;
        payments::insert(
            &work,
            viewer,
            subject,
            PaymentKind::Purchase,
            amount,
            reference,
        )
        .await?;
    }
    make_customer(&work, &purchase.biz_id, &purchase.customer_user_id).await?;
    work.finish(purchase).await
}

/// For whom it is bought.
async fn customer(
    work: &Work,
    viewer: &Viewer,
    product: &package_products::Model,
    customer_id: Option<String>,
) -> Result<String> {
    const FIELD: &str = "customerId";
    let me = viewer.user_id()?;
    let customer = match customer_id {
        Some(id) if id != me => id,
        _ => me.to_owned(),
    };
    if customer != me {
        let known = match viewer.is_staff_of(&product.biz_id) {
            true => is_known(&**work, &product.biz_id, &customer).await?,
            false if viewer.has_scope(payments::SCOPE) => exists(work, &customer).await?,
            false => return Err(Error::Forbidden("Only staff may buy for somebody else.")),
        };
        if !known {
            return Err(Refusal::not_found(FIELD, "customer").into());
        }
    }
    match is_blocked(&**work, &product.biz_id, &customer).await? {
        true => Err(PackageRefusal::Blocked.at(FIELD).into()),
        false => Ok(customer),
    }
}

async fn exists(work: &Work, user_id: &str) -> Result<bool> {
    let user = users::Entity::find_by_id(user_id)
        .filter(users::Column::DeletedAt.is_null())
        .one(&**work)
        .await?;
    Ok(user.is_some())
}

/// Writes the purchase with what was agreed, frozen.
async fn begin(
    work: &Work,
    product: &package_products::Model,
    customer_user_id: String,
    paid: bool,
) -> Result<customer_purchases::Model> {
    let zone = repo::zone_of(work, &product.biz_id).await?;
    let terms = Terms::offered(product);
    let expires_at = match paid {
        true => terms.expiry.from_activation(work.now, zone),
        false => terms.expiry.before_activation(zone),
    };
    if expires_at.is_some_and(|end| end <= work.now) {
        return Err(PackageRefusal::Expired.at("productId").into());
    }
    let status = match paid {
        true => Status::Active,
        false => Status::PendingPayment,
    };
    let purchase = customer_purchases::Model {
        id: Kind::PackagePurchase.mint(work.now),
        biz_id: product.biz_id.clone(),
        package_product_id: product.id.clone(),
        customer_user_id,
        status: status.as_str().to_owned(),
        sessions_total: terms.sessions,
        sessions_used: 0,
        sessions_remaining: terms.sessions,
        purchased_at: work.now.into(),
        expires_at: expires_at.map(Into::into),
        transferred_from_purchase_id: None,
        metadata: None,
        created_at: work.now.into(),
        updated_at: work.now.into(),
        version: 1,
        terms_snapshot: Some(serde_json::to_value(&terms)?),
        currency: product.currency.clone(),
        price_minor: product.price_minor,
        paid_minor: if paid { product.price_minor } else { 0 },
        transferred_minor: 0,
        refunded_minor: 0,
        sessions_adjusted: 0,
        activated_at: paid.then(|| work.now.into()),
    };
    repo::insert(work, &purchase, offers_of(work, product).await?).await?;
    Ok(purchase)
}

async fn offers_of(work: &Work, product: &package_products::Model) -> Result<Vec<String>> {
    use package_product_offers::Column;
    Ok(package_product_offers::Entity::find()
        .select_only()
        .column(Column::OfferId)
        .filter(Column::PackageProductId.eq(&product.id))
        .into_tuple()
        .all(&**work)
        .await?)
}

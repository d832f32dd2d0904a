//! Packages that customers can buy: making and changing them. What was sold keeps its own terms.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use chrono::NaiveDate;
use entity::{bizes, offers, package_product_offers, package_products};
use sea_orm::sea_query::LockType;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter,
    QuerySelect,
};
use serde_json::json;

use super::error::PackageRefusal;
use super::repo::zone;
use super::rules::product::{ExpiryDraft, ProductStatus};
use super::rules::terms::Expiry;
use crate::domain::catalog::error::CatalogRefusal;
use crate::domain::catalog::{repo as catalog, rules};
use crate::domain::error::{Refusal, RefusalCode, Result};
use crate::domain::events::{self, Event};
use crate::domain::gateway::Gateway;
use crate::domain::ids::Kind;
use crate::domain::scope::{Scoped, any_of};
use crate::domain::tx::{Begun, Call, Outcome, Work};
use crate::domain::viewer::Viewer;

/// How many sessions a package may have.
const SESSIONS: RangeInclusive<i32> = 1..=1_000;
/// What a package may cost, in minor units.
const PRICE: RangeInclusive<i32> = 0..=i32::MAX;
/// How many offers a package may be good for.
const MAX_OFFERS: usize = 100;

/// A product to be made.
#[derive(Clone, Debug)]
pub struct CreateProduct {
    /// The business.
    pub biz_id: String,
    /// The offer that it is for.
    pub offer_id: String,
    /// The offers that it is good for besides.
    pub offer_ids: Vec<String>,
    /// What it is called.
    pub name: String,
    /// Its name in addresses.
    pub slug: String,
    /// Where it stands.
    pub status: ProductStatus,
    /// How many sessions it has.
    pub session_count: i32,
    /// What it costs, in minor units of the business's currency.
    pub price_minor: i32,
    /// Until when it is good.
    pub expiry: ExpiryDraft,
    /// Whether sessions can be passed on.
    pub transferable: bool,
    /// Whether unused sessions are given back for money.
    pub refundable: bool,
}

/// Makes a product. For managers.
///
/// # Errors
/// `INVALID_INPUT` at the field at fault; `NOT_FOUND` at `businessId`, `offerId` or `offerIds`; `Forbidden`.
pub async fn create_product(
    gateway: &Gateway,
    viewer: &Viewer,
    command: CreateProduct,
    call: Call,
) -> Result<Outcome<package_products::Model>> {
    viewer.require_manager(&command.biz_id, "businessId", "business")?;
    let name = rules::name("name", &command.name)?;
    let slug = rules::slug(&command.slug)?;
    rules::within("sessionCount", command.session_count, SESSIONS)?;
    rules::within("priceMinor", command.price_minor, PRICE)?;
    let work = match gateway.begin(viewer, &call).await? {
        Begun::Work(work) => work,
        Begun::Done(outcome) => return Ok(outcome),
    };
    let business = catalog::business(&work, &command.biz_id).await?;
    let expiry = command
        .expiry
        .read(Expiry::Never, today(&work, &business))?;
    let product = package_products::Model {
        id: Kind::PackageProduct.mint(work.now),
        biz_id: business.id,
        offer_id: command.offer_id,
        name,
        slug,
        status: command.status.as_str().to_owned(),
        session_count: command.session_count,
        price_minor: command.price_minor,
        currency: business.currency,
        expiry_type: expiry.as_str().to_owned(),
        expiry_days: expiry.days(),
        expiry_date: expiry.date(),
        transferable: command.transferable,
        refundable: command.refundable,
        metadata: None,
        created_at: work.now.into(),
        updated_at: work.now.into(),
        deleted_at: None,
    };
    let offers = good_for(&work, &product, command.offer_ids).await?;
    catalog::insert_with_slug(&work, &product).await?;
    write_offers(&work, &product, offers).await?;
    announce(&work, &product, "package_product.created").await?;
    work.finish(product).await
}

/// What is to change of a product. `None` leaves a field as it is.
#[derive(Clone, Debug)]
pub struct UpdateProduct {
    /// The product.
    pub product_id: String,
    /// The offer that it is for.
    pub offer_id: Option<String>,
    /// The offers that it is good for besides.
    pub offer_ids: Option<Vec<String>>,
    /// What it is called.
    pub name: Option<String>,
    /// Its name in addresses.
    pub slug: Option<String>,
    /// Where it stands.
    pub status: Option<ProductStatus>,
    /// How many sessions it has.
    pub session_count: Option<i32>,
    /// What it costs, in minor units.
    pub price_minor: Option<i32>,
    /// Until when it is good.
    pub expiry: ExpiryDraft,
    /// Whether sessions can be passed on.
    pub transferable: Option<bool>,
    /// Whether unused sessions are given back for money.
    pub refundable: Option<bool>,
}

/// Changes a product. What was sold keeps the terms that it was sold under. For managers.
///
/// # Errors
/// `INVALID_INPUT` at the field at fault; `NOT_FOUND` at `productId`, `offerId` or `offerIds`;
/// `INVALID_STATE` at `status`; `Forbidden`.
pub async fn update_product(
    gateway: &Gateway,
    viewer: &Viewer,
    command: UpdateProduct,
    call: Call,
) -> Result<Outcome<package_products::Model>> {
    let work = match gateway.begin(viewer, &call).await? {
        Begun::Work(work) => work,
        Begun::Done(outcome) => return Ok(outcome),
    };
    let before = package_products::Entity::visible_to(viewer)
        .filter(package_products::Column::Id.eq(&command.product_id))
        .lock(LockType::NoKeyUpdate)
        .one(&*work)
        .await?
        .ok_or_else(|| Refusal::not_found("productId", "product"))?;
    viewer.require_manager(&before.biz_id, "productId", "product")?;
    let business = catalog::business(&work, &before.biz_id).await?;
    let (offer_ids, after) = changed(&work, &business, before.clone(), command)?;
    let offer_ids = match offer_ids {
        Some(ids) => Some(ids),
        None if after.offer_id != before.offer_id => Some(besides(&work, &before).await?),
        None => None,
    };
    if let Some(ids) = offer_ids {
        let offers = good_for(&work, &after, ids).await?;
        package_product_offers::Entity::delete_many()
            .filter(package_product_offers::Column::PackageProductId.eq(&after.id))
            .exec(&*work)
            .await?;
        write_offers(&work, &after, offers).await?;
    }
    let row = after.into_active_model().reset_all();
    let after = match row.update(&*work).await {
        Err(error) if catalog::is_unique_violation(&error) => {
            return Err(CatalogRefusal::SlugTaken.into());
        }
        saved => saved?,
    };
    announce(&work, &after, "package_product.updated").await?;
    work.finish(after).await
}

/// The product as it is to be, and the offers that it is to be good for besides.
fn changed(
    work: &Work,
    business: &bizes::Model,
    mut product: package_products::Model,
    command: UpdateProduct,
) -> Result<(Option<Vec<String>>, package_products::Model)> {
    if let Some(name) = command.name {
        product.name = rules::name("name", &name)?;
    }
    if let Some(slug) = command.slug {
        product.slug = rules::slug(&slug)?;
    }
    if let Some(status) = command.status {
        let before = ProductStatus::parse(&product.status);
        if !before.may_become(status) {
            let (from, to) = (before.as_str(), status.as_str());
            let message = format!("A product that is {from} does not become {to}.");
            return Err(Refusal::new(RefusalCode::InvalidState, message)
                .at("status")
                .into());
        }
        product.status = status.as_str().to_owned();
    }
    if let Some(sessions) = command.session_count {
        product.session_count = rules::within("sessionCount", sessions, SESSIONS)?;
    }
    if let Some(price) = command.price_minor {
        product.price_minor = rules::within("priceMinor", price, PRICE)?;
    }
    let before = Expiry::of(&product);
    let expiry = command.expiry.read(before, today(work, business))?;
    product.expiry_type = expiry.as_str().to_owned();
    product.expiry_days = expiry.days();
    product.expiry_date = expiry.date();
    product.transferable = command.transferable.unwrap_or(product.transferable);
    product.refundable = command.refundable.unwrap_or(product.refundable);
    product.offer_id = command.offer_id.unwrap_or(product.offer_id);
    product.updated_at = work.now.into();
    Ok((command.offer_ids, product))
}

/// What day it is at the business.
fn today(work: &Work, business: &bizes::Model) -> NaiveDate {
    work.now.with_timezone(&zone(business)).date_naive()
}

/// The offers that a product is good for, its own among them, if the business has them all.
async fn good_for(
    work: &Work,
    product: &package_products::Model,
    offer_ids: Vec<String>,
) -> Result<BTreeSet<String>> {
    if offer_ids.len() > MAX_OFFERS {
        let message = format!("At most {MAX_OFFERS} offers.");
        return Err(Refusal::invalid("offerIds", message).into());
    }
    let mut ids: BTreeSet<String> = offer_ids.into_iter().collect();
    ids.insert(product.offer_id.clone());
    let found: Vec<String> = offers::Entity::find()
        .select_only()
        .column(offers::Column::Id)
        .filter(any_of(&**work, offers::Column::Id, ids.iter().cloned()))
        .filter(offers::Column::BizId.eq(&product.biz_id))
        .filter(offers::Column::DeletedAt.is_null())
        .into_tuple()
        .all(&**work)
        .await?;
    if !found.contains(&product.offer_id) {
        return Err(Refusal::not_found("offerId", "offer").into());
    }
    match found.len() == ids.len() {
        true => Ok(ids),
        false => Err(Refusal::not_found("offerIds", "offer").into()),
    }
}

/// The offers that a product is good for besides its own.
async fn besides(work: &Work, product: &package_products::Model) -> Result<Vec<String>> {
    use package_product_offers::Column;
    Ok(package_product_offers::Entity::find()
        .select_only()
        .column(Column::OfferId)
        .filter(Column::PackageProductId.eq(&product.id))
        .filter(Column::OfferId.ne(&product.offer_id))
        .into_tuple()
        .all(&**work)
        .await?)
}

async fn write_offers(
    work: &Work,
    product: &package_products::Model,
    offers: BTreeSet<String>,
) -> Result<()> {
    let rows = offers
        .into_iter()
        .map(|offer| package_product_offers::ActiveModel {
            package_product_id: Set(product.id.clone()),
            offer_id: Set(offer),
            biz_id: Set(product.biz_id.clone()),
        });
    package_product_offers::Entity::insert_many(rows)
        .exec_without_returning(&**work)
        .await?;
    Ok(())
}

/// Finds a product that is on sale for the viewer, and keeps it from changes until the work ends.
///
/// # Errors
/// `NOT_FOUND` at `productId`; `INVALID_STATE` when it is not on sale.
pub async fn on_sale(
    work: &Work,
    viewer: &Viewer,
    product_id: &str,
) -> Result<package_products::Model> {
    let product = package_products::Entity::visible_to(viewer)
        .filter(package_products::Column::Id.eq(product_id))
        .lock(LockType::Share)
        .one(&**work)
        .await?
        .ok_or_else(|| Refusal::not_found("productId", "product"))?;
    match ProductStatus::parse(&product.status) {
        ProductStatus::Active => Ok(product),
        _ => Err(PackageRefusal::NotOnSale.at("productId").into()),
    }
}

async fn announce(
    work: &Work,
    product: &package_products::Model,
    kind: &'static str,
) -> Result<()> {
    let event = Event {
        biz_id: &product.biz_id,
        kind,
        aggregate: "package_product",
        aggregate_id: &product.id,
        payload: json!({ "status": product.status }),
    };
    events::emit(work, event).await
}

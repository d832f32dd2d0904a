//! Reads of packages, on an open connection.

use chrono_tz::Tz;
use entity::{bizes, customer_purchase_offers, customer_purchases};
use sea_orm::sea_query::NullOrdering;
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::{Set, Unchanged},
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel, Order, QueryFilter,
    QueryOrder, QuerySelect, QueryTrait, Select,
};

use crate::domain::error::{Refusal, Result};
use crate::domain::scope::Scoped;
use crate::domain::tx::Work;
use crate::domain::viewer::Viewer;

/// How many purchases of a customer are looked at.
const MANY: u64 = 100;

/// The time zone in which a business reads its dates.
#[must_use]
pub fn zone(business: &bizes::Model) -> Tz {
    business.timezone.parse().unwrap_or(Tz::UTC)
}

/// The time zone in which the business of a purchase reads its dates.
///
/// # Errors
/// When the database fails.
pub async fn zone_of(work: &Work, biz_id: &str) -> Result<Tz> {
    let business = bizes::Entity::find_by_id(biz_id).one(&**work).await?;
    Ok(business.as_ref().map_or(Tz::UTC, zone))
}

/// Writes what has changed of a locked purchase besides its sessions, as a new version of it.
///
/// # Errors
/// When the database fails.
pub async fn save(
    work: &Work,
    purchase: &customer_purchases::Model,
    mut changes: customer_purchases::ActiveModel,
) -> Result<customer_purchases::Model> {
    changes.id = Unchanged(purchase.id.clone());
    changes.version = Set(purchase.version.saturating_add(1));
    changes.updated_at = Set(work.now.into());
    Ok(changes.update(&**work).await?)
}

/// Writes a new purchase with the offers that it is good for.
///
/// # Errors
/// When the database fails.
pub async fn insert(
    work: &Work,
    purchase: &customer_purchases::Model,
    offer_ids: Vec<String>,
) -> Result<()> {
    customer_purchases::Entity::insert(purchase.clone().into_active_model())
        .exec_without_returning(&**work)
        .await?;
    let offers = offer_ids
        .into_iter()
        .map(|offer| customer_purchase_offers::ActiveModel {
            customer_purchase_id: Set(purchase.id.clone()),
            offer_id: Set(offer),
            biz_id: Set(purchase.biz_id.clone()),
        });
    customer_purchase_offers::Entity::insert_many(offers)
        .exec_without_returning(&**work)
        .await?;
    Ok(())
}

/// Finds a purchase that the viewer may see and keeps every other writer off it.
///
/// # Errors
/// `NOT_FOUND` at `purchaseId`.
pub async fn lock(
    work: &Work,
    viewer: &Viewer,
    purchase_id: &str,
) -> Result<customer_purchases::Model> {
    let purchase = customer_purchases::Entity::visible_to(viewer)
        .filter(customer_purchases::Column::Id.eq(purchase_id))
        .lock_exclusive()
        .one(&**work)
        .await?;
    Ok(purchase.ok_or_else(|| Refusal::not_found("purchaseId", "purchase"))?)
}

/// Finds any purchase and keeps every other writer off it.
///
/// # Errors
/// When the database fails.
pub async fn lock_any(work: &Work, purchase_id: &str) -> Result<Option<customer_purchases::Model>> {
    Ok(customer_purchases::Entity::find_by_id(purchase_id)
        .lock_exclusive()
        .one(&**work)
        .await?)
}

/// Whether a purchase is good for an offer.
///
/// # Errors
/// When the database fails.
pub async fn is_good_for(
    db: &impl ConnectionTrait,
    purchase_id: &str,
    offer_id: &str,
) -> Result<bool> {
    let key = (purchase_id.to_owned(), offer_id.to_owned());
    let found = customer_purchase_offers::Entity::find_by_id(key)
        .one(db)
        .await?;
    Ok(found.is_some())
}

/// A customer's purchases in a business that are good for an offer.
fn good_for(biz_id: &str, customer_id: &str, offer_id: &str) -> Select<customer_purchases::Entity> {
    use customer_purchases::Column;
    let eligible = customer_purchase_offers::Entity::find()
        .select_only()
        .column(customer_purchase_offers::Column::CustomerPurchaseId)
        .filter(customer_purchase_offers::Column::OfferId.eq(offer_id))
        .into_query();
    customer_purchases::Entity::find()
        .filter(Column::CustomerUserId.eq(customer_id))
        .filter(Column::BizId.eq(biz_id))
        .filter(Column::Id.in_subquery(eligible))
}

/// The ids of those that can pay for `sessions` at the moment of the work: first the one that expires
/// first; those that never do come last, the oldest first.
///
/// # Errors
/// When the database fails.
pub async fn usable(
    work: &Work,
    biz_id: &str,
    customer_id: &str,
    offer_id: &str,
    sessions: i32,
) -> Result<Vec<String>> {
    use customer_purchases::Column;
    let unexpired = Condition::any()
        .add(Column::ExpiresAt.is_null())
        .add(Column::ExpiresAt.gt(work.now));
    Ok(good_for(biz_id, customer_id, offer_id)
        .select_only()
        .column(Column::Id)
        .filter(Column::Status.eq("active"))
        .filter(Column::SessionsRemaining.gte(sessions))
        .filter(unexpired)
        .order_by_with_nulls(Column::ExpiresAt, Order::Asc, NullOrdering::Last)
        .order_by_asc(Column::PurchasedAt)
        .order_by_asc(Column::Id)
        .limit(MANY)
        .into_tuple()
        .all(&**work)
        .await?)
}

/// A customer's purchases that are good for an offer, in whatever state, the newest first.
///
/// # Errors
/// When the database fails.
pub async fn all_good_for(
    work: &Work,
    biz_id: &str,
    customer_id: &str,
    offer_id: &str,
) -> Result<Vec<customer_purchases::Model>> {
    use customer_purchases::Column;
    Ok(good_for(biz_id, customer_id, offer_id)
        .order_by_desc(Column::PurchasedAt)
        .order_by_desc(Column::Id)
        .limit(MANY)
        .all(&**work)
        .await?)
}

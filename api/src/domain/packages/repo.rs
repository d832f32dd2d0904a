//! Reads of packages, on an open connection.

use entity::{customer_purchase_offers, customer_purchases};
use sea_orm::sea_query::NullOrdering;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, Order, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait, Select,
};

use crate::domain::error::{Refusal, Result};
use crate::domain::scope::Scoped;
use crate::domain::tx::Work;
use crate::domain::viewer::Viewer;

/// How many purchases of a customer are looked at.
const MANY: u64 = 100;

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

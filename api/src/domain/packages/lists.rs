//! Lists of packages: what is on sale, what was bought, and what became of it.

use std::collections::HashMap;

use entity::{
    booking_orders, customer_purchase_offers, customer_purchases, offers, package_ledger_entries,
    package_product_offers, package_products,
};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, Select,
};

use super::rules::standing::Status;
use crate::domain::clock::Moment;
use crate::domain::error::{Error, Result};
use crate::domain::gateway::Gateway;
use crate::domain::page::{Order, Page, PageRequest};
use crate::domain::scope::{Scoped, any_of};
use crate::domain::viewer::Viewer;

/// The products of a business, by name: those on sale, and for staff the others too.
///
/// # Errors
/// `BadRequest` for a cursor of another list.
pub async fn products(
    gateway: &Gateway,
    viewer: &Viewer,
    biz_id: &str,
    page: &PageRequest,
) -> Result<Page<package_products::Model>> {
    use package_products::Column;
    let list = package_products::Entity::visible_to(viewer).filter(Column::BizId.eq(biz_id));
    Order::ascending("packageProducts", Column::Name, Column::Id)
        .read(gateway.db.reader(), list, page)
        .await
}

/// The viewer's own purchases, the newest first.
///
/// # Errors
/// `Unauthenticated`; `BadRequest` for a cursor of another list.
pub async fn of_viewer(
    gateway: &Gateway,
    viewer: &Viewer,
    status: Option<&[Status]>,
    page: &PageRequest,
) -> Result<Page<customer_purchases::Model>> {
    use customer_purchases::Column;
    let mine =
        customer_purchases::Entity::find().filter(Column::CustomerUserId.eq(viewer.user_id()?));
    read(gateway, mine, status, page).await
}

/// The purchases of a business, or of one customer of it, the newest first. For staff.
///
/// # Errors
/// `Unauthenticated`, `Forbidden`; `BadRequest` for a cursor of another list.
pub async fn of_business(
    gateway: &Gateway,
    viewer: &Viewer,
    biz_id: &str,
    customer_id: Option<&str>,
    status: Option<&[Status]>,
    page: &PageRequest,
) -> Result<Page<customer_purchases::Model>> {
    use customer_purchases::Column;
    viewer.user_id()?;
    if !viewer.is_staff_of(biz_id) {
        return Err(Error::Forbidden("Only staff see a business's purchases."));
    }
    let mut theirs = customer_purchases::Entity::find().filter(Column::BizId.eq(biz_id));
    if let Some(customer) = customer_id {
        theirs = theirs.filter(Column::CustomerUserId.eq(customer));
    }
    read(gateway, theirs, status, page).await
}

async fn read(
    gateway: &Gateway,
    mut list: Select<customer_purchases::Entity>,
    status: Option<&[Status]>,
    page: &PageRequest,
) -> Result<Page<customer_purchases::Model>> {
    use customer_purchases::Column;
    if let Some(states) = status {
        list = list.filter(in_states(states, gateway.clock.now()));
    }
    Order::descending("purchases", Column::PurchasedAt, Column::Id)
        .read(gateway.db.reader(), list, page)
        .await
}

/// The purchases that are in one of the states now; an end that has come counts, also when nobody has written
/// so yet.
fn in_states(states: &[Status], now: Moment) -> Condition {
    use customer_purchases::Column;
    let mut any = Condition::any();
    for state in states {
        let written = Column::Status.eq(state.as_str());
        any = match state {
            state if state.can_expire() => any.add(
                Condition::all().add(written).add(
                    Condition::any()
                        .add(Column::ExpiresAt.is_null())
                        .add(Column::ExpiresAt.gt(now)),
                ),
            ),
            Status::Expired => any.add(written).add(
                Condition::all()
                    .add(Column::Status.is_in(["pending_payment", "active"]))
                    .add(Column::ExpiresAt.lte(now)),
            ),
            _ => any.add(written),
        };
    }
    match states {
        // None of no states.
        [] => Condition::all().add(Expr::val(false)),
        _ => any,
    }
}

/// The same page of the bookings that each of many purchases paid for, the earliest first.
///
/// # Errors
/// `BadRequest` for a cursor of another list.
pub async fn bookings_of_each(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    purchase_ids: Vec<String>,
    page: &PageRequest,
) -> Result<HashMap<String, Page<booking_orders::Model>>> {
    use booking_orders::Column;
    let lists = booking_orders::Entity::visible_to(viewer).filter(any_of(
        db,
        Column::CustomerPurchaseId,
        purchase_ids,
    ));
    Order::ascending("purchase.bookings", Column::StartAt, Column::Id)
        .read_each(db, lists, Column::CustomerPurchaseId, page)
        .await
}

/// The same page of the ledger of each of many purchases, the oldest entry first.
///
/// # Errors
/// `BadRequest` for a cursor of another list.
pub async fn ledger_of_each(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    purchase_ids: Vec<String>,
    page: &PageRequest,
) -> Result<HashMap<String, Page<package_ledger_entries::Model>>> {
    use package_ledger_entries::Column;
    let lists = package_ledger_entries::Entity::visible_to(viewer).filter(any_of(
        db,
        Column::CustomerPurchaseId,
        purchase_ids,
    ));
    Order::ascending("ledger", Column::Sequence, Column::Id)
        .read_each(db, lists, Column::CustomerPurchaseId, page)
        .await
}

/// The offers that each of many products is good for, by name, with the product's id.
///
/// # Errors
/// When the database fails.
pub async fn offers_of_products(
    db: &impl ConnectionTrait,
    product_ids: Vec<String>,
) -> Result<Vec<(String, offers::Model)>> {
    use package_product_offers::{Column, Entity};
    let rows = Entity::find()
        .filter(any_of(db, Column::PackageProductId, product_ids))
        .find_also_related(offers::Entity)
        .order_by_asc(offers::Column::Name)
        .order_by_asc(offers::Column::Id)
        .all(db)
        .await?;
    let row = |(link, offer): (package_product_offers::Model, Option<offers::Model>)| {
        Some((link.package_product_id, offer?))
    };
    Ok(rows.into_iter().filter_map(row).collect())
}

/// The offers that each of many purchases is good for, by name, with the purchase's id.
///
/// # Errors
/// When the database fails.
pub async fn offers_of_purchases(
    db: &impl ConnectionTrait,
    purchase_ids: Vec<String>,
) -> Result<Vec<(String, offers::Model)>> {
    use customer_purchase_offers::{Column, Entity};
    let rows = Entity::find()
        .filter(any_of(db, Column::CustomerPurchaseId, purchase_ids))
        .find_also_related(offers::Entity)
        .order_by_asc(offers::Column::Name)
        .order_by_asc(offers::Column::Id)
        .all(db)
        .await?;
    let row = |(link, offer): (customer_purchase_offers::Model, Option<offers::Model>)| {
        Some((link.customer_purchase_id, offer?))
    };
    Ok(rows.into_iter().filter_map(row).collect())
}

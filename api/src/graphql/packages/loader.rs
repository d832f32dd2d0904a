//! What belongs to products and purchases, for all of a page at a time.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;

use async_graphql::dataloader::Loader;
use entity::{booking_orders, customer_purchases, offers, package_ledger_entries, payments};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait};

use crate::domain::Error;
use crate::domain::packages::lists;
use crate::domain::page::{Page, PageRequest};
use crate::domain::scope::{Scoped, any_of};
use crate::graphql::loader::{Source, grouped};

/// The offers that a product is good for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct OffersOfProduct(pub String);

/// The offers that a purchase is good for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct OffersOfPurchase(pub String);

/// The payments on record for a purchase, the oldest first.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PurchasePayments(pub String);

/// A page of the bookings that a purchase paid for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct BookingsBy(pub String, pub PageRequest);

/// A page of the ledger of a purchase.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct LedgerOf(pub String, pub PageRequest);

impl Loader<OffersOfProduct> for Source {
    type Value = Arc<[Arc<offers::Model>]>;
    type Error = Error;

    async fn load(
        &self,
        keys: &[OffersOfProduct],
    ) -> Result<HashMap<OffersOfProduct, Self::Value>, Error> {
        let ids = keys.iter().map(|key| key.0.clone()).collect();
        let rows = lists::offers_of_products(self.gateway.db.reader(), ids).await?;
        Ok(by_owner(keys, rows, OffersOfProduct))
    }
}

impl Loader<OffersOfPurchase> for Source {
    type Value = Arc<[Arc<offers::Model>]>;
    type Error = Error;

    async fn load(
        &self,
        keys: &[OffersOfPurchase],
    ) -> Result<HashMap<OffersOfPurchase, Self::Value>, Error> {
        let ids = keys.iter().map(|key| key.0.clone()).collect();
        let rows = lists::offers_of_purchases(self.gateway.db.reader(), ids).await?;
        Ok(by_owner(keys, rows, OffersOfPurchase))
    }
}

impl Loader<PurchasePayments> for Source {
    type Value = Arc<[Arc<payments::Model>]>;
    type Error = Error;

    async fn load(
        &self,
        keys: &[PurchasePayments],
    ) -> Result<HashMap<PurchasePayments, Self::Value>, Error> {
        use payments::Column;
        let db = self.gateway.db.reader();
        let purchases = keys.iter().map(|key| key.0.clone());
        let visible = customer_purchases::Entity::visible_to(&self.viewer)
            .select_only()
            .column(customer_purchases::Column::Id)
            .into_query();
        let rows = payments::Entity::find()
            .filter(any_of(db, Column::CustomerPurchaseId, purchases))
            .filter(Column::CustomerPurchaseId.in_subquery(visible))
            .order_by_asc(Column::Id)
            .all(db)
            .await?;
        let rows = rows.into_iter().map(Arc::new).collect();
        Ok(grouped(keys, rows, |row: &Arc<payments::Model>| {
            PurchasePayments(row.customer_purchase_id.clone().unwrap_or_default())
        }))
    }
}

impl Loader<BookingsBy> for Source {
    type Value = Page<booking_orders::Model>;
    type Error = Error;

    async fn load(&self, keys: &[BookingsBy]) -> Result<HashMap<BookingsBy, Self::Value>, Error> {
        let mut loaded = HashMap::new();
        for (page, ids) in by_page(keys.iter().map(|BookingsBy(id, page)| (id, page))) {
            let db = self.gateway.db.reader();
            let pages = lists::bookings_of_each(db, &self.viewer, ids, page).await?;
            let pages = pages.into_iter();
            loaded.extend(pages.map(|(id, rows)| (BookingsBy(id, page.clone()), rows)));
        }
        Ok(loaded)
    }
}

impl Loader<LedgerOf> for Source {
    type Value = Page<package_ledger_entries::Model>;
    type Error = Error;

    async fn load(&self, keys: &[LedgerOf]) -> Result<HashMap<LedgerOf, Self::Value>, Error> {
        let mut loaded = HashMap::new();
        for (page, ids) in by_page(keys.iter().map(|LedgerOf(id, page)| (id, page))) {
            let db = self.gateway.db.reader();
            let pages = lists::ledger_of_each(db, &self.viewer, ids, page).await?;
            let pages = pages.into_iter();
            loaded.extend(pages.map(|(id, rows)| (LedgerOf(id, page.clone()), rows)));
        }
        Ok(loaded)
    }
}

/// One field asks every owner for the same page; only an alias asks for another.
fn by_page<'a>(
    keys: impl Iterator<Item = (&'a String, &'a PageRequest)>,
) -> HashMap<&'a PageRequest, Vec<String>> {
    let mut pages: HashMap<&PageRequest, Vec<String>> = HashMap::new();
    for (id, page) in keys {
        pages.entry(page).or_default().push(id.clone());
    }
    pages
}

fn by_owner<K: Hash + Eq + Clone>(
    keys: &[K],
    rows: Vec<(String, offers::Model)>,
    key: impl Fn(String) -> K,
) -> HashMap<K, Arc<[Arc<offers::Model>]>> {
    let rows = rows
        .into_iter()
        .map(|(owner, offer)| (owner, Arc::new(offer)))
        .collect();
    let groups = grouped(keys, rows, |(owner, _): &(String, Arc<offers::Model>)| {
        key(owner.clone())
    });
    let offers = |rows: Arc<[(String, Arc<offers::Model>)]>| {
        rows.iter().map(|(_, offer)| offer.clone()).collect()
    };
    groups
        .into_iter()
        .map(|(key, rows)| (key, offers(rows)))
        .collect()
}

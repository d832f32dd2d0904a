//! The parts of bookings, by the booking.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::dataloader::Loader;
use entity::{booking_order_lines, booking_order_private_notes, fulfillment_units, payments};
use sea_orm::{EntityTrait, QueryFilter, QueryOrder};

use crate::domain::Error;
use crate::domain::bookings::notes;
use crate::domain::page::{Page, PageRequest};
use crate::domain::scope::any_of;
use crate::graphql::loader::{Source, grouped};

/// The lines of a booking's bill, in order.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct LinesOf(pub String);

/// The units of work that fulfil a booking.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct UnitsOf(pub String);

/// The payments on record for a booking, the oldest first.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PaymentsOf(pub String);

/// A page of the private notes on a booking. Asked for staff alone.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct NotesOn(pub String, pub PageRequest);

impl Loader<NotesOn> for Source {
    type Value = Page<booking_order_private_notes::Model>;
    type Error = Error;

    async fn load(&self, keys: &[NotesOn]) -> Result<HashMap<NotesOn, Self::Value>, Error> {
        // One field asks every booking for the same page; only an alias asks for another.
        let mut pages: HashMap<&PageRequest, Vec<String>> = HashMap::new();
        for NotesOn(booking, page) in keys {
            pages.entry(page).or_default().push(booking.clone());
        }
        let mut loaded = HashMap::new();
        for (page, bookings) in pages {
            let db = self.gateway.db.reader();
            let notes = notes::on_each(db, &self.viewer, bookings, page).await?;
            let keyed = notes.into_iter();
            loaded.extend(keyed.map(|(booking, notes)| (NotesOn(booking, page.clone()), notes)));
        }
        Ok(loaded)
    }
}

impl Loader<PaymentsOf> for Source {
    type Value = Arc<[Arc<payments::Model>]>;
    type Error = Error;

    async fn load(&self, keys: &[PaymentsOf]) -> Result<HashMap<PaymentsOf, Self::Value>, Error> {
        use payments::Column;
        let db = self.gateway.db.reader();
        let bookings = keys.iter().map(|key| key.0.clone());
        let rows = payments::Entity::find()
            .filter(any_of(db, Column::BookingOrderId, bookings))
            .order_by_asc(Column::Id)
            .all(db)
            .await?;
        let rows = rows.into_iter().map(Arc::new).collect();
        Ok(grouped(keys, rows, |row: &Arc<payments::Model>| {
            PaymentsOf(row.booking_order_id.clone().unwrap_or_default())
        }))
    }
}

impl Loader<LinesOf> for Source {
    type Value = Arc<[Arc<booking_order_lines::Model>]>;
    type Error = Error;

    async fn load(&self, keys: &[LinesOf]) -> Result<HashMap<LinesOf, Self::Value>, Error> {
        use booking_order_lines::Column;
        let db = self.gateway.db.reader();
        let bookings = keys.iter().map(|key| key.0.clone());
        let rows = booking_order_lines::Entity::find()
            .filter(any_of(db, Column::BookingOrderId, bookings))
            .order_by_asc(Column::Position)
            .all(db)
            .await?;
        let rows = rows.into_iter().map(Arc::new).collect();
        Ok(grouped(keys, rows, |row| {
            LinesOf(row.booking_order_id.clone())
        }))
    }
}

impl Loader<UnitsOf> for Source {
    type Value = Arc<[Arc<fulfillment_units::Model>]>;
    type Error = Error;

    async fn load(&self, keys: &[UnitsOf]) -> Result<HashMap<UnitsOf, Self::Value>, Error> {
        use fulfillment_units::Column;
        let db = self.gateway.db.reader();
        let bookings = keys.iter().map(|key| key.0.clone());
        let rows = fulfillment_units::Entity::find()
            .filter(any_of(db, Column::BookingOrderId, bookings))
            .order_by_asc(Column::Id)
            .all(db)
            .await?;
        let rows = rows.into_iter().map(Arc::new).collect();
        Ok(grouped(keys, rows, |row| {
            UnitsOf(row.booking_order_id.clone())
        }))
    }
}

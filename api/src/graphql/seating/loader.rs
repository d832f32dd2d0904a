//! The parts of seating, by what they belong to.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::dataloader::Loader;
use entity::{seat_map_seats, seat_maps};
use sea_orm::{EntityTrait, QueryFilter, QueryOrder};

use crate::domain::Error;
use crate::domain::page::{Page, PageRequest};
use crate::domain::scope::any_of;
use crate::domain::seating::lists;
use crate::graphql::loader::{Source, grouped};

/// The seats of a map, from the stage to the back and from left to right.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SeatsOf(pub String);

/// A page of the seat maps of a venue.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SeatMapsOf(pub String, pub PageRequest);

impl Loader<SeatsOf> for Source {
    type Value = Arc<[Arc<seat_map_seats::Model>]>;
    type Error = Error;

    async fn load(&self, keys: &[SeatsOf]) -> Result<HashMap<SeatsOf, Self::Value>, Error> {
        use seat_map_seats::Column;
        let db = self.gateway.db.reader();
        let maps = keys.iter().map(|key| key.0.clone());
        let rows = seat_map_seats::Entity::find()
            .filter(any_of(db, Column::SeatMapId, maps))
            .order_by_asc(Column::YPosition)
            .order_by_asc(Column::XPosition)
            .all(db)
            .await?;
        let rows = rows.into_iter().map(Arc::new).collect();
        Ok(grouped(keys, rows, |row: &Arc<seat_map_seats::Model>| {
            SeatsOf(row.seat_map_id.clone())
        }))
    }
}

impl Loader<SeatMapsOf> for Source {
    type Value = Page<seat_maps::Model>;
    type Error = Error;

    async fn load(&self, keys: &[SeatMapsOf]) -> Result<HashMap<SeatMapsOf, Self::Value>, Error> {
        // One field asks every venue for the same page; only an alias asks for another.
        let mut pages: HashMap<&PageRequest, Vec<String>> = HashMap::new();
        for SeatMapsOf(venue, page) in keys {
            pages.entry(page).or_default().push(venue.clone());
        }
        let mut loaded = HashMap::new();
        for (page, venues) in pages {
            let db = self.gateway.db.reader();
            let maps = lists::of_each_venue(db, &self.viewer, venues, page).await?;
            let keyed = maps.into_iter();
            loaded.extend(keyed.map(|(venue, maps)| (SeatMapsOf(venue, page.clone()), maps)));
        }
        Ok(loaded)
    }
}

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
use crate::domain::seating::states::{self, Held, Seats};
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

/// The seats of a class, with their states; nothing when its seating is free.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SeatsAt(pub String);

/// The seats of an enrolment.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SeatsOfEnrollment(pub String);

/// The seats that go with a promise that has not run out.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SeatsOfPromise(pub String);

impl Loader<SeatsAt> for Source {
    type Value = Seats;
    type Error = Error;

    async fn load(&self, keys: &[SeatsAt]) -> Result<HashMap<SeatsAt, Self::Value>, Error> {
        let (db, now) = (self.gateway.db.reader(), self.gateway.clock.now());
        let ids = keys.iter().map(|key| key.0.clone()).collect();
        let seats = states::of_each(db, &self.viewer, now, ids).await?;
        Ok(seats
            .into_iter()
            .map(|(id, seats)| (SeatsAt(id), seats))
            .collect())
    }
}

impl Loader<SeatsOfEnrollment> for Source {
    type Value = Arc<[Arc<seat_map_seats::Model>]>;
    type Error = Error;

    async fn load(
        &self,
        keys: &[SeatsOfEnrollment],
    ) -> Result<HashMap<SeatsOfEnrollment, Self::Value>, Error> {
        let ids = keys.iter().map(|key| key.0.clone()).collect();
        let rows = states::held(self.gateway.db.reader(), Held::ByEnrollments(ids)).await?;
        Ok(by_holder(keys, rows, SeatsOfEnrollment))
    }
}

impl Loader<SeatsOfPromise> for Source {
    type Value = Arc<[Arc<seat_map_seats::Model>]>;
    type Error = Error;

    async fn load(
        &self,
        keys: &[SeatsOfPromise],
    ) -> Result<HashMap<SeatsOfPromise, Self::Value>, Error> {
        let ids = keys.iter().map(|key| key.0.clone()).collect();
        let held = Held::ByPromises(ids, self.gateway.clock.now());
        let rows = states::held(self.gateway.db.reader(), held).await?;
        Ok(by_holder(keys, rows, SeatsOfPromise))
    }
}

/// Groups seats by what holds them, in the order in which they came.
fn by_holder<K>(
    keys: &[K],
    rows: Vec<(String, seat_map_seats::Model)>,
    key: fn(String) -> K,
) -> HashMap<K, Arc<[Arc<seat_map_seats::Model>]>>
where
    K: std::hash::Hash + Eq + Clone,
{
    let rows = rows
        .into_iter()
        .map(|(holder, row)| (holder, Arc::new(row)));
    let rows: Vec<(String, Arc<seat_map_seats::Model>)> = rows.collect();
    let groups = grouped(keys, rows, |(holder, _)| key(holder.clone()));
    let seats = groups.into_iter().map(|(key, rows)| {
        let seats: Arc<[_]> = rows.iter().map(|(_, row)| row.clone()).collect();
        (key, seats)
    });
    seats.collect()
}

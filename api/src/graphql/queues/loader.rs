//! Where everybody stands, and the lists of queues, by their ids.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;

use async_graphql::dataloader::Loader;
use entity::{queue_entries, queue_events, queues, waitlist_offers};

use crate::domain::Error;
use crate::domain::page::{Page, PageRequest};
use crate::domain::queues::rules::estimate::Observed;
use crate::domain::queues::rules::status::EntryStatus;
use crate::domain::queues::standing::{self, Place};
use crate::domain::queues::{list, log};
use crate::graphql::loader::Source;

/// The place of an entry that waits.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PlaceOf(pub String);

/// What the estimates of a queue are made from.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ObservedIn(pub String);

/// A page of the entries of a queue, of those in some states.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct EntriesOf(pub String, pub Option<Vec<EntryStatus>>, pub PageRequest);

/// A page of what happened in a queue.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct EventsOf(pub String, pub PageRequest);

/// The waitlist of a class.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct WaitlistOf(pub String);

/// The viewer's own place on the waitlist of a class.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct WaitingFor(pub String);

impl Loader<WaitlistOf> for Source {
    type Value = Arc<queues::Model>;
    type Error = Error;

    async fn load(&self, keys: &[WaitlistOf]) -> Result<HashMap<WaitlistOf, Self::Value>, Error> {
        let ids = keys.iter().map(|key| key.0.clone()).collect();
        let lists = list::waitlists_of(self.gateway.db.reader(), ids).await?;
        let keyed = lists.into_iter().filter_map(|queue| {
            let class = queue.class_occurrence_id.clone()?;
            Some((WaitlistOf(class), Arc::new(queue)))
        });
        Ok(keyed.collect())
    }
}

impl Loader<WaitingFor> for Source {
    type Value = Arc<queue_entries::Model>;
    type Error = Error;

    async fn load(&self, keys: &[WaitingFor]) -> Result<HashMap<WaitingFor, Self::Value>, Error> {
        let ids = keys.iter().map(|key| key.0.clone()).collect();
        let db = self.gateway.db.reader();
        let entries = list::waiting_for(db, &self.viewer, ids).await?;
        let keyed = entries.into_iter();
        Ok(keyed
            .map(|(class, entry)| (WaitingFor(class), Arc::new(entry)))
            .collect())
    }
}

/// The latest offer of a place to an entry.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct OfferTo(pub String);

impl Loader<OfferTo> for Source {
    type Value = Arc<waitlist_offers::Model>;
    type Error = Error;

    async fn load(&self, keys: &[OfferTo]) -> Result<HashMap<OfferTo, Self::Value>, Error> {
        let ids = keys.iter().map(|key| key.0.clone()).collect();
        let offers = list::latest_offers(self.gateway.db.reader(), ids).await?;
        let keyed = offers.into_iter();
        Ok(keyed
            .map(|offer| (OfferTo(offer.queue_entry_id.clone()), Arc::new(offer)))
            .collect())
    }
}

impl Loader<PlaceOf> for Source {
    type Value = Place;
    type Error = Error;

    async fn load(&self, keys: &[PlaceOf]) -> Result<HashMap<PlaceOf, Place>, Error> {
        let ids = keys.iter().map(|key| key.0.clone()).collect();
        let places = standing::places(self.gateway.db.reader(), ids).await?;
        Ok(places
            .into_iter()
            .map(|(id, place)| (PlaceOf(id), place))
            .collect())
    }
}

impl Loader<ObservedIn> for Source {
    type Value = Arc<Observed>;
    type Error = Error;

    async fn load(&self, keys: &[ObservedIn]) -> Result<HashMap<ObservedIn, Arc<Observed>>, Error> {
        let ids = keys.iter().map(|key| key.0.clone()).collect();
        let now = self.gateway.clock.now();
        let observed = standing::observed(self.gateway.db.reader(), ids, now).await?;
        Ok(observed
            .into_iter()
            .map(|(id, observed)| (ObservedIn(id), Arc::new(observed)))
            .collect())
    }
}

/// The queues that are asked for the same: one field asks all of them alike, only an alias differs.
fn alike<K, Q: Hash + Eq>(
    keys: &[K],
    split: impl Fn(&K) -> (String, Q),
) -> HashMap<Q, Vec<String>> {
    let mut alike: HashMap<Q, Vec<String>> = HashMap::new();
    for (queue, question) in keys.iter().map(split) {
        alike.entry(question).or_default().push(queue);
    }
    alike
}

impl Loader<EntriesOf> for Source {
    type Value = Page<queue_entries::Model>;
    type Error = Error;

    async fn load(&self, keys: &[EntriesOf]) -> Result<HashMap<EntriesOf, Self::Value>, Error> {
        let mut loaded = HashMap::new();
        let split = |key: &EntriesOf| (key.0.clone(), (key.1.clone(), key.2.clone()));
        for ((status, page), queues) in alike(keys, split) {
            let db = self.gateway.db.reader();
            let lists = list::of_each(db, &self.viewer, queues, status.as_deref(), &page).await?;
            let key = |queue| EntriesOf(queue, status.clone(), page.clone());
            loaded.extend(lists.into_iter().map(|(queue, list)| (key(queue), list)));
        }
        Ok(loaded)
    }
}

impl Loader<EventsOf> for Source {
    type Value = Page<queue_events::Model>;
    type Error = Error;

    async fn load(&self, keys: &[EventsOf]) -> Result<HashMap<EventsOf, Self::Value>, Error> {
        let mut loaded = HashMap::new();
        for (page, queues) in alike(keys, |key: &EventsOf| (key.0.clone(), key.1.clone())) {
            let lists = log::of_each(self.gateway.db.reader(), &self.viewer, queues, &page).await?;
            let key = |queue| EventsOf(queue, page.clone());
            loaded.extend(lists.into_iter().map(|(queue, list)| (key(queue), list)));
        }
        Ok(loaded)
    }
}

//! The relations of classes, each of many parents at a time.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::dataloader::Loader;
use entity::{class_collisions, class_occurrences, enrollments, queues};

use crate::domain::Error;
use crate::domain::civil::Span;
use crate::domain::classes::list::{self, EnrollmentFilter};
use crate::domain::classes::waiting;
use crate::domain::page::{Page, PageRequest};
use crate::graphql::loader::{Source, grouped};

/// A page of the classes of a schedule.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ClassesOf(pub String, pub Option<Span>, pub PageRequest);

/// A page of the enrolments on a class. Asked for staff alone.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct EnrollmentsOn(pub String, pub EnrollmentFilter, pub PageRequest);

/// The viewer's own enrolment on a class.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct OwnOn(pub String);

/// How many places of a class are promised no more, though nobody has said so yet.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ExpiredPlacesOf(pub String);

/// The classes of a schedule that could not be put into the timetable.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CollisionsOf(pub String);

/// The latest waitlist of a class schedule.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct LastWaitlistOf(pub String);

impl Loader<ClassesOf> for Source {
    type Value = Page<class_occurrences::Model>;
    type Error = Error;

    async fn load(&self, keys: &[ClassesOf]) -> Result<HashMap<ClassesOf, Self::Value>, Error> {
        // One field asks every schedule for the same page; only an alias asks for another.
        let mut pages: HashMap<(&Option<Span>, &PageRequest), Vec<String>> = HashMap::new();
        for ClassesOf(schedule, window, page) in keys {
            pages
                .entry((window, page))
                .or_default()
                .push(schedule.clone());
        }
        let mut loaded = HashMap::new();
        for ((window, page), schedules) in pages {
            let db = self.gateway.db.reader();
            let lists =
                list::occurrences_of_each(db, &self.viewer, schedules, *window, page).await?;
            let keyed = lists.into_iter();
            loaded.extend(
                keyed.map(|(schedule, list)| (ClassesOf(schedule, *window, page.clone()), list)),
            );
        }
        Ok(loaded)
    }
}

impl Loader<EnrollmentsOn> for Source {
    type Value = Page<enrollments::Model>;
    type Error = Error;

    async fn load(
        &self,
        keys: &[EnrollmentsOn],
    ) -> Result<HashMap<EnrollmentsOn, Self::Value>, Error> {
        let mut pages: HashMap<(&EnrollmentFilter, &PageRequest), Vec<String>> = HashMap::new();
        for EnrollmentsOn(class, filter, page) in keys {
            pages.entry((filter, page)).or_default().push(class.clone());
        }
        let mut loaded = HashMap::new();
        for ((filter, page), classes) in pages {
            let (gateway, viewer) = (&self.gateway, &self.viewer);
            let lists = list::enrollments_on_each(gateway, viewer, classes, filter, page).await?;
            let keyed = lists.into_iter();
            loaded.extend(
                keyed.map(|(class, list)| {
                    (EnrollmentsOn(class, filter.clone(), page.clone()), list)
                }),
            );
        }
        Ok(loaded)
    }
}

impl Loader<OwnOn> for Source {
    type Value = Arc<enrollments::Model>;
    type Error = Error;

    async fn load(&self, keys: &[OwnOn]) -> Result<HashMap<OwnOn, Self::Value>, Error> {
        let classes = keys.iter().map(|key| key.0.clone()).collect();
        let rows = list::own_on(self.gateway.db.reader(), &self.viewer, classes).await?;
        let keyed = rows.into_iter();
        Ok(keyed
            .map(|row| (OwnOn(row.class_occurrence_id.clone()), Arc::new(row)))
            .collect())
    }
}

impl Loader<ExpiredPlacesOf> for Source {
    type Value = i32;
    type Error = Error;

    async fn load(
        &self,
        keys: &[ExpiredPlacesOf],
    ) -> Result<HashMap<ExpiredPlacesOf, Self::Value>, Error> {
        let classes = keys.iter().map(|key| key.0.clone()).collect();
        let places = list::expired_places(&self.gateway, classes).await?;
        let keyed = places.into_iter();
        Ok(keyed
            .map(|(class, places)| (ExpiredPlacesOf(class), places))
            .collect())
    }
}

impl Loader<CollisionsOf> for Source {
    type Value = Arc<[Arc<class_collisions::Model>]>;
    type Error = Error;

    async fn load(
        &self,
        keys: &[CollisionsOf],
    ) -> Result<HashMap<CollisionsOf, Self::Value>, Error> {
        let schedules = keys.iter().map(|key| key.0.clone()).collect();
        let rows = list::collisions_of(&self.gateway, &self.viewer, schedules).await?;
        let rows = rows.into_iter().map(Arc::new).collect();
        Ok(grouped(keys, rows, |row| {
            CollisionsOf(row.class_schedule_id.clone())
        }))
    }
}

impl Loader<LastWaitlistOf> for Source {
    type Value = Arc<queues::Model>;
    type Error = Error;

    async fn load(
        &self,
        keys: &[LastWaitlistOf],
    ) -> Result<HashMap<LastWaitlistOf, Self::Value>, Error> {
        let ids = keys.iter().map(|key| key.0.clone()).collect();
        let last = waiting::last_waitlists(self.gateway.db.reader(), ids).await?;
        let keyed = last.into_iter();
        Ok(keyed
            .map(|(schedule, queue)| (LastWaitlistOf(schedule), Arc::new(queue)))
            .collect())
    }
}

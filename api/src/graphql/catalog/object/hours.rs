use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::dataloader::Loader;
use async_graphql::{Object, SimpleObject};
use entity::{opening_hours, opening_hours_exceptions};

use crate::domain::Error;
use crate::domain::catalog::hours::{self, OwnerKind};
use crate::graphql::catalog::Weekday;
use crate::graphql::loader::Source;
use crate::graphql::object::wraps;
use crate::graphql::scalars::{LocalDate, LocalTime};

wraps! {
    /// When a place or a resource is open.
    OpeningHours(hours::OpeningHours)
}

impl Default for OpeningHours {
    fn default() -> Self {
        hours::OpeningHours::default().into()
    }
}

/// When a place or a resource is open, on the wall clock of its time zone.
#[Object]
impl OpeningHours {
    /// The times of every week, by weekday and opening time.
    async fn weekly(&self) -> Vec<WeeklyHours> {
        self.0.weekly.iter().filter_map(WeeklyHours::of).collect()
    }

    /// The dates on which other times hold, in order.
    async fn exceptions(&self) -> Vec<HoursException> {
        self.0.exceptions.iter().map(HoursException::of).collect()
    }
}

/// A time of every week.
#[derive(Clone, Debug, SimpleObject)]
pub struct WeeklyHours {
    /// The day on which it opens.
    weekday: Weekday,
    /// When it opens.
    opens_at: LocalTime,
    /// When it closes. Not after the opening means the next day; from 00:00 to 00:00 is the whole day.
    closes_at: LocalTime,
}

impl WeeklyHours {
    fn of(row: &opening_hours::Model) -> Option<Self> {
        Some(Self {
            weekday: hours::weekday(row.weekday)?.into(),
            opens_at: row.opens_at.into(),
            closes_at: row.closes_at.into(),
        })
    }
}

/// A date on which other times hold than those of the week. Without times it is closed.
#[derive(Clone, Debug, SimpleObject)]
pub struct HoursException {
    /// The date.
    date: LocalDate,
    /// When it opens; null when it is closed.
    opens_at: Option<LocalTime>,
    /// When it closes. Not after the opening means the next day.
    closes_at: Option<LocalTime>,
    /// Why, for whoever wants to know.
    reason: Option<String>,
}

impl HoursException {
    fn of(row: &opening_hours_exceptions::Model) -> Self {
        Self {
            date: row.date.into(),
            opens_at: row.opens_at.map(LocalTime::from),
            closes_at: row.closes_at.map(LocalTime::from),
            reason: row.reason.clone(),
        }
    }
}

/// The hours that a location has written down.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct HoursOfLocation(pub String);

/// The hours that a resource has of its own.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct HoursOfResource(pub String);

impl Loader<HoursOfLocation> for Source {
    type Value = OpeningHours;
    type Error = Error;

    async fn load(
        &self,
        keys: &[HoursOfLocation],
    ) -> Result<HashMap<HoursOfLocation, OpeningHours>, Error> {
        let ids = keys.iter().map(|key| key.0.clone()).collect();
        let hours = hours::of(self.gateway.db.reader(), OwnerKind::Location, ids).await?;
        Ok(hours
            .into_iter()
            .map(|(id, hours)| (HoursOfLocation(id), OpeningHours(Arc::new(hours))))
            .collect())
    }
}

impl Loader<HoursOfResource> for Source {
    type Value = OpeningHours;
    type Error = Error;

    async fn load(
        &self,
        keys: &[HoursOfResource],
    ) -> Result<HashMap<HoursOfResource, OpeningHours>, Error> {
        let ids = keys.iter().map(|key| key.0.clone()).collect();
        let hours = hours::of(self.gateway.db.reader(), OwnerKind::Resource, ids).await?;
        Ok(hours
            .into_iter()
            .map(|(id, hours)| (HoursOfResource(id), OpeningHours(Arc::new(hours))))
            .collect())
    }
}

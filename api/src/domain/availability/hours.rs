//! Opening hours: weekly times and dated exceptions, read on the wall clock of a zone.

use std::collections::BTreeMap;

use chrono::{Datelike, Days, NaiveDate, NaiveTime, Weekday};
use chrono_tz::Tz;

use crate::domain::civil::{Span, place};
use crate::domain::clock::Moment;

/// An opening time of one day. When it closes no later than it opens, it closes the next day; from
/// midnight to midnight is the whole day.
pub type Opening = (NaiveTime, NaiveTime);

/// The hours that one place or resource has of its own.
#[derive(Clone, Debug, Default)]
pub struct Hours {
    /// The times of every week.
    pub weekly: Vec<(Weekday, Opening)>,
    /// The dates on which others hold; an empty list means closed.
    pub exceptions: BTreeMap<NaiveDate, Vec<Opening>>,
}

/// When a resource can be used.
///
/// On a date, the resource's own exception comes first, then the location's, so that a closed house
/// closes its rooms; then the resource's own week if it has one, then the location's.
#[derive(Clone, Copy, Debug)]
pub struct Timetable<'a> {
    /// The zone whose wall clock the hours are read on.
    pub zone: Tz,
    /// The resource's own hours.
    pub own: &'a Hours,
    /// Its location's hours.
    pub location: &'a Hours,
}

impl Timetable<'_> {
    /// The opening times that touch `span`, one for each line of the hours, in order. One that begins
    /// as the span ends is among them: a rental may be handed back when the doors open.
    #[must_use]
    pub fn openings(&self, span: Span) -> Vec<Span> {
        let local_date = |moment: Moment| moment.with_timezone(&self.zone).date_naive();
        // An opening that began the day before may last into the span.
        let Some(first) = local_date(span.from).checked_sub_days(Days::new(1)) else {
            return Vec::new();
        };
        let last = local_date(span.to);
        let mut openings: Vec<Span> = first
            .iter_days()
            .take_while(|date| *date <= last)
            .flat_map(|date| self.on(date))
            .filter(|opening| opening.from <= span.to && span.from <= opening.to)
            .collect();
        openings.sort();
        openings
    }

    fn on(&self, date: NaiveDate) -> impl Iterator<Item = Span> {
        let exception = self
            .own
            .exceptions
            .get(&date)
            .or(self.location.exceptions.get(&date));
        let openings = match exception {
            Some(openings) => openings.clone(),
            None => {
                let hours = match self.own.weekly.is_empty() {
                    true => self.location,
                    false => self.own,
                };
                hours
                    .weekly
                    .iter()
                    .filter(|(weekday, _)| *weekday == date.weekday())
                    .map(|(_, opening)| *opening)
                    .collect()
            }
        };
        let zone = self.zone;
        openings.into_iter().filter_map(move |(opens, closes)| {
            let closing_day = match closes > opens {
                true => date,
                false => date.succ_opt()?,
            };
            Span::new(
                place(date.and_time(opens), zone),
                place(closing_day.and_time(closes), zone),
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_opening_that_begins_as_the_span_ends_touches_it() {
        let nine = NaiveTime::from_hms_opt(9, 0, 0).unwrap();
        let noon = NaiveTime::from_hms_opt(12, 0, 0).unwrap();
        let hours = Hours {
            weekly: vec![(Weekday::Sat, (nine, noon))],
            exceptions: BTreeMap::new(),
        };
        let timetable = Timetable {
            zone: Tz::UTC,
            own: &hours,
            location: &hours,
        };
        let until = |to: &str| Span {
            from: "2026-03-05T09:00:00Z".parse().unwrap(),
            to: to.parse().unwrap(),
        };

        assert_eq!(timetable.openings(until("2026-03-07T09:00:00Z")).len(), 1);
        assert!(timetable.openings(until("2026-03-07T08:59:59Z")).is_empty());
    }
}

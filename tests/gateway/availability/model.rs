//! A slow and obvious model of when an offer can be booked, written from the specification alone: it
//! looks at every minute, and shares nothing with the gateway.

use std::collections::HashMap;

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use chrono_tz::Tz;

pub type At = DateTime<Utc>;

/// Opens, and closes; the next day when not later.
pub type Opening = (NaiveTime, NaiveTime);

/// The hours of a place or a resource.
#[derive(Clone, Debug, Default)]
pub struct Hours {
    /// Monday is 1.
    pub weekly: Vec<(u32, Opening)>,
    /// No times: closed.
    pub exceptions: Vec<(NaiveDate, Option<Opening>)>,
}

#[derive(Clone, Debug)]
pub struct Resource {
    pub id: String,
    pub hours: Hours,
    pub before_min: i64,
    pub after_min: i64,
    pub units: i64,
    /// Unit, and from when to when.
    pub claims: Vec<(i64, At, At)>,
}

#[derive(Clone, Debug)]
pub struct Model {
    pub zone: Tz,
    pub location: Hours,
    pub primaries: Vec<Resource>,
    pub secondaries: Vec<Resource>,
    pub multi_day: bool,
    pub length_min: i64,
    pub interval_min: i64,
    pub gap_min: i64,
    pub lead_min: i64,
    pub horizon_days: i64,
    pub now: At,
}

/// A way to be served: the ids of the primary and the secondary resource.
pub type Choice = (String, Option<String>);

fn minute() -> TimeDelta {
    TimeDelta::minutes(1)
}

/// Looks at every fifth minute from some time before, until the clocks show that time: no clock is
/// moved, and nothing opens, at other minutes.
fn place(local: NaiveDateTime, zone: Tz) -> At {
    let shown = |at: At| at.with_timezone(&zone).naive_local();
    let step = minute() * 5;
    // No clock is more than 14 hours ahead.
    let mut at = local.and_utc() - TimeDelta::hours(15);
    while shown(at) < local {
        at += step;
    }
    // The clocks may have jumped over it: then it is as much later as it was after the jump began.
    let jumped_from = shown(at - step) + step;
    match shown(at) == local {
        true => at,
        false => at + (local - jumped_from),
    }
}

/// The places of local times that have been looked for already.
type Places = HashMap<NaiveDateTime, At>;

/// The minutes of a resource: when it is open, and when each unit is taken.
pub struct Minutes<'a> {
    resource: &'a Resource,
    from: At,
    lines: Vec<(At, At)>,
    open: Vec<bool>,
    taken: Vec<Vec<bool>>,
}

impl Model {
    /// Every minute of all primary and of all secondary resources.
    pub fn all_minutes(&self) -> (Vec<Minutes<'_>>, Vec<Minutes<'_>>) {
        let mut places = Places::new();
        let primaries = self.primaries.iter();
        let primaries = primaries
            .map(|resource| self.minutes(resource, &mut places))
            .collect();
        let secondaries = self.secondaries.iter();
        let secondaries = secondaries
            .map(|resource| self.minutes(resource, &mut places))
            .collect();
        (primaries, secondaries)
    }

    /// Every minute of a resource, from three days ago to four days beyond the horizon and the length.
    fn minutes<'a>(&self, resource: &'a Resource, places: &mut Places) -> Minutes<'a> {
        let mut place = |local| {
            *places
                .entry(local)
                .or_insert_with(|| place(local, self.zone))
        };
        let from = self.now - TimeDelta::days(3);
        let days = 3 + self.horizon_days + 4 + self.length_min / 1440;
        let count = usize::try_from(days * 1440).unwrap();
        let first = from.with_timezone(&self.zone).date_naive() - Days::new(2);
        let mut lines = Vec::new();
        for date in first.iter_days().take(usize::try_from(days + 4).unwrap()) {
            for (opens, closes) in self.openings(resource, date) {
                let closing = if closes > opens {
                    date
                } else {
                    date + Days::new(1)
                };
                let line = (place(date.and_time(opens)), place(closing.and_time(closes)));
                if line.0 < line.1 {
                    lines.push(line);
                }
            }
        }
        let covered = |spans: &[(At, At)]| -> Vec<bool> {
            let mut minutes = vec![false; count];
            for (begins, ends) in spans {
                let mut at = *begins;
                while at < *ends {
                    let number = usize::try_from((at - from).num_minutes()).ok();
                    if let Some(minute) = number.and_then(|number| minutes.get_mut(number)) {
                        *minute = true;
                    }
                    at += minute();
                }
            }
            minutes
        };
        let taken = |unit: i64| -> Vec<bool> {
            let claims = resource.claims.iter().filter(|claim| claim.0 == unit);
            covered(&claims.map(|claim| (claim.1, claim.2)).collect::<Vec<_>>())
        };
        Minutes {
            resource,
            from,
            open: covered(&lines),
            taken: (0..resource.units).map(taken).collect(),
            lines,
        }
    }

    fn openings(&self, resource: &Resource, date: NaiveDate) -> Vec<Opening> {
        for hours in [&resource.hours, &self.location] {
            let special: Vec<_> = hours
                .exceptions
                .iter()
                .filter(|(on, _)| *on == date)
                .collect();
            if !special.is_empty() {
                return special
                    .into_iter()
                    .filter_map(|(_, opening)| *opening)
                    .collect();
            }
        }
        let hours = match resource.hours.weekly.is_empty() {
            true => &self.location,
            false => &resource.hours,
        };
        let weekday = date.weekday().number_from_monday();
        hours
            .weekly
            .iter()
            .filter(|(on, _)| *on == weekday)
            .map(|(_, opening)| *opening)
            .collect()
    }

    /// The ways in which a booking that begins at `start` can be served.
    pub fn choices(
        &self,
        primaries: &[Minutes<'_>],
        secondaries: &[Minutes<'_>],
        start: At,
    ) -> Vec<Choice> {
        let earliest = self.now + TimeDelta::minutes(self.lead_min);
        let latest = self.now + TimeDelta::days(self.horizon_days);
        if start < earliest || start > latest {
            return Vec::new();
        }
        let mut choices = Vec::new();
        for primary in primaries {
            if !primary.is_on_grid(start, self.interval_min) || !self.serves(primary, start) {
                continue;
            }
            if self.secondaries.is_empty() {
                choices.push((primary.resource.id.clone(), None));
            }
            for secondary in secondaries {
                if secondary.resource.id != primary.resource.id && self.serves(secondary, start) {
                    choices.push((
                        primary.resource.id.clone(),
                        Some(secondary.resource.id.clone()),
                    ));
                }
            }
        }
        choices
    }

    fn serves(&self, minutes: &Minutes<'_>, start: At) -> bool {
        let end = start + TimeDelta::minutes(self.length_min);
        let open = match self.multi_day {
            // It is handed out and comes back while the place is open, closing time included.
            true => minutes.is_open_or_closing(start) && minutes.is_open_or_closing(end),
            false => minutes.are_all(start, end, &minutes.open, true),
        };
        let resource = minutes.resource;
        let from = start - TimeDelta::minutes(resource.before_min);
        let to = end + TimeDelta::minutes(resource.after_min + self.gap_min);
        open && minutes
            .taken
            .iter()
            .any(|unit| minutes.are_all(from, to, unit, false))
    }
}

impl Minutes<'_> {
    fn is_on_grid(&self, start: At, interval_min: i64) -> bool {
        self.lines.iter().any(|(opens, closes)| {
            let mut at = *opens;
            while at < start {
                at += minute() * i32::try_from(interval_min).unwrap();
            }
            at == start && start < *closes
        })
    }

    fn is_open_or_closing(&self, at: At) -> bool {
        self.lines
            .iter()
            .any(|(opens, closes)| *opens <= at && at <= *closes)
    }

    /// Whether every minute from `from` to `to` is as wanted; what is beyond the minutes is not.
    fn are_all(&self, from: At, to: At, minutes: &[bool], wanted: bool) -> bool {
        let mut at = from;
        while at < to {
            let number = usize::try_from((at - self.from).num_minutes());
            let is = number.ok().and_then(|number| minutes.get(number));
            if is != Some(&wanted) {
                return false;
            }
            at += minute();
        }
        true
    }
}

//! When a schedule's classes take place. Pure: its days are reckoned on the calendar, and each is then placed
//! in the schedule's zone.

use std::collections::BTreeSet;
use std::str::FromStr;

use chrono::{LocalResult, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone};
use chrono_tz::Tz;
use entity::class_schedules;

use super::rule::{Rule, Until};
use super::words::GapPolicy;
use crate::domain::civil::{Span, place};
use crate::domain::error::{Error, Result};

/// When and how often a class is held.
#[derive(Clone, Debug)]
pub struct Recurrence {
    /// On which days.
    pub rule: Rule,
    /// The day that the rule counts from.
    pub starts_on: NaiveDate,
    /// When it begins, on the wall clock.
    pub start_time: NaiveTime,
    /// How long it takes, whatever the clocks do meanwhile.
    pub length: TimeDelta,
    /// Whose wall clock.
    pub zone: Tz,
    /// What becomes of a start that the clocks skip.
    pub gap_policy: GapPolicy,
    /// Days without a class, in spite of the rule.
    pub exdates: BTreeSet<NaiveDate>,
}

/// A class as the schedule has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Planned {
    /// Its day on the calendar.
    pub date: NaiveDate,
    /// From when to when.
    pub span: Span,
}

/// What a stretch of days holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// The classes, in order.
    pub classes: Vec<Planned>,
    /// The days on which the start does not exist, so that there is no class.
    pub gaps: Vec<NaiveDate>,
}

impl Recurrence {
    /// Reads what a schedule stores.
    ///
    /// # Errors
    /// A fault when it cannot be read; we wrote it.
    pub fn of(schedule: &class_schedules::Model) -> Result<Self> {
        let rule = Rule::parse(&schedule.recurrence_rule)?;
        let zone = Tz::from_str(&schedule.timezone)
            .map_err(|_| Error::fault(format!("{} is in no zone", schedule.id)))?;
        Ok(Self {
            rule,
            starts_on: schedule.starts_on,
            start_time: schedule.start_time,
            length: TimeDelta::minutes(schedule.duration_min.into()),
            zone,
            gap_policy: GapPolicy::parse(&schedule.gap_policy),
            exdates: exdates(schedule)?,
        })
    }

    /// The classes of the days from `from` to `to`, both included. It ends with the days looked at or with
    /// the rule, whichever comes first.
    #[must_use]
    pub fn plan(&self, from: NaiveDate, to: NaiveDate) -> Plan {
        let mut plan = Plan::default();
        // A rule that contradicts itself was refused when it was given; it has no days.
        let Ok(days) = self.rule.days(self.starts_on) else {
            return plan;
        };
        let mut left = self.rule.count.unwrap_or(u32::MAX);
        for date in days.take_while(|date| *date <= to) {
            let start = date.and_time(self.start_time);
            if left == 0 || !self.is_within_until(start) {
                break;
            }
            if self.is_skipped(start) {
                if date >= from {
                    plan.gaps.push(date);
                }
                continue;
            }
            left = left.saturating_sub(1);
            if date < from || self.exdates.contains(&date) {
                continue;
            }
            let start = place(start, self.zone);
            let span = Span {
                from: start,
                to: start + self.length,
            };
            plan.classes.push(Planned { date, span });
        }
        plan
    }

    /// The first class, if the rule has any at all.
    #[must_use]
    pub fn first(&self) -> Option<NaiveDate> {
        self.rule.days(self.starts_on).ok()?.next()
    }

    fn is_within_until(&self, start: NaiveDateTime) -> bool {
        match self.rule.until {
            None => true,
            Some(Until::Day(last)) => start.date() <= last,
            Some(Until::Local(last)) => start <= last,
            Some(Until::Moment(last)) => place(start, self.zone) <= last,
        }
    }

    /// Whether there is no class because the clocks skip its start: by the schedule's policy, or because the
    /// zone skips the whole day, which then is none to move on from.
    fn is_skipped(&self, start: NaiveDateTime) -> bool {
        let exists =
            |at: NaiveDateTime| !matches!(self.zone.from_local_datetime(&at), LocalResult::None);
        if exists(start) {
            return false;
        }
        let moved = place(start, self.zone)
            .with_timezone(&self.zone)
            .naive_local();
        self.gap_policy == GapPolicy::Skip || moved - start >= TimeDelta::days(1)
    }
}

/// The days without a class that a schedule stores.
///
/// # Errors
/// A fault when they cannot be read; we wrote them.
pub fn exdates(schedule: &class_schedules::Model) -> Result<BTreeSet<NaiveDate>> {
    Ok(serde_json::from_value(schedule.exdates.clone())?)
}

#[cfg(test)]
#[path = "recurrence_tests.rs"]
mod tests;

//! A recurrence rule of RFC 5545, as far as a timetable needs it: days, never times of day.
//!
//! The text is checked here, strictly and with words that help; the `rrule` crate expands it. Three parts are
//! kept from the crate: `UNTIL`, which it takes only as a moment in UTC, and `COUNT`, because a day whose
//! start does not exist is not counted (section 3.3.10), which only the schedule knows; and the zone,
//! because its days are reckoned here as if all were of 24 hours.

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use rrule::{RRule, RRuleSet, Tz, Unvalidated};

use crate::domain::clock::Moment;
use crate::domain::error::Refusal;

/// The longest rule, in characters.
const MAX_LENGTH: usize = 500;
/// The most values in one list of a rule.
const MAX_VALUES: usize = 60;
/// The longest interval: whatever its unit, beyond any timetable.
const MAX_INTERVAL: u16 = 1_000;

/// Where a rule ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
    /// With this day.
    Day(NaiveDate),
    /// With this time on the wall clock.
    Local(NaiveDateTime),
    /// With this moment.
    Moment(Moment),
}

/// A rule that has been checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    text: String,
    /// The rule without its end, as the crate reads it.
    endless: RRule<Unvalidated>,
    /// How many occurrences there are in all.
    pub count: Option<u32>,
    /// Where it ends.
    pub until: Option<Until>,
}

impl Rule {
    /// Reads a rule such as `FREQ=WEEKLY;BYDAY=MO,WE`.
    ///
    /// # Errors
    /// `INVALID_INPUT` at `recurrenceRule`, with what is wrong.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let refuse = |message: String| Refusal::invalid("recurrenceRule", message);
        let text = text.trim();
        if text.chars().count() > MAX_LENGTH {
            return Err(refuse(format!(
                "A rule has at most {MAX_LENGTH} characters."
            )));
        }
        let text = text.to_ascii_uppercase();
        let text = text.strip_prefix("RRULE:").unwrap_or(&text);
        let mut seen: Vec<&str> = Vec::new();
        let mut kept: Vec<&str> = Vec::new();
        let (mut count, mut until) = (None, None);
        for part in text.split(';') {
            let (name, value) = part.split_once('=').ok_or_else(|| {
                refuse(format!(
                    "Expected parts such as FREQ=WEEKLY;BYDAY=MO,WE; `{part}` is none."
                ))
            })?;
            if seen.contains(&name) {
                return Err(refuse(format!("{name} stands there twice.")));
            }
            seen.push(name);
            check(name, value).map_err(refuse)?;
            match name {
                "COUNT" => count = value.parse().ok(),
                "UNTIL" => until = Some(self::until(value).map_err(refuse)?),
                _ => kept.push(part),
            }
        }
        if !seen.contains(&"FREQ") {
            return Err(refuse(
                "A rule needs a FREQ, such as FREQ=WEEKLY.".to_owned(),
            ));
        }
        // The crate lets it pass once it has put in the hour of the start.
        let others = seen.iter().filter(|name| name.starts_with("BY")).count();
        if seen.contains(&"BYSETPOS") && others < 2 {
            return Err(refuse(
                "BYSETPOS chooses among the days of another part, such as BYDAY.".to_owned(),
            ));
        }
        if count.is_some() && until.is_some() {
            return Err(refuse("Give COUNT or UNTIL, not both.".to_owned()));
        }
        let endless = kept.join(";").parse::<RRule<Unvalidated>>();
        let rule = Self {
            text: text.to_owned(),
            endless: endless.map_err(|error| refuse(format!("This is no rule: {error}.")))?,
            count,
            until,
        };
        // What one part says of another, the crate knows.
        match rule.days(NaiveDate::default()) {
            Ok(_) => Ok(rule),
            Err(error) => Err(refuse(format!("This rule makes no sense: {error}."))),
        }
    }

    /// The rule as it is stored.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The days of the rule from `start` on, in order, without an end of its own but that of the crate: it
    /// gives up after 100,000 steps without a day.
    ///
    /// # Errors
    /// When the parts of the rule contradict each other.
    pub fn days(
        &self,
        start: NaiveDate,
    ) -> Result<impl Iterator<Item = NaiveDate> + use<>, rrule::RRuleError> {
        let noon = NaiveTime::from_hms_opt(12, 0, 0).unwrap_or_default();
        let start = start.and_time(noon).and_utc().with_timezone(&Tz::UTC);
        let rule = self.endless.clone().validate(start)?;
        let days = RRuleSet::new(start).rrule(rule).limit();
        Ok(days.into_iter().map(|day| day.date_naive()))
    }
}

/// Checks one part by itself.
fn check(name: &str, value: &str) -> Result<(), String> {
    let number = |text: &str, range: std::ops::RangeInclusive<u32>| {
        text.len() <= 10
            && text.bytes().all(|byte| byte.is_ascii_digit())
            && text.parse().is_ok_and(|number| range.contains(&number))
    };
    let signed = |text: &str, largest: u32| {
        number(text.strip_prefix(['+', '-']).unwrap_or(text), 1..=largest)
    };
    let weekday = |text: &str| matches!(text, "MO" | "TU" | "WE" | "TH" | "FR" | "SA" | "SU");
    let day = |text: &str| match text
        .len()
        .checked_sub(2)
        .and_then(|at| text.split_at_checked(at))
    {
        Some(("", name)) => weekday(name),
        Some((nth, name)) => weekday(name) && signed(nth, 53),
        None => false,
    };
    let list = |fits: &dyn Fn(&str) -> bool| {
        value.split(',').count() <= MAX_VALUES && value.split(',').all(fits)
    };
    let fits = match name {
        "FREQ" => match value {
            "DAILY" | "WEEKLY" | "MONTHLY" | "YEARLY" => true,
            "HOURLY" | "MINUTELY" | "SECONDLY" => {
                return Err(
                    "A class is held once a day at most: FREQ is DAILY or coarser.".to_owned(),
                );
            }
            _ => false,
        },
        "INTERVAL" => number(value, 1..=MAX_INTERVAL.into()),
        "COUNT" => number(value, 1..=u32::MAX),
        "UNTIL" => true,
        "WKST" => weekday(value),
        "BYDAY" => list(&day),
        "BYMONTH" => list(&|value| number(value, 1..=12)),
        "BYMONTHDAY" => list(&|value| signed(value, 31)),
        "BYYEARDAY" | "BYSETPOS" => list(&|value| signed(value, 366)),
        "BYWEEKNO" => list(&|value| signed(value, 53)),
        "BYHOUR" | "BYMINUTE" | "BYSECOND" => {
            return Err(format!(
                "{name} is not for the rule: `startTime` says when a class begins."
            ));
        }
        "DTSTART" | "RDATE" | "EXDATE" | "EXRULE" => {
            return Err(format!(
                "{name} is no part of the rule: use `startsOn` and `exdates`."
            ));
        }
        _ => return Err(format!("A rule has no part {name}.")),
    };
    match fits {
        true => Ok(()),
        false => Err(format!("{name} cannot be `{value}`.")),
    }
}

/// Reads where a rule ends: a day, a time on the wall clock, or a moment in UTC.
fn until(value: &str) -> Result<Until, String> {
    let local = |text: &str| {
        (text.len() == 15)
            .then(|| NaiveDateTime::parse_from_str(text, "%Y%m%dT%H%M%S").ok())
            .flatten()
    };
    let read = match value.strip_suffix('Z') {
        Some(utc) => local(utc).map(|at| Until::Moment(at.and_utc())),
        None if value.len() == 8 => NaiveDate::parse_from_str(value, "%Y%m%d")
            .ok()
            .map(Until::Day),
        None => local(value).map(Until::Local),
    };
    read.ok_or_else(|| {
        format!(
            "UNTIL cannot be `{value}`: expected 20261231, 20261231T180000 or 20261231T180000Z."
        )
    })
}

#[cfg(test)]
#[path = "rule_tests.rs"]
mod tests;

//! What opening hours must be like. Pure decisions.

use chrono::{Datelike, NaiveDate, NaiveTime, Timelike, Weekday};

use super::rules;
use crate::domain::error::Refusal;

/// How many weekly times there may be.
const MAX_WEEKLY: usize = 100;
/// How many exceptions there may be.
const MAX_EXCEPTIONS: usize = 1_000;

const DAY: i64 = 24 * 60;
const WEEK: i64 = 7 * DAY;

/// A time of every week. When it closes no later than it opens, it closes the next day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Weekly {
    /// The day on which it opens.
    pub weekday: Weekday,
    /// When it opens.
    pub opens_at: NaiveTime,
    /// When it closes.
    pub closes_at: NaiveTime,
}

/// A date on which other times hold. Without times it is closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exception {
    /// The date.
    pub date: NaiveDate,
    /// When it opens.
    pub opens_at: Option<NaiveTime>,
    /// When it closes.
    pub closes_at: Option<NaiveTime>,
    /// Why.
    pub reason: Option<String>,
}

/// Lets weekly times pass that do not overlap, the night of Sunday to Monday included.
///
/// # Errors
/// `INVALID_INPUT` at the later of two times that overlap, or at `weekly` when there are too many.
pub fn check_weekly(weekly: &[Weekly]) -> Result<(), Refusal> {
    at_most(MAX_WEEKLY, weekly.len(), "weekly")?;
    let spans = weekly.iter().enumerate().flat_map(|(index, time)| {
        let day = i64::from(time.weekday.num_days_from_monday()) * DAY;
        let (from, to) = minutes(day, time.opens_at, time.closes_at);
        // Once more a week later, so that Sunday's night meets Monday's morning.
        [(from, to, index), (from + WEEK, to + WEEK, index)]
    });
    match overlapping(spans.collect()) {
        Some(index) => Err(Refusal::invalid(
            &format!("weekly.{index}.opensAt"),
            "This time overlaps another.",
        )),
        None => Ok(()),
    }
}

/// Takes exceptions whose times do not overlap, with their reasons in form.
///
/// # Errors
/// `INVALID_INPUT` at the field at fault, or at `exceptions` when there are too many.
pub fn check_exceptions(exceptions: Vec<Exception>) -> Result<Vec<Exception>, Refusal> {
    at_most(MAX_EXCEPTIONS, exceptions.len(), "exceptions")?;
    let mut spans = Vec::with_capacity(exceptions.len());
    let mut checked = Vec::with_capacity(exceptions.len());
    for (index, exception) in exceptions.into_iter().enumerate() {
        let day = i64::from(exception.date.num_days_from_ce()) * DAY;
        let (from, to) = match (exception.opens_at, exception.closes_at) {
            (Some(opens), Some(closes)) => minutes(day, opens, closes),
            (None, None) => (day, day + DAY),
            (opens, _) => {
                let missing = match opens {
                    Some(_) => "closesAt",
                    None => "opensAt",
                };
                return Err(Refusal::invalid(
                    &format!("exceptions.{index}.{missing}"),
                    "Give both times, or neither for a day on which it is closed.",
                ));
            }
        };
        spans.push((from, to, index));
        let field = format!("exceptions.{index}.reason");
        checked.push(Exception {
            reason: rules::reason(&field, exception.reason.as_deref())?,
            ..exception
        });
    }
    match overlapping(spans) {
        Some(index) => Err(Refusal::invalid(
            &format!("exceptions.{index}.date"),
            "This exception overlaps another.",
        )),
        None => Ok(checked),
    }
}

fn at_most(most: usize, length: usize, field: &str) -> Result<(), Refusal> {
    match length <= most {
        true => Ok(()),
        false => Err(Refusal::invalid(field, format!("At most {most}."))),
    }
}

fn minutes(day: i64, opens_at: NaiveTime, closes_at: NaiveTime) -> (i64, i64) {
    let minute = |time: NaiveTime| i64::from(time.num_seconds_from_midnight() / 60);
    let closing_day = match closes_at > opens_at {
        true => day,
        false => day + DAY,
    };
    (day + minute(opens_at), closing_day + minute(closes_at))
}

/// Of two spans that overlap, the place of the later one in the list.
fn overlapping(mut spans: Vec<(i64, i64, usize)>) -> Option<usize> {
    spans.sort_unstable();
    spans
        .iter()
        .zip(spans.iter().skip(1))
        .find(|((_, end, one), (start, _, other))| start < end && one != other)
        .map(|((_, _, one), (_, _, other))| *one.max(other))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weekly(weekday: Weekday, opens_at: &str, closes_at: &str) -> Weekly {
        Weekly {
            weekday,
            opens_at: opens_at.parse().unwrap(),
            closes_at: closes_at.parse().unwrap(),
        }
    }

    fn exception(date: &str, times: Option<(&str, &str)>) -> Exception {
        Exception {
            date: date.parse().unwrap(),
            opens_at: times.map(|(opens, _)| opens.parse().unwrap()),
            closes_at: times.map(|(_, closes)| closes.parse().unwrap()),
            reason: None,
        }
    }

    #[test]
    fn weekly_times_may_touch_but_not_overlap() {
        use Weekday::{Mon, Sun, Tue};
        let open = [
            weekly(Mon, "09:00:00", "12:00:00"),
            weekly(Mon, "12:00:00", "18:00:00"),
            weekly(Sun, "22:00:00", "09:00:00"),
            weekly(Tue, "00:00:00", "00:00:00"),
        ];
        assert_eq!(check_weekly(&open), Ok(()));
        for (one, other) in [
            (
                weekly(Mon, "09:00:00", "12:00:00"),
                weekly(Mon, "11:59:00", "18:00:00"),
            ),
            (
                weekly(Mon, "09:00:00", "12:00:00"),
                weekly(Mon, "09:00:00", "12:00:00"),
            ),
            (
                weekly(Sun, "22:00:00", "02:00:00"),
                weekly(Mon, "01:00:00", "05:00:00"),
            ),
        ] {
            for pair in [[one, other], [other, one]] {
                let refusal = check_weekly(&pair).unwrap_err();
                assert_eq!(refusal.field, ["weekly", "1", "opensAt"], "{pair:?}");
            }
        }
    }

    #[test]
    fn an_exception_closes_a_day_or_has_times_of_its_own() {
        let fine = vec![
            exception("2026-12-24", Some(("09:00:00", "12:00:00"))),
            exception("2026-12-24", Some(("13:00:00", "14:00:00"))),
            exception("2026-12-25", None),
        ];
        assert_eq!(check_exceptions(fine.clone()), Ok(fine));
        let closed_and_open = vec![
            exception("2026-12-25", None),
            exception("2026-12-25", Some(("09:00:00", "12:00:00"))),
        ];
        let refusal = check_exceptions(closed_and_open).unwrap_err();
        assert_eq!(refusal.field, ["exceptions", "1", "date"]);
        let half = Exception {
            closes_at: None,
            ..exception("2026-12-25", Some(("09:00:00", "12:00:00")))
        };
        let refusal = check_exceptions(vec![half]).unwrap_err();
        assert_eq!(refusal.field, ["exceptions", "0", "closesAt"]);
    }
}

//! Between wall clocks and moments: spans of time, and local times placed in a zone.

use chrono::{LocalResult, NaiveDateTime, Offset, TimeDelta, TimeZone};
use chrono_tz::Tz;

use super::clock::Moment;

/// A stretch of time, from a moment up to but not including another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// Where it begins.
    pub from: Moment,
    /// Where it ends.
    pub to: Moment,
}

impl Span {
    /// A span, unless it would be empty.
    #[must_use]
    pub fn new(from: Moment, to: Moment) -> Option<Self> {
        (from < to).then_some(Self { from, to })
    }

    /// Whether the two have a moment in common.
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        self.from < other.to && other.from < self.to
    }

    /// Whether the other lies inside this one.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        self.from <= other.from && other.to <= self.to
    }

    /// Whether the moment is in the span or at its very end.
    #[must_use]
    pub fn touches(&self, moment: Moment) -> bool {
        self.from <= moment && moment <= self.to
    }

    /// The span made longer on both sides.
    #[must_use]
    pub fn widened(&self, before: TimeDelta, after: TimeDelta) -> Self {
        Self {
            from: self.from - before,
            to: self.to + after,
        }
    }

    /// How long it is.
    #[must_use]
    pub fn length(&self) -> TimeDelta {
        self.to - self.from
    }
}

/// Joins spans that overlap or touch. Takes them in any order, gives them in order.
#[must_use]
pub fn merged(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort();
    let mut joined: Vec<Span> = Vec::with_capacity(spans.len());
    for span in spans {
        match joined.last_mut() {
            Some(last) if span.from <= last.to => last.to = last.to.max(span.to),
            _ => joined.push(span),
        }
    }
    joined
}

/// The moment at which the clocks of a zone show `local`.
///
/// A time that the clocks skip is moved on by as much as they skip; of a time that they show twice,
/// the first is meant. RFC 5545, section 3.3.5, reads local times the same way.
#[must_use]
pub fn place(local: NaiveDateTime, zone: Tz) -> Moment {
    match zone.from_local_datetime(&local) {
        LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => at.to_utc(),
        LocalResult::None => {
            // No zone has ever skipped more than a day: look back for the offset before the gap.
            let before = (1..=25).find_map(|hours| {
                let earlier = local.checked_sub_signed(TimeDelta::hours(hours))?;
                zone.offset_from_local_datetime(&earlier).latest()
            });
            let offset = before.map_or(0, |offset| offset.fix().local_minus_utc());
            local.and_utc() - TimeDelta::seconds(i64::from(offset))
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono_tz::{Europe::Berlin, Pacific::Apia};

    use super::*;

    fn at(text: &str) -> Moment {
        text.parse().unwrap()
    }

    fn local(text: &str) -> NaiveDateTime {
        text.parse().unwrap()
    }

    #[test]
    fn a_wall_clock_time_is_placed_on_both_sides_of_a_change() {
        assert_eq!(
            place(local("2026-03-28T18:00:00"), Berlin),
            at("2026-03-28T17:00:00Z")
        );
        assert_eq!(
            place(local("2026-03-29T18:00:00"), Berlin),
            at("2026-03-29T16:00:00Z")
        );
    }

    #[test]
    fn a_skipped_time_moves_on_by_the_gap() {
        assert_eq!(
            place(local("2026-03-29T02:30:00"), Berlin),
            at("2026-03-29T01:30:00Z")
        );
        assert_eq!(
            place(local("2011-12-30T12:00:00"), Apia),
            at("2011-12-30T22:00:00Z")
        );
    }

    #[test]
    fn of_a_repeated_time_the_first_is_meant() {
        assert_eq!(
            place(local("2026-10-25T02:30:00"), Berlin),
            at("2026-10-25T00:30:00Z")
        );
    }

    #[test]
    fn touching_spans_are_joined() {
        let span = |from, to| Span::new(at(from), at(to)).unwrap();
        let joined = merged(vec![
            span("2026-03-02T12:00:00Z", "2026-03-02T14:00:00Z"),
            span("2026-03-02T09:00:00Z", "2026-03-02T12:00:00Z"),
            span("2026-03-02T15:00:00Z", "2026-03-02T16:00:00Z"),
        ]);
        assert_eq!(joined.len(), 2);
        assert_eq!(
            joined[0],
            span("2026-03-02T09:00:00Z", "2026-03-02T14:00:00Z")
        );
    }
}

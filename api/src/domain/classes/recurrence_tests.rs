use std::collections::HashSet;

use chrono::{Datelike, Days, Offset};
use chrono_tz::{America::New_York, Europe::Berlin, Pacific::Apia, TZ_VARIANTS};

use super::*;
use crate::domain::clock::Moment;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn held(rule: &str, zone: Tz, starts_on: &str, time: &str) -> Recurrence {
    Recurrence {
        rule: Rule::parse(rule).unwrap(),
        starts_on: day(starts_on),
        start_time: time.parse().unwrap(),
        length: TimeDelta::minutes(60),
        zone,
        gap_policy: GapPolicy::Shift,
        exdates: BTreeSet::new(),
    }
}

fn starts(held: &Recurrence, from: &str, to: &str) -> Vec<String> {
    let classes = held.plan(day(from), day(to)).classes;
    classes
        .iter()
        .map(|class| {
            class
                .span
                .from
                .to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
        })
        .collect()
}

#[test]
fn six_in_the_evening_stays_six_in_the_evening() {
    let yoga = held("FREQ=WEEKLY;BYDAY=SA", Berlin, "2026-03-01", "18:00:00");
    assert_eq!(
        starts(&yoga, "2026-03-27", "2026-04-05"),
        ["2026-03-28T17:00:00Z", "2026-04-04T16:00:00Z"]
    );
}

#[test]
fn a_start_that_does_not_exist_moves_on_by_the_gap_or_is_skipped() {
    let mut early = held("FREQ=DAILY", Berlin, "2026-03-01", "02:30:00");
    let (from, to) = ("2026-03-28", "2026-03-30");
    assert_eq!(
        starts(&early, from, to),
        [
            "2026-03-28T01:30:00Z",
            "2026-03-29T01:30:00Z",
            "2026-03-30T00:30:00Z"
        ]
    );
    early.gap_policy = GapPolicy::Skip;
    let plan = early.plan(day(from), day(to));
    assert_eq!(plan.classes.len(), 2);
    assert_eq!(plan.gaps, [day("2026-03-29")]);
}

#[test]
fn of_a_start_that_comes_twice_the_first_is_meant_and_the_length_is_absolute() {
    let night = held("FREQ=DAILY", Berlin, "2026-10-25", "02:30:00");
    let plan = night.plan(day("2026-10-25"), day("2026-10-25"));
    assert_eq!(
        plan.classes[0].span.from,
        "2026-10-25T00:30:00Z".parse::<Moment>().unwrap()
    );
    assert_eq!(plan.classes[0].span.length(), TimeDelta::minutes(60));
}

#[test]
fn a_day_that_a_zone_skips_has_no_class() {
    let daily = held("FREQ=DAILY", Apia, "2011-12-29", "18:00:00");
    let plan = daily.plan(day("2011-12-29"), day("2011-12-31"));
    let days: Vec<_> = plan.classes.iter().map(|class| class.date).collect();
    assert_eq!(days, [day("2011-12-29"), day("2011-12-31")]);
    assert_eq!(plan.gaps, [day("2011-12-30")]);
}

#[test]
fn a_count_counts_what_exists_and_what_is_excepted() {
    // RFC 5545, 3.3.10: a start that does not exist is not counted. 3.8.5.1: an exception is.
    let mut three = held("FREQ=DAILY;COUNT=3", Berlin, "2026-03-28", "02:30:00");
    three.gap_policy = GapPolicy::Skip;
    three.exdates = BTreeSet::from([day("2026-03-28")]);
    let days: Vec<_> = three
        .plan(day("2026-03-01"), day("2026-12-31"))
        .classes
        .iter()
        .map(|class| class.date)
        .collect();
    assert_eq!(days, [day("2026-03-30"), day("2026-03-31")]);
}

#[test]
fn until_is_a_day_a_wall_clock_time_or_a_moment() {
    let last = |until: &str| {
        let rule = format!("FREQ=DAILY;UNTIL={until}");
        let held = held(&rule, New_York, "2026-03-01", "18:00:00");
        let plan = held.plan(day("2026-03-01"), day("2026-12-31"));
        plan.classes.last().map(|class| class.date)
    };
    assert_eq!(last("20260305"), Some(day("2026-03-05")));
    assert_eq!(last("20260305T180000"), Some(day("2026-03-05")));
    assert_eq!(last("20260305T175959"), Some(day("2026-03-04")));
    // 18:00 in New York is 23:00 in UTC.
    assert_eq!(last("20260305T230000Z"), Some(day("2026-03-05")));
    assert_eq!(last("20260305T225959Z"), Some(day("2026-03-04")));
    assert_eq!(last("20250101"), None);
}

#[test]
fn the_plan_of_a_window_is_the_same_wherever_the_window_begins() {
    let odd = held(
        "FREQ=WEEKLY;INTERVAL=3;BYDAY=TU,TH;COUNT=40",
        Berlin,
        "2026-01-06",
        "07:15:00",
    );
    let whole = odd.plan(day("2026-01-01"), day("2027-12-31")).classes;
    assert_eq!(whole.len(), 40);
    let mut pieces = Vec::new();
    let mut from = day("2026-01-01");
    while from <= day("2027-12-31") {
        let to = from + Days::new(16);
        pieces.extend(odd.plan(from, to).classes);
        from = to + Days::new(1);
    }
    assert_eq!(whole, pieces);
}

/// The hours at which the offset of a zone differs from that of an hour before, of a stretch of time.
fn transitions(zone: Tz, from: Moment, to: Moment) -> Vec<Moment> {
    let offset = |at: Moment| zone.offset_from_utc_datetime(&at.naive_utc()).fix();
    let mut changes = Vec::new();
    let mut at = from;
    while at < to {
        let next = at + TimeDelta::hours(6);
        if offset(at) != offset(next) {
            // To the minute: the first that has the new offset.
            let (mut low, mut high) = (at, next);
            while high - low > TimeDelta::minutes(1) {
                let middle = low + TimeDelta::minutes((high - low).num_minutes() / 2);
                match offset(middle) == offset(at) {
                    true => low = middle,
                    false => high = middle,
                }
            }
            changes.push(high);
        }
        at = next;
    }
    changes
}

/// When the clocks of a zone show a time, by trying every offset that the zone has in the hours around it: what
/// `place` has to find by itself.
fn by_search(zone: Tz, local: NaiveDateTime) -> Vec<Moment> {
    let middle = local.and_utc();
    let offsets: BTreeSet<i64> = (-26..=26)
        .map(|hour| middle + TimeDelta::hours(hour))
        .map(|at| zone.offset_from_utc_datetime(&at.naive_utc()).fix())
        .map(|offset| offset.local_minus_utc().into())
        .collect();
    let mut found: Vec<Moment> = offsets
        .into_iter()
        .map(|offset| middle - TimeDelta::seconds(offset))
        .filter(|at| at.with_timezone(&zone).naive_local() == local)
        .collect();
    found.sort();
    found
}

/// Every zone, every transition of seven years, and around each of them classes at every quarter of an hour of
/// the days before, of and after it: none missing, none twice, each where the clocks show its time.
#[test]
fn every_zone_and_every_transition() {
    let (from, to) = ("2024-01-01T00:00:00Z", "2031-01-01T00:00:00Z");
    let (from, to): (Moment, Moment) = (from.parse().unwrap(), to.parse().unwrap());
    let (mut changes, mut classes, mut moved, mut twice, mut seen) = (0, 0, 0, 0, HashSet::new());
    for zone in TZ_VARIANTS {
        let transitions = transitions(zone, from, to);
        changes += transitions.len();
        for at in transitions {
            let offset = |at: Moment| {
                zone.offset_from_utc_datetime(&at.naive_utc())
                    .fix()
                    .local_minus_utc()
            };
            let before = offset(at - TimeDelta::minutes(1));
            // Zones with the same transition behave alike; each behaviour is walked once.
            if !seen.insert((at, before, offset(at))) {
                continue;
            }
            let gap = TimeDelta::seconds((offset(at) - before).into());
            let changed = at.with_timezone(&zone).date_naive();
            let (first, last) = (changed - Days::new(2), changed + Days::new(1));
            for quarter in 0..96 {
                let time = NaiveTime::from_hms_opt(quarter / 4, quarter % 4 * 15, 0).unwrap();
                for gap_policy in [GapPolicy::Shift, GapPolicy::Skip] {
                    let held = Recurrence {
                        gap_policy,
                        start_time: time,
                        starts_on: first,
                        ..held("FREQ=DAILY", zone, "2024-01-01", "00:00:00")
                    };
                    let mut expected = Vec::new();
                    for date in first.iter_days().take_while(|date| *date <= last) {
                        let found = by_search(zone, date.and_time(time));
                        match (found.first(), gap_policy) {
                            (Some(start), _) => {
                                twice += usize::from(found.len() > 1);
                                expected.push((date, *start));
                            }
                            (None, GapPolicy::Skip) => {}
                            (None, GapPolicy::Shift) => {
                                // As far beyond the transition as the clocks would have shown it before.
                                let start = date.and_time(time).and_utc()
                                    - TimeDelta::seconds(before.into());
                                assert!(at <= start && start < at + gap, "{zone} {start}");
                                moved += 1;
                                expected.push((date, start));
                            }
                        }
                    }
                    let planned: Vec<_> = held
                        .plan(first, last)
                        .classes
                        .iter()
                        .map(|class| (class.date, class.span.from))
                        .collect();
                    assert_eq!(planned, expected, "{zone} {time} {gap_policy:?}");
                    let starts: HashSet<_> = planned.iter().map(|(_, start)| start).collect();
                    assert_eq!(starts.len(), planned.len(), "{zone} {time}: twice");
                    classes += planned.len();
                }
            }
        }
    }
    eprintln!(
        "{} zones, {changes} transitions ({} kinds), {classes} classes, {moved} moved, {twice} shown twice",
        TZ_VARIANTS.len(),
        seen.len()
    );
    assert!(TZ_VARIANTS.len() > 500 && changes > 1_000 && moved > 0 && twice > 0);
}

/// Every zone, every day of the seven years: the class of the day is on that day, at that time.
#[test]
fn every_zone_every_day_of_seven_years() {
    let (from, to) = (day("2024-01-01"), day("2030-12-31"));
    let days = usize::try_from((to - from).num_days() + 1).unwrap();
    let mut classes = 0;
    for zone in TZ_VARIANTS {
        let held = held("FREQ=DAILY", zone, "2024-01-01", "18:00:00");
        let plan = held.plan(from, to);
        assert_eq!(plan.classes.len(), days, "{zone}");
        for (expected, class) in from.iter_days().zip(&plan.classes) {
            let local = class.span.from.with_timezone(&zone).naive_local();
            assert_eq!((class.date, local.date()), (expected, expected), "{zone}");
            assert_eq!(local.time(), held.start_time, "{zone} {expected}");
            assert_eq!(expected.year(), local.year());
        }
        let pairs = plan.classes.windows(2);
        assert!(
            pairs
                .into_iter()
                .all(|pair| pair[0].span.from < pair[1].span.from),
            "{zone}"
        );
        classes += plan.classes.len();
    }
    eprintln!("{} zones, {classes} classes", TZ_VARIANTS.len());
}

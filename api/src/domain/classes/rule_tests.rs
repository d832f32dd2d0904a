use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::*;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn first(rule: &str, start: &str, count: usize) -> Vec<String> {
    let rule = Rule::parse(rule).unwrap();
    let days = rule.days(day(start)).unwrap();
    days.take(count).map(|day| day.to_string()).collect()
}

#[test]
fn a_rule_names_days() {
    assert_eq!(
        first("FREQ=WEEKLY;BYDAY=MO,WE", "2026-03-03", 3),
        ["2026-03-04", "2026-03-09", "2026-03-11"]
    );
    assert_eq!(
        first("rrule:freq=monthly;byday=-1FR", "2026-01-01", 2),
        ["2026-01-30", "2026-02-27"]
    );
    assert_eq!(
        first("FREQ=MONTHLY;BYMONTHDAY=31", "2026-01-31", 3),
        ["2026-01-31", "2026-03-31", "2026-05-31"]
    );
    assert_eq!(
        first("FREQ=YEARLY", "2024-02-29", 2),
        ["2024-02-29", "2028-02-29"]
    );
    assert_eq!(
        first(
            "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
            "2026-05-01",
            2
        ),
        ["2026-05-29", "2026-06-30"]
    );
}

#[test]
fn what_is_no_rule_for_a_timetable_is_refused_with_what_is_wrong() {
    for (bad, says) in [
        ("", "Expected parts"),
        ("every monday", "Expected parts"),
        ("BYDAY=MO", "needs a FREQ"),
        ("FREQ=HOURLY", "DAILY or coarser"),
        ("FREQ=SECONDLY", "DAILY or coarser"),
        ("FREQ=FORTNIGHTLY", "FREQ cannot be"),
        ("FREQ=DAILY;BYHOUR=9", "startTime"),
        ("FREQ=DAILY;BYMINUTE=1", "startTime"),
        ("FREQ=DAILY;DTSTART=20260101", "startsOn"),
        ("FREQ=DAILY;EXDATE=20260101", "exdates"),
        ("FREQ=DAILY;BYEASTER=1", "no part BYEASTER"),
        ("FREQ=DAILY;FREQ=WEEKLY", "twice"),
        ("FREQ=DAILY;INTERVAL=0", "INTERVAL cannot be"),
        ("FREQ=DAILY;INTERVAL=-1", "INTERVAL cannot be"),
        ("FREQ=DAILY;INTERVAL=99999999999999", "INTERVAL cannot be"),
        ("FREQ=DAILY;COUNT=0", "COUNT cannot be"),
        ("FREQ=DAILY;COUNT=4294967296", "COUNT cannot be"),
        ("FREQ=DAILY;COUNT=2;UNTIL=20270101", "not both"),
        ("FREQ=DAILY;UNTIL=tomorrow", "UNTIL cannot be"),
        ("FREQ=DAILY;UNTIL=20270231", "UNTIL cannot be"),
        ("FREQ=WEEKLY;BYDAY=", "BYDAY cannot be"),
        ("FREQ=WEEKLY;BYDAY=MO,,TU", "BYDAY cannot be"),
        ("FREQ=WEEKLY;BYDAY=XXMO", "BYDAY cannot be"),
        ("FREQ=WEEKLY;BYDAY=é", "BYDAY cannot be"),
        ("FREQ=WEEKLY;BYDAY=0MO", "BYDAY cannot be"),
        ("FREQ=WEEKLY;BYMONTHDAY=1", "makes no sense"),
        ("FREQ=MONTHLY;BYMONTHDAY=32", "BYMONTHDAY cannot be"),
        ("FREQ=YEARLY;BYMONTH=13", "BYMONTH cannot be"),
        ("FREQ=DAILY;BYSETPOS=1", "another part"),
        ("FREQ=DAILY;", "Expected parts"),
        ("FREQ=DAILY\nRRULE:FREQ=WEEKLY", "FREQ cannot be"),
        ("FREQ=DAILY;X\0=1", "no part"),
    ] {
        let refusal = Rule::parse(bad).unwrap_err();
        assert_eq!(refusal.field, ["recurrenceRule"], "{bad:?}");
        assert!(
            refusal.message.contains(says),
            "{bad:?}: {}",
            refusal.message
        );
    }
    let long = format!("FREQ=WEEKLY;BYDAY={}", ["MO"; 200].join(","));
    assert!(Rule::parse(&long).is_err());
}

/// What could run away does not: a rule that never matches, or hardly ever.
#[test]
fn no_rule_runs_away() {
    for rule in [
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=31",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;INTERVAL=1000;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=WEEKLY;BYSETPOS=50;BYDAY=MO",
        "FREQ=YEARLY;INTERVAL=1000;BYYEARDAY=366",
        "FREQ=YEARLY;BYWEEKNO=53;BYDAY=MO;BYMONTH=6",
        "FREQ=MONTHLY;BYDAY=5MO;BYMONTHDAY=1",
        "FREQ=YEARLY;BYSETPOS=366;BYMONTH=2",
    ] {
        let start = Instant::now();
        let rule = Rule::parse(rule).unwrap();
        let days: Vec<_> = rule.days(day("2026-03-02")).unwrap().take(3).collect();
        let took = start.elapsed();
        assert!(
            took < Duration::from_secs(5),
            "{} took {took:?}: {days:?}",
            rule.text()
        );
    }
}

/// A slow reading of the common parts of a rule: each day is looked at by itself.
fn oracle(
    freq: &str,
    interval: i64,
    weekdays: &[u32],
    months: &[u32],
    start: NaiveDate,
) -> Vec<NaiveDate> {
    use chrono::Datelike;
    let monday =
        |day: NaiveDate| day.num_days_from_ce() - day.weekday().num_days_from_monday() as i32;
    let month = |day: NaiveDate| i64::from(day.year()) * 12 + i64::from(day.month0());
    let fits = |day: &NaiveDate| {
        let period = match freq {
            "DAILY" => (*day - start).num_days(),
            "WEEKLY" => i64::from((monday(*day) - monday(start)) / 7),
            _ => month(*day) - month(start),
        };
        let weekday = day.weekday().num_days_from_monday();
        let on = match (freq, weekdays.is_empty()) {
            (_, false) => weekdays.contains(&weekday),
            ("WEEKLY", true) => weekday == start.weekday().num_days_from_monday(),
            ("MONTHLY", true) => day.day() == start.day(),
            _ => true,
        };
        period % interval == 0 && on && (months.is_empty() || months.contains(&day.month()))
    };
    start.iter_days().take(800).filter(fits).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn the_days_are_those_of_a_calendar(
        freq in prop::sample::select(vec!["DAILY", "WEEKLY", "MONTHLY"]),
        interval in 1i64..5,
        weekdays in prop::collection::btree_set(0u32..7, 0..4),
        months in prop::collection::btree_set(1u32..=12, 0..4),
        offset in 0u64..800,
    ) {
        const NAMES: [&str; 7] = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];
        let start = day("2024-01-01") + chrono::Days::new(offset);
        let mut text = format!("FREQ={freq};INTERVAL={interval}");
        let weekdays: Vec<u32> = weekdays.into_iter().collect();
        let months: Vec<u32> = months.into_iter().collect();
        if !weekdays.is_empty() {
            let names: Vec<_> = weekdays.iter().map(|day| NAMES[*day as usize]).collect();
            text += &format!(";BYDAY={}", names.join(","));
        }
        if !months.is_empty() {
            let numbers: Vec<_> = months.iter().map(u32::to_string).collect();
            text += &format!(";BYMONTH={}", numbers.join(","));
        }
        let expected = oracle(freq, interval, &weekdays, &months, start);
        let last = start + chrono::Days::new(799);
        let rule = Rule::parse(&text).unwrap();
        let days: Vec<_> = rule.days(start).unwrap().take_while(|day| *day <= last).collect();
        prop_assert_eq!(days, expected, "{} from {}", text, start);
    }

    #[test]
    fn no_text_makes_it_panic(text in "[A-Z0-9=;,+:éZ-]{0,60}") {
        if let Ok(rule) = Rule::parse(&text) {
            let _ = rule.days(day("2026-03-02")).map(|days| days.take(3).count());
        }
    }

    #[test]
    fn no_combination_of_parts_makes_it_panic(
        freq in prop::sample::select(vec!["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]),
        parts in prop::collection::vec(prop::sample::select(vec![
            "INTERVAL=7", "INTERVAL=1000", "COUNT=3", "WKST=SU", "BYDAY=MO,-1FR", "BYDAY=53MO", "BYDAY=5SU",
            "BYMONTH=2,12", "BYMONTHDAY=29,-31", "BYYEARDAY=366,-366", "BYWEEKNO=53,-53,1", "BYSETPOS=-366,1",
            "UNTIL=99991231T235959Z", "UNTIL=00010101",
        ]), 0..5),
        offset in 0u64..3000,
    ) {
        let text = std::iter::once(format!("FREQ={freq}"))
            .chain(parts.into_iter().map(str::to_owned))
            .collect::<Vec<_>>()
            .join(";");
        if let Ok(rule) = Rule::parse(&text) {
            let start = day("2024-02-29") + chrono::Days::new(offset);
            let _ = rule.days(start).map(|days| days.take(3).count());
        }
    }
}

//! Worlds made up at random: a business in some zone, with hours, resources and terms.

use chrono::{Days, NaiveDate, NaiveTime, TimeDelta};
use serde_json::json;
use tests::*;

use super::model::{At, Hours, Model, Opening, Resource};
use crate::bookings::run;

/// Random numbers that are the same in every run (SplitMix64).
pub struct Random(pub u64);

impl Random {
    pub fn below(&mut self, limit: i64) -> i64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        i64::try_from((z ^ (z >> 31)) % u64::try_from(limit).unwrap()).unwrap()
    }

    pub fn one_in(&mut self, chances: i64) -> bool {
        self.below(chances) == 0
    }

    pub fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[usize::try_from(self.below(i64::try_from(from.len()).unwrap())).unwrap()]
    }

    fn time(&mut self) -> NaiveTime {
        let minute = match self.one_in(3) {
            true => 0,
            false => self.below(96) * 15,
        };
        NaiveTime::MIN + TimeDelta::minutes(minute)
    }

    fn opening(&mut self) -> Opening {
        match self.below(4) {
            // Overnight, around the clock, and whatever else.
            0 => (self.time(), self.time()),
            _ => (
                NaiveTime::MIN + TimeDelta::minutes(480 + self.below(9) * 20),
                NaiveTime::MIN + TimeDelta::minutes(720 + self.below(40) * 15),
            ),
        }
    }

    fn hours(&mut self, today: NaiveDate) -> Hours {
        let mut hours = Hours::default();
        for weekday in 1..=7 {
            for _ in 0..self.pick(&[0, 1, 1, 1, 2, 2]) {
                hours.weekly.push((weekday, self.opening()));
            }
        }
        self.exceptions(today, &mut hours);
        hours
    }

    fn exceptions(&mut self, today: NaiveDate, hours: &mut Hours) {
        for _ in 0..self.below(3) {
            let date = today + Days::new(u64::try_from(self.below(5)).unwrap());
            let opening = (!self.one_in(3)).then(|| self.opening());
            // A date that is closed has no other times.
            if !hours.exceptions.iter().any(|(other, _)| *other == date) {
                hours.exceptions.push((date, opening));
            }
        }
    }
}

/// Zones, each with days on which its clocks are changed; Lord Howe's by half an hour.
const PLACES: [(&str, [&str; 2]); 6] = [
    (
        "Europe/Berlin",
        ["2026-03-28T05:07:00Z", "2026-10-24T04:00:00Z"],
    ),
    (
        "America/New_York",
        ["2026-03-07T13:00:00Z", "2026-10-31T12:30:00Z"],
    ),
    (
        "Australia/Lord_Howe",
        ["2026-04-03T20:00:00Z", "2026-10-02T22:45:00Z"],
    ),
    (
        "America/Santiago",
        ["2026-04-03T20:00:00Z", "2026-09-05T09:00:00Z"],
    ),
    (
        "Asia/Kathmandu",
        ["2026-06-01T00:00:00Z", "2026-12-30T09:00:00Z"],
    ),
    ("UTC", ["2026-02-27T09:00:00Z", "2026-12-30T18:20:00Z"]),
];

/// A world and its model, at the model's moment.
pub async fn world(app: &TestApp, random: &mut Random, number: u64) -> (Studio, Model) {
    let (zone, moments) = random.pick(&PLACES);
    let now = moment(random.pick(&moments)) + TimeDelta::minutes(random.below(600));
    app.gateway.clock.set(now);
    let multi_day = random.one_in(4);
    let secondary = random.pick(&[0, 0, 1, 2]);
    let today = now.date_naive();
    let mut model = Model {
        zone: zone.parse().unwrap(),
        location: random.hours(today),
        primaries: Vec::new(),
        secondaries: Vec::new(),
        multi_day,
        length_min: match multi_day {
            true => random.pick(&[1440, 2880, 1500, 600, 2160]),
            false => random.pick(&[30, 45, 60, 90, 240]),
        },
        interval_min: random.pick(&[15, 20, 30, 60]),
        gap_min: random.pick(&[0, 0, 10, 45]),
        lead_min: random.pick(&[0, 0, 75, 400]),
        horizon_days: random.pick(&[2, 3, 4]),
        now,
    };
    let studio = app
        .studio(&format!("world{number}"))
        .zone(zone)
        .closed()
        .rooms(usize::try_from(1 + random.below(3)).unwrap())
        .people(secondary)
        .term(
            "durationMode",
            json!(if multi_day { "MULTI_DAY" } else { "FLEXIBLE" }),
        )
        .term("defaultDurationMin", json!(model.length_min))
        .term("minDurationMin", json!(model.length_min))
        .term("maxDurationMin", json!(model.length_min))
        .term("slotIntervalMin", json!(model.interval_min))
        .term("minGapBetweenBookingsMin", json!(model.gap_min))
        .term("leadTimeMin", json!(model.lead_min))
        .term("horizonDays", json!(model.horizon_days))
        .build()
        .await;
    store(
        app,
        &studio,
        "location_id",
        &studio.location_id,
        &model.location,
    )
    .await;
    for (ids, into) in [
        (&studio.resource_ids, &mut model.primaries),
        (&studio.secondary_ids, &mut model.secondaries),
    ] {
        for id in ids {
            let mut hours = match random.one_in(3) {
                true => random.hours(today),
                false => Hours::default(),
            };
            if random.one_in(3) {
                random.exceptions(today, &mut hours);
            }
            let resource = Resource {
                id: id.clone(),
                hours,
                before_min: random.pick(&[0, 0, 5, 30]),
                after_min: random.pick(&[0, 0, 10, 20]),
                units: random.pick(&[1, 1, 2]),
                claims: Vec::new(),
            };
            store(app, &studio, "resource_id", id, &resource.hours).await;
            let sql = format!(
                "UPDATE resources SET buffer_before_min = {}, buffer_after_min = {}, max_simultaneous_bookings = {} WHERE id = '{id}'",
                resource.before_min,
                resource.after_min,
                if resource.units == 1 {
                    "NULL".to_owned()
                } else {
                    resource.units.to_string()
                },
            );
            run(app, &sql).await.unwrap();
            into.push(resource);
        }
    }
    (studio, model)
}

async fn store(app: &TestApp, studio: &Studio, owner: &str, id: &str, hours: &Hours) {
    let now = app.now().to_rfc3339();
    let biz = &studio.business_id;
    for (number, (weekday, (opens, closes))) in hours.weekly.iter().enumerate() {
        let sql = format!(
            "INSERT INTO opening_hours (id, biz_id, {owner}, weekday, opens_at, closes_at, created_at, updated_at)
             VALUES ('hrs{number}{id}', '{biz}', '{id}', {weekday}, '{opens}', '{closes}', '{now}', '{now}')"
        );
        run(app, &sql).await.unwrap();
    }
    for (number, (date, opening)) in hours.exceptions.iter().enumerate() {
        let time =
            |time: Option<NaiveTime>| time.map_or("NULL".to_owned(), |time| format!("'{time}'"));
        let sql = format!(
            "INSERT INTO opening_hours_exceptions (id, biz_id, {owner}, date, opens_at, closes_at, created_at, updated_at)
             VALUES ('hex{number}{id}', '{biz}', '{id}', '{date}', {}, {}, '{now}', '{now}')",
            time(opening.map(|opening| opening.0)),
            time(opening.map(|opening| opening.1)),
        );
        run(app, &sql).await.unwrap();
    }
}

/// A random minute around the time that can be booked.
pub fn any_minute(random: &mut Random, model: &Model) -> At {
    let minutes = (model.horizon_days + 1) * 1440;
    let start = model.now + TimeDelta::minutes(random.below(minutes) - 300);
    match random.one_in(2) {
        true => start,
        // More often than not, grids begin on a quarter.
        false => start - TimeDelta::minutes(i64::from(chrono::Timelike::minute(&start)) % 15),
    }
}

//! Estimates, held against simulated days: the range should hold the truth about four times in five.

use booking_gateway::domain::queues::rules::estimate::{Observed, Service, wait};
use chrono::TimeDelta;
use serde_json::json;
use tests::*;

use super::{act, call_next, joined, open_queue};

/// A small generator of random numbers, so that a day is the same in every run.
struct Dice(u64);

impl Dice {
    /// Evenly between 0 and 1.
    fn roll(&mut self) -> f64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    }

    fn exponential(&mut self, mean: f64) -> f64 {
        -mean * self.roll().ln()
    }

    fn normal(&mut self) -> f64 {
        (-2.0 * self.roll().ln()).sqrt() * (std::f64::consts::TAU * self.roll()).cos()
    }
}

/// How long services take, in minutes.
#[derive(Clone, Copy, Debug)]
enum Takes {
    /// About the same each time.
    Steady(f64),
    /// Mostly short, now and then long.
    Skewed(f64),
    /// Anything from almost nothing on.
    Exponential(f64),
    /// Trims and colours.
    TwoKinds(f64, f64),
    /// Slower and slower, the later it is.
    Slowing(f64),
}

impl Takes {
    fn roll(self, dice: &mut Dice, hour: f64) -> f64 {
        let lognormal = |dice: &mut Dice, mean: f64, spread: f64| {
            mean * (dice.normal() * spread - spread * spread / 2.0).exp()
        };
        match self {
            Self::Steady(mean) => lognormal(dice, mean, 0.2),
            Self::Skewed(mean) => lognormal(dice, mean, 0.6),
            Self::Exponential(mean) => dice.exponential(mean),
            Self::TwoKinds(short, long) => {
                let mean = if dice.roll() < 0.7 { short } else { long };
                lognormal(dice, mean, 0.25)
            }
            Self::Slowing(mean) => lognormal(dice, mean * (0.8 + hour / 20.0), 0.3),
        }
    }
}

#[derive(Clone, Copy, Debug)]
struct Day {
    takes: Takes,
    desks: usize,
    /// How busy the desks are on average; above 1 the queue grows all day.
    load: f64,
    /// What the business expects, in parts of what it is.
    expected: f64,
}

/// One party: when it came, was called and was finished with, in seconds.
#[derive(Clone, Copy)]
struct Party {
    came: f64,
    called: f64,
    done: f64,
}

impl Day {
    fn mean(self) -> f64 {
        match self.takes {
            Takes::Steady(mean) | Takes::Skewed(mean) | Takes::Exponential(mean) => mean,
            Takes::TwoKinds(short, long) => 0.7 * short + 0.3 * long,
            Takes::Slowing(mean) => mean,
        }
    }

    /// Ten hours, first come, first served.
    fn parties(self, dice: &mut Dice) -> Vec<Party> {
        let gap = self.mean() * 60.0 / (self.desks as f64 * self.load);
        let mut free = vec![0.0_f64; self.desks];
        let (mut now, mut parties) = (0.0, Vec::new());
        loop {
            now += dice.exponential(gap);
            if now > 36_000.0 {
                return parties;
            }
            let desk = (0..self.desks)
                .min_by(|a, b| free[*a].total_cmp(&free[*b]))
                .unwrap();
            let called = now.max(free[desk]);
            let takes = self.takes.roll(dice, called / 3_600.0).max(0.3) * 60.0;
            free[desk] = called + takes;
            parties.push(Party {
                came: now,
                called,
                done: called + takes,
            });
        }
    }

    /// How many of those who had to wait were told a range that held the truth, and how many there were.
    fn replay(self, seed: u64) -> (u32, u32) {
        let mut dice = Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
        let parties = self.parties(&mut dice);
        let expected = (self.mean() * self.expected).round() as i32;
        let (mut held, mut told) = (0, 0);
        for (number, party) in parties.iter().enumerate() {
            let now = party.came;
            let before = &parties[..number];
            let ahead = before.iter().filter(|it| it.called > now).count();
            if party.called <= now {
                continue;
            }
            let mut over: Vec<&Party> = before.iter().filter(|it| it.done <= now).collect();
            over.sort_by(|a, b| b.done.total_cmp(&a.done));
            let observed = Observed {
                services: over
                    .into_iter()
                    .take(60)
                    .map(|it| Service {
                        began: now - it.called,
                        ended: now - it.done,
                    })
                    .collect(),
                at_desks: before
                    .iter()
                    .filter(|it| it.called <= now && it.done > now)
                    .map(|it| now - it.called)
                    .collect(),
            };
            let range = wait(&observed, expected, ahead as i32);
            // As a clock on the wall would tell.
            let truth = ((party.called - now) / 60.0).round() as i32;
            told += 1;
            held += u32::from((range.low..=range.high).contains(&truth));
        }
        (held, told)
    }
}

#[test]
fn the_range_holds_the_truth_about_four_times_in_five() {
    let (mut held, mut told, mut worst) = (0, 0, 0.0_f64);
    let mut table = String::new();
    for takes in [
        Takes::Steady(12.0),
        Takes::Skewed(15.0),
        Takes::Exponential(10.0),
        Takes::TwoKinds(15.0, 60.0),
        Takes::Slowing(20.0),
    ] {
        for desks in [1, 2, 4] {
            let (mut here, mut of) = (0, 0);
            for (load, expected) in [(0.85, 1.0), (0.95, 0.7), (1.1, 1.5)] {
                let day = Day {
                    takes,
                    desks,
                    load,
                    expected,
                };
                for seed in 0..20 {
                    let (held, told) = day.replay(seed + 1_000 * desks as u64);
                    here += held;
                    of += told;
                }
            }
            let share = f64::from(here) / f64::from(of);
            table += &format!("{takes:?} desks {desks}: {:.1} % of {of}\n", 100.0 * share);
            worst = worst.max((share - 0.8).abs());
            held += here;
            told += of;
        }
    }
    let share = f64::from(held) / f64::from(told);
    eprintln!("{table}all: {:.1} % of {told}", 100.0 * share);
    assert!((0.72..0.88).contains(&share), "{table}{share}");
    assert!(worst < 0.18, "{table}{worst}");
}

/// The same through the API: what is observed moves the estimate.
#[apply(on_both_databases!)]
async fn the_estimate_follows_what_the_queue_has_seen(app: TestApp) {
    let studio = app.studio("barber").build().await;
    let queue = open_queue(&studio, json!({ "estimatedServiceTimeMin": 15 })).await;
    let owner = &studio.owner;
    for _ in 0..12 {
        let entry = joined(owner, &queue).await;
        call_next(owner, &queue).await.expect_done("callNext");
        act(owner, "startService", &entry, json!({})).await;
        app.advance(TimeDelta::minutes(5));
        act(owner, "finishService", &entry, json!({}))
            .await
            .expect_done("finishService");
    }
    joined(owner, &queue).await;
    call_next(owner, &queue).await.expect_done("callNext");
    for _ in 0..4 {
        joined(owner, &queue).await;
    }
    let alice = app.as_user("alice");
    let entry = joined(&alice, &queue).await;
    let document = "query ($id: ID!) { queueEntry(id: $id) { position estimatedWaitMin estimatedWaitRange { low high } queue { estimatedWaitMin } } }";
    let seen = alice
        .graphql(document, json!({ "id": entry }))
        .await
        .expect_ok();
    let minutes = |path: &str| seen.data(path).as_i64().unwrap();
    assert_eq!(minutes("queueEntry.position"), 5);
    let (low, likely, high) = (
        minutes("queueEntry.estimatedWaitRange.low"),
        minutes("queueEntry.estimatedWaitMin"),
        minutes("queueEntry.estimatedWaitRange.high"),
    );
    // Five ahead at five minutes each, not at the fifteen that the business expected.
    assert!((25..50).contains(&likely), "{low} {likely} {high}");
    assert!(
        0 < low && low < likely && likely < high,
        "{low} {likely} {high}"
    );
    assert!(minutes("queueEntry.queue.estimatedWaitMin") > likely);
    let other = joined(&app.as_user("bob"), &queue).await;
    let told = "SELECT COUNT(*) FROM queue_entries WHERE estimated_wait_min > 30";
    assert!(crate::bookings::number(&app, told).await > 0, "{other}");
}

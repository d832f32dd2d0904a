//! Sessions are conserved: thousands of random purchases, payments, redemptions, returns, transfers, refunds,
//! adjustments and expiries, some at once, some sent twice, and after each step the whole world is held against the
//! model and against the ledger.
//!
//! `PACKAGE_STEPS` sets the number of steps, `PACKAGE_SEED` where the dice begin.

mod deeds;
mod foresight;

use std::collections::BTreeMap;

use booking_gateway::domain::worker;
use chrono::TimeDelta;
use entity::{booking_orders, customer_purchases};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;
use tests::*;

use super::model::{CUTOFF, Dice, Pass, Visit};
use super::*;

/// How many steps a run of all tests takes.
const STEPS: u64 = 1_000;
/// Those who are there from the start, and those who come when they have been passed something on.
const PEOPLE: [&str; 8] = ["ann", "ben", "cat", "dan", "eve", "fay", "gus", "hal"];

struct World {
    app: TestApp,
    studio: Studio,
    products: Vec<String>,
    ids: Vec<String>,
    passes: BTreeMap<String, Pass>,
    visits: BTreeMap<String, Visit>,
    dice: Dice,
    keys: usize,
    done: BTreeMap<&'static str, usize>,
    refused: usize,
}

impl World {
    async fn begin(app: TestApp, seed: u64) -> Self {
        let studio = app
            .studio("yoga")
            .capacity(1_000)
            .open("00:00", "23:45")
            .term(
                "cancellationPolicy",
                json!({ "cutoffMin": CUTOFF.num_minutes(), "forfeitsSession": true }),
            )
            .term("slotIntervalMin", json!(60))
            .build()
            .await;
        let mut products = Vec::new();
        for (slug, more) in [
            ("ten", json!({})),
            (
                "three",
                json!({ "sessionCount": 3, "priceMinor": 1_000, "expiryType": "DAYS_FROM_PURCHASE", "expiryDays": 9 }),
            ),
            (
                "firm",
                json!({ "sessionCount": 5, "transferable": false, "refundable": false, "expiryType": "DAYS_FROM_PURCHASE", "expiryDays": 3 }),
            ),
            ("one", json!({ "sessionCount": 1, "priceMinor": 1 })),
            (
                "season",
                json!({ "sessionCount": 7, "priceMinor": 9_999, "expiryType": "FIXED_DATE", "expiryDate": "2026-04-15" }),
            ),
        ] {
            products.push(product(&studio, slug, more).await);
        }
        let mut ids = Vec::new();
        for name in PEOPLE {
            // Everybody is known to the desk, and half of them have never signed in.
            let input = json!({ "businessId": studio.business_id, "name": name, "email": format!("{name}@example.test") });
            let made = studio
                .owner
                .mutate("createCustomer", input, "user { id }")
                .await
                .expect_done("createCustomer");
            ids.push(made.text("createCustomer.user.id").to_owned());
        }
        Self {
            app,
            studio,
            products,
            ids,
            passes: BTreeMap::new(),
            visits: BTreeMap::new(),
            dice: Dice(seed),
            keys: 0,
            done: BTreeMap::new(),
            refused: 0,
        }
    }

    /// Does one thing and holds the answer against the model; now and then sends it again.
    async fn step(&mut self) {
        let deed = self.deed();
        let (client, mutation, input, selection) = self.request(&deed);
        let selection = format!("{selection} replayed");
        let answer = client
            .mutate(mutation, input.clone(), &selection)
            .await
            .expect_ok();
        let expected = self.foresee(&deed, &answer);
        let errors = answer.user_errors(mutation);
        assert_eq!(
            errors.first().copied(),
            expected,
            "{deed:?} {}",
            answer.body
        );
        if self.dice.below(5) == 0 {
            let again = client.mutate(mutation, input, &selection).await.expect_ok();
            assert_eq!(again.user_errors(mutation), errors, "{deed:?}");
            let replayed = again.data(&format!("{mutation}.replayed")) == true;
            assert_eq!(replayed, errors.is_empty(), "{deed:?}");
            *self.done.entry("sent twice").or_default() += 1;
        }
        match expected {
            None => *self.done.entry(mutation).or_default() += 1,
            Some(_) => self.refused += 1,
        }
    }

    /// Does several things at once, some of them twice. Nobody can foresee how they interleave; the world must add up
    /// whichever way it was.
    async fn at_once(&mut self) {
        let mut requests = Vec::new();
        for _ in 0..4 {
            let deed = self.deed();
            let request = self.request(&deed);
            requests.push(request.clone());
            requests.push(request);
        }
        let answers = together(requests.len(), |number| {
            let (client, mutation, input, selection) = requests[number].clone();
            async move { client.mutate(mutation, input, selection).await }
        })
        .await;
        for answer in answers {
            assert!(answer.error_codes().is_empty(), "{}", answer.body);
        }
        *self.done.entry("at once").or_default() += requests.len();
        (self.passes, self.visits) = self.written().await;
    }

    /// Lets time pass; sometimes nobody sweeps.
    async fn wait(&mut self) {
        let hours = [1, 3, 12, 30][self.dice.below(4)];
        self.app.advance(TimeDelta::hours(hours));
        if self.dice.below(2) == 0 {
            while worker::tick(&self.app.gateway).await.unwrap().is_full() {}
            for pass in self.passes.values_mut() {
                pass.sweep(self.app.now());
            }
            *self.done.entry("sweeps").or_default() += 1;
        }
    }

    /// What the database says.
    async fn written(&self) -> (BTreeMap<String, Pass>, BTreeMap<String, Visit>) {
        let passes = customer_purchases::Entity::find()
            .all(self.app.db())
            .await
            .unwrap();
        let visits = booking_orders::Entity::find()
            .filter(booking_orders::Column::CustomerPurchaseId.is_not_null())
            .all(self.app.db())
            .await
            .unwrap();
        (
            passes
                .iter()
                .map(|row| (row.id.clone(), row.into()))
                .collect(),
            visits
                .iter()
                .map(|row| (row.id.clone(), row.into()))
                .collect(),
        )
    }

    /// Holds the world against its ledgers and, now and then, every row of it against the model.
    async fn check(&self, every_row: bool) {
        for (sum, wrong) in [
            (ASTRAY, "a purchase is not what its ledger adds up to"),
            (LOST, "sessions were lost or made"),
            (OVERPAID, "more came back than was paid"),
            (UNUSED, "sessions are used that no booking has"),
        ] {
            assert_eq!(number(&self.app, sum).await, 0, "{wrong}");
        }
        if every_row {
            let (passes, visits) = self.written().await;
            assert_eq!(passes, self.passes, "the database and the model disagree");
            assert_eq!(visits, self.visits, "the database and the model disagree");
        }
    }
}

/// Purchases that are not what their ledgers add up to.
const ASTRAY: &str = "SELECT COUNT(*) FROM customer_purchases p JOIN (SELECT customer_purchase_id, SUM(delta) AS balance,
    -SUM(CASE WHEN kind IN ('redeem', 'return') THEN delta ELSE 0 END) AS used FROM package_ledger_entries GROUP BY customer_purchase_id) e
    ON e.customer_purchase_id = p.id WHERE sessions_total <> sessions_used + sessions_remaining
    OR sessions_remaining <> balance OR sessions_used <> used";
/// What was bought and given, less what is left, used, given back and lapsed, all over the world.
const LOST: &str = "SELECT (SELECT COALESCE(SUM(CASE WHEN kind IN ('purchase', 'adjust', 'refund', 'expire') THEN delta ELSE 0 END), 0) FROM package_ledger_entries)
    - (SELECT COALESCE(SUM(sessions_remaining + sessions_used), 0) FROM customer_purchases)";
/// Whether the refunds on record come to more than the payments, or differ from what the purchases say.
const OVERPAID: &str = "SELECT CASE WHEN (SELECT COALESCE(SUM(amount_minor), 0) FROM payments WHERE kind = 'refund') > (SELECT COALESCE(SUM(amount_minor), 0) FROM payments WHERE kind = 'purchase')
    OR (SELECT COALESCE(SUM(amount_minor), 0) FROM payments WHERE kind = 'refund') <> (SELECT COALESCE(SUM(refunded_minor), 0) FROM customer_purchases) THEN CAST(1 AS bigint) ELSE CAST(0 AS bigint) END";
/// The sessions in use, less the bookings that have one: those that stand, and those that forfeited it.
const UNUSED: &str = "SELECT (SELECT COALESCE(SUM(sessions_used), 0) FROM customer_purchases)
    - (SELECT COUNT(*) FROM booking_orders WHERE customer_purchase_id IS NOT NULL AND (status = 'confirmed' OR session_forfeited))";

fn setting(name: &str, otherwise: u64) -> u64 {
    std::env::var(name)
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(otherwise)
}

#[apply(on_both_databases!)]
async fn sessions_are_conserved_whatever_happens(app: TestApp) {
    let seed = setting("PACKAGE_SEED", 7);
    let steps = setting("PACKAGE_STEPS", STEPS);
    let mut world = World::begin(app, seed).await;
    for step in 1..=steps {
        match world.dice.below(40) {
            0 => world.at_once().await,
            1 => world.wait().await,
            _ => world.step().await,
        }
        world.check(step % 8 == 0 || step == steps).await;
    }
    let ended = world
        .passes
        .values()
        .filter(|pass| pass.status == "expired")
        .count();
    eprintln!(
        "seed {seed}: {steps} steps, {} purchases of which {ended} expired, {} bookings, done {:?}, refused {}",
        world.passes.len(),
        world.visits.len(),
        world.done,
        world.refused
    );
    for mutation in [
        "purchasePackage",
        "recordPayment",
        "createBooking",
        "cancelBooking",
        "transferPackage",
        "refundPackage",
        "adjustPackage",
    ] {
        assert!(
            world
                .done
                .get(mutation)
                .is_some_and(|times| *times as u64 * 200 > steps),
            "{mutation}: {:?}",
            world.done
        );
    }
}

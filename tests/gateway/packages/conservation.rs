//! Sessions are conserved: thousands of random purchases, payments, redemptions, returns, transfers, refunds,
//! adjustments and expiries, some at once, some sent twice, and after each step the whole world is held against the
//! model and against the ledger.
//!
//! `PACKAGE_STEPS` sets the number of steps, `PACKAGE_SEED` where the dice begin.

use std::collections::BTreeMap;

use booking_gateway::domain::worker;
use chrono::{TimeDelta, Timelike};
use entity::{booking_orders, customer_purchases};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};
use tests::*;

use super::model::{CUTOFF, Dice, Pass, Visit};
use super::*;

/// How many steps a run of all tests takes.
const STEPS: u64 = 1_000;
/// Those who are there from the start, and those who come when they have been passed something on.
const PEOPLE: [&str; 8] = ["ann", "ben", "cat", "dan", "eve", "fay", "gus", "hal"];

/// Something that somebody does.
#[derive(Clone, Debug)]
enum Deed {
    Buy {
        who: usize,
        product: usize,
        at_the_desk: bool,
    },
    Pay {
        pass: String,
        amount: i64,
    },
    Book {
        who: usize,
        pass: Option<String>,
        hours: i64,
    },
    Cancel {
        visit: Visit,
        by_business: bool,
    },
    NoShow {
        visit: Visit,
    },
    Transfer {
        pass: String,
        to: usize,
        by_email: bool,
        sessions: i32,
    },
    Refund {
        pass: String,
    },
    Adjust {
        pass: String,
        delta: i32,
    },
}

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

    fn deed(&mut self) -> Deed {
        let passes: Vec<Pass> = self.passes.values().cloned().collect();
        let live: Vec<Visit> = self
            .visits
            .values()
            .filter(|visit| visit.status == "confirmed")
            .cloned()
            .collect();
        let who = self.dice.below(PEOPLE.len());
        let buy = Deed::Buy {
            who,
            product: self.dice.below(self.products.len()),
            at_the_desk: self.dice.below(2) == 0,
        };
        // The newest are where most happens; any may be hit.
        let recent = passes.len().saturating_sub(24);
        let some = match self.dice.below(4) {
            0 => passes.as_slice(),
            _ => &passes[recent..],
        };
        let Some(pass) = self.dice.pick(some).cloned() else {
            return buy;
        };
        match self.dice.below(100) {
            0..14 => buy,
            14..24 => {
                let open = passes
                    .iter()
                    .rfind(|it| it.status == "pending_payment")
                    .unwrap_or(&pass);
                let owed = (open.price - open.paid).max(1);
                let amount = [owed, owed, owed / 2 + 1, owed + 1][self.dice.below(4)];
                Deed::Pay {
                    pass: open.id.clone(),
                    amount,
                }
            }
            24..48 => {
                let named = self.dice.below(3) > 0;
                let owner = self
                    .ids
                    .iter()
                    .position(|id| *id == pass.customer)
                    .unwrap_or(who);
                let who = if named && self.dice.below(10) > 0 {
                    owner
                } else {
                    who
                };
                Deed::Book {
                    who,
                    pass: named.then(|| pass.id.clone()),
                    hours: 1 + self.dice.below(60) as i64,
                }
            }
            48..66 => match self.dice.pick(&live).cloned() {
                Some(visit) => Deed::Cancel {
                    visit,
                    by_business: self.dice.below(4) == 0,
                },
                None => buy,
            },
            66..72 => match self.dice.pick(&live).cloned() {
                Some(visit) => Deed::NoShow { visit },
                None => buy,
            },
            72..86 => {
                let sessions = [
                    1,
                    1 + self.dice.below(4) as i32,
                    pass.remaining,
                    pass.remaining + 1,
                ][self.dice.below(4)];
                let to = self.dice.below(PEOPLE.len());
                Deed::Transfer {
                    pass: pass.id,
                    to,
                    by_email: self.dice.below(2) == 0,
                    sessions,
                }
            }
            86..92 => Deed::Refund { pass: pass.id },
            _ => {
                let delta = [1, 2, 5, -1, -2, -pass.remaining][self.dice.below(6)];
                Deed::Adjust {
                    pass: pass.id,
                    delta: if delta == 0 { 3 } else { delta },
                }
            }
        }
    }

    /// Who sends what.
    fn request(&mut self, deed: &Deed) -> (Client, &'static str, Value, &'static str) {
        let client = |who: usize| self.app.as_user(PEOPLE[who]);
        let owner = self.studio.owner.clone();
        let holder = |id: &str| {
            client(
                self.ids
                    .iter()
                    .position(|it| it == id)
                    .expect("one of them"),
            )
        };
        let (client, mutation, input, selection) = match deed {
            Deed::Buy {
                who,
                product,
                at_the_desk: false,
            } => (
                client(*who),
                "purchasePackage",
                json!({ "productId": self.products[*product] }),
                "purchase { id }",
            ),
            Deed::Buy {
                who,
                product,
                at_the_desk: true,
            } => {
                let input = json!({ "productId": self.products[*product], "customerId": self.ids[*who], "paymentReference": "till" });
                (owner, "purchasePackage", input, "purchase { id }")
            }
            Deed::Pay { pass, amount } => {
                let input =
                    json!({ "purchaseId": pass, "kind": "PURCHASE", "amountMinor": amount });
                (owner, "recordPayment", input, "purchase { id }")
            }
            Deed::Book { who, pass, hours } => {
                let start = self.app.now().with_minute(0).unwrap() + TimeDelta::hours(*hours);
                // It closes before midnight.
                let late = TimeDelta::hours(i64::from(start.hour() == 23));
                let start = start + late;
                let mut input =
                    json!({ "offerId": self.studio.offer_id, "startAt": start.to_rfc3339() });
                match pass {
                    Some(pass) => input["packagePurchaseId"] = json!(pass),
                    None => input["usePackage"] = json!(true),
                }
                (
                    client(*who),
                    "createBooking",
                    input,
                    "booking { id startAt packagePurchase { id } }",
                )
            }
            Deed::Cancel { visit, by_business } => {
                let client = if *by_business {
                    owner
                } else {
                    holder(&visit.customer)
                };
                (
                    client,
                    "cancelBooking",
                    json!({ "bookingId": visit.id }),
                    "booking { cancellation { sessionForfeited } }",
                )
            }
            Deed::NoShow { visit } => (
                owner,
                "markBookingNoShow",
                json!({ "bookingId": visit.id }),
                "booking { id }",
            ),
            Deed::Transfer {
                pass,
                to,
                by_email,
                sessions,
            } => {
                let mut input = json!({ "purchaseId": pass, "sessions": sessions });
                match by_email {
                    true => input["toEmail"] = json!(format!("{}@Example.test", PEOPLE[*to])),
                    false => input["toUserId"] = json!(self.ids[*to]),
                }
                (
                    holder(&self.passes[pass].customer),
                    "transferPackage",
                    input,
                    "purchase { id }",
                )
            }
            Deed::Refund { pass } => (
                owner,
                "refundPackage",
                json!({ "purchaseId": pass }),
                "refund { amount { amountMinor } }",
            ),
            Deed::Adjust { pass, delta } => (
                owner,
                "adjustPackage",
                json!({ "purchaseId": pass, "delta": delta, "reason": "so" }),
                "purchase { id }",
            ),
        };
        self.keys += 1;
        (
            client,
            mutation,
            with(
                input,
                json!({ "idempotencyKey": format!("k{}", self.keys) }),
            ),
            selection,
        )
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

    /// What the model says of it: the refusal, or the change, which it then makes.
    fn foresee(&mut self, deed: &Deed, answer: &GraphQlResponse) -> Option<&'static str> {
        let now = self.app.now();
        let text = |path: &str| answer.text(path).to_owned();
        match deed {
            Deed::Buy {
                who,
                product,
                at_the_desk,
            } => {
                let (sessions, price, days, expires) = [
                    (10, 10_000, None, None),
                    (3, 1_000, Some(9), None),
                    (5, 10_000, Some(3), None),
                    (1, 1, None, None),
                    (7, 9_999, None, Some(moment("2026-04-16T00:00:00Z"))),
                ][*product];
                if expires.is_some_and(|end| end <= now) {
                    return Some("PACKAGE_EXPIRED");
                }
                let mut pass = Pass {
                    id: text("purchasePackage.purchase.id"),
                    customer: self.ids[*who].clone(),
                    product: self.products[*product].clone(),
                    status: "pending_payment",
                    used: 0,
                    remaining: sessions,
                    given: 0,
                    bought: sessions,
                    price,
                    paid: 0,
                    passed_on: 0,
                    refunded: 0,
                    purchased: now,
                    expires,
                    days,
                    transferable: *product != 2,
                    refundable: *product != 2,
                };
                if *at_the_desk {
                    pass.pay(price, now);
                }
                self.passes.insert(pass.id.clone(), pass);
                None
            }
            Deed::Pay { pass, amount } => {
                let pass = self.passes.get_mut(pass).unwrap();
                pass.why_not_pay(*amount, now).or_else(|| {
                    pass.pay(*amount, now);
                    None
                })
            }
            Deed::Book { who, pass, .. } => {
                let customer = &self.ids[*who];
                let mut theirs: Vec<&Pass> = self
                    .passes
                    .values()
                    .filter(|it| it.customer == *customer)
                    .collect();
                let chosen = match pass {
                    Some(id) => match theirs.iter().find(|it| it.id == *id) {
                        None => Err("NOT_FOUND"),
                        Some(pass) => pass.why_not(now).map_or(Ok(pass.id.clone()), Err),
                    },
                    None => {
                        theirs.sort_by_key(|it| {
                            (
                                it.expires.is_none(),
                                it.expires,
                                it.purchased,
                                it.id.clone(),
                            )
                        });
                        let usable = theirs.iter().find(|it| it.why_not(now).is_none());
                        let reasons = ["PAYMENT_REQUIRED", "PACKAGE_EXHAUSTED", "PACKAGE_EXPIRED"];
                        let why = reasons
                            .into_iter()
                            .find(|why| theirs.iter().any(|it| it.why_not(now) == Some(why)));
                        usable
                            .map(|it| it.id.clone())
                            .ok_or(why.unwrap_or("PACKAGE_NOT_ELIGIBLE"))
                    }
                };
                let chosen = match chosen {
                    Ok(id) => id,
                    Err(why) => return Some(why),
                };
                assert_eq!(
                    text("createBooking.booking.packagePurchase.id"),
                    chosen,
                    "{deed:?}"
                );
                self.passes.get_mut(&chosen).unwrap().redeem();
                let visit = Visit {
                    id: text("createBooking.booking.id"),
                    pass: chosen,
                    customer: customer.clone(),
                    start: moment(answer.text("createBooking.booking.startAt")),
                    status: "confirmed".to_owned(),
                };
                self.visits.insert(visit.id.clone(), visit);
                None
            }
            Deed::Cancel { visit, by_business } => {
                let forfeited = !by_business && now > visit.start - CUTOFF;
                let told = answer.data("cancelBooking.booking.cancellation.sessionForfeited");
                assert_eq!(told, &json!(forfeited), "{deed:?}");
                if !forfeited {
                    self.passes.get_mut(&visit.pass).unwrap().give_back(now);
                }
                self.visits.get_mut(&visit.id).unwrap().status = "cancelled".to_owned();
                None
            }
            Deed::NoShow { visit } if now < visit.start => Some("INVALID_STATE"),
            Deed::NoShow { visit } => {
                self.visits.get_mut(&visit.id).unwrap().status = "no_show".to_owned();
                None
            }
            Deed::Transfer {
                pass, to, sessions, ..
            } => {
                let to = self.ids[*to].clone();
                let pass = self.passes.get_mut(pass).unwrap();
                if let Some(why) = pass.why_not_transfer(*sessions, &to, now) {
                    return Some(why);
                }
                let received =
                    pass.transfer(*sessions, &to, &text("transferPackage.purchase.id"), now);
                self.passes.insert(received.id.clone(), received);
                None
            }
            Deed::Refund { pass } => {
                let pass = self.passes.get_mut(pass).unwrap();
                if let Some(why) = pass.why_not_refund(now) {
                    return Some(why);
                }
                let amount = pass.refund();
                let told = answer
                    .data("refundPackage.refund")
                    .pointer("/amount/amountMinor")
                    .and_then(Value::as_i64);
                assert_eq!(told.unwrap_or(0), amount, "{deed:?}");
                None
            }
            Deed::Adjust { pass, delta } => {
                let pass = self.passes.get_mut(pass).unwrap();
                pass.why_not_adjust(*delta, now).or_else(|| {
                    pass.adjust(*delta);
                    None
                })
            }
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

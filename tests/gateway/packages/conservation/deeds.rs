//! What people do with packages, at random.

use chrono::{TimeDelta, Timelike};
use serde_json::{Value, json};
use tests::*;

use super::super::model::{Pass, Visit};
use super::super::with;
use super::{PEOPLE, World};

/// Something that somebody does.
#[derive(Clone, Debug)]
pub enum Deed {
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

impl World {
    /// Something that somebody might do now.
    pub fn deed(&mut self) -> Deed {
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
    pub fn request(&mut self, deed: &Deed) -> (Client, &'static str, Value, &'static str) {
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
}

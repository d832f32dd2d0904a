//! What the model says of a deed.

use serde_json::{Value, json};
use tests::*;

use super::super::model::{CUTOFF, Pass, Visit};
use super::World;
use super::deeds::Deed;

impl World {
    /// What the model says of it: the refusal, or the change, which it then makes.
    pub fn foresee(&mut self, deed: &Deed, answer: &GraphQlResponse) -> Option<&'static str> {
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
}

//! Packages as plain arithmetic, written anew from what is promised: what the property test holds the gateway
//! against.

use booking_gateway::domain::clock::Moment;
use chrono::TimeDelta;
use entity::{booking_orders, customer_purchases};

/// How long before the start a cancellation is free.
pub const CUTOFF: TimeDelta = TimeDelta::hours(2);

/// A purchase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pass {
    pub id: String,
    pub customer: String,
    pub product: String,
    pub status: &'static str,
    pub used: i32,
    pub remaining: i32,
    pub given: i32,
    pub bought: i32,
    pub price: i64,
    pub paid: i64,
    pub passed_on: i64,
    pub refunded: i64,
    pub purchased: Moment,
    pub expires: Option<Moment>,
    pub days: Option<i64>,
    pub transferable: bool,
    pub refundable: bool,
}

const STATUS: [&str; 6] = [
    "pending_payment",
    "active",
    "exhausted",
    "expired",
    "cancelled",
    "transferred",
];

impl From<&customer_purchases::Model> for Pass {
    fn from(row: &customer_purchases::Model) -> Self {
        let terms = row.terms_snapshot.as_ref().expect("terms");
        assert_eq!(
            row.sessions_total,
            row.sessions_used + row.sessions_remaining
        );
        Self {
            id: row.id.clone(),
            customer: row.customer_user_id.clone(),
            product: row.package_product_id.clone(),
            status: STATUS
                .into_iter()
                .find(|word| *word == row.status)
                .expect("a status"),
            used: row.sessions_used,
            remaining: row.sessions_remaining,
            given: row.sessions_adjusted,
            bought: terms["sessions"].as_i64().unwrap() as i32,
            price: row.price_minor.into(),
            paid: row.paid_minor.into(),
            passed_on: row.transferred_minor.into(),
            refunded: row.refunded_minor.into(),
            purchased: row.purchased_at.to_utc(),
            expires: row.expires_at.map(|end| end.to_utc()),
            days: terms["expiry"]["days"].as_i64(),
            transferable: terms["transferable"].as_bool().unwrap(),
            refundable: terms["refundable"].as_bool().unwrap(),
        }
    }
}

impl Pass {
    pub fn is_over(&self, now: Moment) -> bool {
        self.expires.is_some_and(|end| end <= now)
    }

    /// The status by the clock.
    pub fn status_at(&self, now: Moment) -> &'static str {
        match self.status {
            "pending_payment" | "active" if self.is_over(now) => "expired",
            status => status,
        }
    }

    /// Lapses, if its time has come.
    pub fn sweep(&mut self, now: Moment) {
        if self.status_at(now) != self.status {
            (self.status, self.remaining) = ("expired", 0);
        }
    }

    /// Why it cannot pay, if it cannot.
    pub fn why_not(&self, now: Moment) -> Option<&'static str> {
        match self.status_at(now) {
            "pending_payment" => Some("PAYMENT_REQUIRED"),
            "expired" => Some("PACKAGE_EXPIRED"),
            _ if self.remaining < 1 => Some("PACKAGE_EXHAUSTED"),
            _ => None,
        }
    }

    fn change(&mut self, delta: i32, empty: &'static str) {
        self.remaining += delta;
        self.status = if self.remaining == 0 { empty } else { "active" };
    }

    pub fn redeem(&mut self) {
        self.used += 1;
        self.change(-1, "exhausted");
    }

    pub fn give_back(&mut self, now: Moment) {
        self.used -= 1;
        self.change(1, "exhausted");
        self.sweep(now);
    }

    pub fn why_not_adjust(&self, delta: i32, now: Moment) -> Option<&'static str> {
        match self.status_at(now) {
            "pending_payment" => Some("PAYMENT_REQUIRED"),
            "expired" => Some("PACKAGE_EXPIRED"),
            "active" | "exhausted" if self.is_over(now) => Some("PACKAGE_EXPIRED"),
            "active" | "exhausted" if self.remaining + delta < 0 => Some("INVALID_INPUT"),
            "active" | "exhausted" => None,
            _ => Some("INVALID_STATE"),
        }
    }

    pub fn adjust(&mut self, delta: i32) {
        self.given += delta;
        self.change(delta, "exhausted");
    }

    /// What so many unused sessions are worth.
    fn worth(&self, sessions: i32) -> i64 {
        let paid_for = (self.remaining - self.given.max(0)).max(0).min(sessions);
        let share = self.paid * i64::from(paid_for) / i64::from(self.bought);
        share.min(self.paid - self.passed_on - self.refunded)
    }

    pub fn why_not_refund(&self, now: Moment) -> Option<&'static str> {
        match self.status_at(now) {
            "pending_payment" => None,
            "active" if !self.refundable => Some("NOT_REFUNDABLE"),
            "active" => None,
            "expired" => Some("PACKAGE_EXPIRED"),
            "exhausted" => Some("PACKAGE_EXHAUSTED"),
            _ => Some("INVALID_STATE"),
        }
    }

    /// Gives it back; answers the money.
    pub fn refund(&mut self) -> i64 {
        let amount = match self.status {
            "pending_payment" => self.paid,
            _ => self.worth(self.remaining),
        };
        self.refunded += amount;
        self.change(-self.remaining, "cancelled");
        amount
    }

    pub fn why_not_transfer(&self, sessions: i32, to: &str, now: Moment) -> Option<&'static str> {
        match self.status_at(now) {
            "pending_payment" => Some("PAYMENT_REQUIRED"),
            "expired" => Some("PACKAGE_EXPIRED"),
            "exhausted" => Some("PACKAGE_EXHAUSTED"),
            "active" if !self.transferable => Some("NOT_TRANSFERABLE"),
            "active" if sessions < 1 => Some("INVALID_INPUT"),
            "active" if sessions > self.remaining => Some("PACKAGE_EXHAUSTED"),
            "active" if to == self.customer => Some("NOT_TRANSFERABLE"),
            "active" => None,
            _ => Some("INVALID_STATE"),
        }
    }

    /// Passes sessions on; answers what the receiver has.
    pub fn transfer(&mut self, sessions: i32, to: &str, id: &str, now: Moment) -> Self {
        let value = self.worth(sessions);
        self.passed_on += value;
        self.change(-sessions, "transferred");
        Self {
            id: id.to_owned(),
            customer: to.to_owned(),
            status: "active",
            used: 0,
            remaining: sessions,
            given: 0,
            bought: sessions,
            price: value,
            paid: value,
            passed_on: 0,
            refunded: 0,
            purchased: now,
            ..self.clone()
        }
    }

    pub fn why_not_pay(&self, amount: i64, now: Moment) -> Option<&'static str> {
        match self.status_at(now) {
            "pending_payment" if amount > self.price - self.paid => Some("INVALID_INPUT"),
            "pending_payment" => None,
            _ => Some("INVALID_STATE"),
        }
    }

    pub fn pay(&mut self, amount: i64, now: Moment) {
        self.paid += amount;
        if self.paid == self.price {
            self.status = "active";
            // The tests' business is in UTC.
            if let Some(days) = self.days {
                let midnight = now.date_naive().and_hms_opt(0, 0, 0).unwrap().and_utc();
                self.expires = Some(midnight + TimeDelta::days(days + 1));
            }
        }
    }
}

/// A booking that a pass paid for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visit {
    pub id: String,
    pub pass: String,
    pub customer: String,
    pub start: Moment,
    pub status: String,
}

impl From<&booking_orders::Model> for Visit {
    fn from(row: &booking_orders::Model) -> Self {
        Self {
            id: row.id.clone(),
            pass: row.customer_purchase_id.clone().expect("a pass"),
            customer: row.customer_user_id.clone().expect("a customer"),
            start: row.start_at.to_utc(),
            status: row.status.clone(),
        }
    }
}

/// Numbers that look random and are the same for the same seed (SplitMix64).
pub struct Dice(pub u64);

impl Dice {
    pub fn below(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut it = self.0;
        it = (it ^ (it >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        it = (it ^ (it >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((it ^ (it >> 31)) % sides as u64) as usize
    }

    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        (!from.is_empty()).then(|| &from[self.below(from.len())])
    }
}

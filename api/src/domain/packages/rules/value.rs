//! What sessions are worth in money. Whole minor units, rounded down, so that the parts never come to more
//! than the whole.
//!
//! Every session that was bought backs the same share of what was paid. Sessions that staff gave on top back
//! nothing, and are used last; so neither a gift nor a transfer makes money.

use entity::customer_purchases;

/// The sessions of a purchase that somebody paid for and nobody has used.
#[must_use]
pub fn paid_sessions(purchase: &customer_purchases::Model) -> i32 {
    let given = purchase.sessions_adjusted.max(0);
    purchase.sessions_remaining.saturating_sub(given).max(0)
}

/// What `sessions` of a purchase are worth that began with `bought`, in minor units: never more than what
/// was paid for it and has neither come back nor gone along with sessions that were passed on.
#[must_use]
pub fn worth(purchase: &customer_purchases::Model, bought: i32, sessions: i32) -> i32 {
    let left = purchase.paid_minor - purchase.transferred_minor - purchase.refunded_minor;
    let sessions = sessions.clamp(0, paid_sessions(purchase));
    let share = i64::from(purchase.paid_minor) * i64::from(sessions) / i64::from(bought.max(1));
    i32::try_from(share).unwrap_or(i32::MAX).min(left).max(0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn purchase(paid: i32, remaining: i32) -> customer_purchases::Model {
        let now = "2026-03-02T09:00:00Z".parse().unwrap();
        customer_purchases::Model {
            id: String::new(),
            biz_id: String::new(),
            package_product_id: String::new(),
            customer_user_id: String::new(),
            status: "active".to_owned(),
            sessions_total: remaining,
            sessions_used: 0,
            sessions_remaining: remaining,
            purchased_at: now,
            expires_at: None,
            transferred_from_purchase_id: None,
            metadata: None,
            created_at: now,
            updated_at: now,
            version: 1,
            terms_snapshot: None,
            currency: "EUR".to_owned(),
            price_minor: paid,
            paid_minor: paid,
            transferred_minor: 0,
            refunded_minor: 0,
            sessions_adjusted: 0,
            activated_at: None,
        }
    }

    #[test]
    fn unused_sessions_are_worth_their_share_rounded_down() {
        assert_eq!(worth(&purchase(100, 3), 3, 3), 100);
        assert_eq!(worth(&purchase(100, 2), 3, 2), 66);
        assert_eq!(worth(&purchase(100, 0), 3, 0), 0);
        assert_eq!(worth(&purchase(i32::MAX, 1000), 1000, 1000), i32::MAX);
    }

    #[test]
    fn what_staff_gave_is_worth_nothing() {
        let mut generous = purchase(100, 9);
        generous.sessions_adjusted = 5;
        assert_eq!(worth(&generous, 10, 9), 40);
        let mut strict = purchase(100, 5);
        strict.sessions_adjusted = -5;
        assert_eq!(worth(&strict, 10, 5), 50);
    }

    #[test]
    fn no_more_comes_back_than_is_left() {
        let mut partly = purchase(100, 10);
        partly.refunded_minor = 30;
        assert_eq!(worth(&partly, 10, 10), 70);
    }

    proptest! {
        #[test]
        fn parts_never_come_to_more_than_was_paid(
            paid in 0..=i32::MAX,
            parts in proptest::collection::vec(1..50_i32, 1..20),
        ) {
            let bought: i32 = parts.iter().sum();
            let mut left = purchase(paid, bought);
            let mut given = 0_i64;
            for part in parts {
                let worth = worth(&left, bought, part);
                left.sessions_remaining -= part;
                left.transferred_minor += worth;
                given += i64::from(worth);
            }
            prop_assert!(given <= i64::from(paid));
        }
    }
}

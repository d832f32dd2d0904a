//! How a purchase stands at a moment.

use entity::customer_purchases;

use crate::domain::clock::Moment;

/// The states of a purchase.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Status {
    /// It is not paid in full, and cannot be used.
    PendingPayment,
    /// It has sessions to use.
    Active,
    /// Its last session is used.
    Exhausted,
    /// Its time ran out with sessions left, which lapsed.
    Expired,
    /// It was given back for money, or never paid for.
    Cancelled,
    /// Its last sessions were passed on.
    Transferred,
}

impl Status {
    /// Every state.
    pub const ALL: [Self; 6] = [
        Self::PendingPayment,
        Self::Active,
        Self::Exhausted,
        Self::Expired,
        Self::Cancelled,
        Self::Transferred,
    ];

    /// The word that the database stores.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PendingPayment => "pending_payment",
            Self::Active => "active",
            Self::Exhausted => "exhausted",
            Self::Expired => "expired",
            Self::Cancelled => "cancelled",
            Self::Transferred => "transferred",
        }
    }

    /// Reads the word that the database stores; its CHECK allows no other.
    #[must_use]
    pub fn parse(word: &str) -> Self {
        let status = Self::ALL.into_iter().find(|status| status.as_str() == word);
        status.unwrap_or(Self::Cancelled)
    }

    /// The state in words.
    #[must_use]
    pub fn words(self) -> String {
        self.as_str().replace('_', " ")
    }

    /// Whether time can end it.
    #[must_use]
    pub const fn can_expire(self) -> bool {
        matches!(self, Self::PendingPayment | Self::Active)
    }
}

/// A purchase as it is at a moment: what has expired has no session left, also before anybody has written
/// so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Its state.
    pub status: Status,
    /// The sessions that were used and that remain.
    pub total: i32,
    /// The sessions that bookings have used.
    pub used: i32,
    /// The sessions that can still be used.
    pub remaining: i32,
}

impl Standing {
    /// How `purchase` stands at `now`.
    #[must_use]
    pub fn of(purchase: &customer_purchases::Model, now: Moment) -> Self {
        match has_lapsed(purchase, now) {
            true => Self {
                status: Status::Expired,
                total: purchase.sessions_used,
                used: purchase.sessions_used,
                remaining: 0,
            },
            false => Self {
                status: Status::parse(&purchase.status),
                total: purchase.sessions_total,
                used: purchase.sessions_used,
                remaining: purchase.sessions_remaining,
            },
        }
    }
}

/// Whether the purchase's time has run out with sessions left, which nobody has written down yet.
#[must_use]
pub fn has_lapsed(purchase: &customer_purchases::Model, now: Moment) -> bool {
    Status::parse(&purchase.status).can_expire()
        && purchase.expires_at.is_some_and(|end| end <= now)
}

//! How a waitlist gives out places.

use chrono::TimeDelta;
use entity::{queues, waitlist_offers};

use crate::domain::clock::Moment;

/// How a waitlist gives out a place that comes free.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Promotion {
    /// The first who still can is given the place.
    Auto,
    /// It is offered in order, to one at a time.
    Offer,
    /// All are told, and the first claim wins.
    Race,
}

impl Promotion {
    /// The word that the database stores.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Offer => "offer",
            Self::Race => "race",
        }
    }

    /// Reads the word that the database stores.
    #[must_use]
    pub fn parse(word: &str) -> Self {
        match word {
            "auto" => Self::Auto,
            "race" => Self::Race,
            _ => Self::Offer,
        }
    }
}

/// How a waitlist is run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// How it gives out places.
    pub promotion: Promotion,
    /// How long an offer stands, in minutes.
    pub offer_window_min: i32,
    /// How long before the start no place is given out any more, in minutes.
    pub cutoff_min: i32,
}

impl Settings {
    /// How the waitlist of a class is run until somebody decides otherwise: whoever is first is in, until an
    /// hour before.
    pub const OF_A_CLASS: Self = Self {
        promotion: Promotion::Auto,
        offer_window_min: 30,
        cutoff_min: 60,
    };
    /// How the waitlist of an offer is run until somebody decides otherwise: a time within a window is asked
    /// for, not imposed.
    pub const OF_AN_OFFER: Self = Self {
        promotion: Promotion::Offer,
        offer_window_min: 30,
        cutoff_min: 60,
    };

    /// How a waitlist is run.
    #[must_use]
    pub fn of(queue: &queues::Model) -> Self {
        let default = match queue.class_occurrence_id {
            Some(_) => Self::OF_A_CLASS,
            None => Self::OF_AN_OFFER,
        };
        Self {
            promotion: queue
                .promotion
                .as_deref()
                .map_or(default.promotion, Promotion::parse),
            offer_window_min: queue.offer_window_min.unwrap_or(default.offer_window_min),
            cutoff_min: queue.cutoff_min.unwrap_or(default.cutoff_min),
        }
    }

    /// The moment at which a place that starts then is given out no more.
    #[must_use]
    pub fn cutoff(&self, start: Moment) -> Moment {
        start - TimeDelta::minutes(self.cutoff_min.into())
    }

    /// Until when an offer stands that is made now; nothing after the cut-off.
    #[must_use]
    pub fn until(&self, now: Moment, start: Moment) -> Option<Moment> {
        let cutoff = self.cutoff(start);
        let until = now + TimeDelta::minutes(self.offer_window_min.into());
        (now < cutoff).then_some(until.min(cutoff))
    }
}

/// What became of an offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OfferStatus {
    /// It can be claimed, until it runs out.
    Open,
    /// The place was claimed.
    Accepted,
    /// The place was not wanted.
    Declined,
    /// It ran out.
    Expired,
    /// Somebody else was faster.
    Taken,
}

impl OfferStatus {
    /// The word that the database stores.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Accepted => "accepted",
            Self::Declined => "declined",
            Self::Expired => "expired",
            Self::Taken => "taken",
        }
    }

    /// Where an offer stands: one whose time is over has run out, also when nobody has written so yet.
    #[must_use]
    pub fn of(offer: &waitlist_offers::Model, now: Moment) -> Self {
        match offer.status.as_str() {
            "open" if offer.expires_at > now => Self::Open,
            "accepted" => Self::Accepted,
            "declined" => Self::Declined,
            "taken" => Self::Taken,
            _ => Self::Expired,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_offer_stands_for_its_window_but_not_beyond_the_cutoff() {
        let settings = Settings::OF_AN_OFFER;
        let at = |text: &str| -> Moment { text.parse().unwrap() };
        let start = at("2026-03-02T12:00:00Z");
        for (now, until) in [
            ("2026-03-02T09:00:00Z", Some("2026-03-02T09:30:00Z")),
            ("2026-03-02T10:45:00Z", Some("2026-03-02T11:00:00Z")),
            ("2026-03-02T11:00:00Z", None),
            ("2026-03-02T13:00:00Z", None),
        ] {
            assert_eq!(settings.until(at(now), start), until.map(at), "{now}");
        }
    }
}

//! Payment terms: when a business customer pays. Whoever has terms pays no deposit.

use chrono::TimeDelta;

use crate::domain::civil::Span;
use crate::domain::clock::Moment;

/// When the bill is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PaymentTerms {
    /// At once.
    DueNow,
    /// When the service begins.
    OnSite,
    /// 15 days after the service.
    Net15,
    /// 30 days after the service.
    Net30,
    /// 60 days after the service.
    Net60,
}

impl PaymentTerms {
    const ALL: [Self; 5] = [
        Self::DueNow,
        Self::OnSite,
        Self::Net15,
        Self::Net30,
        Self::Net60,
    ];

    /// The word that the database stores.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::DueNow => "due_now",
            Self::OnSite => "on_site",
            Self::Net15 => "net_15",
            Self::Net30 => "net_30",
            Self::Net60 => "net_60",
        }
    }

    /// Reads the word that the database stores.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|terms| terms.as_str() == word)
    }

    /// When a bill is due for a service that was booked at `now`.
    #[must_use]
    pub fn due_at(self, now: Moment, service: Span) -> Moment {
        match self {
            Self::DueNow => now,
            Self::OnSite => service.from,
            Self::Net15 => service.to + TimeDelta::days(15),
            Self::Net30 => service.to + TimeDelta::days(30),
            Self::Net60 => service.to + TimeDelta::days(60),
        }
    }
}

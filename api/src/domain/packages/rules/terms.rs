//! What is agreed when a package is sold, and until when it is good.

use chrono::{Days, NaiveDate};
use chrono_tz::Tz;
use entity::{customer_purchases, package_products};
use serde::{Deserialize, Serialize};

use crate::domain::civil::place;
use crate::domain::clock::Moment;
use crate::domain::error::{Error, Result};

/// Until when a package is good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "type")]
pub enum Expiry {
    /// For ever.
    Never,
    /// Up to the end of the day that is so many days after the one on which it became active.
    DaysFromPurchase {
        /// How many days.
        days: i32,
    },
    /// Up to the end of that day.
    FixedDate {
        /// The last day.
        date: NaiveDate,
    },
}

impl Expiry {
    /// The word that the database stores.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Never => "never",
            Self::DaysFromPurchase { .. } => "days_from_purchase",
            Self::FixedDate { .. } => "fixed_date",
        }
    }

    /// The number of days, if that is what it goes by.
    #[must_use]
    pub const fn days(self) -> Option<i32> {
        match self {
            Self::DaysFromPurchase { days } => Some(days),
            _ => None,
        }
    }

    /// The last day, if that is what it goes by.
    #[must_use]
    pub const fn date(self) -> Option<NaiveDate> {
        match self {
            Self::FixedDate { date } => Some(date),
            _ => None,
        }
    }

    /// What a product says.
    #[must_use]
    pub fn of(product: &package_products::Model) -> Self {
        match (
            product.expiry_type.as_str(),
            product.expiry_days,
            product.expiry_date,
        ) {
            ("days_from_purchase", Some(days), _) => Self::DaysFromPurchase { days },
            ("fixed_date", _, Some(date)) => Self::FixedDate { date },
            _ => Self::Never,
        }
    }

    /// The moment at which a package ends that is bought and not active yet: only a date is known then.
    #[must_use]
    pub fn before_activation(self, zone: Tz) -> Option<Moment> {
        self.date().and_then(|date| end_of(date, zone))
    }

    /// The moment at which a package ends that became active at `activated`: the first after the last day
    /// on which it is good, by the clocks of the business.
    #[must_use]
    pub fn from_activation(self, activated: Moment, zone: Tz) -> Option<Moment> {
        let last = match self {
            Self::Never => None,
            Self::FixedDate { date } => Some(date),
            Self::DaysFromPurchase { days } => {
                let days = Days::new(u64::try_from(days).unwrap_or_default());
                let today = activated.with_timezone(&zone).date_naive();
                today.checked_add_days(days)
            }
        };
        last.and_then(|date| end_of(date, zone))
    }
}

/// The first moment after a day.
fn end_of(date: NaiveDate, zone: Tz) -> Option<Moment> {
    let next = date.succ_opt()?.and_hms_opt(0, 0, 0)?;
    Some(place(next, zone))
}

/// What was agreed when a package was sold. It is frozen with the purchase.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Terms {
    /// What the package was called.
    pub name: String,
    /// How many sessions it began with.
    pub sessions: i32,
    /// Until when it is good.
    pub expiry: Expiry,
    /// Whether sessions can be passed on.
    pub transferable: bool,
    /// Whether unused sessions are given back for money.
    pub refundable: bool,
}

impl Terms {
    /// What a product offers.
    #[must_use]
    pub fn offered(product: &package_products::Model) -> Self {
        Self {
            name: product.name.clone(),
            sessions: product.session_count,
            expiry: Expiry::of(product),
            transferable: product.transferable,
            refundable: product.refundable,
        }
    }

    /// What was agreed with a purchase.
    ///
    /// # Errors
    /// A fault when it cannot be read; we wrote it.
    pub fn of(purchase: &customer_purchases::Model) -> Result<Self> {
        match &purchase.terms_snapshot {
            Some(frozen) => Ok(serde_json::from_value(frozen.clone())?),
            None => Err(Error::fault(format!("{} has no terms", purchase.id))),
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono_tz::{America::New_York, Europe::Berlin, UTC};

    use super::*;

    fn at(text: &str) -> Moment {
        text.parse().unwrap()
    }

    #[test]
    fn a_date_is_good_to_its_end_by_the_clocks_of_the_business() {
        let date = "2026-03-28".parse().unwrap();
        let expiry = Expiry::FixedDate { date };
        for (zone, end) in [
            (UTC, "2026-03-29T00:00:00Z"),
            (Berlin, "2026-03-28T23:00:00Z"),
            (New_York, "2026-03-29T04:00:00Z"),
        ] {
            assert_eq!(expiry.before_activation(zone), Some(at(end)));
            assert_eq!(
                expiry.from_activation(at("2026-01-01T00:00:00Z"), zone),
                Some(at(end))
            );
        }
    }

    #[test]
    fn days_count_from_the_day_on_which_it_becomes_active() {
        let expiry = Expiry::DaysFromPurchase { days: 30 };
        assert_eq!(expiry.before_activation(Berlin), None);
        // It is 1 March already in Berlin, and the clocks change before 31 March ends.
        assert_eq!(
            expiry.from_activation(at("2026-02-28T23:30:00Z"), Berlin),
            Some(at("2026-03-31T22:00:00Z"))
        );
    }

    #[test]
    fn a_day_that_begins_late_ends_the_one_before_it_on_time() {
        use chrono_tz::Africa::Cairo;
        // On 24 April 2026 the clocks of Cairo jump from midnight to one.
        let date = "2026-04-23".parse().unwrap();
        let expiry = Expiry::FixedDate { date };
        assert_eq!(
            expiry.before_activation(Cairo),
            Some(at("2026-04-23T22:00:00Z"))
        );
    }

    #[test]
    fn what_never_ends_has_no_end() {
        assert_eq!(
            Expiry::Never.from_activation(at("2026-02-28T23:30:00Z"), UTC),
            None
        );
        assert_eq!(Expiry::Never.before_activation(UTC), None);
    }
}

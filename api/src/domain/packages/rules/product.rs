//! Where a product stands, and what a client says about its end.

use std::ops::RangeInclusive;

use chrono::{Datelike, NaiveDate};

use super::terms::Expiry;
use crate::domain::catalog::rules;
use crate::domain::error::Refusal;

/// How many days a package may be good for: a hundred years.
const DAYS: RangeInclusive<i32> = 1..=36_500;
/// The last year in which a package may end.
const LAST_YEAR: i32 = 2_999;

/// Where a product stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProductStatus {
    /// Still being written; only staff see it.
    Draft,
    /// On sale.
    Active,
    /// Not on sale for now.
    Inactive,
    /// Not on sale any more.
    Archived,
}

impl ProductStatus {
    const ALL: [Self; 4] = [Self::Draft, Self::Active, Self::Inactive, Self::Archived];

    /// The word that the database stores.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Active => "active",
            Self::Inactive => "inactive",
            Self::Archived => "archived",
        }
    }

    /// Reads the word that the database stores; its CHECK allows no other.
    #[must_use]
    pub fn parse(word: &str) -> Self {
        let status = Self::ALL.into_iter().find(|status| status.as_str() == word);
        status.unwrap_or(Self::Archived)
    }

    /// Whether a product may go from here to `next`. What was on sale is no draft again, and what is
    /// archived stays so.
    #[must_use]
    pub fn may_become(self, next: Self) -> bool {
        self == next || (self != Self::Archived && next != Self::Draft)
    }
}

/// What a product says about its end, as a client gives it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ExpiryDraft {
    /// By which rule; left as it is when `None`.
    pub kind: Option<ExpiryType>,
    /// How many days.
    pub days: Option<i32>,
    /// The last day.
    pub date: Option<NaiveDate>,
}

/// The rules by which a package may end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExpiryType {
    /// It does not.
    Never,
    /// So many days after it became active.
    DaysFromPurchase,
    /// On a date.
    FixedDate,
}

impl ExpiryDraft {
    /// What it comes to, where `before` is what the product said.
    ///
    /// # Errors
    /// `INVALID_INPUT` at `expiryDays` or `expiryDate`.
    pub fn read(self, before: Expiry, today: NaiveDate) -> Result<Expiry, Refusal> {
        let kind = self.kind.unwrap_or(match before {
            Expiry::Never => ExpiryType::Never,
            Expiry::DaysFromPurchase { .. } => ExpiryType::DaysFromPurchase,
            Expiry::FixedDate { .. } => ExpiryType::FixedDate,
        });
        let of_another = |field: &str| {
            let message = "Does not go with this `expiryType`.";
            Err(Refusal::invalid(field, message))
        };
        match kind {
            ExpiryType::Never if self.days.is_some() => of_another("expiryDays"),
            ExpiryType::FixedDate if self.days.is_some() => of_another("expiryDays"),
            ExpiryType::Never if self.date.is_some() => of_another("expiryDate"),
            ExpiryType::DaysFromPurchase if self.date.is_some() => of_another("expiryDate"),
            ExpiryType::Never => Ok(Expiry::Never),
            ExpiryType::DaysFromPurchase => {
                let days = self.days.or(before.days());
                let days = days.ok_or_else(|| Refusal::invalid("expiryDays", "How many days?"))?;
                let days = rules::within("expiryDays", days, DAYS)?;
                Ok(Expiry::DaysFromPurchase { days })
            }
            ExpiryType::FixedDate => {
                let date = self.date.or(before.date());
                let date = date.ok_or_else(|| Refusal::invalid("expiryDate", "On which day?"))?;
                let named = self.date.is_some();
                if named && (date < today || date.year() > LAST_YEAR) {
                    let message = format!("Not before today, and not after {LAST_YEAR}.");
                    return Err(Refusal::invalid("expiryDate", message));
                }
                Ok(Expiry::FixedDate { date })
            }
        }
    }
}

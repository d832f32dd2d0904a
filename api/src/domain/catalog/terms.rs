//! The terms of an offer version: which lengths it comes in, what it costs, how early and how late it
//! can be booked. Pure decisions.

use chrono::TimeDelta;
use entity::offer_versions;
use serde::{Deserialize, Serialize};

use crate::domain::civil::Span;
use crate::domain::clock::Moment;
use crate::domain::error::{Refusal, RefusalCode};

/// How the length of a booking is decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DurationMode {
    /// Always the default length.
    Fixed,
    /// The customer's choice between a minimum and a maximum, in steps.
    Flexible,
    /// As flexible, and the time in between need not be opening time: a rental.
    MultiDay,
}

impl DurationMode {
    /// The word that the database stores.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Fixed => "fixed",
            Self::Flexible => "flexible",
            Self::MultiDay => "multi_day",
        }
    }

    /// Reads the word that the database stores.
    #[must_use]
    pub fn parse(word: &str) -> Self {
        match word {
            "flexible" => Self::Flexible,
            "multi_day" => Self::MultiDay,
            _ => Self::Fixed,
        }
    }
}

/// What a booking costs, in minor units of the version's currency. It is frozen with the booking.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Quote {
    /// The fixed part.
    pub base: i32,
    /// The price of one unit of time, when time is charged for.
    pub unit: Option<i32>,
    /// How many units of time are charged.
    pub units: i32,
    /// The whole.
    pub total: i32,
    /// What must be paid ahead.
    pub deposit: Option<i32>,
}

/// The length of a booking of `version` for which `asked_min` minutes were asked.
///
/// # Errors
/// `DURATION_NOT_ALLOWED` when the offer does not come in that length.
pub fn duration(
    version: &offer_versions::Model,
    asked_min: Option<i32>,
) -> Result<TimeDelta, Refusal> {
    let minutes = asked_min.unwrap_or(version.default_duration_min);
    let refuse = |message: String| {
        Err(Refusal::new(RefusalCode::DurationNotAllowed, message).at("durationMin"))
    };
    match DurationMode::parse(&version.duration_mode) {
        DurationMode::Fixed if minutes != version.default_duration_min => refuse(format!(
            "This offer takes {} minutes.",
            version.default_duration_min
        )),
        DurationMode::Fixed => Ok(TimeDelta::minutes(minutes.into())),
        DurationMode::Flexible | DurationMode::MultiDay => {
            let min = version
                .min_duration_min
                .unwrap_or(version.default_duration_min);
            let max = version
                .max_duration_min
                .unwrap_or(version.default_duration_min);
            let step = version.duration_step_min.max(1);
            if minutes < min || minutes > max || (minutes - min) % step != 0 {
                return refuse(format!(
                    "This offer takes {min} to {max} minutes, in steps of {step}."
                ));
            }
            Ok(TimeDelta::minutes(minutes.into()))
        }
    }
}

/// What a booking of that length costs: `base + unit price × units`, a part of a unit charged whole.
///
/// # Errors
/// `NOT_BOOKABLE` when the amount is beyond what an amount can be.
pub fn quote(version: &offer_versions::Model, length: TimeDelta) -> Result<Quote, Refusal> {
    let (unit, units) = match (version.unit_pricing_minor, version.unit_min) {
        (Some(price), Some(minutes @ 1..)) => {
            let minutes = i64::from(minutes);
            (Some(price), (length.num_minutes() + minutes - 1) / minutes)
        }
        _ => (None, 0),
    };
    let total = i64::from(version.base_price_minor) + i64::from(unit.unwrap_or(0)) * units;
    let deposit = version
        .requires_deposit
        .then(|| half_up(total, version.deposit_percent_bps.unwrap_or(0)));
    let too_much =
        |_| Refusal::new(RefusalCode::NotBookable, "The price is too large.").at("durationMin");
    Ok(Quote {
        base: version.base_price_minor,
        unit,
        units: i32::try_from(units).map_err(too_much)?,
        total: i32::try_from(total).map_err(too_much)?,
        deposit: deposit
            .map(i32::try_from)
            .transpose()
            .map_err(too_much)?
            .filter(|deposit| *deposit > 0),
    })
}

/// The share of an amount, in basis points, rounded half up.
fn half_up(amount: i64, bps: i32) -> i64 {
    (amount * i64::from(bps) + 5_000) / 10_000
}

/// When a booking may begin: not before the lead time has passed, not beyond the horizon.
#[must_use]
pub fn bookable(version: &offer_versions::Model, now: Moment) -> Span {
    Span {
        from: now + TimeDelta::minutes(version.lead_time_min.into()),
        to: now + TimeDelta::days(version.horizon_days.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::half_up;

    #[test]
    fn a_deposit_is_rounded_half_up() {
        assert_eq!(half_up(10_000, 3_333), 3_333);
        assert_eq!(half_up(1, 5_000), 1);
        assert_eq!(half_up(1, 4_999), 0);
        assert_eq!(half_up(i64::from(i32::MAX), 10_000), i64::from(i32::MAX));
    }
}

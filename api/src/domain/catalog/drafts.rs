//! The terms of a new offer version, before they are stored. Pure decisions.

use std::ops::RangeInclusive;

use chrono::TimeDelta;
use entity::offer_versions;

use super::resources::BUFFER;
use super::rules::{some_within, within};
use super::terms::{self, DurationMode};
use crate::domain::error::Refusal;

/// How long a booking may be, in minutes: up to a leap year.
const DURATION: RangeInclusive<i32> = 1..=527_040;
/// How far apart starts may be, in minutes: up to a day.
const INTERVAL: RangeInclusive<i32> = 1..=1_440;
/// What a price may be, in minor units.
const PRICE: RangeInclusive<i32> = 0..=i32::MAX;
/// How early a booking may have to be made, in minutes: up to a leap year.
const LEAD: RangeInclusive<i32> = 0..=527_040;
/// How far ahead a booking may be made, in days: up to ten years.
const HORIZON: RangeInclusive<i32> = 0..=3_660;
/// A share of the price, in basis points.
const SHARE: RangeInclusive<i32> = 0..=10_000;

/// The terms of a new offer version.
#[derive(Clone, Debug)]
pub struct Draft {
    /// How the length of a booking is decided.
    pub duration_mode: DurationMode,
    /// The length of a booking that asks for none, in minutes.
    pub default_duration_min: i32,
    /// The shortest booking, in minutes; only where the length is chosen.
    pub min_duration_min: Option<i32>,
    /// The longest booking, in minutes; only where the length is chosen.
    pub max_duration_min: Option<i32>,
    /// The step between two lengths, in minutes.
    pub duration_step_min: i32,
    /// How far apart starts are, in minutes.
    pub slot_interval_min: i32,
    /// What every booking costs, in minor units of the business's currency.
    pub base_price_minor: i32,
    /// What each begun unit of time costs on top, in minor units.
    pub unit_price_minor: Option<i32>,
    /// The length of a unit of time, in minutes.
    pub unit_min: Option<i32>,
    /// Whether staff must approve a booking.
    pub requires_approval: bool,
    /// Whether a part of the price must be paid ahead.
    pub requires_deposit: bool,
    /// That part, in basis points.
    pub deposit_percent_bps: Option<i32>,
    /// The minutes that a resource rests between two bookings.
    pub min_gap_between_bookings_min: i32,
    /// How early a booking must be made, in minutes.
    pub lead_time_min: i32,
    /// How far ahead a booking can be made, in days.
    pub horizon_days: i32,
    /// How many minutes before its start a cancellation becomes late.
    pub cancellation_cutoff_min: i32,
    /// What a late cancellation costs, in minor units.
    pub late_fee_minor: Option<i32>,
    /// Whether a late cancellation uses up the session that paid for the booking.
    pub forfeits_session: bool,
}

impl Draft {
    /// Lets terms pass that are in range and agree with each other.
    ///
    /// # Errors
    /// `INVALID_INPUT` at the field at fault.
    pub fn check(&self) -> Result<(), Refusal> {
        self.check_duration()?;
        within("slotIntervalMin", self.slot_interval_min, INTERVAL)?;
        self.check_deposit()?;
        let gap = self.min_gap_between_bookings_min;
        within("minGapBetweenBookingsMin", gap, BUFFER)?;
        within("leadTimeMin", self.lead_time_min, LEAD)?;
        within("horizonDays", self.horizon_days, HORIZON)?;
        if i64::from(self.lead_time_min) > i64::from(self.horizon_days) * 24 * 60 {
            return Err(Refusal::invalid(
                "leadTimeMin",
                "Nothing could be booked: the lead time is longer than the horizon.",
            ));
        }
        let cutoff = self.cancellation_cutoff_min;
        within("cancellationPolicy.cutoffMin", cutoff, LEAD)?;
        some_within(
            "cancellationPolicy.lateFeeMinor",
            self.late_fee_minor,
            PRICE,
        )?;
        Ok(())
    }

    fn check_duration(&self) -> Result<(), Refusal> {
        let default = self.default_duration_min;
        within("defaultDurationMin", default, DURATION)?;
        some_within("minDurationMin", self.min_duration_min, DURATION)?;
        some_within("maxDurationMin", self.max_duration_min, DURATION)?;
        let step = within("durationStepMin", self.duration_step_min, DURATION)?;
        match (
            self.duration_mode,
            self.min_duration_min,
            self.max_duration_min,
        ) {
            (DurationMode::Fixed, None, None) => Ok(()),
            (DurationMode::Fixed, min, _) => {
                let field = match min {
                    Some(_) => "minDurationMin",
                    None => "maxDurationMin",
                };
                Err(Refusal::invalid(
                    field,
                    "A fixed length has no minimum or maximum.",
                ))
            }
            (_, Some(min), Some(max)) if min > max => Err(Refusal::invalid(
                "maxDurationMin",
                "The maximum is less than the minimum.",
            )),
            (_, Some(min), Some(max)) if default < min || default > max => Err(Refusal::invalid(
                "defaultDurationMin",
                "The default is not between the minimum and the maximum.",
            )),
            (_, Some(min), Some(_)) if (default - min) % step != 0 => Err(Refusal::invalid(
                "defaultDurationMin",
                "The default is not a whole number of steps above the minimum.",
            )),
            (_, Some(_), Some(_)) => Ok(()),
            (_, min, _) => {
                let field = match min {
                    None => "minDurationMin",
                    Some(_) => "maxDurationMin",
                };
                Err(Refusal::invalid(
                    field,
                    "Where the length is chosen, it needs a minimum and a maximum.",
                ))
            }
        }
    }

    fn check_deposit(&self) -> Result<(), Refusal> {
        some_within("depositPercentBps", self.deposit_percent_bps, SHARE)?;
        match (self.requires_deposit, self.deposit_percent_bps) {
            (true, None | Some(0)) => Err(Refusal::invalid(
                "depositPercentBps",
                "A deposit needs a share of the price, from 1 to 10000 basis points.",
            )),
            _ => Ok(()),
        }
    }

    /// Lets the prices of a version made of this draft pass.
    ///
    /// # Errors
    /// `INVALID_INPUT` at the field at fault; at `unitPriceMinor` when the longest booking would cost
    /// more than can be written down.
    pub fn check_prices(&self, version: &offer_versions::Model) -> Result<(), Refusal> {
        within("basePriceMinor", self.base_price_minor, PRICE)?;
        some_within("unitPriceMinor", self.unit_price_minor, PRICE)?;
        some_within("unitMin", self.unit_min, DURATION)?;
        let missing = match (self.unit_price_minor, self.unit_min) {
            (Some(_), None) => Some("unitMin"),
            (None, Some(_)) => Some("unitPriceMinor"),
            _ => None,
        };
        if let Some(field) = missing {
            return Err(Refusal::invalid(
                field,
                "Give both `unitPriceMinor` and `unitMin`, or neither.",
            ));
        }
        let longest = self.max_duration_min.unwrap_or(self.default_duration_min);
        terms::quote(version, TimeDelta::minutes(longest.into()))
            .map_err(|refusal| Refusal::invalid("unitPriceMinor", refusal.message))?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hour() -> Draft {
        Draft {
            duration_mode: DurationMode::Fixed,
            default_duration_min: 60,
            min_duration_min: None,
            max_duration_min: None,
            duration_step_min: 15,
            slot_interval_min: 15,
            base_price_minor: 5_000,
            unit_price_minor: None,
            unit_min: None,
            requires_approval: false,
            requires_deposit: false,
            deposit_percent_bps: None,
            min_gap_between_bookings_min: 0,
            lead_time_min: 0,
            horizon_days: 90,
            cancellation_cutoff_min: 0,
            late_fee_minor: None,
            forfeits_session: false,
        }
    }

    fn flexible() -> Draft {
        Draft {
            duration_mode: DurationMode::Flexible,
            min_duration_min: Some(30),
            max_duration_min: Some(120),
            ..hour()
        }
    }

    #[test]
    fn the_terms_agree_with_each_other() {
        assert_eq!(hour().check(), Ok(()));
        assert_eq!(flexible().check(), Ok(()));
        let cases: [(&str, Draft); 12] = [
            (
                "defaultDurationMin",
                Draft {
                    default_duration_min: 0,
                    ..hour()
                },
            ),
            (
                "minDurationMin",
                Draft {
                    min_duration_min: Some(30),
                    ..hour()
                },
            ),
            (
                "maxDurationMin",
                Draft {
                    max_duration_min: Some(90),
                    ..hour()
                },
            ),
            (
                "minDurationMin",
                Draft {
                    min_duration_min: None,
                    ..flexible()
                },
            ),
            (
                "maxDurationMin",
                Draft {
                    max_duration_min: Some(20),
                    ..flexible()
                },
            ),
            (
                "defaultDurationMin",
                Draft {
                    default_duration_min: 150,
                    ..flexible()
                },
            ),
            (
                "defaultDurationMin",
                Draft {
                    default_duration_min: 50,
                    ..flexible()
                },
            ),
            (
                "durationStepMin",
                Draft {
                    duration_step_min: 0,
                    ..flexible()
                },
            ),
            (
                "depositPercentBps",
                Draft {
                    requires_deposit: true,
                    ..hour()
                },
            ),
            (
                "depositPercentBps",
                Draft {
                    deposit_percent_bps: Some(10_001),
                    ..hour()
                },
            ),
            (
                "leadTimeMin",
                Draft {
                    lead_time_min: 1_441,
                    horizon_days: 1,
                    ..hour()
                },
            ),
            (
                "horizonDays",
                Draft {
                    horizon_days: i32::MAX,
                    ..hour()
                },
            ),
        ];
        for (field, draft) in cases {
            assert_eq!(draft.check().unwrap_err().field, [field], "{draft:?}");
        }
    }
}

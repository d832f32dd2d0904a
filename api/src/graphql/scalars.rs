//! Scalars that check what they are given.

use std::str::FromStr;

use async_graphql::{InputValueError, InputValueResult, Scalar, ScalarType, Value};
use chrono::{Datelike, NaiveDate, NaiveTime, SecondsFormat};
use chrono_tz::Tz;

use crate::domain::clock::Moment;

/// The years that a date may lie in. Later ones would not sort as text.
const YEARS: std::ops::RangeInclusive<i32> = 1970..=9999;

macro_rules! text_scalar {
    ($(#[$doc:meta])* $name:ident($inner:ty) as $graphql:literal, $parse:expr, $print:expr) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub struct $name(pub $inner);

        $(#[$doc])*
        #[Scalar(name = $graphql)]
        impl ScalarType for $name {
            fn parse(value: Value) -> InputValueResult<Self> {
                let Value::String(text) = &value else {
                    return Err(InputValueError::expected_type(value));
                };
                let parse: fn(&str) -> Result<$inner, &'static str> = $parse;
                parse(text).map(Self).map_err(InputValueError::custom)
            }

            fn to_value(&self) -> Value {
                let print: fn(&$inner) -> String = $print;
                Value::String(print(&self.0))
            }
        }

        impl From<$inner> for $name {
            fn from(inner: $inner) -> Self {
                Self(inner)
            }
        }
    };
}

text_scalar! {
    /// A moment as RFC 3339 writes it, such as `2026-03-29T18:00:00+02:00`; printed in UTC with a `Z`.
    DateTime(Moment) as "DateTime",
    |text| {
        let at = chrono::DateTime::parse_from_rfc3339(text)
            .map_err(|_| "expected an RFC 3339 date and time with an offset, such as 2026-03-29T18:00:00Z")?
            .to_utc();
        YEARS.contains(&at.year()).then_some(at).ok_or("the year is out of range")
    },
    |at| at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

impl From<chrono::DateTime<chrono::FixedOffset>> for DateTime {
    fn from(at: chrono::DateTime<chrono::FixedOffset>) -> Self {
        Self(at.to_utc())
    }
}

text_scalar! {
    /// A day in some place's calendar, such as `2026-03-29`.
    LocalDate(NaiveDate) as "LocalDate",
    |text| {
        let date = NaiveDate::parse_from_str(text, "%Y-%m-%d")
            .map_err(|_| "expected a date such as 2026-03-29")?;
        (text.len() == 10 && YEARS.contains(&date.year())).then_some(date).ok_or("expected a date such as 2026-03-29")
    },
    |date| date.to_string()
}

text_scalar! {
    /// A time on some place's wall clock, such as `18:00`.
    LocalTime(NaiveTime) as "LocalTime",
    |text| {
        (text.len() == 5).then(|| NaiveTime::parse_from_str(text, "%H:%M").ok()).flatten()
            .ok_or("expected a time such as 18:00")
    },
    |time| time.format("%H:%M").to_string()
}

text_scalar! {
    /// The IANA name of a time zone, such as `Europe/Berlin`.
    TimeZone(Tz) as "TimeZone",
    |text| Tz::from_str(text).map_err(|_| "expected the IANA name of a time zone, such as Europe/Berlin"),
    |zone| zone.name().to_owned()
}

text_scalar! {
    /// The ISO 4217 code of a currency, such as `EUR`.
    CurrencyCode(iso_currency::Currency) as "CurrencyCode",
    |text| iso_currency::Currency::from_code(text).ok_or("expected the ISO 4217 code of a currency, such as EUR"),
    |currency| currency.code().to_owned()
}

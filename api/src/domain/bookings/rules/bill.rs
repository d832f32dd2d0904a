//! A booking's bill: its lines and their sum.

use crate::domain::catalog::terms::Quote;

/// A line of the bill. Its total is quantity × unit amount.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What is charged: `service` or `duration`.
    pub kind: &'static str,
    /// What the customer reads.
    pub label: String,
    /// How many.
    pub quantity: i32,
    /// What one costs, in minor units.
    pub unit_minor: i32,
}

impl Line {
    /// What the line comes to, in minor units.
    #[must_use]
    pub fn total(&self) -> i32 {
        // The quote's total, which holds every line, was checked against overflow.
        self.quantity.saturating_mul(self.unit_minor)
    }
}

/// What is left to pay: all of a quote, or nothing when a package's session pays for it.
#[must_use]
pub const fn total(quote: &Quote, by_package: bool) -> i32 {
    match by_package {
        true => 0,
        false => quote.total,
    }
}

/// The lines of a bill for a quote.
#[must_use]
pub fn lines(offer_name: &str, quote: &Quote) -> Vec<Line> {
    let base = Line {
        kind: "service",
        label: offer_name.to_owned(),
        quantity: 1,
        unit_minor: quote.base,
    };
    let duration = quote.unit.filter(|_| quote.units > 0).map(|unit| Line {
        kind: "duration",
        label: "Duration".to_owned(),
        quantity: quote.units,
        unit_minor: unit,
    });
    // An offer that is priced by its duration alone has no line of zero.
    let base = Some(base).filter(|line| line.unit_minor != 0 || duration.is_none());
    base.into_iter().chain(duration).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn lines_sum_to_the_total(base in 0..1_000_000, unit in 0..10_000, units in 0..10_000) {
            let quote = Quote {
                base,
                unit: Some(unit),
                units,
                total: base + unit * units,
                deposit: None,
            };
            let sum: i32 = lines("Yoga", &quote).iter().map(Line::total).sum();
            prop_assert_eq!(sum, quote.total);
        }
    }
}

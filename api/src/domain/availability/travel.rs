//! Travel of resources that come to the customer.

use chrono::TimeDelta;
use entity::{locations, resources};
use serde::{Deserialize, Serialize};

use super::rules::Reach;
use crate::domain::error::Refusal;

/// The mean radius of the earth, in kilometres (IUGG).
const EARTH_RADIUS_KM: f64 = 6_371.008_8;
/// How many minutes a kilometre takes, door to door: 30 km/h, as in a town.
const MINUTES_PER_KM: f64 = 2.0;
/// The longest line of an address, in characters.
const MAX_LINE: usize = 200;

/// A postal address with its coordinates.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Address {
    /// Street and number.
    pub line1: String,
    /// Whatever else helps to find it.
    pub line2: Option<String>,
    /// The town.
    pub city: Option<String>,
    /// The postal code.
    pub postal_code: Option<String>,
    /// The country.
    pub country: Option<String>,
    /// Degrees north, −90 to 90.
    pub latitude: Option<f64>,
    /// Degrees east, −180 to 180.
    pub longitude: Option<f64>,
}

impl Address {
    /// Checks an address that was given as `field`.
    ///
    /// # Errors
    /// `INVALID_INPUT` for an empty first line, over-long lines or impossible coordinates.
    pub fn check(&self, field: &str) -> Result<(), Refusal> {
        let lines = [
            ("line1", Some(&self.line1)),
            ("line2", self.line2.as_ref()),
            ("city", self.city.as_ref()),
            ("postalCode", self.postal_code.as_ref()),
            ("country", self.country.as_ref()),
        ];
        for (name, line) in lines {
            let Some(line) = line else { continue };
            if line.chars().count() > MAX_LINE || line.chars().any(char::is_control) {
                return Err(Refusal::invalid(
                    &format!("{field}.{name}"),
                    format!("At most {MAX_LINE} characters on one line."),
                ));
            }
        }
        if self.line1.trim().is_empty() {
            return Err(Refusal::invalid(
                &format!("{field}.line1"),
                "Must not be empty.",
            ));
        }
        let degrees = [
            ("latitude", self.latitude, 90.0),
            ("longitude", self.longitude, 180.0),
        ];
        for (name, value, most) in degrees {
            if value.is_some_and(|value| !(-most..=most).contains(&value)) {
                return Err(Refusal::invalid(
                    &format!("{field}.{name}"),
                    format!("Must be -{most} to {most} degrees."),
                ));
            }
        }
        if self.latitude.is_some() != self.longitude.is_some() {
            return Err(Refusal::invalid(
                field,
                "Give both coordinates, or neither.",
            ));
        }
        Ok(())
    }

    fn point(&self) -> Option<(f64, f64)> {
        self.latitude.zip(self.longitude)
    }
}

/// How `resource` gets to `address` from its location.
#[must_use]
pub fn reach(
    resource: &resources::Model,
    base: Option<&locations::Model>,
    address: Option<&Address>,
) -> Reach {
    if !resource.is_mobile {
        return Reach::Within(TimeDelta::zero());
    }
    let Some(to) = address.and_then(Address::point) else {
        return Reach::Unknown;
    };
    let Some(from) = base.and_then(|base| base.latitude.zip(base.longitude)) else {
        // Nobody has said where it starts from, so neither radius nor travel can be told.
        return Reach::Within(TimeDelta::zero());
    };
    let distance = distance_km(from, to);
    if resource
        .service_radius_km
        .is_some_and(|radius| distance > radius)
    {
        return Reach::Beyond;
    }
    // Half of the earth's circumference is far below the limits of the type.
    #[expect(clippy::cast_possible_truncation, reason = "at most 40,000 minutes")]
    let minutes = (distance * MINUTES_PER_KM).ceil() as i64;
    Reach::Within(TimeDelta::minutes(minutes))
}

/// The great-circle distance between two points in degrees, by the haversine formula.
fn distance_km((lat1, lon1): (f64, f64), (lat2, lon2): (f64, f64)) -> f64 {
    let (lat1, lat2) = (lat1.to_radians(), lat2.to_radians());
    let half_lat = (lat2 - lat1) / 2.0;
    let half_lon = (lon2 - lon1).to_radians() / 2.0;
    let h = half_lat.sin().powi(2) + lat1.cos() * lat2.cos() * half_lon.sin().powi(2);
    2.0 * EARTH_RADIUS_KM * h.sqrt().clamp(0.0, 1.0).asin()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn berlin_is_878_km_from_paris() {
        let distance = distance_km((52.52, 13.405), (48.8566, 2.3522));
        assert!((877.0..879.0).contains(&distance), "{distance}");
    }

    #[test]
    fn an_address_has_a_line_and_both_coordinates_or_none() {
        let address = Address {
            line1: "Main Street 1".into(),
            ..Address::default()
        };
        assert!(address.check("serviceAddress").is_ok());
        let half = Address {
            latitude: Some(1.0),
            ..address.clone()
        };
        assert!(half.check("serviceAddress").is_err());
        let impossible = Address {
            latitude: Some(f64::NAN),
            longitude: Some(0.0),
            ..address
        };
        assert!(impossible.check("serviceAddress").is_err());
    }
}

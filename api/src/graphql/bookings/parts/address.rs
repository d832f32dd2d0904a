//! Where a service comes to.

use async_graphql::SimpleObject;

use crate::domain::availability::travel;

/// A postal address with its coordinates.
#[derive(Clone, Debug, SimpleObject)]
pub struct Address {
    /// Street and number.
    line1: String,
    /// Whatever else helps to find it.
    line2: Option<String>,
    /// The town.
    city: Option<String>,
    /// The postal code.
    postal_code: Option<String>,
    /// The country.
    country: Option<String>,
    /// Degrees north, −90 to 90.
    latitude: Option<f64>,
    /// Degrees east, −180 to 180.
    longitude: Option<f64>,
}

impl From<travel::Address> for Address {
    fn from(address: travel::Address) -> Self {
        Self {
            line1: address.line1,
            line2: address.line2,
            city: address.city,
            postal_code: address.postal_code,
            country: address.country,
            latitude: address.latitude,
            longitude: address.longitude,
        }
    }
}

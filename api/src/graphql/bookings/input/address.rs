//! An address that a client gives.

use async_graphql::InputObject;

use crate::domain::availability::travel::Address;

/// A postal address with its coordinates.
#[derive(Clone, Debug, InputObject)]
pub struct AddressInput {
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

impl From<AddressInput> for Address {
    fn from(input: AddressInput) -> Self {
        Self {
            line1: input.line1,
            line2: input.line2,
            city: input.city,
            postal_code: input.postal_code,
            country: input.country,
            latitude: input.latitude,
            longitude: input.longitude,
        }
    }
}

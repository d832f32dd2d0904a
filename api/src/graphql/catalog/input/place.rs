//! What opening a business and adding places to it takes.

use async_graphql::{ID, InputObject};

use crate::domain::catalog::businesses::CreateBusiness;
use crate::domain::catalog::locations::CreateLocation;
use crate::domain::catalog::venues::CreateVenue;
use crate::domain::ids::Kind;
use crate::graphql::payload::{Read, optional_id};
use crate::graphql::scalars::{CurrencyCode, TimeZone};

/// A business to be opened.
#[derive(Clone, Debug, InputObject)]
pub struct CreateBusinessInput {
    /// What it is called: one line of at most 200 characters.
    pub name: String,
    /// Its name in addresses: small letters, digits and hyphens, new among all businesses.
    pub slug: String,
    /// The time zone of whatever has no location of its own.
    pub time_zone: TimeZone,
    /// The currency of its prices.
    pub currency: CurrencyCode,
    /// The caller's key, 1 to 255 characters: the same input sent again under it gets the same result.
    pub idempotency_key: Option<String>,
}

impl CreateBusinessInput {
    /// The use case's command.
    pub fn command(self) -> CreateBusiness {
        CreateBusiness {
            name: self.name,
            slug: self.slug,
            time_zone: self.time_zone.0,
            currency: self.currency.0,
        }
    }
}

/// A place to be added.
#[derive(Clone, Debug, InputObject)]
pub struct CreateLocationInput {
    /// The business.
    pub business_id: ID,
    /// What it is called: one line of at most 200 characters.
    pub name: String,
    /// Its name in addresses: small letters, digits and hyphens, new within the business.
    pub slug: String,
    /// The zone whose wall clock its hours are read on; the business's when left out.
    pub time_zone: Option<TimeZone>,
    /// Degrees north of the equator.
    pub latitude: Option<f64>,
    /// Degrees east of Greenwich.
    pub longitude: Option<f64>,
    /// The caller's key, 1 to 255 characters: the same input sent again under it gets the same result.
    pub idempotency_key: Option<String>,
}

impl CreateLocationInput {
    /// The use case's command.
    ///
    /// # Errors
    /// `INVALID_INPUT` for an id of another kind.
    pub fn command(self) -> Read<CreateLocation> {
        Ok(CreateLocation {
            biz_id: Kind::Business.accept(&self.business_id, "businessId")?,
            name: self.name,
            slug: self.slug,
            time_zone: self.time_zone.map(|zone| zone.0),
            latitude: self.latitude,
            longitude: self.longitude,
        })
    }
}

/// A hall or room to be added.
#[derive(Clone, Debug, InputObject)]
pub struct CreateVenueInput {
    /// The business.
    pub business_id: ID,
    /// Where it is.
    pub location_id: Option<ID>,
    /// What it is called: one line of at most 200 characters.
    pub name: String,
    /// Its name in addresses: small letters, digits and hyphens, new within the business.
    pub slug: String,
    /// The caller's key, 1 to 255 characters: the same input sent again under it gets the same result.
    pub idempotency_key: Option<String>,
}

impl CreateVenueInput {
    /// The use case's command.
    ///
    /// # Errors
    /// `INVALID_INPUT` for an id of another kind.
    pub fn command(self) -> Read<CreateVenue> {
        Ok(CreateVenue {
            biz_id: Kind::Business.accept(&self.business_id, "businessId")?,
            location_id: optional_id(Kind::Location, self.location_id, "locationId")?,
            name: self.name,
            slug: self.slug,
        })
    }
}

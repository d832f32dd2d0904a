//! What an availability search takes.

use async_graphql::{ID, InputObject};

use crate::domain::availability::Search;
use crate::domain::availability::board::Wanted;
use crate::domain::civil::Span;
use crate::domain::error::Refusal;
use crate::domain::ids::Kind;
use crate::graphql::bookings::AddressInput;
use crate::graphql::scalars::DateTime;

/// A stretch of time, from a moment up to but not including another.
#[derive(Clone, Copy, Debug, InputObject)]
pub struct TimeRange {
    /// Where it begins.
    pub from: DateTime,
    /// Where it ends.
    pub to: DateTime,
}

impl From<TimeRange> for Span {
    fn from(range: TimeRange) -> Self {
        Self {
            from: range.from.0,
            to: range.to.0,
        }
    }
}

/// What is searched for.
#[derive(Clone, Debug, InputObject)]
pub struct AvailabilityInput {
    /// When the booking is to begin. At most 92 days.
    pub window: TimeRange,
    /// How long it is to be, in minutes; the offer's default length when left out.
    pub duration_min: Option<i32>,
    /// Only at this location.
    pub location_id: Option<ID>,
    /// Only with this resource.
    pub resource_id: Option<ID>,
    /// Where to come, for a service that comes to the customer.
    pub service_address: Option<AddressInput>,
    /// The most slots wanted, 1 to 500; 100 when left out.
    pub limit: Option<i32>,
}

impl AvailabilityInput {
    /// The search of an offer's times.
    ///
    /// # Errors
    /// `INVALID_INPUT` for an id of another kind.
    pub fn search(self, offer_id: &str, next: bool) -> Result<Search, Refusal> {
        let expect = |kind: Kind, id: Option<ID>, field: &str| {
            id.map(|id| kind.accept(&id, field)).transpose()
        };
        Ok(Search {
            offer_id: offer_id.to_owned(),
            window: self.window.into(),
            duration_min: self.duration_min,
            wanted: Wanted {
                resource_id: expect(Kind::Resource, self.resource_id, "input.resourceId")?,
                secondary_resource_id: None,
                location_id: expect(Kind::Location, self.location_id, "input.locationId")?,
                address: self.service_address.map(Into::into),
            },
            limit: self.limit,
            next,
        })
    }
}

//! The catalog in the schema: businesses, what they have and what they offer.

mod input;
mod mutation;
mod object;
mod query;
mod words;

pub use mutation::CatalogMutation;
pub use object::{
    Business, CancellationPolicy, CurrentVersionOf, HoursException, Location, Offer, OfferVersion,
    OpeningHours, Resource, Venue, WeeklyHours,
};
pub use query::CatalogQuery;
pub use words::{DurationMode, OfferVersionStatus, ResourceType, Weekday};

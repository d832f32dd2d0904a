//! The catalog's objects, one file each.

mod business;
mod hours;
mod location;
mod offer;
mod offer_version;
mod resource;
mod venue;

pub use business::Business;
pub use hours::{HoursException, OpeningHours, WeeklyHours};
pub use location::Location;
pub use offer::{CurrentVersionOf, Offer};
pub use offer_version::{CancellationPolicy, OfferVersion};
pub use resource::Resource;
pub use venue::Venue;

//! What the mutations of the catalog take.

mod hours;
mod offer;
mod place;
mod resource;

pub use hours::SetOpeningHoursInput;
pub use offer::{CreateOfferInput, CreateOfferVersionInput, PublishOfferVersionInput};
pub use place::{CreateBusinessInput, CreateLocationInput, CreateVenueInput};
pub use resource::{BlockResourceInput, CreateResourceInput, UpdateResourceInput};

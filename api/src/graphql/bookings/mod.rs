//! Bookings in the schema.

mod input;
mod list;
mod loader;
mod mutation;
mod object;
mod parts;
mod query;
mod subscription;

pub use input::{AddressInput, BookingFilter, BookingOrder};
pub use list::{business_bookings, viewer_bookings};
pub use mutation::BookingsMutation;
pub use object::{Booking, BookingStatus};
pub use parts::{BookingLine, BookingNote, Cancellation, FulfillmentUnit, Payment};
pub use query::BookingsQuery;
pub use subscription::BookingsSubscription;

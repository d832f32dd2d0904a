//! What the booking mutations and lists take.

mod address;
mod command;
mod filter;
mod step;

use async_graphql::ID;

pub use address::AddressInput;
pub use command::{CancelBookingInput, CreateBookingInput, RescheduleBookingInput};
pub use filter::{BookingFilter, BookingOrder};
pub use step::*;

use crate::domain::error::Refusal;
use crate::domain::ids::Kind;

fn some(kind: Kind, id: Option<ID>, field: &str) -> Result<Option<String>, Refusal> {
    id.map(|id| kind.accept(&id, field)).transpose()
}

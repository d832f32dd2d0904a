//! Reading bookings.

use async_graphql::{Context, ID, Object};

use super::Booking;
use crate::domain::ids::Kind;
use crate::graphql::error::Maybe;
use crate::graphql::object::find;

/// The queries about bookings.
#[derive(Default)]
pub struct BookingsQuery;

#[Object]
impl BookingsQuery {
    /// A booking of the viewer, or of a business that the viewer works for.
    async fn booking(&self, ctx: &Context<'_>, id: ID) -> Maybe<Booking> {
        find::<entity::booking_orders::Entity, _>(ctx, Kind::Booking, &id)
            .await
            .transpose()
    }
}

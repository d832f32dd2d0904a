//! Bookings as they change.

use std::sync::Arc;

use async_graphql::{Context, ID, Subscription};
use futures_util::{Stream, TryStreamExt, stream};

use super::Booking;
use crate::domain::Error;
use crate::domain::bookings::watch::{Watched, watch};
use crate::domain::ids::Kind;
use crate::graphql::context::ContextExt;
use crate::graphql::error::{Failure, Result};

/// The subscriptions of bookings.
#[derive(Default)]
pub struct BookingsSubscription;

#[Subscription]
impl BookingsSubscription {
    /// A booking whenever it changes, as it is then; the same state may come twice. Give one of the two
    /// ids.
    ///
    /// By `bookingId` the present state comes first, so that whoever connects again has missed nothing.
    /// By `businessId`, for its staff, only changes come. It ends with an error when the viewer loses
    /// a role.
    async fn booking_changed<'ctx>(
        &self,
        ctx: &Context<'ctx>,
        #[graphql(desc = "The business whose bookings are watched.")] business_id: Option<ID>,
        #[graphql(desc = "The one booking that is watched.")] booking_id: Option<ID>,
    ) -> Result<impl Stream<Item = Result<Booking>> + use<'ctx>> {
        let watched = match (business_id, booking_id) {
            (Some(id), None) => Watched::Business(Kind::Business.accept(&id, "businessId")?),
            (None, Some(id)) => Watched::Booking(Kind::Booking.accept(&id, "bookingId")?),
            _ => {
                let message = "Give either `businessId` or `bookingId`.";
                return Err(Error::BadRequest(message.to_owned()).into());
            }
        };
        let watch = watch(ctx.gateway(), ctx.viewer(), watched).await?;
        let changes = stream::try_unfold(watch, async |mut watch| {
            let booking = watch.next().await?;
            Ok(Some((Booking::from(Arc::new(booking)), watch)))
        });
        Ok(changes.map_err(|error: Error| Failure::from(error)))
    }
}

//! Drawing seat maps.

use async_graphql::{Context, Object};

use super::input::{CreateSeatMapInput, SetSeatsBlockedInput, seat_ids};
use super::{Seat, SeatMap};
use crate::domain::seating::{blocks, maps};
use crate::graphql::context::ContextExt;
use crate::graphql::error::Result;
use crate::graphql::payload::{call, payload};

payload! {
    /// What `createSeatMap` answers.
    CreateSeatMapPayload {
        /// The new map.
        seat_map: SeatMap
    }
}

payload! {
    /// What `setSeatsBlocked` answers.
    SetSeatsBlockedPayload {
        /// The seats as they are now, in the order in which they were named.
        seats: Vec<Seat>
    }
}

/// The mutations of seating.
#[derive(Default)]
pub struct SeatingMutation;

#[Object]
impl SeatingMutation {
    /// Draws the seat map of a venue. For owners, admins and managers.
    async fn create_seat_map(
        &self,
        ctx: &Context<'_>,
        input: CreateSeatMapInput,
    ) -> Result<CreateSeatMapPayload> {
        let key = input.idempotency_key.as_ref();
        let call = call("createSeatMap", &input, key, None);
        let result = async {
            maps::create_seat_map(ctx.gateway(), ctx.viewer(), input.command()?, call).await
        };
        CreateSeatMapPayload::of(result.await, SeatMap::from)
    }

    /// Takes seats of one map out of use, or back into it. For staff.
    async fn set_seats_blocked(
        &self,
        ctx: &Context<'_>,
        input: SetSeatsBlockedInput,
    ) -> Result<SetSeatsBlockedPayload> {
        let key = input.idempotency_key.as_ref();
        let call = call("setSeatsBlocked", &input, key, None);
        let result = async {
            let ids = seat_ids(&input.seat_ids)?;
            let (gateway, viewer) = (ctx.gateway(), ctx.viewer());
            blocks::set_seats_blocked(gateway, viewer, &ids, input.blocked, call).await
        };
        SetSeatsBlockedPayload::of(result.await, |seats| {
            seats.into_iter().map(Seat::from).collect()
        })
    }
}

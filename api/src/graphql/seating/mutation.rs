//! Drawing seat maps, and holding seats.

use async_graphql::{Context, Object};

use super::input::{
    CreateSeatMapInput, ExtendSeatHoldInput, HoldSeatsInput, ReleaseSeatHoldInput,
    SetSeatsBlockedInput, UpdateSeatMapInput, seat_ids,
};
use super::{Seat, SeatHold, SeatMap};
use crate::domain::ids::Kind;
use crate::domain::seating::{blocks, holds, maps};
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
    /// What `updateSeatMap` answers.
    UpdateSeatMapPayload {
        /// The map, as it is now.
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

payload! {
    /// What `holdSeats` answers.
    HoldSeatsPayload {
        /// The hold.
        seat_hold: SeatHold
    }
}

payload! {
    /// What `extendSeatHold` answers.
    ExtendSeatHoldPayload {
        /// The hold, as it is now.
        seat_hold: SeatHold
    }
}

payload! {
    /// What `releaseSeatHold` answers.
    ReleaseSeatHoldPayload {
        /// The hold, which has ended.
        seat_hold: SeatHold
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

    /// Renames a seat map, or takes it into use or out of it. For owners, admins and managers.
    async fn update_seat_map(
        &self,
        ctx: &Context<'_>,
        input: UpdateSeatMapInput,
    ) -> Result<UpdateSeatMapPayload> {
        let key = input.idempotency_key.as_ref();
        let call = call("updateSeatMap", &input, key, None);
        let result = async {
            maps::update_seat_map(ctx.gateway(), ctx.viewer(), input.command()?, call).await
        };
        UpdateSeatMapPayload::of(result.await, SeatMap::from)
    }

    /// Takes seats of one map out of use, or back into it. A seat that somebody has at a class to come is not blocked
    /// under them (`SEAT_TAKEN`), nor are so many that a class would have more places than seats (`INVALID_STATE`).
    /// For staff.
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

    /// Keeps seats of a class for the viewer for a while, with their places: all of them or none. Enrolling with the
    /// hold before it runs out succeeds. A customer holds at most 12 seats of a class at a time.
    async fn hold_seats(
        &self,
        ctx: &Context<'_>,
        input: HoldSeatsInput,
    ) -> Result<HoldSeatsPayload> {
        let key = input.idempotency_key.as_ref();
        let call = call("holdSeats", &input, key, None);
        let result = async {
            let (occurrence, wanted) = input.read()?;
            holds::hold(ctx.gateway(), ctx.viewer(), &occurrence, wanted, call).await
        };
        HoldSeatsPayload::of(result.await, SeatHold::from)
    }

    /// Extends a hold of the viewer by another while, up to a limit.
    async fn extend_seat_hold(
        &self,
        ctx: &Context<'_>,
        input: ExtendSeatHoldInput,
    ) -> Result<ExtendSeatHoldPayload> {
        let key = input.idempotency_key.as_ref();
        let call = call("extendSeatHold", &input, key, None);
        let result = async {
            let id = Kind::SeatHold.accept(&input.seat_hold_id, "seatHoldId")?;
            holds::extend(ctx.gateway(), ctx.viewer(), &id, call).await
        };
        ExtendSeatHoldPayload::of(result.await, SeatHold::from)
    }

    /// Gives back a hold of the viewer: its seats and places are free at once.
    async fn release_seat_hold(
        &self,
        ctx: &Context<'_>,
        input: ReleaseSeatHoldInput,
    ) -> Result<ReleaseSeatHoldPayload> {
        let key = input.idempotency_key.as_ref();
        let call = call("releaseSeatHold", &input, key, None);
        let result = async {
            let id = Kind::SeatHold.accept(&input.seat_hold_id, "seatHoldId")?;
            holds::release(ctx.gateway(), ctx.viewer(), &id, call).await
        };
        ReleaseSeatHoldPayload::of(result.await, SeatHold::from)
    }
}

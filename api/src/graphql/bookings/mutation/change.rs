//! Making, moving and calling off.

use async_graphql::{Context, Object, SimpleObject};

use crate::domain::Error;
use crate::domain::bookings::{self, Attempt};
use crate::graphql::availability::Slot;
use crate::graphql::bookings::Booking;
use crate::graphql::bookings::input::{
    CancelBookingInput, CreateBookingInput, RescheduleBookingInput,
};
use crate::graphql::context::ContextExt;
use crate::graphql::error::{Result, UserError};
use crate::graphql::payload::{call, payload};

/// Defines the payload of a mutation that takes time, and can tell of other times.
macro_rules! attempt_payload {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(SimpleObject)]
        pub struct $name {
            /// The booking; after a dry run, as it would be.
            booking: Option<Booking>,
            /// When the time was refused: the next times that would be accepted.
            alternatives: Vec<Slot>,
            /// Why it was refused; empty when it was done.
            user_errors: Vec<UserError>,
            /// Whether this is the stored result of an earlier call with the same idempotency key.
            replayed: bool,
        }

        impl From<Attempt> for $name {
            fn from(attempt: Attempt) -> Self {
                match attempt {
                    Attempt::Made(outcome) => Self {
                        booking: Some(outcome.value.into()),
                        alternatives: Vec::new(),
                        user_errors: Vec::new(),
                        replayed: outcome.replayed,
                    },
                    Attempt::Refused {
                        refusal,
                        alternatives,
                    } => Self {
                        booking: None,
                        alternatives: alternatives.into_iter().map(Slot).collect(),
                        user_errors: vec![refusal.into()],
                        replayed: false,
                    },
                }
            }
        }
    };
}

attempt_payload! {
    /// What `createBooking` answers.
    CreateBookingPayload
}

attempt_payload! {
    /// What `rescheduleBooking` answers.
    RescheduleBookingPayload
}

payload! {
    /// What `cancelBooking` answers.
    CancelBookingPayload {
        /// The cancelled booking; after a dry run, as it would be.
        booking: Booking
    }
}

/// Making, moving and calling off.
#[derive(Default)]
pub struct ChangeMutation;

#[Object]
impl ChangeMutation {
    /// Books an offer for the viewer or, when staff ask, for a customer.
    async fn create_booking(
        &self,
        ctx: &Context<'_>,
        input: CreateBookingInput,
    ) -> Result<CreateBookingPayload> {
        let key = input.idempotency_key.as_ref();
        let call = call("createBooking", &input, key, input.dry_run);
        let command = match input.command() {
            Ok(command) => command,
            Err(refusal) => return Ok(Attempt::refused(refusal).into()),
        };
        let made = bookings::create(ctx.gateway(), ctx.viewer(), command, call).await?;
        Ok(made.into())
    }

    /// Moves a booking to another time. The old time is kept when the new one is refused.
    async fn reschedule_booking(
        &self,
        ctx: &Context<'_>,
        input: RescheduleBookingInput,
    ) -> Result<RescheduleBookingPayload> {
        let key = input.idempotency_key.as_ref();
        let call = call("rescheduleBooking", &input, key, input.dry_run);
        let command = match input.command() {
            Ok(command) => command,
            Err(refusal) => return Ok(Attempt::refused(refusal).into()),
        };
        let moved =
            bookings::reschedule::reschedule(ctx.gateway(), ctx.viewer(), command, call).await?;
        Ok(moved.into())
    }

    /// Calls a booking off, by the policy that was in force when it was made, and frees its time.
    async fn cancel_booking(
        &self,
        ctx: &Context<'_>,
        input: CancelBookingInput,
    ) -> Result<CancelBookingPayload> {
        let key = input.idempotency_key.as_ref();
        let call = call("cancelBooking", &input, key, input.dry_run);
        let cancelled = async {
            let command = input.command().map_err(Error::from)?;
            bookings::cancel(ctx.gateway(), ctx.viewer(), command, call).await
        };
        CancelBookingPayload::of(cancelled.await, Booking::from)
    }
}

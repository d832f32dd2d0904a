//! Making and changing bookings.

use async_graphql::{Context, Object, SimpleObject};

use super::Booking;
use super::input::{CancelBookingInput, CreateBookingInput};
use crate::domain::Error;
use crate::domain::bookings::{self, Creation};
use crate::graphql::availability::Slot;
use crate::graphql::context::ContextExt;
use crate::graphql::error::{Result, UserError};
use crate::graphql::payload::{call, payload};

/// What `createBooking` answers.
#[derive(SimpleObject)]
pub struct CreateBookingPayload {
    /// The booking.
    booking: Option<Booking>,
    /// When the time was refused: the next times that would be accepted.
    alternatives: Vec<Slot>,
    /// Why it was refused; empty when it was done.
    user_errors: Vec<UserError>,
    /// Whether this is the stored result of an earlier call with the same idempotency key.
    replayed: bool,
}

impl From<Creation> for CreateBookingPayload {
    fn from(creation: Creation) -> Self {
        match creation {
            Creation::Made(outcome) => Self {
                booking: Some(outcome.value.into()),
                alternatives: Vec::new(),
                user_errors: Vec::new(),
                replayed: outcome.replayed,
            },
            Creation::Refused {
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

payload! {
    /// What `cancelBooking` answers.
    CancelBookingPayload {
        /// The cancelled booking; after a dry run, as it would be.
        booking: Booking
    }
}

/// The mutations of bookings.
#[derive(Default)]
pub struct BookingsMutation;

#[Object]
impl BookingsMutation {
    /// Books an offer for the viewer or, when staff ask, for a customer.
    async fn create_booking(
        &self,
        ctx: &Context<'_>,
        input: CreateBookingInput,
    ) -> Result<CreateBookingPayload> {
        let call = call(
            "createBooking",
            &input,
            input.idempotency_key.as_ref(),
            input.dry_run,
        );
        let command = match input.command() {
            Ok(command) => command,
            Err(refusal) => {
                let alternatives = Vec::new();
                return Ok(Creation::Refused {
                    refusal,
                    alternatives,
                }
                .into());
            }
        };
        let made = bookings::create(ctx.gateway(), ctx.viewer(), command, call).await?;
        Ok(made.into())
    }

    /// Calls a booking off, by the policy that was in force when it was made, and frees its time.
    async fn cancel_booking(
        &self,
        ctx: &Context<'_>,
        input: CancelBookingInput,
    ) -> Result<CancelBookingPayload> {
        let call = call(
            "cancelBooking",
            &input,
            input.idempotency_key.as_ref(),
            input.dry_run,
        );
        let cancelled = async {
            let command = input.command().map_err(Error::from)?;
            bookings::cancel(ctx.gateway(), ctx.viewer(), command, call).await
        };
        CancelBookingPayload::of(cancelled.await, Booking::from)
    }
}

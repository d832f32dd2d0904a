//! From a hold to the end of the service.

use async_graphql::{Context, ID, Object};

use crate::domain::Error;
use crate::domain::bookings::progress::{self, Step};
use crate::domain::bookings::{Booked, reschedule};
use crate::domain::ids::Kind;
use crate::domain::tx::{Call, Outcome};
use crate::graphql::bookings::Booking;
use crate::graphql::bookings::input::{
    ApproveBookingInput, CheckInBookingInput, CompleteBookingInput, ConfirmBookingInput,
    DeclineBookingInput, MarkBookingNoShowInput, SetBookingDurationInput,
};
use crate::graphql::context::ContextExt;
use crate::graphql::error::Result;
use crate::graphql::payload::{call, payload};

payload! {
    /// What `confirmBooking` answers.
    ConfirmBookingPayload {
        /// The booking.
        booking: Booking
    }
}

payload! {
    /// What `approveBooking` answers.
    ApproveBookingPayload {
        /// The approved booking.
        booking: Booking
    }
}

payload! {
    /// What `declineBooking` answers.
    DeclineBookingPayload {
        /// The declined booking.
        booking: Booking
    }
}

payload! {
    /// What `checkInBooking` answers.
    CheckInBookingPayload {
        /// The booking.
        booking: Booking
    }
}

payload! {
    /// What `completeBooking` answers.
    CompleteBookingPayload {
        /// The completed booking.
        booking: Booking
    }
}

payload! {
    /// What `markBookingNoShow` answers.
    MarkBookingNoShowPayload {
        /// The booking.
        booking: Booking
    }
}

payload! {
    /// What `setBookingDuration` answers.
    SetBookingDurationPayload {
        /// The booking.
        booking: Booking
    }
}

async fn take(
    ctx: &Context<'_>,
    booking_id: &ID,
    step: Step,
    call: Call,
) -> Result<Outcome<Booked>, Error> {
    let id = Kind::Booking.accept(booking_id, "bookingId")?;
    progress::take(ctx.gateway(), ctx.viewer(), &id, step, call).await
}

/// The steps of a booking.
#[derive(Default)]
pub struct StepMutation;

#[Object]
impl StepMutation {
    /// Confirms a hold, before it runs out.
    async fn confirm_booking(
        &self,
        ctx: &Context<'_>,
        input: ConfirmBookingInput,
    ) -> Result<ConfirmBookingPayload> {
        let key = input.idempotency_key.as_ref();
        let call = call("confirmBooking", &input, key, None);
        let done = take(ctx, &input.booking_id, Step::Confirm, call).await;
        ConfirmBookingPayload::of(done, Booking::from)
    }

    /// Approves a booking that waits for it. Staff only.
    async fn approve_booking(
        &self,
        ctx: &Context<'_>,
        input: ApproveBookingInput,
    ) -> Result<ApproveBookingPayload> {
        let key = input.idempotency_key.as_ref();
        let call = call("approveBooking", &input, key, None);
        let done = take(ctx, &input.booking_id, Step::Approve, call).await;
        ApproveBookingPayload::of(done, Booking::from)
    }

    /// Declines a booking that waits for approval, and frees its time. Staff only.
    async fn decline_booking(
        &self,
        ctx: &Context<'_>,
        input: DeclineBookingInput,
    ) -> Result<DeclineBookingPayload> {
        let key = input.idempotency_key.as_ref();
        let call = call("declineBooking", &input, key, None);
        let done = take(
            ctx,
            &input.booking_id,
            Step::Decline {
                reason: input.reason,
            },
            call,
        )
        .await;
        DeclineBookingPayload::of(done, Booking::from)
    }

    /// Notes that the customer is there. Staff only.
    async fn check_in_booking(
        &self,
        ctx: &Context<'_>,
        input: CheckInBookingInput,
    ) -> Result<CheckInBookingPayload> {
        let key = input.idempotency_key.as_ref();
        let call = call("checkInBooking", &input, key, None);
        let done = take(ctx, &input.booking_id, Step::CheckIn, call).await;
        CheckInBookingPayload::of(done, Booking::from)
    }

    /// Notes that the service is over. Staff only.
    async fn complete_booking(
        &self,
        ctx: &Context<'_>,
        input: CompleteBookingInput,
    ) -> Result<CompleteBookingPayload> {
        let key = input.idempotency_key.as_ref();
        let call = call("completeBooking", &input, key, None);
        let done = take(ctx, &input.booking_id, Step::Complete, call).await;
        CompleteBookingPayload::of(done, Booking::from)
    }

    /// Notes that the customer did not come; not before the start. Staff only.
    async fn mark_booking_no_show(
        &self,
        ctx: &Context<'_>,
        input: MarkBookingNoShowInput,
    ) -> Result<MarkBookingNoShowPayload> {
        let key = input.idempotency_key.as_ref();
        let call = call("markBookingNoShow", &input, key, None);
        let done = take(ctx, &input.booking_id, Step::MarkNoShow, call).await;
        MarkBookingNoShowPayload::of(done, Booking::from)
    }

    /// Gives a booking the length that staff confirm; its time follows, or nothing changes. Staff only.
    async fn set_booking_duration(
        &self,
        ctx: &Context<'_>,
        input: SetBookingDurationInput,
    ) -> Result<SetBookingDurationPayload> {
        let key = input.idempotency_key.as_ref();
        let call = call("setBookingDuration", &input, key, None);
        let done = async {
            let id = Kind::Booking
                .accept(&input.booking_id, "bookingId")
                .map_err(Error::from)?;
            let (minutes, expected) = (input.duration_min, input.expected_version);
            let (gateway, viewer) = (ctx.gateway(), ctx.viewer());
            reschedule::set_duration(gateway, viewer, &id, minutes, expected, call).await
        };
        SetBookingDurationPayload::of(done.await, Booking::from)
    }
}

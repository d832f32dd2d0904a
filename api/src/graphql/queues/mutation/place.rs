//! Waiting in a queue.

use async_graphql::{Context, Object, SimpleObject};

use crate::domain::Error;
use crate::domain::ids::Kind;
use crate::domain::queues::waitlists::claim::{self, Claimed};
use crate::domain::queues::{entries, join, waitlists};
use crate::domain::tx::Outcome;
use crate::graphql::bookings::Booking;
use crate::graphql::classes::Enrollment;
use crate::graphql::context::ContextExt;
use crate::graphql::error::{Result, UserError};
use crate::graphql::payload::{answer, call, payload};
use crate::graphql::queues::QueueEntry;
use crate::graphql::queues::input::{
    ClaimWaitlistOfferInput, DeclineWaitlistOfferInput, JoinQueueInput, JoinWaitlistInput,
    LeaveQueueInput,
};

payload! {
    /// What `joinQueue` answers.
    JoinQueuePayload {
        /// The place in the queue.
        entry: QueueEntry
    }
}

payload! {
    /// What `joinWaitlist` answers.
    JoinWaitlistPayload {
        /// The place on the waitlist.
        entry: QueueEntry
    }
}

payload! {
    /// What `declineWaitlistOffer` answers.
    DeclineWaitlistOfferPayload {
        /// The place on the waitlist, which they keep.
        entry: QueueEntry
    }
}

/// What `claimWaitlistOffer` answers.
#[derive(SimpleObject)]
pub struct ClaimWaitlistOfferPayload {
    /// The place on the waitlist, with what it became.
    entry: Option<QueueEntry>,
    /// The booking.
    booking: Option<Booking>,
    /// The enrolment, in a class.
    enrollment: Option<Enrollment>,
    /// Why it was refused; empty when it was done.
    user_errors: Vec<UserError>,
    /// Whether this is the stored result of an earlier call with the same idempotency key.
    replayed: bool,
}

impl ClaimWaitlistOfferPayload {
    fn of(result: Result<Outcome<Claimed>, Error>) -> Result<Self> {
        let answer = answer(result)?;
        let replayed = answer.done.as_ref().is_some_and(|done| done.replayed);
        let claimed = answer.done.map(|done| done.value);
        let (entry, booking, enrollment) = match claimed {
            Some(claimed) => (
                Some(claimed.entry.into()),
                Some(claimed.booking.into()),
                claimed.enrollment.map(Enrollment::from),
            ),
            None => (None, None, None),
        };
        Ok(Self {
            entry,
            booking,
            enrollment,
            user_errors: answer.user_errors,
            replayed,
        })
    }
}

payload! {
    /// What `leaveQueue` answers.
    LeaveQueuePayload {
        /// The place that was given up.
        entry: QueueEntry
    }
}

/// The mutations of those who wait.
#[derive(Default)]
pub struct PlaceMutation;

#[Object]
impl PlaceMutation {
    /// Joins a walk-in queue, behind everybody: the viewer or, when staff ask, a customer or a party without
    /// an account. Who is in it already cannot join again.
    async fn join_queue(
        &self,
        ctx: &Context<'_>,
        input: JoinQueueInput,
    ) -> Result<JoinQueuePayload> {
        let call = call("joinQueue", &input, input.idempotency_key.as_ref(), None);
        let done = async {
            let command = input.command().map_err(Error::from)?;
            join::join(ctx.gateway(), ctx.viewer(), command, call).await
        };
        JoinQueuePayload::of(done.await, QueueEntry::from)
    }

    /// Leaves a queue or a waitlist.
    async fn leave_queue(
        &self,
        ctx: &Context<'_>,
        input: LeaveQueueInput,
    ) -> Result<LeaveQueuePayload> {
        let call = call("leaveQueue", &input, input.idempotency_key.as_ref(), None);
        let done = async {
            let id = Kind::QueueEntry
                .accept(&input.entry_id, "entryId")
                .map_err(Error::from)?;
            Box::pin(entries::leave(ctx.gateway(), ctx.viewer(), &id, call)).await
        };
        LeaveQueuePayload::of(done.await, QueueEntry::from)
    }

    /// Waits for a place in a class that is full, or for a time of an offer within a window: the viewer or, when staff
    /// ask, a customer. While there is room, nobody waits.
    async fn join_waitlist(
        &self,
        ctx: &Context<'_>,
        input: JoinWaitlistInput,
    ) -> Result<JoinWaitlistPayload> {
        let call = call("joinWaitlist", &input, input.idempotency_key.as_ref(), None);
        let done = async {
            let command = input.command().map_err(Error::from)?;
            Box::pin(waitlists::join::join(
                ctx.gateway(),
                ctx.viewer(),
                command,
                call,
            ))
            .await
        };
        JoinWaitlistPayload::of(done.await, QueueEntry::from)
    }

    /// Claims a place that one is told of. Of all who claim the same, the first gets it; the others are refused with
    /// `OFFER_TAKEN`, and whoever comes too late with `OFFER_EXPIRED`.
    async fn claim_waitlist_offer(
        &self,
        ctx: &Context<'_>,
        input: ClaimWaitlistOfferInput,
    ) -> Result<ClaimWaitlistOfferPayload> {
        let key = input.idempotency_key.as_ref();
        let call = call("claimWaitlistOffer", &input, key, None);
        let done = async {
            let (offer, payment) = input.command().map_err(Error::from)?;
            Box::pin(claim::claim(
                ctx.gateway(),
                ctx.viewer(),
                &offer,
                payment,
                call,
            ))
            .await
        };
        ClaimWaitlistOfferPayload::of(done.await)
    }

    /// Declines a place that one is told of. It is offered to the next, and the decliner keeps their place on the
    /// waitlist.
    async fn decline_waitlist_offer(
        &self,
        ctx: &Context<'_>,
        input: DeclineWaitlistOfferInput,
    ) -> Result<DeclineWaitlistOfferPayload> {
        let key = input.idempotency_key.as_ref();
        let call = call("declineWaitlistOffer", &input, key, None);
        let done = async {
            let id = Kind::WaitlistOffer
                .accept(&input.offer_id, "offerId")
                .map_err(Error::from)?;
            Box::pin(claim::decline(ctx.gateway(), ctx.viewer(), &id, call)).await
        };
        DeclineWaitlistOfferPayload::of(done.await, QueueEntry::from)
    }
}

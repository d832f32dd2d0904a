//! A place in a queue.

use std::sync::Arc;

use async_graphql::{Context, ID, Object, SimpleObject};
use entity::{booking_orders, enrollments, queue_entries, queues, users};
use futures_util::try_join;

use super::loader::{ObservedIn, OfferTo, PlaceOf};
use super::words::QueueEntryStatus;
use super::{Queue, WaitlistOffer};
use crate::domain::classes::enrolling::Waits;
use crate::domain::queues::rules::estimate::{self, Wait};
use crate::domain::queues::rules::status::{EntryStatus, QueueKind};
use crate::domain::queues::standing::Place;
use crate::graphql::bookings::Booking;
use crate::graphql::classes::Enrollment;
use crate::graphql::context::ContextExt;
use crate::graphql::error::Result;
use crate::graphql::object::{follow, follow_some};
use crate::graphql::people::User;
use crate::graphql::scalars::DateTime;

/// Somebody's place in a queue.
///
/// Next to its row it carries its queue and its place there when it was only tried out, which leaves nothing in
/// the database to load.
#[derive(Clone, Debug)]
pub struct QueueEntry(pub Arc<queue_entries::Model>, Option<Arc<(Queue, Place)>>);

impl From<Arc<queue_entries::Model>> for QueueEntry {
    fn from(row: Arc<queue_entries::Model>) -> Self {
        Self(row, None)
    }
}

impl From<queue_entries::Model> for QueueEntry {
    fn from(row: queue_entries::Model) -> Self {
        Arc::new(row).into()
    }
}

impl From<Waits> for QueueEntry {
    fn from(waits: Waits) -> Self {
        let tried = waits
            .tried
            .map(|(queue, place)| Arc::new((queue.into(), place)));
        Self(Arc::new(waits.entry), tried)
    }
}

/// A number of minutes, between two.
#[derive(Clone, Copy, Debug, SimpleObject)]
pub struct MinuteRange {
    /// Hardly fewer.
    low: i32,
    /// Hardly more.
    high: i32,
}

/// A stretch of time.
#[derive(Clone, Copy, Debug, SimpleObject)]
pub struct TimeWindow {
    /// Where it begins.
    from: DateTime,
    /// Where it ends.
    to: DateTime,
}

impl QueueEntry {
    fn status_now(&self) -> EntryStatus {
        EntryStatus::parse(&self.0.status)
    }

    /// Its place in the line, while it waits.
    async fn place(&self, ctx: &Context<'_>) -> Result<Option<Place>> {
        match (self.status_now(), &self.1) {
            (EntryStatus::Waiting, Some(tried)) => Ok(Some(tried.1)),
            (EntryStatus::Waiting, None) => {
                Ok(ctx.loaders().load(PlaceOf(self.0.id.clone())).await?)
            }
            _ => Ok(None),
        }
    }

    /// How long it will wait, in a queue that is worked off.
    async fn wait(&self, ctx: &Context<'_>) -> Result<Option<Wait>> {
        if self.status_now() != EntryStatus::Waiting {
            return Ok(None);
        }
        // Both at once, so that they are read together with what the other fields ask for.
        let (Some(place), queue) = try_join!(self.place(ctx), self.queue(ctx))? else {
            return Ok(None);
        };
        if QueueKind::parse(&queue.0.kind) == QueueKind::Waitlist {
            return Ok(None);
        }
        let observed = ctx
            .loaders()
            .load(ObservedIn(self.0.queue_id.clone()))
            .await?;
        Ok(Some(estimate::wait(
            &observed.unwrap_or_default(),
            queue.0.estimated_service_time_min,
            number(place.position).saturating_sub(1),
        )))
    }
}

fn number(number: i64) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

/// Somebody's place in a queue. Customers see their own, staff those of their business.
#[Object]
impl QueueEntry {
    /// The id.
    pub async fn id(&self) -> ID {
        ID::from(&self.0.id)
    }

    /// The queue.
    async fn queue(&self, ctx: &Context<'_>) -> Result<Queue> {
        match &self.1 {
            Some(tried) => Ok(tried.0.clone()),
            None => follow::<queues::Entity, _>(ctx, &self.0.queue_id).await,
        }
    }

    /// Who it is; null for a party without an account.
    async fn customer(&self, ctx: &Context<'_>) -> Result<Option<User>> {
        follow_some::<users::Entity, _>(ctx, self.0.customer_user_id.as_deref()).await
    }

    /// How many people they are.
    async fn party_size(&self) -> i32 {
        self.0.party_size
    }

    /// Its state.
    async fn status(&self) -> QueueEntryStatus {
        self.status_now().into()
    }

    /// Its place among those who wait, from 1; null when it does not wait.
    async fn position(&self, ctx: &Context<'_>) -> Result<Option<i32>> {
        let place = self.place(ctx).await?;
        Ok(place.map(|place| number(place.position)))
    }

    /// How many people wait ahead, all of each party counted; null when it does not wait.
    async fn people_ahead(&self, ctx: &Context<'_>) -> Result<Option<i32>> {
        let place = self.place(ctx).await?;
        Ok(place.map(|place| number(place.people_ahead)))
    }

    /// How much longer it will probably wait, in minutes: by the latest services of the queue. Null when it
    /// does not wait, and on a waitlist.
    async fn estimated_wait_min(&self, ctx: &Context<'_>) -> Result<Option<i32>> {
        Ok(self.wait(ctx).await?.map(|wait| wait.likely))
    }

    /// Between how many minutes it will wait, four times in five.
    async fn estimated_wait_range(&self, ctx: &Context<'_>) -> Result<Option<MinuteRange>> {
        let wait = self.wait(ctx).await?;
        Ok(wait.map(|Wait { low, high, .. }| MinuteRange { low, high }))
    }

    /// When they joined.
    async fn joined_at(&self) -> DateTime {
        self.0.created_at.into()
    }

    /// When they were called or, on a waitlist, told of a place.
    async fn notified_at(&self) -> Option<DateTime> {
        self.0.notified_at.map(Into::into)
    }

    /// When their service began.
    async fn service_started_at(&self) -> Option<DateTime> {
        self.0.service_started_at.map(Into::into)
    }

    /// When they were finished with.
    async fn served_at(&self) -> Option<DateTime> {
        self.0.served_at.map(Into::into)
    }

    /// Between when an appointment that is waited for is to begin and end.
    async fn window(&self) -> Option<TimeWindow> {
        Some(TimeWindow {
            from: self.0.window_from?.into(),
            to: self.0.window_to?.into(),
        })
    }

    /// The latest place that they were told of.
    async fn waitlist_offer(&self, ctx: &Context<'_>) -> Result<Option<WaitlistOffer>> {
        let offer = ctx.loaders().load(OfferTo(self.0.id.clone())).await?;
        Ok(offer.map(WaitlistOffer::from))
    }

    /// The booking that it became.
    async fn booking(&self, ctx: &Context<'_>) -> Result<Option<Booking>> {
        follow_some::<booking_orders::Entity, _>(ctx, self.0.booking_order_id.as_deref()).await
    }

    /// The enrolment that it became.
    async fn enrollment(&self, ctx: &Context<'_>) -> Result<Option<Enrollment>> {
        follow_some::<enrollments::Entity, _>(ctx, self.0.enrollment_id.as_deref()).await
    }

    /// What the staff should know. Staff only; null for everybody else.
    async fn notes(&self, ctx: &Context<'_>) -> Option<&str> {
        match ctx.viewer().is_staff_of(&self.0.biz_id) {
            true => self.0.notes.as_deref(),
            false => None,
        }
    }
}

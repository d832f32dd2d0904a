//! A place in a queue.

use std::sync::Arc;

use async_graphql::{Context, ID, Object, SimpleObject};
use entity::{booking_orders, enrollments, queue_entries, queues, users};
use futures_util::try_join;

use super::loader::{ObservedIn, OfferTo, PlaceOf};
use super::words::QueueEntryStatus;
use super::{Queue, WaitlistOffer};
use crate::domain::queues::rules::estimate::{self, Wait};
use crate::domain::queues::rules::status::{EntryStatus, QueueKind};
use crate::domain::queues::standing::Place;
use crate::domain::queues::waitlists::Waiting;
use crate::graphql::bookings::Booking;
use crate::graphql::classes::Enrollment;
use crate::graphql::context::ContextExt;
use crate::graphql::error::Result;
use crate::graphql::object::{follow, follow_some};
use crate::graphql::people::User;
use crate::graphql::scalars::DateTime;

/// Somebody's place in a queue.
///
/// Next to its row it carries what came along with it from the use case that made it, whose dry run leaves
/// nothing in the database to load.
#[derive(Clone, Debug)]
pub struct QueueEntry {
    row: Arc<queue_entries::Model>,
    queue: Option<Queue>,
    place: Option<Place>,
}

impl From<Arc<queue_entries::Model>> for QueueEntry {
    fn from(row: Arc<queue_entries::Model>) -> Self {
        Self {
            row,
            queue: None,
            place: None,
        }
    }
}

impl From<queue_entries::Model> for QueueEntry {
    fn from(row: queue_entries::Model) -> Self {
        Arc::new(row).into()
    }
}

impl From<Waiting> for QueueEntry {
    fn from(waiting: Waiting) -> Self {
        Self {
            row: Arc::new(waiting.entry),
            queue: Some(waiting.queue.into()),
            place: waiting.place,
        }
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
        EntryStatus::parse(&self.row.status)
    }

    /// Its place in the line, while it waits.
    async fn place(&self, ctx: &Context<'_>) -> Result<Option<Place>> {
        match self.status_now() {
            EntryStatus::Waiting if self.place.is_some() => Ok(self.place),
            EntryStatus::Waiting => Ok(ctx.loaders().load(PlaceOf(self.row.id.clone())).await?),
            _ => Ok(None),
        }
    }

    /// The queue that it is in.
    async fn line(&self, ctx: &Context<'_>) -> Result<Queue> {
        match &self.queue {
            Some(queue) => Ok(queue.clone()),
            None => follow::<queues::Entity, _>(ctx, &self.row.queue_id).await,
        }
    }

    /// How long it will wait, in a queue that is worked off.
    async fn wait(&self, ctx: &Context<'_>) -> Result<Option<Wait>> {
        if self.status_now() != EntryStatus::Waiting {
            return Ok(None);
        }
        // Both at once, so that they are read together with what the other fields ask for.
        let (Some(place), queue) = try_join!(self.place(ctx), self.line(ctx))? else {
            return Ok(None);
        };
        if QueueKind::parse(&queue.0.kind) == QueueKind::Waitlist {
            return Ok(None);
        }
        let observed = ctx
            .loaders()
            .load(ObservedIn(self.row.queue_id.clone()))
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
        ID::from(&self.row.id)
    }

    /// The queue.
    async fn queue(&self, ctx: &Context<'_>) -> Result<Queue> {
        self.line(ctx).await
    }

    /// Who it is; null for a party without an account.
    async fn customer(&self, ctx: &Context<'_>) -> Result<Option<User>> {
        follow_some::<users::Entity, _>(ctx, self.row.customer_user_id.as_deref()).await
    }

    /// How many people they are.
    async fn party_size(&self) -> i32 {
        self.row.party_size
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
        self.row.created_at.into()
    }

    /// When they were called or, on a waitlist, told of a place.
    async fn notified_at(&self) -> Option<DateTime> {
        self.row.notified_at.map(Into::into)
    }

    /// When their service began.
    async fn service_started_at(&self) -> Option<DateTime> {
        self.row.service_started_at.map(Into::into)
    }

    /// When they were finished with.
    async fn served_at(&self) -> Option<DateTime> {
        self.row.served_at.map(Into::into)
    }

    /// Between when an appointment that is waited for is to begin and end.
    async fn window(&self) -> Option<TimeWindow> {
        Some(TimeWindow {
            from: self.row.window_from?.into(),
            to: self.row.window_to?.into(),
        })
    }

    /// The latest place that they were told of.
    async fn waitlist_offer(&self, ctx: &Context<'_>) -> Result<Option<WaitlistOffer>> {
        let offer = ctx.loaders().load(OfferTo(self.row.id.clone())).await?;
        Ok(offer.map(WaitlistOffer::from))
    }

    /// The booking that it became.
    async fn booking(&self, ctx: &Context<'_>) -> Result<Option<Booking>> {
        follow_some::<booking_orders::Entity, _>(ctx, self.row.booking_order_id.as_deref()).await
    }

    /// The enrolment that it became.
    async fn enrollment(&self, ctx: &Context<'_>) -> Result<Option<Enrollment>> {
        follow_some::<enrollments::Entity, _>(ctx, self.row.enrollment_id.as_deref()).await
    }

    /// What the staff should know. Staff only; null for everybody else.
    async fn notes(&self, ctx: &Context<'_>) -> Option<&str> {
        match ctx.viewer().is_staff_of(&self.row.biz_id) {
            true => self.row.notes.as_deref(),
            false => None,
        }
    }
}

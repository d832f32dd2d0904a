//! A queue.

use async_graphql::{Context, ID, Object};
use entity::{bizes, class_occurrences, locations, offers, queues};

use super::loader::{EntriesOf, EventsOf, ObservedIn};
use super::words::{QueueEntryStatus, QueueKind, QueueStatus, WaitlistPromotion};
use super::{QueueEntry, QueueEvent};
use crate::domain::Error;
use crate::domain::queues::rules::{estimate, promotion, status};
use crate::graphql::catalog::{Business, Location, Offer};
use crate::graphql::classes::ClassOccurrence;
use crate::graphql::connection::{Connection, PageArguments, connect};
use crate::graphql::context::ContextExt;
use crate::graphql::error::Result;
use crate::graphql::object::{follow, follow_some, wraps};

wraps! {
    /// A queue.
    Queue(queues::Model)
}

impl Queue {
    fn is_walk_in(&self) -> bool {
        status::QueueKind::parse(&self.0.kind) == status::QueueKind::WalkIn
    }

    fn staff_only(&self, ctx: &Context<'_>) -> Result<()> {
        match ctx.viewer().is_staff_of(&self.0.biz_id) {
            true => Ok(()),
            false => Err(Error::Forbidden("Only staff see who is in a queue.").into()),
        }
    }
}

/// A queue: people who wait for their turn, one after the other.
#[Object]
impl Queue {
    /// The id.
    pub async fn id(&self) -> ID {
        ID::from(&self.0.id)
    }

    /// The business that runs it.
    async fn business(&self, ctx: &Context<'_>) -> Result<Business> {
        follow::<bizes::Entity, _>(ctx, &self.0.biz_id).await
    }

    /// Where it is, if it is at one place.
    async fn location(&self, ctx: &Context<'_>) -> Result<Option<Location>> {
        follow_some::<locations::Entity, _>(ctx, self.0.location_id.as_deref()).await
    }

    /// What it is called.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Its name in addresses.
    async fn slug(&self) -> &str {
        &self.0.slug
    }

    /// What it is for.
    async fn kind(&self) -> QueueKind {
        status::QueueKind::parse(&self.0.kind).into()
    }

    /// Whether it takes people in, and serves them.
    async fn status(&self) -> QueueStatus {
        status::QueueStatus::parse(&self.0.status).into()
    }

    /// How many people may wait in it; any number without one.
    async fn max_capacity(&self) -> Option<i32> {
        self.0.max_capacity
    }

    /// How long the business expects a service to take, in minutes.
    async fn estimated_service_time_min(&self) -> i32 {
        self.0.estimated_service_time_min
    }

    /// How many parties wait. On a waitlist, those who are told of a place wait until they have taken it.
    async fn waiting_count(&self) -> i32 {
        match self.is_walk_in() {
            true => self.0.waiting_count,
            false => self.0.waiting_count.saturating_add(self.0.called_count),
        }
    }

    /// How long somebody who joined now would probably wait, in minutes. A waitlist cannot tell.
    async fn estimated_wait_min(&self, ctx: &Context<'_>) -> Result<Option<i32>> {
        if !self.is_walk_in() {
            return Ok(None);
        }
        let observed = ctx.loaders().load(ObservedIn(self.0.id.clone())).await?;
        let expected = self.0.estimated_service_time_min;
        let observed = observed.unwrap_or_default();
        Ok(Some(
            estimate::wait(&observed, expected, self.0.waiting_count).likely,
        ))
    }

    /// How a waitlist gives out a place that comes free.
    async fn promotion(&self) -> Option<WaitlistPromotion> {
        let settings = promotion::Settings::of(&self.0);
        (!self.is_walk_in()).then(|| settings.promotion.into())
    }

    /// How long an offer of a place stands, in minutes; on a waitlist.
    async fn offer_window_min(&self) -> Option<i32> {
        let settings = promotion::Settings::of(&self.0);
        (!self.is_walk_in()).then_some(settings.offer_window_min)
    }

    /// How long before the start no place is given out any more, in minutes; on a waitlist.
    async fn cutoff_min(&self) -> Option<i32> {
        let settings = promotion::Settings::of(&self.0);
        (!self.is_walk_in()).then_some(settings.cutoff_min)
    }

    /// The class that is waited for.
    async fn occurrence(&self, ctx: &Context<'_>) -> Result<Option<ClassOccurrence>> {
        let id = self.0.class_occurrence_id.as_deref();
        follow_some::<class_occurrences::Entity, _>(ctx, id).await
    }

    /// The offer that is waited for.
    async fn offer(&self, ctx: &Context<'_>) -> Result<Option<Offer>> {
        follow_some::<offers::Entity, _>(ctx, self.0.offer_id.as_deref()).await
    }

    /// Who is in it, in the order of the line. For staff only.
    async fn entries(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those in these states; all without it.")] status: Option<
            Vec<QueueEntryStatus>,
        >,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Connection<QueueEntry>> {
        let page = PageArguments::new(first, after, last, before).request(ctx)?;
        self.staff_only(ctx)?;
        let status = status.map(|states| states.into_iter().map(Into::into).collect());
        let entries = EntriesOf(self.0.id.clone(), status, page);
        let entries = ctx.loaders().load(entries).await?;
        Ok(connect(entries.unwrap_or_default(), QueueEntry::from))
    }

    /// What happened in it, in order and by whom, so that its fairness can be checked. For staff only.
    async fn events(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Connection<QueueEvent>> {
        let page = PageArguments::new(first, after, last, before).request(ctx)?;
        self.staff_only(ctx)?;
        let events = EventsOf(self.0.id.clone(), page);
        let events = ctx.loaders().load(events).await?;
        Ok(connect(events.unwrap_or_default(), QueueEvent::from))
    }
}

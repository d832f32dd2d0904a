//! One class of a schedule.

use std::sync::Arc;

use async_graphql::{Context, ID, Object};
use entity::{class_occurrences, class_schedules, offer_versions, resources};

use super::loader::{EnrollmentsOn, ExpiredPlacesOf, LastWaitlistOf, OwnOn};
use super::{
    ClassOccurrenceStatus, ClassSchedule, Enrollment, EnrollmentStatus, OccurrenceAvailability,
};
use crate::domain::Error;
use crate::domain::classes::list::EnrollmentFilter;
use crate::domain::classes::{places, terms, waiting};
use crate::graphql::catalog::{CurrentVersionOf, Resource};
use crate::graphql::connection::{Connection, PageArguments, connect};
use crate::graphql::context::ContextExt;
use crate::graphql::error::Result;
use crate::graphql::object::{Money, follow, follow_some, wraps};
use crate::graphql::queues::{Queue, QueueEntry, WaitingFor, WaitlistOf};
use crate::graphql::scalars::{DateTime, LocalDate};
use crate::graphql::seating::{OccurrenceSeat, SeatsAt};

wraps! {
    /// One class of a schedule.
    ClassOccurrence(class_occurrences::Model)
}

impl ClassOccurrence {
    /// Its schedule, and the terms that a place is taken on now.
    async fn terms(
        &self,
        ctx: &Context<'_>,
    ) -> Result<(ClassSchedule, Option<Arc<offer_versions::Model>>)> {
        let schedule: ClassSchedule = self.schedule(ctx).await?;
        let version = CurrentVersionOf(schedule.0.offer_id.clone());
        Ok((schedule, ctx.loaders().load(version).await?))
    }

    /// The places that are promised no more, though nobody has said so yet.
    async fn expired_places(&self, ctx: &Context<'_>) -> Result<i32> {
        if self.0.reserved_count == 0 {
            return Ok(0);
        }
        let expired = ExpiredPlacesOf(self.0.id.clone());
        Ok(ctx.loaders().load(expired).await?.unwrap_or(0))
    }

    /// Whether one more customer can wait for a place, now that there is none.
    async fn can_be_waited_for(&self, ctx: &Context<'_>) -> Result<bool> {
        let loaders = ctx.loaders();
        let own = loaders.load(WaitlistOf(self.0.id.clone())).await?;
        let last = match own {
            Some(_) => None,
            None => {
                let schedule = LastWaitlistOf(self.0.class_schedule_id.clone());
                loaders.load(schedule).await?
            }
        };
        let now = ctx.gateway().clock.now();
        Ok(waiting::can_wait(
            &self.0,
            own.as_deref(),
            last.as_deref(),
            now,
        ))
    }
}

/// One class of a schedule, on its day.
#[Object]
impl ClassOccurrence {
    /// The id.
    pub async fn id(&self) -> ID {
        ID::from(&self.0.id)
    }

    /// The schedule that it is of.
    async fn schedule(&self, ctx: &Context<'_>) -> Result<ClassSchedule> {
        follow::<class_schedules::Entity, _>(ctx, &self.0.class_schedule_id).await
    }

    /// The day that the schedule has it on. It stays the same when the class is moved.
    async fn occurrence_date(&self) -> LocalDate {
        self.0.occurrence_date.into()
    }

    /// When it begins.
    async fn start_at(&self) -> DateTime {
        self.0.start_at.into()
    }

    /// When it ends.
    async fn end_at(&self) -> DateTime {
        self.0.end_at.into()
    }

    /// Where it stands now: it is completed when its time is over, and called off when its minimum was not
    /// met in time.
    async fn status(&self, ctx: &Context<'_>) -> ClassOccurrenceStatus {
        terms::status_of(&self.0, ctx.gateway().clock.now()).into()
    }

    /// Grows by one with every change that staff make; send it as `expectedVersion` to be told of changes in
    /// between.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// How many places it has.
    async fn capacity(&self) -> i32 {
        self.0.capacity
    }

    /// How many places are taken.
    async fn enrolled_count(&self) -> i32 {
        self.0.enrolled_count
    }

    /// How many wait for a place.
    async fn waitlist_count(&self) -> i32 {
        self.0.waitlist_count
    }

    /// How many places are neither taken nor promised to somebody.
    async fn spots_left(&self, ctx: &Context<'_>) -> Result<i32> {
        let expired = self.expired_places(ctx).await?;
        Ok(places::left(&self.0).saturating_add(expired))
    }

    /// Whether a customer can have a place now.
    async fn availability(&self, ctx: &Context<'_>) -> Result<OccurrenceAvailability> {
        let (schedule, terms) = self.terms(ctx).await?;
        let expired = self.expired_places(ctx).await?;
        let now = ctx.gateway().clock.now();
        let available =
            terms::availability(&self.0, &schedule.0, terms.as_deref(), expired, now).into();
        match available {
            OccurrenceAvailability::Full if self.can_be_waited_for(ctx).await? => {
                Ok(OccurrenceAvailability::Waitlist)
            }
            _ => Ok(available),
        }
    }

    /// What one place costs now.
    async fn price(&self, ctx: &Context<'_>) -> Result<Money> {
        let (_, terms) = self.terms(ctx).await?;
        let terms = terms.ok_or_else(|| Error::fault(format!("{} has no terms", self.0.id)))?;
        Money::new(terms::price(&terms, &self.0, 1)?.total, &terms.currency)
    }

    /// When it was called off, if it was.
    async fn cancelled_at(&self, ctx: &Context<'_>) -> Option<DateTime> {
        let due = self
            .0
            .minimum_due_at
            .filter(|_| terms::fails_minimum(&self.0, ctx.gateway().clock.now()));
        self.0.cancelled_at.or(due).map(Into::into)
    }

    /// Why it was called off.
    async fn cancellation_reason(&self) -> Option<&str> {
        self.0.cancellation_reason.as_deref()
    }

    /// Who holds it.
    async fn instructor(&self, ctx: &Context<'_>) -> Result<Option<Resource>> {
        follow_some::<resources::Entity, _>(ctx, self.0.instructor_resource_id.as_deref()).await
    }

    /// The room that it takes.
    async fn room(&self, ctx: &Context<'_>) -> Result<Option<Resource>> {
        follow_some::<resources::Entity, _>(ctx, self.0.room_resource_id.as_deref()).await
    }

    /// The enrolments, in the order in which they came. For staff only.
    async fn enrollments(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those in one of these states.")] status: Option<
            Vec<EnrollmentStatus>,
        >,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Connection<Enrollment>> {
        let page = PageArguments::new(first, after, last, before).request(ctx)?;
        ctx.viewer().user_id()?;
        if !ctx.viewer().is_staff_of(&self.0.biz_id) {
            return Err(Error::Forbidden("Only staff see who is enrolled.").into());
        }
        let filter = EnrollmentFilter {
            status: status.map(|states| states.into_iter().map(Into::into).collect()),
            window: None,
        };
        let key = EnrollmentsOn(self.0.id.clone(), filter, page);
        let page = ctx.loaders().load(key).await?.unwrap_or_default();
        Ok(connect(page, Enrollment::from))
    }

    /// The viewer's own enrolment, unless it was called off.
    async fn viewer_enrollment(&self, ctx: &Context<'_>) -> Result<Option<Enrollment>> {
        if ctx.viewer().id().is_none() {
            return Ok(None);
        }
        let own = ctx.loaders().load(OwnOn(self.0.id.clone())).await?;
        Ok(own.map(Enrollment::from))
    }

    /// Its seats as they are now, from the stage to the back and from left to right; null for free seating. Who has
    /// a seat is not told.
    async fn seats(&self, ctx: &Context<'_>) -> Result<Option<Vec<OccurrenceSeat>>> {
        let seats = ctx.loaders().load(SeatsAt(self.0.id.clone())).await?;
        Ok(seats.map(|seats| seats.iter().map(OccurrenceSeat::from).collect()))
    }

    /// Those who wait for a place; null until somebody does.
    async fn waitlist(&self, ctx: &Context<'_>) -> Result<Option<Queue>> {
        let waitlist = ctx.loaders().load(WaitlistOf(self.0.id.clone())).await?;
        Ok(waitlist.map(Queue::from))
    }

    /// The viewer's own place on its waitlist; null when they do not wait.
    async fn viewer_waitlist_entry(&self, ctx: &Context<'_>) -> Result<Option<QueueEntry>> {
        if ctx.viewer().id().is_none() {
            return Ok(None);
        }
        let entry = WaitingFor(self.0.id.clone());
        let entry = ctx.loaders().load(entry).await?;
        Ok(entry.map(QueueEntry::from))
    }
}

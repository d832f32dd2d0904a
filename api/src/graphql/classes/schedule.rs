//! A schedule of classes.

use async_graphql::{Context, ID, Object};
use entity::{bizes, class_collisions, class_schedules, locations, offers, resources, seat_maps};

use super::loader::{ClassesOf, CollisionsOf};
use super::{ClassOccurrence, ClassScheduleStatus, GapPolicy};
use crate::domain::classes::{recurrence, words};
use crate::graphql::availability::TimeRange;
use crate::graphql::catalog::{Business, Location, Offer, Resource};
use crate::graphql::connection::{Connection, PageArguments, connect};
use crate::graphql::context::ContextExt;
use crate::graphql::error::Result;
use crate::graphql::object::{follow, follow_some, stored, wraps};
use crate::graphql::scalars::{DateTime, LocalDate, LocalTime, TimeZone};
use crate::graphql::seating::SeatMap;

wraps! {
    /// A class that is held again and again.
    ClassSchedule(class_schedules::Model)
}

/// A class that is held again and again: always at the same time on the wall clock of its zone.
#[Object]
impl ClassSchedule {
    /// The id.
    pub async fn id(&self) -> ID {
        ID::from(&self.0.id)
    }

    /// The business that holds it.
    async fn business(&self, ctx: &Context<'_>) -> Result<Business> {
        follow::<bizes::Entity, _>(ctx, &self.0.biz_id).await
    }

    /// What customers enrol on: its published version tells the price of a place and the terms.
    async fn offer(&self, ctx: &Context<'_>) -> Result<Offer> {
        follow::<offers::Entity, _>(ctx, &self.0.offer_id).await
    }

    /// Where it is held.
    async fn location(&self, ctx: &Context<'_>) -> Result<Option<Location>> {
        follow_some::<locations::Entity, _>(ctx, self.0.location_id.as_deref()).await
    }

    /// What it is called.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Its name in addresses, of its own within the business.
    async fn slug(&self) -> &str {
        &self.0.slug
    }

    /// Where it stands.
    async fn status(&self) -> ClassScheduleStatus {
        words::ScheduleStatus::parse(&self.0.status).into()
    }

    /// Grows by one with every change; send it as `expectedVersion` to be told of changes in between.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// The zone whose wall clock tells the time.
    async fn time_zone(&self) -> Result<TimeZone> {
        stored(&self.0.timezone)
    }

    /// On which days it is held: a recurrence rule as RFC 5545 defines it.
    async fn recurrence_rule(&self) -> &str {
        &self.0.recurrence_rule
    }

    /// The day that the rule counts from.
    async fn starts_on(&self) -> LocalDate {
        self.0.starts_on.into()
    }

    /// When it begins, on the wall clock.
    async fn start_time(&self) -> LocalTime {
        self.0.start_time.into()
    }

    /// How long it takes, in minutes.
    async fn duration_min(&self) -> i32 {
        self.0.duration_min
    }

    /// What becomes of a class whose start does not exist that day.
    async fn gap_policy(&self) -> GapPolicy {
        words::GapPolicy::parse(&self.0.gap_policy).into()
    }

    /// How many places a class has.
    async fn capacity(&self) -> i32 {
        self.0.capacity
    }

    /// How many places must be taken for a class to be worth holding.
    async fn min_enrollment(&self) -> i32 {
        self.0.min_enrollment
    }

    /// Whether a class under the minimum is called off.
    async fn auto_cancel_if_under(&self) -> bool {
        self.0.auto_cancel_if_under
    }

    /// How many minutes before the start a class under the minimum is called off.
    async fn auto_cancel_lead_min(&self) -> i32 {
        self.0.auto_cancel_lead_min
    }

    /// Who holds it.
    async fn instructor(&self, ctx: &Context<'_>) -> Result<Option<Resource>> {
        follow_some::<resources::Entity, _>(ctx, self.0.instructor_resource_id.as_deref()).await
    }

    /// The room that it takes.
    async fn room(&self, ctx: &Context<'_>) -> Result<Option<Resource>> {
        follow_some::<resources::Entity, _>(ctx, self.0.room_resource_id.as_deref()).await
    }

    /// The seats to choose from; null for free seating.
    async fn seat_map(&self, ctx: &Context<'_>) -> Result<Option<SeatMap>> {
        follow_some::<seat_maps::Entity, _>(ctx, self.0.seat_map_id.as_deref()).await
    }

    /// The days without a class, in spite of the rule.
    async fn exdates(&self) -> Result<Vec<LocalDate>> {
        let dates = recurrence::exdates(&self.0)?;
        Ok(dates.into_iter().map(Into::into).collect())
    }

    /// Its classes, the earliest first.
    async fn occurrences(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those that take place in this window, of at most 92 days.")] window: Option<
            TimeRange,
        >,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Connection<ClassOccurrence>> {
        let page = PageArguments::new(first, after, last, before).request(ctx)?;
        let key = ClassesOf(self.0.id.clone(), window.map(Into::into), page);
        let page = ctx.loaders().load(key).await?.unwrap_or_default();
        Ok(connect(page, ClassOccurrence::from))
    }

    /// The classes to come that could not be put into the timetable, because somebody else has the instructor
    /// or the room. For staff only; empty for everybody else.
    async fn collisions(&self, ctx: &Context<'_>) -> Result<Vec<ClassCollision>> {
        if !ctx.viewer().is_staff_of(&self.0.biz_id) {
            return Ok(Vec::new());
        }
        let key = CollisionsOf(self.0.id.clone());
        let rows = ctx.loaders().load(key).await?.unwrap_or_default();
        Ok(rows.iter().cloned().map(Into::into).collect())
    }
}

wraps! {
    /// A class that could not be put into the timetable.
    ClassCollision(class_collisions::Model)
}

/// A class that could not be put into the timetable, because somebody else has its instructor or its room.
#[Object]
impl ClassCollision {
    /// The day that the schedule has it on.
    async fn occurrence_date(&self) -> LocalDate {
        self.0.occurrence_date.into()
    }

    /// When it would begin.
    async fn start_at(&self) -> DateTime {
        self.0.start_at.into()
    }

    /// When it would end.
    async fn end_at(&self) -> DateTime {
        self.0.end_at.into()
    }

    /// Who or what is taken.
    async fn resource(&self, ctx: &Context<'_>) -> Result<Resource> {
        follow::<resources::Entity, _>(ctx, &self.0.resource_id).await
    }
}

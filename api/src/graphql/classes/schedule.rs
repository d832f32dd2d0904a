//! A schedule of classes.

use async_graphql::{Context, ID, Object};
use entity::{bizes, class_schedules, locations, offers, resources};

use super::{ClassScheduleStatus, GapPolicy};
use crate::domain::classes::words;
use crate::graphql::catalog::{Business, Location, Offer, Resource};
use crate::graphql::error::Result;
use crate::graphql::object::{follow, follow_some, stored, wraps};
use crate::graphql::scalars::{LocalDate, LocalTime, TimeZone};

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
}

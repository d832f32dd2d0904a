//! One class of a schedule.

use async_graphql::{Context, ID, Object};
use entity::{class_occurrences, class_schedules, resources};

use super::{ClassOccurrenceStatus, ClassSchedule};
use crate::domain::classes::words;
use crate::graphql::catalog::Resource;
use crate::graphql::error::Result;
use crate::graphql::object::{follow, follow_some, wraps};
use crate::graphql::scalars::{DateTime, LocalDate};

wraps! {
    /// One class of a schedule.
    ClassOccurrence(class_occurrences::Model)
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

    /// Where it stands.
    async fn status(&self) -> ClassOccurrenceStatus {
        words::OccurrenceStatus::parse(&self.0.status).into()
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

    /// When it was called off, if it was.
    async fn cancelled_at(&self) -> Option<DateTime> {
        self.0.cancelled_at.map(Into::into)
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
}

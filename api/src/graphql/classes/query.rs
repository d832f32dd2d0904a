//! Reading classes.

use async_graphql::{Context, ID, Object};

use super::{ClassOccurrence, ClassSchedule};
use crate::domain::ids::Kind;
use crate::graphql::error::Maybe;
use crate::graphql::object::find;

/// The queries about classes.
#[derive(Default)]
pub struct ClassesQuery;

#[Object]
impl ClassesQuery {
    /// A schedule of classes that is published, or of a business that the viewer works for.
    async fn class_schedule(&self, ctx: &Context<'_>, id: ID) -> Maybe<ClassSchedule> {
        find::<entity::class_schedules::Entity, _>(ctx, Kind::ClassSchedule, &id)
            .await
            .transpose()
    }

    /// A class in the published timetable, one that the viewer is enrolled on, or one of a business that the
    /// viewer works for.
    async fn class_occurrence(&self, ctx: &Context<'_>, id: ID) -> Maybe<ClassOccurrence> {
        find::<entity::class_occurrences::Entity, _>(ctx, Kind::ClassOccurrence, &id)
            .await
            .transpose()
    }
}

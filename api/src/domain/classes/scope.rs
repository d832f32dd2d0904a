//! Who sees what of classes: everybody the published timetable, customers their own enrolments, staff
//! everything of their business.

use entity::{class_collisions, class_occurrences, class_schedules, enrollments, offers};
use sea_orm::sea_query::{Expr, ExprTrait, SelectStatement};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect, QueryTrait, Select};

use super::words::ScheduleStatus;
use crate::domain::scope::{Scoped, or_staffed, staffed};
use crate::domain::viewer::Viewer;

/// Whether the schedule of the row is published: active, of a published offer.
#[must_use]
pub fn published() -> Condition {
    Condition::all()
        .add(class_schedules::Column::Status.eq(ScheduleStatus::Active.as_str()))
        .add(class_schedules::Column::DeletedAt.is_null())
        .add(Expr::exists(published_offer()))
}

/// The offer of the schedule, if it is published.
fn published_offer() -> SelectStatement {
    let offer = Expr::col((offers::Entity, offers::Column::Id));
    offers::Entity::find()
        .select_only()
        .column(offers::Column::Id)
        .filter(offer.equals((class_schedules::Entity, class_schedules::Column::OfferId)))
        .filter(offers::Column::IsPublished.eq(true))
        .filter(offers::Column::DeletedAt.is_null())
        .into_query()
}

impl Scoped for class_schedules::Entity {
    fn visible_to(viewer: &Viewer) -> Select<Self> {
        Self::find()
            .filter(class_schedules::Column::DeletedAt.is_null())
            .filter(or_staffed(
                viewer,
                published(),
                class_schedules::Column::BizId,
            ))
    }
}

impl Scoped for class_occurrences::Entity {
    /// What is in the published timetable, what the viewer is or was enrolled on, and all of the businesses
    /// that the viewer works for.
    fn visible_to(viewer: &Viewer) -> Select<Self> {
        use class_occurrences::Column;
        let schedules = class_schedules::Entity::find()
            .select_only()
            .column(class_schedules::Column::Id)
            .filter(published())
            .into_query();
        let own = viewer.id().map(|me| {
            let occurrences = enrollments::Entity::find()
                .select_only()
                .column(enrollments::Column::ClassOccurrenceId)
                .filter(enrollments::Column::CustomerUserId.eq(me))
                .into_query();
            Column::Id.in_subquery(occurrences)
        });
        Self::find().filter(
            Condition::any()
                .add(Column::ClassScheduleId.in_subquery(schedules))
                .add_option(own)
                .add_option(staffed(viewer, Column::BizId)),
        )
    }
}

impl Scoped for enrollments::Entity {
    fn visible_to(viewer: &Viewer) -> Select<Self> {
        use enrollments::Column;
        let Some(me) = viewer.id() else {
            return Self::find().filter(Expr::val(false));
        };
        Self::find().filter(or_staffed(
            viewer,
            Column::CustomerUserId.eq(me),
            Column::BizId,
        ))
    }
}

/// What did not fit is for the staff to see to.
impl Scoped for class_collisions::Entity {
    fn visible_to(viewer: &Viewer) -> Select<Self> {
        Self::find().filter(class_collisions::Column::BizId.is_in(viewer.staffed()))
    }
}

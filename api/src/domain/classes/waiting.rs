//! Whether customers can wait for a place in a class that is full.

use std::collections::HashMap;

use entity::{class_occurrences, class_schedules, queues};
use sea_orm::sea_query::{Expr, ExprTrait, Order, Query, SelectStatement};
use sea_orm::{ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};

use crate::domain::clock::Moment;
use crate::domain::error::Result;
use crate::domain::queues::rules::promotion::Settings;
use crate::domain::queues::rules::status::QueueStatus;
use crate::domain::scope::any_of;

/// Whether one more customer can wait for a place.
///
/// `own` is the waitlist of the class. Without one, it will be opened with the settings of `last`, the latest of
/// the same schedule.
#[must_use]
pub fn can_wait(
    class: &class_occurrences::Model,
    own: Option<&queues::Model>,
    last: Option<&queues::Model>,
    now: Moment,
) -> bool {
    let has_room = |queue: &queues::Model| {
        let room = queue.max_capacity.unwrap_or(i32::MAX);
        QueueStatus::parse(&queue.status) == QueueStatus::Active && queue.people_count < room
    };
    let settings = own.or(last).map_or(Settings::OF_A_CLASS, Settings::of);
    own.is_none_or(has_room) && now < settings.cutoff(class.start_at.to_utc())
}

/// The latest waitlist of each of these schedules that has one.
///
/// # Errors
/// When the database fails.
pub async fn last_waitlists(
    db: &impl ConnectionTrait,
    schedule_ids: Vec<String>,
) -> Result<HashMap<String, queues::Model>> {
    use class_schedules::{Column, Entity};
    let last: Vec<(String, Option<String>)> = Entity::find()
        .select_only()
        .column(Column::Id)
        .expr_as(Expr::from(last_waitlist()), "waitlist_id")
        .filter(any_of(db, Column::Id, schedule_ids))
        .into_tuple()
        .all(db)
        .await?;
    let ids: Vec<String> = last.iter().filter_map(|(_, id)| id.clone()).collect();
    let queues = queues::Entity::find()
        .filter(any_of(db, queues::Column::Id, ids))
        .all(db)
        .await?;
    let mut queues: HashMap<String, queues::Model> = queues
        .into_iter()
        .map(|queue| (queue.id.clone(), queue))
        .collect();
    let found = |(schedule, id): (String, Option<String>)| Some((schedule, queues.remove(&id?)?));
    Ok(last.into_iter().filter_map(found).collect())
}

/// The id of the latest waitlist of the schedule of the row, as the next one takes its settings from it.
fn last_waitlist() -> SelectStatement {
    let of_class = Expr::col((queues::Entity, queues::Column::ClassOccurrenceId))
        .equals((class_occurrences::Entity, class_occurrences::Column::Id));
    let schedule = Expr::col((
        class_occurrences::Entity,
        class_occurrences::Column::ClassScheduleId,
    ));
    Query::select()
        .column((queues::Entity, queues::Column::Id))
        .from(queues::Entity)
        .inner_join(class_occurrences::Entity, of_class)
        .and_where(schedule.equals((class_schedules::Entity, class_schedules::Column::Id)))
        .order_by((queues::Entity, queues::Column::UpdatedAt), Order::Desc)
        .order_by((queues::Entity, queues::Column::Id), Order::Desc)
        .limit(1)
        .take()
}

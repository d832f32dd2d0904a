//! The timetable: the classes of a schedule, made ahead of time, each with its instructor and its room.
//!
//! Filling it again and again is harmless: a day of a schedule has one class, by a unique index. A class that
//! collides with something is not made; the collision is written down for the staff to see.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Days, NaiveDate, TimeDelta};
use entity::{class_collisions, class_occurrences, class_schedules};
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::{Set, Unchanged},
    ColumnTrait, EntityTrait, QueryFilter, QueryOrder, TryInsertResult,
};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::crew::Crew;
use super::recurrence::{Planned, Recurrence};
use super::words::{OccurrenceStatus, ScheduleStatus};
use crate::domain::clock::Moment;
use crate::domain::error::Result;
use crate::domain::events::{self, Event};
use crate::domain::ids::Kind;
use crate::domain::tx::Work;

/// How far ahead the worker makes classes, in days.
pub const HORIZON_DAYS: u64 = 60;

/// What became of a stretch of a schedule.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Made {
    /// The classes that are new.
    pub created: Vec<class_occurrences::Model>,
    /// The classes that could not be made, because somebody else has the instructor or the room.
    pub collisions: Vec<class_collisions::Model>,
    /// The days on which the start does not exist.
    pub gaps: Vec<NaiveDate>,
    /// The classes that stay as they were, against the schedule, because somebody has a place in them or
    /// because they were changed by themselves.
    pub kept: Vec<class_occurrences::Model>,
}

/// Makes the classes of a schedule, from now to the day `until`, that are not there yet. The schedule is
/// locked.
///
/// # Errors
/// When the database fails.
pub async fn fill(
    work: &Work,
    schedule: &class_schedules::Model,
    until: NaiveDate,
) -> Result<Made> {
    let recurrence = Recurrence::of(schedule)?;
    let today = work.now.with_timezone(&recurrence.zone).date_naive();
    let mut made = Made::default();
    if schedule.status == ScheduleStatus::Active.as_str() && schedule.deleted_at.is_none() {
        let plan = recurrence.plan(today, until);
        let known = known(work, schedule, today, until).await?;
        let crew = [
            schedule.instructor_resource_id.as_ref(),
            schedule.room_resource_id.as_ref(),
        ];
        let crew = Crew::read(work, crew).await?;
        for class in plan.classes {
            if class.span.from <= work.now {
                continue;
            }
            let row = match known.get(&class.date) {
                Some(row) if row.withdrawn_at.is_some() => Some(row),
                Some(_) => continue,
                None => None,
            };
            put(work, schedule, class, row, &crew, &mut made).await?;
        }
        made.gaps = plan.gaps;
    }
    note_collisions(work, schedule, (today, until), &made.collisions).await?;
    if schedule.generated_until.is_none_or(|date| date < until) {
        class_schedules::ActiveModel {
            id: Unchanged(schedule.id.clone()),
            generated_until: Set(Some(until)),
            ..Default::default()
        }
        .update(&**work)
        .await?;
    }
    if !made.created.is_empty() || !made.collisions.is_empty() {
        let event = Event {
            biz_id: &schedule.biz_id,
            kind: "class_schedule.generated",
            aggregate: "class_schedule",
            aggregate_id: &schedule.id,
            payload: json!({
                "created": made.created.len(),
                "collisions": made.collisions.len(),
                "until": until,
            }),
        };
        events::emit(work, event).await?;
    }
    Ok(made)
}

/// The last day that the worker fills, seen from a moment.
#[must_use]
pub fn horizon(now: Moment) -> NaiveDate {
    let today = now.date_naive();
    today
        .checked_add_days(Days::new(HORIZON_DAYS))
        .unwrap_or(today)
}

async fn known(
    work: &Work,
    schedule: &class_schedules::Model,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<BTreeMap<NaiveDate, class_occurrences::Model>> {
    use class_occurrences::Column;
    let rows = class_occurrences::Entity::find()
        .filter(Column::ClassScheduleId.eq(&schedule.id))
        .filter(Column::OccurrenceDate.between(from, to))
        .order_by_asc(Column::OccurrenceDate)
        .all(&**work)
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.occurrence_date, row))
        .collect())
}

/// The class as the schedule has it, when nobody has changed it by itself.
#[must_use]
pub fn drafted(
    work: &Work,
    schedule: &class_schedules::Model,
    class: Planned,
) -> class_occurrences::Model {
    class_occurrences::Model {
        id: Kind::ClassOccurrence.mint(work.now),
        biz_id: schedule.biz_id.clone(),
        class_schedule_id: schedule.id.clone(),
        occurrence_date: class.date,
        start_at: class.span.from.into(),
        end_at: class.span.to.into(),
        status: OccurrenceStatus::Scheduled.as_str().to_owned(),
        enrolled_count: 0,
        waitlist_count: 0,
        cancelled_at: None,
        cancellation_reason: None,
        metadata: None,
        created_at: work.now.into(),
        updated_at: work.now.into(),
        version: 1,
        reserved_count: 0,
        capacity: schedule.capacity,
        instructor_resource_id: schedule.instructor_resource_id.clone(),
        room_resource_id: schedule.room_resource_id.clone(),
        detached_at: None,
        minimum_due_at: minimum_due(work, schedule, class.span.from).map(Into::into),
        min_enrollment: schedule.min_enrollment,
        withdrawn_at: None,
    }
}

/// When the minimum of a class that begins then has to be met, if that is still to come.
#[must_use]
pub fn minimum_due(
    work: &Work,
    schedule: &class_schedules::Model,
    start: Moment,
) -> Option<Moment> {
    let due = start - TimeDelta::minutes(schedule.auto_cancel_lead_min.into());
    let asked = schedule.auto_cancel_if_under && schedule.min_enrollment > 0;
    (asked && due > work.now).then_some(due)
}

/// Puts a class into the timetable, anew or in the place of one that was withdrawn, if its instructor and its
/// room are free.
async fn put(
    work: &Work,
    schedule: &class_schedules::Model,
    class: Planned,
    withdrawn: Option<&class_occurrences::Model>,
    crew: &Crew,
    made: &mut Made,
) -> Result<()> {
    let mut row = drafted(work, schedule, class);
    if let Some(old) = withdrawn {
        row.id.clone_from(&old.id);
        row.version = old.version.saturating_add(1);
        row.created_at = old.created_at;
    } else if !insert(work, &row).await? {
        // Another instance was quicker.
        return Ok(());
    }
    let in_the_way = crew.claim(work, &row).await?;
    if let Some(resource_id) = in_the_way {
        made.collisions.push(collision(work, &row, resource_id));
        if withdrawn.is_none() {
            class_occurrences::Entity::delete_by_id(&row.id)
                .exec(&**work)
                .await?;
        }
        return Ok(());
    }
    if withdrawn.is_some() {
        let changes = class_occurrences::ActiveModel {
            id: Unchanged(row.id.clone()),
            biz_id: Unchanged(row.biz_id.clone()),
            enrolled_count: Unchanged(0),
            reserved_count: Unchanged(0),
            waitlist_count: Unchanged(0),
            ..class_occurrences::ActiveModel::from(row.clone()).reset_all()
        };
        row = changes.update(&**work).await?;
    }
    made.created.push(row);
    Ok(())
}

/// Inserts the row, unless the schedule has a class on that day. A rival in flight is waited for.
async fn insert(work: &Work, row: &class_occurrences::Model) -> Result<bool> {
    let inserted =
        class_occurrences::Entity::insert(class_occurrences::ActiveModel::from(row.clone()))
            .on_conflict(OnConflict::new().do_nothing().to_owned())
            .try_insert()
            .exec_without_returning(&**work)
            .await?;
    Ok(matches!(inserted, TryInsertResult::Inserted(1..)))
}

/// A collision about to be written down.
#[must_use]
pub fn collision(
    work: &Work,
    row: &class_occurrences::Model,
    resource_id: String,
) -> class_collisions::Model {
    class_collisions::Model {
        id: Kind::ClassCollision.mint(work.now),
        biz_id: row.biz_id.clone(),
        class_schedule_id: row.class_schedule_id.clone(),
        occurrence_date: row.occurrence_date,
        start_at: row.start_at,
        end_at: row.end_at,
        resource_id,
        created_at: work.now.into(),
    }
}

/// Writes down what collides now in a stretch of days, in place of what did before.
async fn note_collisions(
    work: &Work,
    schedule: &class_schedules::Model,
    (from, to): (NaiveDate, NaiveDate),
    collisions: &[class_collisions::Model],
) -> Result<()> {
    use class_collisions::{Column, Entity};
    Entity::delete_many()
        .filter(Column::ClassScheduleId.eq(&schedule.id))
        .filter(Column::OccurrenceDate.between(from, to))
        .exec(&**work)
        .await?;
    let days: BTreeSet<_> = collisions.iter().map(|row| row.occurrence_date).collect();
    debug_assert_eq!(days.len(), collisions.len());
    if !collisions.is_empty() {
        let rows = collisions
            .iter()
            .cloned()
            .map(class_collisions::ActiveModel::from);
        Entity::insert_many(rows)
            .exec_without_returning(&**work)
            .await?;
    }
    Ok(())
}

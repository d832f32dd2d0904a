//! What an edit of a schedule means for the classes that it has in the timetable.
//!
//! Only classes to come are reached, and none that staff have changed or called off by itself. A class that
//! somebody has, waits for or is promised a place in keeps its time, and its place in the timetable; its
//! capacity never falls below what is taken, its instructor and its room follow.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use entity::{class_collisions, class_occurrences, class_schedules};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::crew::{Crew, span};
use super::error::ClassRefusal;
use super::recurrence::{Planned, Recurrence};
use super::timetable::{self, Made, collision};
use super::words::{OccurrenceStatus, ScheduleStatus};
use super::writes;
use crate::domain::bookings::claims;
use crate::domain::error::Result;
use crate::domain::queues::waitlists;
use crate::domain::tx::Work;

/// Why a class was withdrawn, for whoever was enrolled on it once.
const WITHDRAWN: &str = "No longer in the timetable.";

/// Brings the timetable in line with a schedule that has changed. The schedule is locked.
///
/// # Errors
/// `SLOT_TAKEN` when a class that somebody has a place in can neither move to its new instructor or room nor
/// keep the old.
pub async fn reshape(work: &Work, schedule: &class_schedules::Model) -> Result<Made> {
    let recurrence = Recurrence::of(schedule)?;
    let today = work.now.with_timezone(&recurrence.zone).date_naive();
    let until = schedule
        .generated_until
        .unwrap_or(today)
        .max(timetable::horizon(work.now));
    let planned: BTreeMap<NaiveDate, Planned> = match schedule.status.as_str() {
        status if status == ScheduleStatus::Active.as_str() => recurrence
            .plan(today, until)
            .classes
            .into_iter()
            .map(|class| (class.date, class))
            .collect(),
        _ => BTreeMap::new(),
    };
    let rows = to_come(work, schedule).await?;
    let crew = rows
        .iter()
        .flat_map(|row| [&row.instructor_resource_id, &row.room_resource_id])
        .chain([&schedule.instructor_resource_id, &schedule.room_resource_id])
        .map(Option::as_ref);
    let crew = Crew::read(work, crew).await?;
    let mut made = Made::default();
    let mut changes: Vec<(class_occurrences::Model, class_occurrences::Model)> = Vec::new();
    for row in rows {
        if row.detached_at.is_some() {
            made.kept.push(row);
            continue;
        }
        match planned.get(&row.occurrence_date) {
            None if is_empty(&row) => withdraw(work, row).await?,
            None => made.kept.push(row),
            Some(class) => {
                let after = follow(work, schedule, &row, *class);
                if span(&after) != class.span {
                    made.kept.push(row.clone());
                }
                if after != row {
                    changes.push((row, after));
                }
            }
        }
    }
    let collisions = change(work, &crew, changes).await?;
    let filled = timetable::fill(work, schedule, until).await?;
    made.created = filled.created;
    made.gaps = filled.gaps;
    made.collisions = filled.collisions;
    for found in collisions {
        // A class that was withdrawn for its collision has been tried again, and noted, by now.
        if made
            .collisions
            .iter()
            .all(|known| known.occurrence_date != found.occurrence_date)
        {
            made.collisions.push(found);
        }
    }
    Ok(made)
}

/// The classes to come that are neither called off nor withdrawn, locked in their order.
async fn to_come(
    work: &Work,
    schedule: &class_schedules::Model,
) -> Result<Vec<class_occurrences::Model>> {
    use class_occurrences::Column;
    Ok(class_occurrences::Entity::find()
        .filter(Column::ClassScheduleId.eq(&schedule.id))
        .filter(Column::Status.eq(OccurrenceStatus::Scheduled.as_str()))
        .filter(Column::StartAt.gt(work.now))
        .order_by_asc(Column::OccurrenceDate)
        .lock_exclusive()
        .all(&**work)
        .await?)
}

/// Whether nobody has a place, waits for one or is promised one.
fn is_empty(row: &class_occurrences::Model) -> bool {
    row.enrolled_count == 0 && row.reserved_count == 0 && row.waitlist_count == 0
}

/// The class as it is to be.
fn follow(
    work: &Work,
    schedule: &class_schedules::Model,
    row: &class_occurrences::Model,
    class: Planned,
) -> class_occurrences::Model {
    let mut after = row.clone();
    if is_empty(row) {
        after.start_at = class.span.from.into();
        after.end_at = class.span.to.into();
    }
    let taken = row.enrolled_count.saturating_add(row.reserved_count);
    after.capacity = schedule.capacity.max(taken);
    after
        .instructor_resource_id
        .clone_from(&schedule.instructor_resource_id);
    after
        .room_resource_id
        .clone_from(&schedule.room_resource_id);
    after.min_enrollment = schedule.min_enrollment;
    after.minimum_due_at =
        timetable::minimum_due(work, schedule, after.start_at.to_utc()).map(Into::into);
    after
}

/// Changes classes, each from the one to the other. Answers those that collide.
async fn change(
    work: &Work,
    crew: &Crew,
    changes: Vec<(class_occurrences::Model, class_occurrences::Model)>,
) -> Result<Vec<class_collisions::Model>> {
    let claims_change = |before: &class_occurrences::Model, after: &class_occurrences::Model| {
        span(before) != span(after)
            || before.instructor_resource_id != after.instructor_resource_id
            || before.room_resource_id != after.room_resource_id
    };
    // All let go before any takes: the classes of a schedule may take each other's time.
    for (before, after) in &changes {
        if claims_change(before, after) {
            claims::release_class(&**work, &before.id).await?;
        }
    }
    let mut collisions = Vec::new();
    for (before, mut after) in changes {
        if claims_change(&before, &after)
            && let Some(resource_id) = crew.claim(work, &after).await?
        {
            let found = collision(work, &after, resource_id);
            if is_empty(&before) {
                withdraw(work, before).await?;
                continue;
            }
            collisions.push(found);
            after
                .instructor_resource_id
                .clone_from(&before.instructor_resource_id);
            after.room_resource_id.clone_from(&before.room_resource_id);
            if crew.claim(work, &after).await?.is_some() {
                return Err(ClassRefusal::Taken.into());
            }
        }
        save(work, &before, after).await?;
    }
    Ok(collisions)
}

async fn save(
    work: &Work,
    before: &class_occurrences::Model,
    after: class_occurrences::Model,
) -> Result<()> {
    let changes = class_occurrences::ActiveModel {
        start_at: Set(after.start_at),
        end_at: Set(after.end_at),
        capacity: Set(after.capacity),
        instructor_resource_id: Set(after.instructor_resource_id),
        room_resource_id: Set(after.room_resource_id),
        min_enrollment: Set(after.min_enrollment),
        minimum_due_at: Set(after.minimum_due_at),
        ..Default::default()
    };
    let class = writes::save(work, before, changes, "class_occurrence.changed").await?;
    if class.capacity > before.capacity {
        waitlists::places_freed(work, &class).await?;
    }
    Ok(())
}

/// Takes a class out of the timetable that nobody has a place in.
async fn withdraw(work: &Work, row: class_occurrences::Model) -> Result<()> {
    waitlists::end_class(work, &row.id).await?;
    claims::release_class(&**work, &row.id).await?;
    let changes = class_occurrences::ActiveModel {
        status: Set(OccurrenceStatus::Cancelled.as_str().to_owned()),
        cancelled_at: Set(Some(work.now.into())),
        cancellation_reason: Set(Some(WITHDRAWN.to_owned())),
        withdrawn_at: Set(Some(work.now.into())),
        minimum_due_at: Set(None),
        ..Default::default()
    };
    writes::save(work, &row, changes, "class_occurrence.withdrawn").await?;
    Ok(())
}

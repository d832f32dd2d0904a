//! What time does to classes. It may run late, and in many instances at once: reads and writes look at the
//! clock themselves, and whoever locks a schedule or a class first does what is due.

use entity::{class_occurrences, class_schedules, place_reservations};
use sea_orm::prelude::DateTimeWithTimeZone;
use sea_orm::sea_query::{Expr, LockBehavior, LockType};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};

use super::enrolling::live_of;
use super::words::{EnrollmentStatus, OccurrenceStatus, ScheduleStatus};
use super::{attendance, places, timetable, writes};
use crate::domain::bookings::claims;
use crate::domain::clock::Moment;
use crate::domain::db::Db;
use crate::domain::error::Result;
use crate::domain::gateway::Gateway;
use crate::domain::queues::waitlists;

/// The active schedules whose classes are not made up to the horizon, at most `limit`.
///
/// # Errors
/// When the database fails.
pub async fn short_of_classes(db: &Db, now: Moment, limit: u64) -> Result<Vec<String>> {
    use class_schedules::{Column, Entity};
    Ok(Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::Status.eq(ScheduleStatus::Active.as_str()))
        .filter(Column::DeletedAt.is_null())
        .filter(
            Condition::any()
                .add(Column::GeneratedUntil.is_null())
                .add(Column::GeneratedUntil.lt(timetable::horizon(now))),
        )
        .order_by_asc(Column::Id)
        .limit(limit)
        .into_tuple()
        .all(db.reader())
        .await?)
}

/// Makes the classes of a schedule up to the horizon. Answers how many; none when somebody else is at it.
///
/// # Errors
/// When the database fails.
pub async fn fill(gateway: &Gateway, schedule_id: &str) -> Result<usize> {
    let work = gateway.begin_unattended().await?;
    let schedule = class_schedules::Entity::find_by_id(schedule_id)
        .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
        .one(&*work)
        .await?;
    let Some(schedule) = schedule else {
        return Ok(0);
    };
    let horizon = timetable::horizon(work.now);
    if schedule.generated_until.is_some_and(|date| date >= horizon) {
        return Ok(0);
    }
    let made = timetable::fill(&work, &schedule, horizon).await?;
    work.finish(()).await?;
    Ok(made.created.len())
}

/// The classes for which something is due: a minimum to be looked at, a promise that has run out, or the end,
/// at most `limit` of each.
///
/// # Errors
/// When the database fails.
pub async fn due(db: &Db, now: Moment, limit: u64) -> Result<Vec<String>> {
    use class_occurrences::{Column, Entity};
    let minimum = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::MinimumDueAt.lte(now))
        .order_by_asc(Column::MinimumDueAt)
        .limit(limit);
    // The condition is that of the index, word for word.
    let over = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Expr::cust("status = 'scheduled'"))
        .filter(Column::EndAt.lte(now))
        .order_by_asc(Column::EndAt)
        .limit(limit);
    let promised = place_reservations::Entity::find()
        .select_only()
        .column(place_reservations::Column::ClassOccurrenceId)
        .filter(place_reservations::Column::ExpiresAt.lte(now))
        .order_by_asc(place_reservations::Column::ExpiresAt)
        .limit(limit);
    let mut ids: Vec<String> = minimum.into_tuple().all(db.reader()).await?;
    ids.extend(over.into_tuple::<String>().all(db.reader()).await?);
    ids.extend(promised.into_tuple::<String>().all(db.reader()).await?);
    ids.sort();
    ids.dedup();
    Ok(ids)
}

/// Does what is due for a class. Answers where it stands now; nothing when nothing was due.
///
/// # Errors
/// When the database fails.
pub async fn settle(gateway: &Gateway, occurrence_id: &str) -> Result<Option<OccurrenceStatus>> {
    let work = gateway.begin_unattended().await?;
    // Looking at its places drops what has run out and settles its minimum.
    let Some(class) = places::lock(&work, occurrence_id).await? else {
        return Ok(None);
    };
    let over = class.end_at <= work.now && class.status == OccurrenceStatus::Scheduled.as_str();
    if over {
        for enrollment in live_of(&work, &class.id).await? {
            if enrollment.status == EnrollmentStatus::CheckedIn.as_str() {
                let attended = EnrollmentStatus::Attended;
                attendance::enter(&work, class.clone(), enrollment, attended).await?;
            }
        }
        waitlists::end_class(&work, &class.id).await?;
        claims::release_class(&*work, &class.id).await?;
        let changes = class_occurrences::ActiveModel {
            status: Set(OccurrenceStatus::Completed.as_str().to_owned()),
            ..Default::default()
        };
        writes::save(&work, &class, changes, "class_occurrence.completed").await?;
    }
    let status = match over {
        true => OccurrenceStatus::Completed,
        false => OccurrenceStatus::parse(&class.status),
    };
    work.finish(()).await?;
    Ok(Some(status))
}

/// When the first of what is due for a class became due: the end, or a minimum to be looked at. Promises are
/// counted with the holds of seats.
///
/// # Errors
/// When the database fails.
pub async fn overdue_since(db: &Db, now: Moment) -> Result<Option<Moment>> {
    use class_occurrences::{Column, Entity};
    let first = |due: Column| {
        Entity::find()
            .select_only()
            .column(due)
            .filter(due.lte(now))
            .order_by_asc(due)
            .limit(1)
    };
    let minimum = first(Column::MinimumDueAt);
    let over = first(Column::EndAt).filter(Expr::cust("status = 'scheduled'"));
    let mut since = None;
    for due in [minimum, over] {
        let first: Option<DateTimeWithTimeZone> = due.into_tuple().one(db.reader()).await?;
        since = since.into_iter().chain(first.map(Moment::from)).min();
    }
    Ok(since)
}

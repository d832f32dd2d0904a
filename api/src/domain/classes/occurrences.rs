//! Changing one class by itself. From then on it goes its own way: edits of its schedule leave it alone.

use chrono::TimeDelta;
use entity::{booking_orders, class_occurrences, enrollments, fulfillment_units};
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};

use super::crew::{self, Crew, span};
use super::enrolling::live_of;
use super::error::ClassRefusal;
use super::schedules::{CAPACITY, DURATION};
use super::words::OccurrenceStatus;
use super::{places, repo, terms, timetable, writes};
use crate::domain::bookings::claims;
use crate::domain::bookings::writes as bookings;
use crate::domain::catalog::rules;
use crate::domain::civil::Span;
use crate::domain::clock::Moment;
use crate::domain::error::{Error, Refusal, Result};
use crate::domain::gateway::Gateway;
use crate::domain::queues::waitlists;
use crate::domain::seating;
use crate::domain::tx::{Begun, Call, Outcome, Work};
use crate::domain::viewer::Viewer;

/// What is to change of a class. `None` leaves a field as it is; the inner `None` empties it.
#[derive(Clone, Debug, Default)]
pub struct UpdateOccurrence {
    /// The class.
    pub occurrence_id: String,
    /// The version that the change was decided on.
    pub expected_version: Option<i32>,
    /// When it begins. Without an end, it takes as long as before.
    pub start: Option<Moment>,
    /// When it ends.
    pub end: Option<Moment>,
    /// How many places it has.
    pub capacity: Option<i32>,
    /// Who holds it.
    pub instructor_id: Option<Option<String>>,
    /// The room that it takes.
    pub room_id: Option<Option<String>>,
}

/// Changes a class that has not begun. Staff only. Whoever is enrolled moves along, and may leave free of
/// charge when it begins at another time.
///
/// # Errors
/// `NOT_FOUND`; `VERSION_CONFLICT`; `INVALID_STATE` when it has begun or is called off; `INVALID_INPUT` at the
/// field at fault; `SLOT_TAKEN` when its instructor or its room is taken then; `Forbidden`.
pub async fn update(
    gateway: &Gateway,
    viewer: &Viewer,
    command: UpdateOccurrence,
    call: Call,
) -> Result<Outcome<class_occurrences::Model>> {
    let work = match gateway.begin(viewer, &call).await? {
        Begun::Work(work) => work,
        Begun::Done(outcome) => return Ok(outcome),
    };
    let before = repo::lock(&work, viewer, &command.occurrence_id).await?;
    if !viewer.is_staff_of(&before.biz_id) {
        return Err(Error::Forbidden("Only staff may change a class."));
    }
    if command
        .expected_version
        .is_some_and(|version| version != before.version)
    {
        return Err(ClassRefusal::Conflict.into());
    }
    match terms::status_of(&before, work.now) {
        OccurrenceStatus::Cancelled => return Err(ClassRefusal::CalledOff.into()),
        OccurrenceStatus::Completed => return Err(ClassRefusal::Over.into()),
        OccurrenceStatus::Scheduled if before.start_at <= work.now => {
            return Err(ClassRefusal::Begun.into());
        }
        OccurrenceStatus::Scheduled => {}
    }
    let mut after = changed(&work, &before, command)?;
    if after.capacity > before.capacity {
        let schedule = repo::schedule_of(&*work, &before).await?;
        seating::check_class(&work, &schedule, after.capacity).await?;
    }
    let instructor = after.instructor_resource_id.as_deref();
    let room = after.room_resource_id.as_deref();
    crew::check(&work, &before.biz_id, instructor, room).await?;
    let moved = span(&before) != span(&after);
    if moved
        || before.instructor_resource_id != after.instructor_resource_id
        || before.room_resource_id != after.room_resource_id
    {
        claims::release_class(&*work, &before.id).await?;
        let ids = [&after.instructor_resource_id, &after.room_resource_id];
        let crew = Crew::read(&work, ids.map(Option::as_ref)).await?;
        if crew.claim(&work, &after).await?.is_some() {
            return Err(ClassRefusal::Taken.into());
        }
    }
    if moved {
        let schedule = repo::schedule_of(&*work, &before).await?;
        let due = timetable::minimum_due(&work, &schedule, after.start_at.to_utc());
        after.minimum_due_at = due.map(Into::into);
        move_enrolled(&work, &before, &after).await?;
    }
    let changes = class_occurrences::ActiveModel {
        start_at: Set(after.start_at),
        end_at: Set(after.end_at),
        capacity: Set(after.capacity),
        instructor_resource_id: Set(after.instructor_resource_id),
        room_resource_id: Set(after.room_resource_id),
        minimum_due_at: Set(after.minimum_due_at),
        detached_at: Set(Some(work.now.into())),
        ..Default::default()
    };
    let class = writes::save(&work, &before, changes, "class_occurrence.changed").await?;
    let class = match class.capacity > before.capacity {
        true => {
            waitlists::places_freed(&work, &class).await?;
            places::again(&work, &class.id).await?.unwrap_or(class)
        }
        false => class,
    };
    work.finish(class).await
}

/// The class as it is to be.
fn changed(
    work: &Work,
    before: &class_occurrences::Model,
    command: UpdateOccurrence,
) -> Result<class_occurrences::Model, Refusal> {
    let mut after = before.clone();
    let start = command.start.unwrap_or_else(|| before.start_at.to_utc());
    let end = command.end.unwrap_or(start + span(before).length());
    let span = Span::new(start, end)
        .ok_or_else(|| Refusal::invalid("endAt", "The class must end after it begins."))?;
    if start <= work.now {
        return Err(Refusal::invalid(
            "startAt",
            "The class must begin in the future.",
        ));
    }
    if start > work.now + TimeDelta::days(732) {
        return Err(Refusal::invalid("startAt", "At most two years ahead."));
    }
    let longest = TimeDelta::minutes((*DURATION.end()).into());
    if span.length() > longest || span.length() < TimeDelta::minutes(1) {
        let message = "A class takes a minute to a day.";
        return Err(Refusal::invalid("endAt", message));
    }
    after.start_at = span.from.into();
    after.end_at = span.to.into();
    if let Some(capacity) = command.capacity {
        rules::within("capacity", capacity, CAPACITY)?;
        let taken = before.enrolled_count.saturating_add(before.reserved_count);
        if capacity < taken {
            let message = format!("{taken} places are taken or promised.");
            return Err(Refusal::invalid("capacity", message));
        }
        after.capacity = capacity;
    }
    if let Some(instructor) = command.instructor_id {
        after.instructor_resource_id = instructor;
    }
    if let Some(room) = command.room_id {
        after.room_resource_id = room;
    }
    Ok(after)
}

/// Takes the bookings of a class along to its new time.
async fn move_enrolled(
    work: &Work,
    before: &class_occurrences::Model,
    after: &class_occurrences::Model,
) -> Result<()> {
    use fulfillment_units::Column;
    let another_start = before.start_at != after.start_at;
    for enrollment in live_of(work, &before.id).await? {
        let order = repo::lock_booking(work, &enrollment).await?;
        let changes = booking_orders::ActiveModel {
            start_at: Set(after.start_at),
            end_at: Set(after.end_at),
            ..Default::default()
        };
        let order = bookings::save(work, &order, changes).await?;
        fulfillment_units::Entity::update_many()
            .col_expr(Column::PlannedStartAt, Expr::val(after.start_at))
            .col_expr(Column::PlannedEndAt, Expr::val(after.end_at))
            .col_expr(Column::UpdatedAt, Expr::val(work.now))
            .filter(Column::BookingOrderId.eq(&order.id))
            .exec(&**work)
            .await?;
        bookings::announce(work, &order, "booking.moved").await?;
        if another_start {
            let changes = enrollments::ActiveModel {
                moved_at: Set(Some(work.now.into())),
                ..Default::default()
            };
            writes::save_enrollment(work, &enrollment, changes).await?;
        }
    }
    Ok(())
}

//! Lists of schedules, classes and enrolments, page by page.

use std::collections::HashMap;

use chrono::TimeDelta;
use entity::{
    class_collisions, class_occurrences, class_schedules, enrollments, place_reservations,
};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, JoinType, QueryFilter, QueryOrder,
    QuerySelect, RelationTrait, Select,
};

use super::scope::published;
use super::words::EnrollmentStatus;
use crate::domain::civil::Span;
use crate::domain::clock::Moment;
use crate::domain::error::{Error, Result};
use crate::domain::gateway::Gateway;
use crate::domain::page::{Order, Page, PageRequest};
use crate::domain::scope::{Scoped, any_of, or_staffed};
use crate::domain::viewer::Viewer;

/// The longest window that classes are listed in.
const LONGEST_WINDOW: TimeDelta = TimeDelta::days(92);
/// No class takes longer.
const LONGEST_CLASS: TimeDelta = TimeDelta::days(1);
/// The most collisions that are shown of a schedule: it has one a day, and a year of days.
const MAX_COLLISIONS: u64 = 400;

/// Which classes of a business are wanted.
#[derive(Clone, Debug)]
pub struct OccurrenceFilter {
    /// Taking place, at least in part, in this window.
    pub window: Span,
    /// Only on this offer.
    pub offer_id: Option<String>,
    /// Only at this location.
    pub location_id: Option<String>,
}

const BY_START: Order<class_occurrences::Entity> = Order::ascending(
    "classes",
    class_occurrences::Column::StartAt,
    class_occurrences::Column::Id,
);

const BY_ARRIVAL: Order<enrollments::Entity> = Order::ascending(
    "enrollments",
    enrollments::Column::CreatedAt,
    enrollments::Column::Id,
);

/// The schedules of a business, by name. Staff see those that are not published too.
///
/// # Errors
/// `BadRequest` for a cursor of another list.
pub async fn schedules(
    gateway: &Gateway,
    viewer: &Viewer,
    biz_id: &str,
    page: &PageRequest,
) -> Result<Page<class_schedules::Model>> {
    use class_schedules::Column;
    let list = class_schedules::Entity::visible_to(viewer).filter(Column::BizId.eq(biz_id));
    Order::ascending("schedules", Column::Name, Column::Id)
        .read(gateway.db.reader(), list, page)
        .await
}

/// The classes of a business in a window, the earliest first: its timetable.
///
/// # Errors
/// `BadRequest` for a window that is empty or longer than 92 days, or a cursor of another list.
pub async fn occurrences(
    gateway: &Gateway,
    viewer: &Viewer,
    biz_id: &str,
    filter: &OccurrenceFilter,
    page: &PageRequest,
) -> Result<Page<class_occurrences::Model>> {
    let mut list =
        within(listed(viewer), filter.window)?.filter(class_occurrences::Column::BizId.eq(biz_id));
    if let Some(offer) = &filter.offer_id {
        list = list.filter(class_schedules::Column::OfferId.eq(offer));
    }
    if let Some(location) = &filter.location_id {
        list = list.filter(class_schedules::Column::LocationId.eq(location));
    }
    BY_START.read(gateway.db.reader(), list, page).await
}

/// A page of the classes of each of these schedules, the earliest first, in one statement.
///
/// # Errors
/// `BadRequest` as for [`occurrences`].
pub async fn occurrences_of_each(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    schedule_ids: Vec<String>,
    window: Option<Span>,
    page: &PageRequest,
) -> Result<HashMap<String, Page<class_occurrences::Model>>> {
    use class_occurrences::Column::ClassScheduleId;
    let mut list = listed(viewer);
    if let Some(window) = window {
        list = within(list, window)?;
    }
    let list = list.filter(any_of(db, ClassScheduleId, schedule_ids));
    BY_START.read_each(db, list, ClassScheduleId, page).await
}

/// The classes in the timetable, with their schedules beside them.
fn listed(viewer: &Viewer) -> Select<class_occurrences::Entity> {
    class_occurrences::Entity::find()
        .join(
            JoinType::InnerJoin,
            class_occurrences::Relation::ClassSchedules.def(),
        )
        .filter(class_occurrences::Column::WithdrawnAt.is_null())
        .filter(or_staffed(
            viewer,
            published(),
            class_occurrences::Column::BizId,
        ))
}

fn within(
    list: Select<class_occurrences::Entity>,
    window: Span,
) -> Result<Select<class_occurrences::Entity>> {
    use class_occurrences::Column;
    if window.from >= window.to || window.length() > LONGEST_WINDOW {
        return Err(Error::BadRequest(
            "`window` must end after it starts, at most 92 days later.".into(),
        ));
    }
    // The first bound says nothing new, but lets the index begin near the window.
    Ok(list
        .filter(Column::StartAt.gt(window.from - LONGEST_CLASS))
        .filter(Column::StartAt.lt(window.to))
        .filter(Column::EndAt.gt(window.from)))
}

/// Which enrolments are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct EnrollmentFilter {
    /// In one of these states.
    pub status: Option<Vec<EnrollmentStatus>>,
    /// On classes that take place, at least in part, in this window.
    pub window: Option<Span>,
}

/// The viewer's own enrolments, the latest first.
///
/// # Errors
/// `Unauthenticated`; `BadRequest` for an empty window or a cursor of another list.
pub async fn enrollments_of_viewer(
    gateway: &Gateway,
    viewer: &Viewer,
    filter: &EnrollmentFilter,
    page: &PageRequest,
) -> Result<Page<enrollments::Model>> {
    use enrollments::Column;
    let now = gateway.clock.now();
    let mine = narrowed(filter, now)?.filter(Column::CustomerUserId.eq(viewer.user_id()?));
    Order::descending("my enrollments", Column::CreatedAt, Column::Id)
        .read(gateway.db.reader(), mine, page)
        .await
}

/// A page of the enrolments on each of these classes, in the order in which they came, in one statement. For
/// staff alone; whoever asks has checked that.
///
/// # Errors
/// `BadRequest` for a cursor of another list.
pub async fn enrollments_on_each(
    gateway: &Gateway,
    viewer: &Viewer,
    occurrence_ids: Vec<String>,
    filter: &EnrollmentFilter,
    page: &PageRequest,
) -> Result<HashMap<String, Page<enrollments::Model>>> {
    use enrollments::Column;
    let db = gateway.db.reader();
    let list = narrowed(filter, gateway.clock.now())?
        .filter(any_of(db, Column::ClassOccurrenceId, occurrence_ids))
        .filter(Column::BizId.is_in(viewer.staffed()));
    BY_ARRIVAL
        .read_each(db, list, Column::ClassOccurrenceId, page)
        .await
}

fn narrowed(filter: &EnrollmentFilter, now: Moment) -> Result<Select<enrollments::Entity>> {
    let mut list = enrollments::Entity::find().join(
        JoinType::InnerJoin,
        enrollments::Relation::ClassOccurrences.def(),
    );
    if let Some(states) = &filter.status {
        list = list.filter(in_states(states, now));
    }
    if let Some(window) = filter.window {
        if window.from >= window.to {
            let message = "`window` must end after it starts.";
            return Err(Error::BadRequest(message.to_owned()));
        }
        list = list
            .filter(class_occurrences::Column::StartAt.lt(window.to))
            .filter(class_occurrences::Column::EndAt.gt(window.from));
    }
    Ok(list)
}

/// The enrolments that are in one of the states now: who is there has been there once the class is over, also
/// when nobody has written so yet.
fn in_states(states: &[EnrollmentStatus], now: Moment) -> Condition {
    use enrollments::Column;
    let over = class_occurrences::Column::EndAt.lte(now);
    let checked_in = Column::Status.eq(EnrollmentStatus::CheckedIn.as_str());
    let mut any = Condition::any();
    for state in states {
        let written = Column::Status.eq(state.as_str());
        any = match state {
            EnrollmentStatus::CheckedIn => {
                any.add(Condition::all().add(written).add(over.clone().not()))
            }
            EnrollmentStatus::Attended => any
                .add(written)
                .add(Condition::all().add(checked_in.clone()).add(over.clone())),
            _ => any.add(written),
        };
    }
    match states.is_empty() {
        true => any.add(Expr::val(false)),
        false => any,
    }
}

/// The viewer's live enrolments on these classes.
///
/// # Errors
/// When the database fails.
pub async fn own_on(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    occurrence_ids: Vec<String>,
) -> Result<Vec<enrollments::Model>> {
    use enrollments::Column;
    let Some(me) = viewer.id() else {
        return Ok(Vec::new());
    };
    Ok(enrollments::Entity::find()
        .filter(Column::CustomerUserId.eq(me))
        .filter(any_of(db, Column::ClassOccurrenceId, occurrence_ids))
        .filter(Column::Status.is_in(EnrollmentStatus::LIVE))
        .all(db)
        .await?)
}

/// How many places of these classes are promised no more, though nobody has said so yet.
///
/// # Errors
/// When the database fails.
pub async fn expired_places(
    gateway: &Gateway,
    occurrence_ids: Vec<String>,
) -> Result<HashMap<String, i32>> {
    use place_reservations::Column;
    let db = gateway.db.reader();
    let rows: Vec<(String, i64)> = place_reservations::Entity::find()
        .select_only()
        .column(Column::ClassOccurrenceId)
        .column_as(Column::Places.sum(), "places")
        .filter(any_of(db, Column::ClassOccurrenceId, occurrence_ids))
        .filter(Column::ExpiresAt.lte(gateway.clock.now()))
        .group_by(Column::ClassOccurrenceId)
        .into_tuple()
        .all(db)
        .await?;
    let places = |(class, places)| (class, i32::try_from(places).unwrap_or(i32::MAX));
    Ok(rows.into_iter().map(places).collect())
}

/// The classes of these schedules that could not be put into the timetable and are still to come, as far as
/// the viewer may see them.
///
/// # Errors
/// When the database fails.
pub async fn collisions_of(
    gateway: &Gateway,
    viewer: &Viewer,
    schedule_ids: Vec<String>,
) -> Result<Vec<class_collisions::Model>> {
    use class_collisions::Column;
    let db = gateway.db.reader();
    let most = MAX_COLLISIONS.saturating_mul(schedule_ids.len() as u64);
    Ok(class_collisions::Entity::visible_to(viewer)
        .filter(any_of(db, Column::ClassScheduleId, schedule_ids))
        .filter(Column::StartAt.gt(gateway.clock.now()))
        .order_by_asc(Column::OccurrenceDate)
        .limit(most)
        .all(db)
        .await?)
}

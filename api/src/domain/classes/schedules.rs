//! Putting a class into the timetable, and changing how it is held.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use chrono::{Days, NaiveDate, NaiveTime};
use chrono_tz::Tz;
use entity::{class_schedules, locations, offer_versions, offers};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Unchanged, ColumnTrait, EntityTrait, QueryFilter, QuerySelect,
};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::error::ClassRefusal;
use super::recurrence::Recurrence;
use super::reshape;
use super::rule::Rule;
use super::timetable::{self, Made};
use super::words::{GapPolicy, ScheduleStatus};
use super::{crew, terms};
use crate::domain::catalog::error::CatalogRefusal;
use crate::domain::catalog::{repo as catalog, rules};
use crate::domain::error::{Refusal, Result};
use crate::domain::events::{self, Event};
use crate::domain::gateway::Gateway;
use crate::domain::ids::Kind;
use crate::domain::scope::Scoped;
use crate::domain::tx::{Begun, Call, Outcome, Work};
use crate::domain::viewer::Viewer;

/// How many places a class may have.
pub const CAPACITY: RangeInclusive<i32> = 1..=5_000;
/// How long a class may take, in minutes.
pub const DURATION: RangeInclusive<i32> = 1..=1_440;
/// How long before the start a class under its minimum may be called off, in minutes: up to a week.
const LEAD: RangeInclusive<i32> = 0..=10_080;
/// How far from now a schedule may begin, in days.
const START_DAYS: u64 = 5 * 366;
/// The most days without a class.
const MAX_EXDATES: usize = 366;
/// How far ahead classes may be made on demand, in days.
const MAX_AHEAD: u64 = 366;

/// A class to be held again and again.
#[derive(Clone, Debug)]
pub struct CreateSchedule {
    /// The business.
    pub biz_id: String,
    /// What customers enrol on.
    pub offer_id: String,
    /// Where it is held.
    pub location_id: Option<String>,
    /// What it is called.
    pub name: String,
    /// Its name in addresses.
    pub slug: String,
    /// Where it stands.
    pub status: ScheduleStatus,
    /// Whose wall clock; that of its location or its business when `None`.
    pub zone: Option<Tz>,
    /// On which days.
    pub recurrence_rule: String,
    /// The day that the rule counts from.
    pub starts_on: NaiveDate,
    /// When it begins.
    pub start_time: NaiveTime,
    /// How long it takes, in minutes; as the offer says when `None`.
    pub duration_min: Option<i32>,
    /// What becomes of a start that the clocks skip.
    pub gap_policy: GapPolicy,
    /// Days without a class.
    pub exdates: Vec<NaiveDate>,
    /// How many places.
    pub capacity: i32,
    /// How many must be taken.
    pub min_enrollment: i32,
    /// Whether a class under the minimum is called off.
    pub auto_cancel_if_under: bool,
    /// How many minutes before the start.
    pub auto_cancel_lead_min: i32,
    /// Who holds it.
    pub instructor_id: Option<String>,
    /// The room that it takes.
    pub room_id: Option<String>,
}

/// What is to change of a schedule. `None` leaves a field as it is; the inner `None` empties it.
#[derive(Clone, Debug, Default)]
pub struct UpdateSchedule {
    /// The schedule.
    pub schedule_id: String,
    /// The version that the change was decided on.
    pub expected_version: Option<i32>,
    /// What customers enrol on.
    pub offer_id: Option<String>,
    /// Where it is held.
    pub location_id: Option<Option<String>>,
    /// What it is called.
    pub name: Option<String>,
    /// Its name in addresses.
    pub slug: Option<String>,
    /// Where it stands.
    pub status: Option<ScheduleStatus>,
    /// Whose wall clock.
    pub zone: Option<Tz>,
    /// On which days.
    pub recurrence_rule: Option<String>,
    /// The day that the rule counts from.
    pub starts_on: Option<NaiveDate>,
    /// When it begins.
    pub start_time: Option<NaiveTime>,
    /// How long it takes, in minutes.
    pub duration_min: Option<i32>,
    /// What becomes of a start that the clocks skip.
    pub gap_policy: Option<GapPolicy>,
    /// Days without a class.
    pub exdates: Option<Vec<NaiveDate>>,
    /// How many places.
    pub capacity: Option<i32>,
    /// How many must be taken.
    pub min_enrollment: Option<i32>,
    /// Whether a class under the minimum is called off.
    pub auto_cancel_if_under: Option<bool>,
    /// How many minutes before the start.
    pub auto_cancel_lead_min: Option<i32>,
    /// Who holds it.
    pub instructor_id: Option<Option<String>>,
    /// The room that it takes.
    pub room_id: Option<Option<String>>,
}

/// A schedule as a use case leaves it, with what became of its classes.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Scheduled {
    /// The schedule.
    pub schedule: class_schedules::Model,
    /// Its classes.
    pub made: Made,
}

/// Puts a class into the timetable, with its classes up to the horizon. Managers only.
///
/// # Errors
/// `INVALID_INPUT` at the field at fault; `NOT_FOUND` at an id that the business does not have; `Forbidden`.
pub async fn create(
    gateway: &Gateway,
    viewer: &Viewer,
    command: CreateSchedule,
    call: Call,
) -> Result<Outcome<Scheduled>> {
    viewer.require_manager(&command.biz_id, "businessId", "business")?;
    let work = match gateway.begin(viewer, &call).await? {
        Begun::Work(work) => work,
        Begun::Done(outcome) => return Ok(outcome),
    };
    let business = catalog::business(&work, &command.biz_id).await?;
    let terms = offer_terms(&work, &business.id, &command.offer_id).await?;
    let location = location(&work, &business.id, command.location_id.as_deref()).await?;
    let own = location.map_or(business.timezone, |location| location.timezone);
    let schedule = class_schedules::Model {
        id: Kind::ClassSchedule.mint(work.now),
        biz_id: business.id,
        offer_id: command.offer_id,
        location_id: command.location_id,
        name: rules::name("name", &command.name)?,
        slug: rules::slug(&command.slug)?,
        status: command.status.as_str().to_owned(),
        timezone: command.zone.map_or(own, |zone| zone.name().to_owned()),
        recurrence_rule: command.recurrence_rule,
        capacity: command.capacity,
        min_enrollment: command.min_enrollment,
        auto_cancel_if_under: command.auto_cancel_if_under,
        metadata: None,
        created_at: work.now.into(),
        updated_at: work.now.into(),
        deleted_at: None,
        version: 1,
        starts_on: command.starts_on,
        start_time: command.start_time,
        duration_min: command.duration_min.unwrap_or(terms.default_duration_min),
        gap_policy: command.gap_policy.as_str().to_owned(),
        auto_cancel_lead_min: command.auto_cancel_lead_min,
        instructor_resource_id: command.instructor_id,
        room_resource_id: command.room_id,
        seat_map_id: None,
        exdates: dates(command.exdates)?,
        generated_until: None,
    };
    let schedule = checked(&work, schedule, true)?;
    check_crew(&work, &schedule).await?;
    catalog::insert_with_slug(&work, &schedule).await?;
    announce(&work, &schedule, "class_schedule.created").await?;
    let made = timetable::fill(&work, &schedule, timetable::horizon(work.now)).await?;
    work.finish(Scheduled { schedule, made }).await
}

/// Changes how a class is held, and brings its classes to come in line. Managers only.
///
/// # Errors
/// As [`create`]; `VERSION_CONFLICT`; `INVALID_STATE` for an archived schedule; `SLOT_TAKEN` when a class with
/// places taken has nowhere to be.
pub async fn update(
    gateway: &Gateway,
    viewer: &Viewer,
    command: UpdateSchedule,
    call: Call,
) -> Result<Outcome<Scheduled>> {
    let work = match gateway.begin(viewer, &call).await? {
        Begun::Work(work) => work,
        Begun::Done(outcome) => return Ok(outcome),
    };
    let before = lock(&work, viewer, &command.schedule_id).await?;
    if command
        .expected_version
        .is_some_and(|version| version != before.version)
    {
        return Err(ClassRefusal::Conflict.into());
    }
    if before.status == ScheduleStatus::Archived.as_str() {
        return Err(ClassRefusal::Archived.into());
    }
    if let Some(offer) = &command.offer_id {
        offer_terms(&work, &before.biz_id, offer).await?;
    }
    if let Some(location_id) = &command.location_id {
        location(&work, &before.biz_id, location_id.as_deref()).await?;
    }
    let start_changes = command.starts_on.is_some_and(|day| day != before.starts_on);
    let schedule = checked(
        &work,
        changed(&work, before.clone(), command)?,
        start_changes,
    )?;
    check_crew(&work, &schedule).await?;
    let row = class_schedules::ActiveModel {
        id: Unchanged(schedule.id.clone()),
        biz_id: Unchanged(schedule.biz_id.clone()),
        ..class_schedules::ActiveModel::from(schedule.clone()).reset_all()
    };
    let schedule = match row.update(&*work).await {
        Err(error) if catalog::is_unique_violation(&error) => {
            return Err(CatalogRefusal::SlugTaken.into());
        }
        saved => saved?,
    };
    announce(&work, &schedule, "class_schedule.updated").await?;
    let made = reshape::reshape(&work, &schedule).await?;
    work.finish(Scheduled { schedule, made }).await
}

/// Makes the classes of a schedule up to a day. Managers only. Doing it again makes nothing new.
///
/// # Errors
/// `NOT_FOUND` at `scheduleId`; `INVALID_INPUT` at `until`; `INVALID_STATE` for a schedule that is not active;
/// `Forbidden`.
pub async fn generate(
    gateway: &Gateway,
    viewer: &Viewer,
    schedule_id: &str,
    until: NaiveDate,
    call: Call,
) -> Result<Outcome<Made>> {
    let work = match gateway.begin(viewer, &call).await? {
        Begun::Work(work) => work,
        Begun::Done(outcome) => return Ok(outcome),
    };
    let schedule = lock(&work, viewer, schedule_id).await?;
    let today = work.now.date_naive();
    let last = today
        .checked_add_days(Days::new(MAX_AHEAD))
        .unwrap_or(today);
    // In a zone ahead of ours or behind it, today may be another day.
    if until > last || until < today.pred_opt().unwrap_or(today) {
        let message = format!("Classes are made from today to {last}.");
        return Err(Refusal::invalid("until", message).into());
    }
    if schedule.status != ScheduleStatus::Active.as_str() {
        let message = "Only an active schedule has classes.";
        return Err(
            Refusal::new(crate::domain::RefusalCode::InvalidState, message)
                .at("scheduleId")
                .into(),
        );
    }
    let made = timetable::fill(&work, &schedule, until).await?;
    work.finish(made).await
}

/// A schedule that the viewer may change, kept from other changes until the work ends.
async fn lock(work: &Work, viewer: &Viewer, id: &str) -> Result<class_schedules::Model> {
    let (field, what) = ("scheduleId", "class schedule");
    let schedule = class_schedules::Entity::visible_to(viewer)
        .filter(class_schedules::Column::Id.eq(id))
        .lock_exclusive()
        .one(&**work)
        .await?
        .ok_or_else(|| Refusal::not_found(field, what))?;
    viewer.require_manager(&schedule.biz_id, field, what)?;
    Ok(schedule)
}

/// The published version of an offer of the business, if classes can be held on its terms.
async fn offer_terms(work: &Work, biz_id: &str, offer_id: &str) -> Result<offer_versions::Model> {
    let offer = offers::Entity::find_by_id(offer_id)
        .filter(offers::Column::BizId.eq(biz_id))
        .filter(offers::Column::DeletedAt.is_null())
        .one(&**work)
        .await?
        .ok_or_else(|| Refusal::not_found("offerId", "offer"))?;
    let versions = catalog::published_versions(&**work, vec![offer.id]).await?;
    let version = versions.into_iter().next().ok_or_else(|| {
        Refusal::invalid(
            "offerId",
            "This offer has no published version to enrol on.",
        )
    })?;
    match terms::is_firm(&version) {
        true => Ok(version),
        false => Err(Refusal::invalid(
            "offerId",
            "A place in a class is firm at once: its offer asks neither for approval nor for a deposit.",
        )
        .into()),
    }
}

async fn location(work: &Work, biz_id: &str, id: Option<&str>) -> Result<Option<locations::Model>> {
    match id {
        Some(id) => Ok(Some(catalog::location_of(work, biz_id, id).await?)),
        None => Ok(None),
    }
}

async fn check_crew(work: &Work, schedule: &class_schedules::Model) -> Result<()> {
    let instructor = schedule.instructor_resource_id.as_deref();
    let room = schedule.room_resource_id.as_deref();
    crew::check(work, &schedule.biz_id, instructor, room).await
}

/// Days without a class as they are stored: each once, in order.
fn dates(dates: Vec<NaiveDate>) -> Result<serde_json::Value> {
    let dates: BTreeSet<NaiveDate> = dates.into_iter().collect();
    if dates.len() > MAX_EXDATES {
        let message = format!("At most {MAX_EXDATES} days.");
        return Err(Refusal::invalid("exdates", message).into());
    }
    Ok(serde_json::to_value(dates)?)
}

/// The schedule as it is to be.
fn changed(
    work: &Work,
    mut schedule: class_schedules::Model,
    command: UpdateSchedule,
) -> Result<class_schedules::Model> {
    fn set<T>(field: &mut T, value: Option<T>) {
        if let Some(value) = value {
            *field = value;
        }
    }
    if let Some(status) = command.status {
        if status == ScheduleStatus::Draft && schedule.status != status.as_str() {
            let message = "It is in the timetable: make it INACTIVE or ARCHIVED.";
            return Err(Refusal::invalid("status", message).into());
        }
        schedule.status = status.as_str().to_owned();
    }
    set(&mut schedule.offer_id, command.offer_id);
    set(&mut schedule.location_id, command.location_id);
    if let Some(name) = command.name {
        schedule.name = rules::name("name", &name)?;
    }
    if let Some(slug) = command.slug {
        schedule.slug = rules::slug(&slug)?;
    }
    set(
        &mut schedule.timezone,
        command.zone.map(|zone| zone.name().to_owned()),
    );
    set(&mut schedule.recurrence_rule, command.recurrence_rule);
    set(&mut schedule.starts_on, command.starts_on);
    set(&mut schedule.start_time, command.start_time);
    set(&mut schedule.duration_min, command.duration_min);
    let gap_policy = command.gap_policy.map(|policy| policy.as_str().to_owned());
    set(&mut schedule.gap_policy, gap_policy);
    if let Some(exdates) = command.exdates {
        schedule.exdates = dates(exdates)?;
    }
    set(&mut schedule.capacity, command.capacity);
    set(&mut schedule.min_enrollment, command.min_enrollment);
    set(
        &mut schedule.auto_cancel_if_under,
        command.auto_cancel_if_under,
    );
    set(
        &mut schedule.auto_cancel_lead_min,
        command.auto_cancel_lead_min,
    );
    set(&mut schedule.instructor_resource_id, command.instructor_id);
    set(&mut schedule.room_resource_id, command.room_id);
    schedule.version = schedule.version.saturating_add(1);
    schedule.updated_at = work.now.into();
    Ok(schedule)
}

/// Checks what must hold of a schedule, new or changed.
fn checked(
    work: &Work,
    mut schedule: class_schedules::Model,
    start_is_new: bool,
) -> Result<class_schedules::Model> {
    rules::within("capacity", schedule.capacity, CAPACITY)?;
    rules::within(
        "minEnrollment",
        schedule.min_enrollment,
        0..=schedule.capacity,
    )?;
    rules::within("autoCancelLeadMin", schedule.auto_cancel_lead_min, LEAD)?;
    rules::within("durationMin", schedule.duration_min, DURATION)?;
    let today = work.now.date_naive();
    let days = Days::new(START_DAYS);
    let near = today.checked_sub_days(days).unwrap_or(today)
        ..=today.checked_add_days(days).unwrap_or(today);
    if start_is_new {
        rules::within("startsOn", schedule.starts_on, near)?;
    }
    schedule.recurrence_rule = Rule::parse(&schedule.recurrence_rule)?.text().to_owned();
    if Recurrence::of(&schedule)?.first().is_none() {
        let message = "This rule has no day at all.";
        return Err(Refusal::invalid("recurrenceRule", message).into());
    }
    Ok(schedule)
}

async fn announce(
    work: &Work,
    schedule: &class_schedules::Model,
    kind: &'static str,
) -> Result<()> {
    let event = Event {
        biz_id: &schedule.biz_id,
        kind,
        aggregate: "class_schedule",
        aggregate_id: &schedule.id,
        payload: json!({ "status": schedule.status, "version": schedule.version }),
    };
    events::emit(work, event).await
}

//! How a class is held, and what is to change of it.

use async_graphql::{ID, InputObject, MaybeUndefined};
use chrono::NaiveDate;

use crate::domain::classes::schedules::{CreateSchedule, UpdateSchedule};
use crate::domain::classes::words;
use crate::domain::ids::Kind;
use crate::graphql::classes::{ClassScheduleStatus, GapPolicy};
use crate::graphql::payload::{Read, optional_id};
use crate::graphql::scalars::{LocalDate, LocalTime, TimeZone};

/// A class to be held again and again.
#[derive(Clone, Debug, InputObject)]
pub struct CreateClassScheduleInput {
    /// The business.
    pub business_id: ID,
    /// What customers enrol on: an offer that asks neither for approval nor for a deposit.
    pub offer_id: ID,
    /// Where it is held.
    pub location_id: Option<ID>,
    /// What it is called: one line of at most 200 characters.
    pub name: String,
    /// Its name in addresses: small letters, digits and hyphens, new within the business.
    pub slug: String,
    /// Where it stands; ACTIVE when left out.
    pub status: Option<ClassScheduleStatus>,
    /// The zone whose wall clock tells the time; that of the location, or of the business, when left out.
    pub time_zone: Option<TimeZone>,
    /// On which days: a recurrence rule of RFC 5545, such as `FREQ=WEEKLY;BYDAY=MO,WE`, daily or coarser.
    pub recurrence_rule: String,
    /// The day that the rule counts from. It has a class only if the rule says so.
    pub starts_on: LocalDate,
    /// When it begins, on the wall clock.
    pub start_time: LocalTime,
    /// How long it takes, in minutes, up to a day; as the offer says when left out.
    pub duration_min: Option<i32>,
    /// What becomes of a class whose start does not exist that day; SHIFT when left out.
    pub gap_policy: Option<GapPolicy>,
    /// Days without a class, in spite of the rule; at most 366.
    pub exdates: Option<Vec<LocalDate>>,
    /// How many places a class has, 1 to 5,000.
    pub capacity: i32,
    /// How many places must be taken for a class to be worth holding.
    #[graphql(default)]
    pub min_enrollment: i32,
    /// Whether a class under the minimum is called off.
    #[graphql(default)]
    pub auto_cancel_if_under: bool,
    /// How many minutes before the start a class under the minimum is called off, up to a week.
    #[graphql(default = 120)]
    pub auto_cancel_lead_min: i32,
    /// Who holds it: a resource that is a person.
    pub instructor_id: Option<ID>,
    /// The room that it takes: a resource that is a place or a thing.
    pub room_id: Option<ID>,
    /// The caller's key, 1 to 255 characters: the same input sent again under it gets the same result.
    pub idempotency_key: Option<String>,
}

impl CreateClassScheduleInput {
    /// The use case's command.
    ///
    /// # Errors
    /// `INVALID_INPUT` for an id of another kind.
    pub fn command(self) -> Read<CreateSchedule> {
        Ok(CreateSchedule {
            biz_id: Kind::Business.accept(&self.business_id, "businessId")?,
            offer_id: Kind::Offer.accept(&self.offer_id, "offerId")?,
            location_id: optional_id(Kind::Location, self.location_id, "locationId")?,
            name: self.name,
            slug: self.slug,
            status: self
                .status
                .map_or(words::ScheduleStatus::Active, Into::into),
            zone: self.time_zone.map(|zone| zone.0),
            recurrence_rule: self.recurrence_rule,
            starts_on: self.starts_on.0,
            start_time: self.start_time.0,
            duration_min: self.duration_min,
            gap_policy: self.gap_policy.map_or(words::GapPolicy::Shift, Into::into),
            exdates: self.exdates.map(days).unwrap_or_default(),
            capacity: self.capacity,
            min_enrollment: self.min_enrollment,
            auto_cancel_if_under: self.auto_cancel_if_under,
            auto_cancel_lead_min: self.auto_cancel_lead_min,
            instructor_id: optional_id(Kind::Resource, self.instructor_id, "instructorId")?,
            room_id: optional_id(Kind::Resource, self.room_id, "roomId")?,
        })
    }
}

/// What is to change of a schedule. Fields that are left out stay as they are.
///
/// The classes to come follow, except those that staff have changed or called off by themselves. Those that
/// somebody has a place in keep their time, and at least the places that are taken.
#[derive(Clone, Debug, InputObject)]
pub struct UpdateClassScheduleInput {
    /// The schedule.
    pub schedule_id: ID,
    /// What customers enrol on.
    pub offer_id: Option<ID>,
    /// Where it is held; null for no place.
    pub location_id: MaybeUndefined<ID>,
    /// What it is called: one line of at most 200 characters.
    pub name: Option<String>,
    /// Its name in addresses: small letters, digits and hyphens, new within the business.
    pub slug: Option<String>,
    /// Where it stands. Out of the timetable, it has no more classes but those that somebody has a place in.
    pub status: Option<ClassScheduleStatus>,
    /// The zone whose wall clock tells the time.
    pub time_zone: Option<TimeZone>,
    /// On which days: a recurrence rule of RFC 5545.
    pub recurrence_rule: Option<String>,
    /// The day that the rule counts from.
    pub starts_on: Option<LocalDate>,
    /// When it begins, on the wall clock.
    pub start_time: Option<LocalTime>,
    /// How long it takes, in minutes, up to a day.
    pub duration_min: Option<i32>,
    /// What becomes of a class whose start does not exist that day.
    pub gap_policy: Option<GapPolicy>,
    /// All days without a class, in spite of the rule.
    pub exdates: Option<Vec<LocalDate>>,
    /// How many places a class has, 1 to 5,000.
    pub capacity: Option<i32>,
    /// How many places must be taken for a class to be worth holding.
    pub min_enrollment: Option<i32>,
    /// Whether a class under the minimum is called off.
    pub auto_cancel_if_under: Option<bool>,
    /// How many minutes before the start a class under the minimum is called off, up to a week.
    pub auto_cancel_lead_min: Option<i32>,
    /// Who holds it; null for nobody.
    pub instructor_id: MaybeUndefined<ID>,
    /// The room that it takes; null for none.
    pub room_id: MaybeUndefined<ID>,
    /// The version that you have seen; refused with `VERSION_CONFLICT` if it has changed since.
    pub expected_version: Option<i32>,
    /// The caller's key, 1 to 255 characters: the same input sent again under it gets the same result.
    pub idempotency_key: Option<String>,
}

impl UpdateClassScheduleInput {
    /// The use case's command.
    ///
    /// # Errors
    /// `INVALID_INPUT` for an id of another kind.
    pub fn command(self) -> Read<UpdateSchedule> {
        Ok(UpdateSchedule {
            schedule_id: Kind::ClassSchedule.accept(&self.schedule_id, "scheduleId")?,
            expected_version: self.expected_version,
            offer_id: optional_id(Kind::Offer, self.offer_id, "offerId")?,
            location_id: emptiable(Kind::Location, self.location_id, "locationId")?,
            name: self.name,
            slug: self.slug,
            status: self.status.map(Into::into),
            zone: self.time_zone.map(|zone| zone.0),
            recurrence_rule: self.recurrence_rule,
            starts_on: self.starts_on.map(|day| day.0),
            start_time: self.start_time.map(|time| time.0),
            duration_min: self.duration_min,
            gap_policy: self.gap_policy.map(Into::into),
            exdates: self.exdates.map(days),
            capacity: self.capacity,
            min_enrollment: self.min_enrollment,
            auto_cancel_if_under: self.auto_cancel_if_under,
            auto_cancel_lead_min: self.auto_cancel_lead_min,
            instructor_id: emptiable(Kind::Resource, self.instructor_id, "instructorId")?,
            room_id: emptiable(Kind::Resource, self.room_id, "roomId")?,
        })
    }
}

/// Up to which day classes are to be made.
#[derive(Clone, Debug, InputObject)]
pub struct GenerateClassOccurrencesInput {
    /// The schedule.
    pub schedule_id: ID,
    /// The last day, at most 366 days ahead.
    pub until: LocalDate,
    /// The caller's key, 1 to 255 characters: the same input sent again under it gets the same result.
    pub idempotency_key: Option<String>,
}

fn days(days: Vec<LocalDate>) -> Vec<NaiveDate> {
    days.into_iter().map(|day| day.0).collect()
}

/// Takes an id that may be left out, or emptied by null.
///
/// # Errors
/// `INVALID_INPUT` at `field` for an id of another kind.
pub fn emptiable(kind: Kind, id: MaybeUndefined<ID>, field: &str) -> Read<Option<Option<String>>> {
    Ok(match id {
        MaybeUndefined::Undefined => None,
        MaybeUndefined::Null => Some(None),
        MaybeUndefined::Value(id) => Some(Some(kind.accept(&id, field)?)),
    })
}

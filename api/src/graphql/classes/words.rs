//! The enums of classes.

use async_graphql::Enum;

use crate::domain::classes::{terms, words};

/// Where a schedule of classes stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "words::ScheduleStatus")]
pub enum ClassScheduleStatus {
    /// Still being written; only staff see it, and it has no classes yet.
    Draft,
    /// In the timetable.
    Active,
    /// Paused: it has no more classes but those that somebody is enrolled on.
    Inactive,
    /// Over for good.
    Archived,
}

/// What becomes of a class whose start does not exist that day, because the clocks skip it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "words::GapPolicy")]
pub enum GapPolicy {
    /// It begins later, by as much as the clocks skip.
    Shift,
    /// It does not take place.
    Skip,
}

/// Where one class stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "words::OccurrenceStatus")]
pub enum ClassOccurrenceStatus {
    /// It is to take place, or is taking place.
    Scheduled,
    /// It was called off.
    Cancelled,
    /// It took place.
    Completed,
}

/// Whether a customer can have a place in a class.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "terms::Availability")]
pub enum OccurrenceAvailability {
    /// There are places left.
    Open,
    /// There are none left; customers can wait for one.
    Waitlist,
    /// There are none left.
    Full,
    /// It has begun, is called off, is too soon or too far ahead.
    Closed,
}

/// Where an enrolment stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "words::EnrollmentStatus")]
pub enum EnrollmentStatus {
    /// The customer has their places.
    Enrolled,
    /// The customer is there.
    CheckedIn,
    /// The customer was there.
    Attended,
    /// Called off, free of charge.
    Cancelled,
    /// Called off after the cut-off.
    LateCancelled,
    /// The customer did not come.
    NoShow,
}

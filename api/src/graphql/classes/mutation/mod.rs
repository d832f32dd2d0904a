//! Shaping the timetable, and taking part in it.

mod enrollment;
mod schedule;

use async_graphql::MergedObject;

/// The mutations of classes.
#[derive(MergedObject, Default)]
pub struct ClassesMutation(schedule::ScheduleMutation, enrollment::EnrollmentMutation);

//! Shaping the timetable.

use async_graphql::{Context, Enum, Object, SimpleObject};
use chrono::NaiveDate;

use crate::domain::Error;
use crate::domain::classes::schedules::{self, Scheduled};
use crate::domain::classes::timetable::Made;
use crate::domain::classes::{calling_off, occurrences};
use crate::domain::ids::Kind;
use crate::domain::tx::Outcome;
use crate::graphql::classes::input::{
    CancelClassOccurrenceInput, CreateClassScheduleInput, GenerateClassOccurrencesInput,
    UpdateClassOccurrenceInput, UpdateClassScheduleInput,
};
use crate::graphql::classes::{ClassCollision, ClassOccurrence, ClassSchedule};
use crate::graphql::context::ContextExt;
use crate::graphql::error::{Result, UserError};
use crate::graphql::payload::{answer, call, payload};
use crate::graphql::scalars::LocalDate;

payload! {
    /// What `updateClassOccurrence` answers.
    UpdateClassOccurrencePayload {
        /// The class, as it is now.
        occurrence: ClassOccurrence
    }
}

payload! {
    /// What `cancelClassOccurrence` answers.
    CancelClassOccurrencePayload {
        /// The class that was called off.
        occurrence: ClassOccurrence
    }
}

/// Defines the payload of a mutation of a schedule, which tells what became of its classes.
macro_rules! schedule_payload {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(SimpleObject)]
        pub struct $name {
            /// The schedule, as it is now.
            schedule: Option<ClassSchedule>,
            /// How many classes are new in the timetable.
            created: i32,
            /// The days without a class that the rule has one on, and why.
            skipped: Vec<SkippedClass>,
            /// The classes that stay as they were, against the schedule: somebody has a place in them, or they
            /// were changed by themselves.
            kept: Vec<ClassOccurrence>,
            /// Why it was refused; empty when it was done.
            user_errors: Vec<UserError>,
            /// Whether this is the stored result of an earlier call with the same idempotency key.
            replayed: bool,
        }

        impl $name {
            fn of(result: Result<Outcome<Scheduled>, Error>) -> Result<Self> {
                let answer = answer(result)?;
                let replayed = answer.done.as_ref().is_some_and(|done| done.replayed);
                let (schedule, made) = match answer.done {
                    Some(done) => (Some(done.value.schedule.into()), done.value.made),
                    None => (None, Made::default()),
                };
                Ok(Self {
                    schedule,
                    created: i32::try_from(made.created.len()).unwrap_or(i32::MAX),
                    skipped: SkippedClass::all(made.gaps, made.collisions),
                    kept: made.kept.into_iter().map(Into::into).collect(),
                    user_errors: answer.user_errors,
                    replayed,
                })
            }
        }
    };
}

schedule_payload! {
    /// What `createClassSchedule` answers.
    CreateClassSchedulePayload
}

schedule_payload! {
    /// What `updateClassSchedule` answers.
    UpdateClassSchedulePayload
}

/// What `generateClassOccurrences` answers.
#[derive(SimpleObject)]
pub struct GenerateClassOccurrencesPayload {
    /// The classes that are new in the timetable; null when it was refused.
    created: Option<Vec<ClassOccurrence>>,
    /// The days without a class that the rule has one on, and why; null when it was refused.
    skipped: Option<Vec<SkippedClass>>,
    /// Why it was refused; empty when it was done.
    user_errors: Vec<UserError>,
    /// Whether this is the stored result of an earlier call with the same idempotency key.
    replayed: bool,
}

impl GenerateClassOccurrencesPayload {
    fn of(result: Result<Outcome<Made>, Error>) -> Result<Self> {
        let answer = answer(result)?;
        let replayed = answer.done.as_ref().is_some_and(|done| done.replayed);
        let (created, skipped) = match answer.done.map(|done| done.value) {
            Some(made) => (
                Some(made.created.into_iter().map(Into::into).collect()),
                Some(SkippedClass::all(made.gaps, made.collisions)),
            ),
            None => (None, None),
        };
        Ok(Self {
            created,
            skipped,
            user_errors: answer.user_errors,
            replayed,
        })
    }
}

/// Why a day has no class.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum SkipReason {
    /// Somebody else has the instructor or the room.
    Collision,
    /// The start does not exist that day, and the schedule skips it then.
    Gap,
}

/// A day without a class that the rule has one on.
#[derive(Clone, Debug, SimpleObject)]
pub struct SkippedClass {
    /// The day.
    occurrence_date: LocalDate,
    /// Why.
    reason: SkipReason,
    /// Who or what is taken then, for a collision.
    collision: Option<ClassCollision>,
}

impl SkippedClass {
    fn all(gaps: Vec<NaiveDate>, collisions: Vec<entity::class_collisions::Model>) -> Vec<Self> {
        let gaps = gaps.into_iter().map(|date| Self {
            occurrence_date: date.into(),
            reason: SkipReason::Gap,
            collision: None,
        });
        let collisions = collisions.into_iter().map(|row| Self {
            occurrence_date: row.occurrence_date.into(),
            reason: SkipReason::Collision,
            collision: Some(row.into()),
        });
        let mut all: Vec<Self> = gaps.chain(collisions).collect();
        all.sort_by_key(|skipped| skipped.occurrence_date.0);
        all
    }
}

/// The mutations of schedules and their classes.
#[derive(Default)]
pub struct ScheduleMutation;

#[Object]
impl ScheduleMutation {
    /// Puts a class into the timetable, with its classes of the next two months. Managers only.
    async fn create_class_schedule(
        &self,
        ctx: &Context<'_>,
        input: CreateClassScheduleInput,
    ) -> Result<CreateClassSchedulePayload> {
        let key = input.idempotency_key.as_ref();
        let call = call("createClassSchedule", &input, key, None);
        let done = async {
            let command = input.command().map_err(Error::from)?;
            schedules::create(ctx.gateway(), ctx.viewer(), command, call).await
        };
        CreateClassSchedulePayload::of(done.await)
    }

    /// Changes how a class is held, and brings its classes to come in line. Managers only.
    async fn update_class_schedule(
        &self,
        ctx: &Context<'_>,
        input: UpdateClassScheduleInput,
    ) -> Result<UpdateClassSchedulePayload> {
        let key = input.idempotency_key.as_ref();
        let call = call("updateClassSchedule", &input, key, None);
        let done = async {
            let command = input.command().map_err(Error::from)?;
            schedules::update(ctx.gateway(), ctx.viewer(), command, call).await
        };
        UpdateClassSchedulePayload::of(done.await)
    }

    /// Makes the classes of a schedule up to a day. Managers only. Doing it again makes nothing new.
    async fn generate_class_occurrences(
        &self,
        ctx: &Context<'_>,
        input: GenerateClassOccurrencesInput,
    ) -> Result<GenerateClassOccurrencesPayload> {
        let key = input.idempotency_key.as_ref();
        let call = call("generateClassOccurrences", &input, key, None);
        let done = async {
            let id = Kind::ClassSchedule
                .accept(&input.schedule_id, "scheduleId")
                .map_err(Error::from)?;
            schedules::generate(ctx.gateway(), ctx.viewer(), &id, input.until.0, call).await
        };
        GenerateClassOccurrencesPayload::of(done.await)
    }

    /// Changes one class by itself. Staff only. From then on, edits of its schedule leave it alone.
    async fn update_class_occurrence(
        &self,
        ctx: &Context<'_>,
        input: UpdateClassOccurrenceInput,
    ) -> Result<UpdateClassOccurrencePayload> {
        let key = input.idempotency_key.as_ref();
        let call = call("updateClassOccurrence", &input, key, None);
        let done = async {
            let command = input.command().map_err(Error::from)?;
            occurrences::update(ctx.gateway(), ctx.viewer(), command, call).await
        };
        UpdateClassOccurrencePayload::of(done.await, ClassOccurrence::from)
    }

    /// Calls a class off. Staff only. Every session goes back, and every payment is due back.
    async fn cancel_class_occurrence(
        &self,
        ctx: &Context<'_>,
        input: CancelClassOccurrenceInput,
    ) -> Result<CancelClassOccurrencePayload> {
        let key = input.idempotency_key.as_ref();
        let call = call("cancelClassOccurrence", &input, key, None);
        let done = async {
            let id = Kind::ClassOccurrence
                .accept(&input.occurrence_id, "occurrenceId")
                .map_err(Error::from)?;
            calling_off::call_off(ctx.gateway(), ctx.viewer(), &id, input.reason, call).await
        };
        CancelClassOccurrencePayload::of(done.await, ClassOccurrence::from)
    }
}

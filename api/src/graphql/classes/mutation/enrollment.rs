//! Enrolling, leaving, and who came.

use async_graphql::{Context, Object, SimpleObject};

use crate::domain::Error;
use crate::domain::classes::enrolling::Enrolment;
use crate::domain::classes::{attendance, enrolling, leaving};
use crate::domain::ids::Kind;
use crate::domain::tx::Outcome;
use crate::graphql::classes::Enrollment;
use crate::graphql::classes::input::{
    CancelEnrollmentInput, CheckInEnrollmentInput, EnrollInput, MarkEnrollmentNoShowInput,
};
use crate::graphql::context::ContextExt;
use crate::graphql::error::{Result, UserError};
use crate::graphql::payload::{answer, call, payload};
use crate::graphql::queues::QueueEntry;

/// What `enroll` answers.
#[derive(SimpleObject)]
pub struct EnrollPayload {
    /// The enrolment; after a dry run, as it would be.
    enrollment: Option<Enrollment>,
    /// The place on the waitlist, if the class was full and they asked to wait.
    waitlist_entry: Option<QueueEntry>,
    /// Why it was refused; empty when it was done.
    user_errors: Vec<UserError>,
    /// Whether this is the stored result of an earlier call with the same idempotency key.
    replayed: bool,
}

impl EnrollPayload {
    fn of(result: Result<Outcome<Enrolment>, Error>) -> Result<Self> {
        let answer = answer(result)?;
        let replayed = answer.done.as_ref().is_some_and(|done| done.replayed);
        let (enrollment, waitlist_entry) = match answer.done.map(|done| done.value) {
            Some(Enrolment::Made(enrolled)) => (Some(enrolled.into()), None),
            Some(Enrolment::Waits(waits)) => (None, Some(waits.into())),
            None => (None, None),
        };
        Ok(Self {
            enrollment,
            waitlist_entry,
            user_errors: answer.user_errors,
            replayed,
        })
    }
}

payload! {
    /// What `cancelEnrollment` answers.
    CancelEnrollmentPayload {
        /// The enrolment that was called off; after a dry run, as it would be.
        enrollment: Enrollment
    }
}

payload! {
    /// What `checkInEnrollment` answers.
    CheckInEnrollmentPayload {
        /// The enrolment.
        enrollment: Enrollment
    }
}

payload! {
    /// What `markEnrollmentNoShow` answers.
    MarkEnrollmentNoShowPayload {
        /// The enrolment.
        enrollment: Enrollment
    }
}

/// The mutations of enrolments.
#[derive(Default)]
pub struct EnrollmentMutation;

#[Object]
impl EnrollmentMutation {
    /// Takes places in a class, for the viewer or, when staff ask, for a customer. An enrolment is a booking
    /// too. A customer enrols once on each class.
    async fn enroll(&self, ctx: &Context<'_>, input: EnrollInput) -> Result<EnrollPayload> {
        let key = input.idempotency_key.as_ref();
        let call = call("enroll", &input, key, input.dry_run);
        let done = async {
            let command = input.command().map_err(Error::from)?;
            enrolling::enroll(ctx.gateway(), ctx.viewer(), command, call).await
        };
        EnrollPayload::of(done.await)
    }

    /// Gives the places of an enrolment up: free of charge before the cut-off that was agreed; after it, for a
    /// fee or the session, never both. Staff call it off for the business, which is free.
    async fn cancel_enrollment(
        &self,
        ctx: &Context<'_>,
        input: CancelEnrollmentInput,
    ) -> Result<CancelEnrollmentPayload> {
        let key = input.idempotency_key.as_ref();
        let call = call("cancelEnrollment", &input, key, input.dry_run);
        let done = async {
            let command = input.command().map_err(Error::from)?;
            leaving::leave(ctx.gateway(), ctx.viewer(), command, call).await
        };
        CancelEnrollmentPayload::of(done.await, Enrollment::from)
    }

    /// Notes that the customer is there; once the class is over, that they were. Staff only.
    async fn check_in_enrollment(
        &self,
        ctx: &Context<'_>,
        input: CheckInEnrollmentInput,
    ) -> Result<CheckInEnrollmentPayload> {
        let key = input.idempotency_key.as_ref();
        let call = call("checkInEnrollment", &input, key, None);
        let done = async {
            let id = Kind::Enrollment
                .accept(&input.enrollment_id, "enrollmentId")
                .map_err(Error::from)?;
            attendance::check_in(ctx.gateway(), ctx.viewer(), &id, call).await
        };
        CheckInEnrollmentPayload::of(done.await, Enrollment::from)
    }

    /// Notes that the customer did not come. Staff only, and not before the class begins. The session that paid
    /// is forfeited if the policy that was agreed says so.
    async fn mark_enrollment_no_show(
        &self,
        ctx: &Context<'_>,
        input: MarkEnrollmentNoShowInput,
    ) -> Result<MarkEnrollmentNoShowPayload> {
        let key = input.idempotency_key.as_ref();
        let call = call("markEnrollmentNoShow", &input, key, None);
        let done = async {
            let id = Kind::Enrollment
                .accept(&input.enrollment_id, "enrollmentId")
                .map_err(Error::from)?;
            attendance::mark_no_show(ctx.gateway(), ctx.viewer(), &id, call).await
        };
        MarkEnrollmentNoShowPayload::of(done.await, Enrollment::from)
    }
}

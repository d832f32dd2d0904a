//! A customer's places in a class.

use std::sync::Arc;

use async_graphql::{Context, ID, Object};
use entity::{booking_orders, class_occurrences, enrollments, users};

use super::{ClassOccurrence, EnrollmentStatus};
use crate::domain::classes::enrolling::Enrolled;
use crate::domain::classes::terms;
use crate::domain::classes::words::{self, OccurrenceStatus};
use crate::graphql::bookings::{Booking, Cancellation};
use crate::graphql::context::ContextExt;
use crate::graphql::error::Result;
use crate::graphql::object::follow;
use crate::graphql::packages::PackagePurchase;
use crate::graphql::people::User;
use crate::graphql::scalars::DateTime;
use crate::graphql::seating::{Seat, SeatsOfEnrollment};

/// A customer's places in a class.
///
/// Next to its row it carries what came along with it from the use case that made it, whose dry run leaves
/// nothing in the database to load.
#[derive(Clone, Debug)]
pub struct Enrollment {
    row: Arc<enrollments::Model>,
    booking: Option<Booking>,
    occurrence: Option<ClassOccurrence>,
    seats: Option<Vec<Seat>>,
}

impl From<Arc<enrollments::Model>> for Enrollment {
    fn from(row: Arc<enrollments::Model>) -> Self {
        Self {
            row,
            booking: None,
            occurrence: None,
            seats: None,
        }
    }
}

impl From<enrollments::Model> for Enrollment {
    fn from(row: enrollments::Model) -> Self {
        Arc::new(row).into()
    }
}

impl From<Enrolled> for Enrollment {
    fn from(enrolled: Enrolled) -> Self {
        Self {
            row: Arc::new(enrolled.enrollment),
            booking: Some(enrolled.booking.into()),
            occurrence: Some(enrolled.occurrence.into()),
            seats: enrolled
                .seats
                .map(|seats| seats.into_iter().map(Seat::from).collect()),
        }
    }
}

/// A customer's places in a class. It is a booking too, and stands among the customer's bookings.
#[Object]
impl Enrollment {
    /// The id.
    pub async fn id(&self) -> ID {
        ID::from(&self.row.id)
    }

    /// The class.
    async fn occurrence(&self, ctx: &Context<'_>) -> Result<ClassOccurrence> {
        match &self.occurrence {
            Some(occurrence) => Ok(occurrence.clone()),
            None => {
                follow::<class_occurrences::Entity, _>(ctx, &self.row.class_occurrence_id).await
            }
        }
    }

    /// For whom.
    async fn customer(&self, ctx: &Context<'_>) -> Result<User> {
        follow::<users::Entity, _>(ctx, &self.row.customer_user_id).await
    }

    /// Where it stands now: whoever is there has attended when the class is over.
    async fn status(&self, ctx: &Context<'_>) -> Result<EnrollmentStatus> {
        use words::EnrollmentStatus::{Attended, Cancelled, CheckedIn, Enrolled};
        let written = words::EnrollmentStatus::parse(&self.row.status);
        if !matches!(written, Enrolled | CheckedIn) {
            return Ok(written.into());
        }
        let class = self.occurrence(ctx).await?;
        let class = terms::status_of(&class.0, ctx.gateway().clock.now());
        Ok(match (written, class) {
            (_, OccurrenceStatus::Cancelled) => Cancelled,
            (CheckedIn, OccurrenceStatus::Completed) => Attended,
            _ => written,
        }
        .into())
    }

    /// How many places.
    async fn places(&self) -> i32 {
        self.row.places
    }

    /// The seats, one for each place; none where the seating is free, or when it was called off.
    async fn seats(&self, ctx: &Context<'_>) -> Result<Vec<Seat>> {
        if let Some(seats) = &self.seats {
            return Ok(seats.clone());
        }
        let key = SeatsOfEnrollment(self.row.id.clone());
        let seats = ctx.loaders().load(key).await?.unwrap_or_default();
        Ok(seats.iter().cloned().map(Seat).collect())
    }

    /// The booking that it is: its price, its payments, its history.
    async fn booking(&self, ctx: &Context<'_>) -> Result<Booking> {
        match &self.booking {
            Some(booking) => Ok(booking.clone()),
            None => follow::<booking_orders::Entity, _>(ctx, &self.row.booking_order_id).await,
        }
    }

    /// The package whose sessions pay for it, if one does.
    async fn package_purchase(&self, ctx: &Context<'_>) -> Result<Option<PackagePurchase>> {
        let booking: Booking = self.booking(ctx).await?;
        booking.package_purchase(ctx).await
    }

    /// How it was called off, if it was.
    async fn cancellation(&self, ctx: &Context<'_>) -> Result<Option<Cancellation>> {
        let booking: Booking = self.booking(ctx).await?;
        booking.called_off()
    }

    /// When the customer was checked in.
    async fn checked_in_at(&self) -> Option<DateTime> {
        self.row.checked_in_at.map(Into::into)
    }

    /// When it was made.
    async fn created_at(&self) -> DateTime {
        self.row.created_at.into()
    }
}

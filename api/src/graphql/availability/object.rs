//! What an availability search answers, and what a calendar shows.

use async_graphql::{Context, Enum, Object, SimpleObject};

use super::{AvailabilityInput, TimeRange};
use crate::domain::availability::calendar::{self as calendars, Busy};
use crate::domain::availability::reasons::{Cause, Reason};
use crate::domain::availability::{self as domain, Found};
use crate::domain::civil::Span;
use crate::graphql::bookings::Booking;
use crate::graphql::catalog::{Location, Resource};
use crate::graphql::classes::ClassOccurrence;
use crate::graphql::context::ContextExt;
use crate::graphql::error::Result;
use crate::graphql::object::{Money, follow_some};
use crate::graphql::scalars::DateTime;

/// Searches for the times at which an offer can be booked.
///
/// # Errors
/// As [`domain::search`].
pub async fn availability(
    ctx: &Context<'_>,
    offer_id: &str,
    input: AvailabilityInput,
) -> Result<Availability> {
    let next = ctx.look_ahead().field("nextAvailable").exists();
    let search = input.search(offer_id, next)?;
    let found = domain::search(ctx.gateway(), &search).await?;
    Ok(Availability::new(found, ctx))
}

/// What is taken of a resource.
///
/// # Errors
/// As [`calendars::busy`].
pub async fn calendar(
    ctx: &Context<'_>,
    resource: &entity::resources::Model,
    window: TimeRange,
) -> Result<Vec<BusyInterval>> {
    let busy = calendars::busy(ctx.gateway(), ctx.viewer(), resource, window.into()).await?;
    Ok(busy.into_iter().map(BusyInterval).collect())
}

/// When an offer can be booked.
#[derive(SimpleObject)]
pub struct Availability {
    /// The free times, earliest first. Each of them can be booked as it stands.
    slots: Vec<Slot>,
    /// Why there are none; empty when there are some.
    reasons: Vec<UnavailableReason>,
    /// The first free time after the window.
    next_available: Option<Slot>,
}

impl Availability {
    fn new(found: Found, ctx: &Context<'_>) -> Self {
        let staff = ctx.viewer().is_staff_of(&found.biz_id);
        Self {
            slots: found.slots.into_iter().map(Slot).collect(),
            reasons: UnavailableReason::told(found.reasons, staff),
            next_available: found.next.map(Slot),
        }
    }
}

/// A time that can be booked.
#[derive(Clone, Debug)]
pub struct Slot(pub domain::Slot);

/// A time that can be booked.
#[Object]
impl Slot {
    /// When the service begins.
    async fn start_at(&self) -> DateTime {
        self.0.service.from.into()
    }

    /// When the service ends.
    async fn end_at(&self) -> DateTime {
        self.0.service.to.into()
    }

    /// Who or what serves it.
    async fn resource(&self) -> Option<Resource> {
        Some(self.0.resource.clone().into())
    }

    /// What is used beside it, such as a room.
    async fn secondary_resource(&self) -> Option<Resource> {
        self.0.secondary.clone().map(Into::into)
    }

    /// Where it takes place.
    async fn location(&self, ctx: &Context<'_>) -> Result<Option<Location>> {
        let id = self.0.resource.location_id.as_deref();
        follow_some::<entity::locations::Entity, _>(ctx, id).await
    }

    /// What it costs.
    async fn price(&self) -> Result<Money> {
        Money::new(self.0.quote.total, &self.0.currency)
    }

    /// What must be paid ahead.
    async fn deposit(&self) -> Result<Option<Money>> {
        let deposit = self.0.quote.deposit;
        deposit
            .map(|amount| Money::new(amount, &self.0.currency))
            .transpose()
    }
}

/// Why nothing can be booked during a stretch of time.
#[derive(Clone, Debug, SimpleObject)]
pub struct UnavailableReason {
    /// What kind of reason it is.
    code: UnavailableCode,
    /// Where the stretch begins.
    from: DateTime,
    /// Where it ends.
    to: DateTime,
    /// The resource that it speaks of. Only staff are told.
    resource: Option<Resource>,
}

impl UnavailableReason {
    /// The reasons as the viewer is told them: one for each resource to staff, one for all to others.
    fn told(reasons: Vec<Reason>, staff: bool) -> Vec<Self> {
        let mut told: Vec<Self> = Vec::new();
        for Reason {
            cause,
            span,
            resource,
        } in reasons
        {
            let Span { from, to } = span;
            let reason = Self {
                code: cause.into(),
                from: from.into(),
                to: to.into(),
                resource: resource.filter(|_| staff).map(Into::into),
            };
            let known = told.iter().any(|other| {
                !staff
                    && (other.code, other.from, other.to) == (reason.code, reason.from, reason.to)
            });
            if !known {
                told.push(reason);
            }
        }
        told
    }
}

/// The kinds of reason why nothing can be booked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "Cause")]
pub enum UnavailableCode {
    /// It is not open.
    Closed,
    /// It is taken.
    Busy,
    /// It is too soon.
    LeadTime,
    /// It is too far ahead.
    Horizon,
    /// The address is outside the service radius.
    OutOfArea,
    /// The offer has no resource that fits.
    NoResource,
}

/// A stretch of a resource's time that is taken.
#[derive(Clone, Debug)]
pub struct BusyInterval(Busy);

impl From<entity::resource_claims::Model> for BusyInterval {
    fn from(block: entity::resource_claims::Model) -> Self {
        Self(Busy::of(&block, false))
    }
}

/// A stretch of a resource's time that is taken.
#[Object]
impl BusyInterval {
    /// Where it begins, preparation included.
    async fn start_at(&self) -> DateTime {
        self.0.span.from.into()
    }

    /// Where it ends, clearing up included.
    async fn end_at(&self) -> DateTime {
        self.0.span.to.into()
    }

    /// The booking that takes it. Only staff are told.
    async fn booking(&self, ctx: &Context<'_>) -> Result<Option<Booking>> {
        let id = self.0.booking_id.as_deref();
        follow_some::<entity::booking_orders::Entity, _>(ctx, id).await
    }

    /// The class that takes it. Only staff are told.
    async fn occurrence(&self, ctx: &Context<'_>) -> Result<Option<ClassOccurrence>> {
        let id = self.0.occurrence_id.as_deref();
        follow_some::<entity::class_occurrences::Entity, _>(ctx, id).await
    }
}

//! Moving a booking to another time, or giving it another length. The old time is kept when the new
//! one is refused.

use chrono::{DateTime, FixedOffset, TimeDelta};
use entity::{booking_order_lines, booking_orders, fulfillment_units};
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};

use super::claims;
use super::create::{Attempt, alternatives};
use super::draft::insert_lines;
use super::error::{BookingRefusal, check_no_class};
use super::placing::claim_one;
use super::repo::{self, Booked};
use super::rules::bill;
use super::rules::cancellation::Policy;
use super::rules::status::{Action, Needs, Status};
use super::writes;
use crate::domain::availability::board::{Board, Choice, Wanted};
use crate::domain::availability::repo::Offered;
use crate::domain::catalog::terms;
use crate::domain::civil::Span;
use crate::domain::clock::Moment;
use crate::domain::error::{Error, Refusal, RefusalCode, Result};
use crate::domain::gateway::Gateway;
use crate::domain::queues::waitlists::{self, Freed};
use crate::domain::tx::{Begun, Call, Outcome, Work};
use crate::domain::viewer::Viewer;

/// Where a booking is to go.
#[derive(Clone, Debug)]
pub struct Reschedule {
    /// The booking.
    pub booking_id: String,
    /// When it is to begin.
    pub start: Moment,
    /// How long it is to be, in minutes; as long as it is when `None`.
    pub duration_min: Option<i32>,
    /// Who is to serve it; who serves it now when `None`.
    pub resource_id: Option<String>,
    /// The version that the viewer has seen.
    pub expected_version: Option<i32>,
}

/// Moves a booking, by the terms that it was made under. It may move onto time that overlaps its own.
/// After the cut-off of its cancellation policy only staff move it.
///
/// # Errors
/// `Unauthenticated`; faults. Refusals are part of [`Attempt`].
pub async fn reschedule(
    gateway: &Gateway,
    viewer: &Viewer,
    command: Reschedule,
    call: Call,
) -> Result<Attempt> {
    let work = match gateway.begin(viewer, &call).await? {
        Begun::Work(work) => work,
        Begun::Done(outcome) => return Ok(Attempt::Made(outcome)),
    };
    let loaded = load(&work, viewer, &command).await;
    let moving = match loaded {
        Ok(moving) => moving,
        Err(Error::Refused(refusal)) => return Ok(Attempt::refused(refusal)),
        Err(error) => return Err(error),
    };
    match attempt(work, &moving).await {
        Ok(outcome) => Ok(Attempt::Made(outcome)),
        Err(Error::Refused(refusal)) => {
            let alternatives = alternatives(
                gateway,
                &moving.offered,
                &moving.wanted,
                moving.service,
                Some(&moving.booking.id),
                &refusal,
            )
            .await?;
            Ok(Attempt::Refused {
                refusal,
                alternatives,
            })
        }
        Err(error) => Err(error),
    }
}

/// A booking on its way to another time.
struct Moving {
    booking: booking_orders::Model,
    offered: Offered,
    wanted: Wanted,
    /// Beside whom it is served now, when the offer needs a second resource.
    secondary_id: Option<String>,
    service: Span,
}

impl Moving {
    fn old_length(&self) -> TimeDelta {
        self.booking.end_at - self.booking.start_at
    }
}

async fn load(work: &Work, viewer: &Viewer, command: &Reschedule) -> Result<Moving> {
    waitlists::lock_around(work, &command.booking_id).await?;
    let booking = repo::lock(work, viewer, &command.booking_id, command.expected_version).await?;
    check_no_class(&booking, Action::Reschedule)?;
    Status::of(&booking, work.now).after(Action::Reschedule, Needs::default())?;
    let start = booking.start_at.to_utc();
    if !viewer.is_staff_of(&booking.biz_id)
        && !Policy::of(&booking)?.is_before_cutoff(work.now, start)
    {
        let message = "It is too late to move this booking; ask the business.";
        return Err(Refusal::new(RefusalCode::InvalidState, message)
            .at("bookingId")
            .into());
    }
    let offered = repo::frozen_offer(work, &booking).await?;
    let length = match command.duration_min {
        Some(minutes) => terms::duration(&offered.version, Some(minutes))?,
        None => booking.end_at - booking.start_at,
    };
    let (primary_id, secondary_id) = serving(work, &booking).await?;
    let wanted = Wanted {
        resource_id: command.resource_id.clone().or(primary_id),
        address: repo::address(&booking)?,
        ..Wanted::default()
    };
    Ok(Moving {
        wanted,
        secondary_id,
        service: Span {
            from: command.start,
            to: command.start + length,
        },
        offered,
        booking,
    })
}

/// Who serves the booking now, and who or what beside them.
async fn serving(
    work: &Work,
    booking: &booking_orders::Model,
) -> Result<(Option<String>, Option<String>)> {
    let unit = fulfillment_units::Entity::find()
        .filter(fulfillment_units::Column::BookingOrderId.eq(&booking.id))
        .one(&**work)
        .await?;
    Ok(unit.map_or((None, None), |unit| {
        (unit.resource_id, unit.secondary_resource_id)
    }))
}

async fn attempt(work: Work, moving: &Moving) -> Result<Outcome<Booked>> {
    let board = board(&work, moving).await?;
    let mut choices = board
        .free(moving.service)
        .map_err(BookingRefusal::from_board)?;
    // Whoever served it beside the first does so again, if they can.
    choices.sort_by_key(|choice| {
        choice.secondary.map(|lane| &lane.resource.id) != moving.secondary_id.as_ref()
    });
    let booked = replan(&work, moving, &board, &choices, None).await?;
    work.finish(booked).await
}

async fn board(work: &Work, moving: &Moving) -> Result<Board> {
    Board::read(
        &**work,
        &moving.offered.business,
        moving.offered.version.clone(),
        &moving.wanted,
        moving.service,
        work.now,
        Some(&moving.booking.id),
    )
    .await
}

/// Gives a booking the length that staff confirm. Its time follows, or nothing changes. Staff only.
///
/// # Errors
/// `NOT_FOUND`, `VERSION_CONFLICT`, `INVALID_STATE`, `DURATION_NOT_ALLOWED`, `SLOT_TAKEN`,
/// `OUTSIDE_HOURS`, `Forbidden`.
pub async fn set_duration(
    gateway: &Gateway,
    viewer: &Viewer,
    booking_id: &str,
    duration_min: i32,
    expected_version: Option<i32>,
    call: Call,
) -> Result<Outcome<Booked>> {
    let work = match gateway.begin(viewer, &call).await? {
        Begun::Work(work) => work,
        Begun::Done(outcome) => return Ok(outcome),
    };
    waitlists::lock_around(&work, booking_id).await?;
    let booking = repo::lock(&work, viewer, booking_id, expected_version).await?;
    if !viewer.is_staff_of(&booking.biz_id) {
        return Err(Error::Forbidden("Only staff may confirm a duration."));
    }
    check_no_class(&booking, Action::SetDuration)?;
    Status::of(&booking, work.now).after(Action::SetDuration, Needs::default())?;
    let offered = repo::frozen_offer(&work, &booking).await?;
    let length = terms::duration(&offered.version, Some(duration_min))?;
    let start = booking.start_at.to_utc();
    let (resource_id, secondary_id) = serving(&work, &booking).await?;
    let moving = Moving {
        // It stays where it is: a longer visit is no move to another room.
        wanted: Wanted {
            resource_id,
            secondary_resource_id: secondary_id.clone(),
            address: repo::address(&booking)?,
            ..Wanted::default()
        },
        secondary_id,
        service: Span {
            from: start,
            to: start + length,
        },
        offered,
        booking,
    };
    let board = board(&work, &moving).await?;
    // Its start stays, so neither lead time nor grid speak against it.
    let choices = board
        .open_and_free(moving.service)
        .map_err(BookingRefusal::from_board)?;
    let booked = replan(&work, &moving, &board, &choices, Some(duration_min)).await?;
    work.finish(booked).await
}

/// Writes the new time: the claims, the work that fulfils it and, for another length, the bill.
async fn replan(
    work: &Work,
    moving: &Moving,
    board: &Board,
    choices: &[Choice<'_>],
    confirmed_min: Option<i32>,
) -> Result<Booked> {
    let booking = &moving.booking;
    let service = moving.service;
    let mut changes = booking_orders::ActiveModel {
        start_at: Set(service.from.into()),
        end_at: Set(service.to.into()),
        ..Default::default()
    };
    // Nothing is waited for beyond the start.
    let capped = |limit: Option<DateTime<FixedOffset>>| limit.map(|it| it.min(service.from.into()));
    changes.hold_expires_at = Set(capped(booking.hold_expires_at));
    changes.approval_due_at = Set(capped(booking.approval_due_at));
    changes.deposit_due_at = Set(capped(booking.deposit_due_at));
    match confirmed_min {
        Some(_) => changes.confirmed_duration_min = Set(confirmed_min),
        // Another length was asked for, which nobody has confirmed yet.
        None if moving.old_length() != service.length() => {
            let asked = i32::try_from(service.length().num_minutes()).ok();
            changes.requested_duration_min = Set(asked);
            changes.confirmed_duration_min = Set(None);
        }
        None => {}
    }
    if moving.old_length() != service.length() {
        let quote = terms::quote(&moving.offered.version, service.length())?;
        booking_order_lines::Entity::delete_many()
            .filter(booking_order_lines::Column::BookingOrderId.eq(&booking.id))
            .exec(&**work)
            .await?;
        insert_lines(work, booking, &moving.offered.offer.name, &quote).await?;
        // A session pays for whatever length.
        let total = bill::total(&quote, booking.customer_purchase_id.is_some());
        changes.subtotal_minor = Set(quote.total);
        changes.discount_minor = Set(quote.total - total);
        changes.total_minor = Set(total);
        if booking.deposit_required_minor.is_some() {
            changes.deposit_required_minor = Set(quote.deposit);
        }
        changes.price_snapshot = Set(Some(serde_json::to_value(&quote)?));
    }
    let freed = Freed::of(work, booking).await?;
    claims::release(&**work, &booking.id).await?;
    let choice = claim_one(work, board, choices, booking, service).await?;
    let location = choice.primary.resource.location_id.clone();
    changes.location_id = Set(location.clone());
    fulfillment_units::Entity::update_many()
        .col_expr(
            fulfillment_units::Column::PlannedStartAt,
            Expr::val(service.from),
        )
        .col_expr(
            fulfillment_units::Column::PlannedEndAt,
            Expr::val(service.to),
        )
        .col_expr(
            fulfillment_units::Column::ResourceId,
            Expr::val(choice.primary.resource.id.clone()),
        )
        .col_expr(
            fulfillment_units::Column::SecondaryResourceId,
            Expr::val(choice.secondary.map(|lane| lane.resource.id.clone())),
        )
        .col_expr(fulfillment_units::Column::LocationId, Expr::val(location))
        .col_expr(fulfillment_units::Column::UpdatedAt, Expr::val(work.now))
        .filter(fulfillment_units::Column::BookingOrderId.eq(&booking.id))
        .exec(&**work)
        .await?;
    let booked = writes::touch(work, booking.clone(), changes, "booking.rescheduled").await?;
    claims::limit(work, &booking.id, writes::limit(&booked.order)).await?;
    // What it does not take any more.
    waitlists::time_freed(work, &freed).await?;
    Ok(booked)
}

//! Reads and writes of bookings, on an open connection.

use std::sync::Arc;

use entity::{
    bizes, booking_order_lines, booking_orders, fulfillment_units, memberships, offer_versions,
    offers,
};
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::{Set, Unchanged},
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};
use serde::{Deserialize, Serialize};

use super::claims;
use super::error::BookingRefusal;
use super::rules::status::Status;
use crate::domain::availability::repo::Offered;
use crate::domain::availability::travel::Address;
use crate::domain::clock::Moment;
use crate::domain::error::{Error, Refusal, Result};
use crate::domain::events::{self, Event};
use crate::domain::ids::Kind;
use crate::domain::scope::Scoped;
use crate::domain::tx::Work;
use crate::domain::viewer::Viewer;

/// A booking as a use case leaves it, with the parts that a dry run leaves nowhere else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Booked {
    /// The booking.
    pub order: booking_orders::Model,
    /// The lines of its bill.
    pub lines: Vec<booking_order_lines::Model>,
    /// The work that fulfils it.
    pub units: Vec<fulfillment_units::Model>,
}

/// Finds a booking that the viewer may see and keeps every other writer off it.
///
/// # Errors
/// `NOT_FOUND` at `bookingId`; `VERSION_CONFLICT` when it is not of the expected version.
pub async fn lock(
    work: &Work,
    viewer: &Viewer,
    booking_id: &str,
    expected_version: Option<i32>,
) -> Result<booking_orders::Model> {
    let booking = booking_orders::Entity::visible_to(viewer)
        .filter(booking_orders::Column::Id.eq(booking_id))
        .lock_exclusive()
        .one(&**work)
        .await?
        .ok_or_else(|| Refusal::not_found("bookingId", "booking"))?;
    match expected_version {
        Some(expected) if expected != booking.version => Err(BookingRefusal::Conflict.into()),
        _ => Ok(booking),
    }
}

/// Finds any booking and keeps every other writer off it. For services, which have no membership.
///
/// # Errors
/// `NOT_FOUND` at `bookingId`.
pub async fn lock_any(work: &Work, booking_id: &str) -> Result<booking_orders::Model> {
    let booking = booking_orders::Entity::find_by_id(booking_id)
        .filter(booking_orders::Column::DeletedAt.is_null())
        .lock_exclusive()
        .one(&**work)
        .await?;
    Ok(booking.ok_or_else(|| Refusal::not_found("bookingId", "booking"))?)
}

/// The offer of a booking, with the version that was in force when it was made.
///
/// # Errors
/// When the database fails.
pub async fn frozen_offer(work: &Work, booking: &booking_orders::Model) -> Result<Offered> {
    let row = offers::Entity::find_by_id(&booking.offer_id)
        .find_also(offers::Entity, bizes::Entity)
        .find_also(offers::Entity, offer_versions::Entity)
        .filter(offer_versions::Column::Id.eq(&booking.offer_version_id))
        .one(&**work)
        .await?;
    match row {
        Some((offer, Some(business), Some(version))) => Ok(Offered {
            business,
            offer,
            version: Arc::new(version),
        }),
        _ => Err(Error::fault(format!("{} has no offer", booking.id))),
    }
}

/// Where a resource that comes to the customer is to come.
///
/// # Errors
/// A fault when it cannot be read; we wrote it.
pub fn address(booking: &booking_orders::Model) -> Result<Option<Address>> {
    let stored = booking.service_address.clone();
    Ok(stored.map(serde_json::from_value).transpose()?)
}

/// Writes what has changed of a booking, as a new version of it.
///
/// # Errors
/// When the database fails.
pub async fn save(
    work: &Work,
    booking: &booking_orders::Model,
    mut changes: booking_orders::ActiveModel,
) -> Result<booking_orders::Model> {
    changes.id = Unchanged(booking.id.clone());
    changes.version = Set(booking.version.saturating_add(1));
    changes.updated_at = Set(work.now.into());
    Ok(changes.update(&**work).await?)
}

/// What the row says of a booking that enters `status` at the moment of the work: the state, and the
/// time limit that goes with it.
#[must_use]
pub fn state(work: &Work, status: Status, start: Moment) -> booking_orders::ActiveModel {
    let limit = |of: Status| {
        let limit = work.gateway.patience.limit(of, work.now, start);
        limit.filter(|_| status == of).map(Into::into)
    };
    booking_orders::ActiveModel {
        status: Set(status.as_str().to_owned()),
        hold_expires_at: Set(limit(Status::Held)),
        approval_due_at: Set(limit(Status::PendingApproval)),
        deposit_due_at: Set(limit(Status::AwaitingDeposit)),
        ..Default::default()
    }
}

/// The moment at which the booking ends by itself, if it still waits for something.
#[must_use]
pub fn limit(booking: &booking_orders::Model) -> Option<Moment> {
    match Status::parse(&booking.status) {
        Status::Held => booking.hold_expires_at,
        Status::PendingApproval => booking.approval_due_at,
        Status::AwaitingDeposit => booking.deposit_due_at,
        _ => None,
    }
    .map(|limit| limit.to_utc())
}

/// Takes a booking to another state, with `changes` besides, and gives its claims the new time limit
/// or, when the state takes no time, away.
///
/// # Errors
/// When the database fails.
pub async fn enter(
    work: &Work,
    booking: booking_orders::Model,
    status: Status,
    changes: booking_orders::ActiveModel,
    kind: &'static str,
) -> Result<Booked> {
    let state = state(work, status, booking.start_at.to_utc());
    let booking = save(
        work,
        &booking,
        booking_orders::ActiveModel {
            status: state.status,
            hold_expires_at: state.hold_expires_at,
            approval_due_at: state.approval_due_at,
            deposit_due_at: state.deposit_due_at,
            ..changes
        },
    )
    .await?;
    match status.takes_time() {
        true => claims::limit(work, &booking.id, limit(&booking)).await?,
        false => {
            claims::release(&**work, &booking.id).await?;
        }
    }
    set_unit_status(work, &booking.id, status.of_units()).await?;
    announce(work, &booking, kind).await?;
    with_parts(&**work, booking).await
}

/// Changes a booking that stays in its state.
///
/// # Errors
/// When the database fails.
pub async fn touch(
    work: &Work,
    booking: booking_orders::Model,
    changes: booking_orders::ActiveModel,
    kind: &'static str,
) -> Result<Booked> {
    let booking = save(work, &booking, changes).await?;
    announce(work, &booking, kind).await?;
    with_parts(&**work, booking).await
}

/// Notes another location.
///
/// # Errors
/// When the database fails.
pub async fn move_to(
    work: &Work,
    order: booking_orders::Model,
    location_id: Option<String>,
) -> Result<booking_orders::Model> {
    let mut located: booking_orders::ActiveModel = order.into();
    located.location_id = Set(location_id);
    Ok(located.update(&**work).await?)
}

/// Ends a booking whose time limit has run out. Answers whether it takes no time any more: until it is
/// locked, somebody may still confirm it.
///
/// # Errors
/// When the database fails.
pub async fn expire(work: &Work, booking_id: &str) -> Result<bool> {
    let Some(booking) = booking_orders::Entity::find_by_id(booking_id)
        .lock_exclusive()
        .one(&**work)
        .await?
    else {
        return Ok(false);
    };
    let status = Status::of(&booking, work.now);
    if status.as_str() == booking.status {
        return Ok(!status.takes_time());
    }
    let changes = booking_orders::ActiveModel {
        status: Set(status.as_str().to_owned()),
        ..Default::default()
    };
    let booking = save(work, &booking, changes).await?;
    set_unit_status(work, &booking.id, status.of_units()).await?;
    let kind = match status {
        Status::Declined => "booking.declined",
        _ => "booking.expired",
    };
    announce(work, &booking, kind).await?;
    Ok(true)
}

/// Puts what happened to a booking into the outbox.
///
/// # Errors
/// When the database fails.
pub async fn announce(
    work: &Work,
    booking: &booking_orders::Model,
    kind: &'static str,
) -> Result<()> {
    events::emit(
        work,
        Event {
            biz_id: &booking.biz_id,
            kind,
            aggregate: "booking",
            aggregate_id: &booking.id,
            payload: serde_json::json!({ "status": booking.status, "version": booking.version }),
        },
    )
    .await
}

/// The booking together with its parts.
///
/// # Errors
/// When the database fails.
pub async fn with_parts(db: &impl ConnectionTrait, order: booking_orders::Model) -> Result<Booked> {
    Ok(Booked {
        lines: booking_order_lines::Entity::find()
            .filter(booking_order_lines::Column::BookingOrderId.eq(&order.id))
            .order_by_asc(booking_order_lines::Column::Position)
            .all(db)
            .await?,
        units: fulfillment_units::Entity::find()
            .filter(fulfillment_units::Column::BookingOrderId.eq(&order.id))
            .order_by_asc(fulfillment_units::Column::Id)
            .all(db)
            .await?,
        order,
    })
}

/// Gives every unit of work of a booking that state.
///
/// # Errors
/// When the database fails.
pub async fn set_unit_status(work: &Work, booking_id: &str, status: &str) -> Result<()> {
    fulfillment_units::Entity::update_many()
        .col_expr(fulfillment_units::Column::Status, Expr::val(status))
        .col_expr(fulfillment_units::Column::UpdatedAt, Expr::val(work.now))
        .filter(fulfillment_units::Column::BookingOrderId.eq(booking_id))
        .exec(&**work)
        .await?;
    Ok(())
}

/// Whether the user is known to the business, in whatever role.
///
/// # Errors
/// When the database fails.
pub async fn is_known(db: &impl ConnectionTrait, biz_id: &str, user_id: &str) -> Result<bool> {
    Ok(memberships::Entity::find()
        .filter(memberships::Column::BizId.eq(biz_id))
        .filter(memberships::Column::UserId.eq(user_id))
        .filter(memberships::Column::DeletedAt.is_null())
        .one(db)
        .await?
        .is_some())
}

/// Makes the user a customer of the business, so that its staff can find them. Any role they have
/// already stays.
///
/// # Errors
/// When the database fails.
pub async fn make_customer(work: &Work, biz_id: &str, user_id: &str) -> Result<()> {
    memberships::Entity::insert(memberships::ActiveModel {
        id: Set(Kind::Membership.mint(work.now)),
        biz_id: Set(biz_id.to_owned()),
        user_id: Set(user_id.to_owned()),
        role: Set("customer".to_owned()),
        created_at: Set(work.now.into()),
        updated_at: Set(work.now.into()),
        deleted_at: Set(None),
    })
    .on_conflict(OnConflict::new().do_nothing().to_owned())
    .try_insert()
    .exec_without_returning(&**work)
    .await?;
    // Somebody who left and comes back is a customer again, and nothing more.
    memberships::Entity::update_many()
        .col_expr(
            memberships::Column::DeletedAt,
            Expr::val(None::<chrono::DateTime<chrono::Utc>>),
        )
        .col_expr(memberships::Column::Role, Expr::val("customer"))
        .filter(memberships::Column::BizId.eq(biz_id))
        .filter(memberships::Column::UserId.eq(user_id))
        .filter(Expr::col(memberships::Column::DeletedAt).is_not_null())
        .exec(&**work)
        .await?;
    Ok(())
}

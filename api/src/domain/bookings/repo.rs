//! Reads of bookings, on an open connection.

use std::sync::Arc;

use entity::{
    bizes, booking_order_lines, booking_orders, fulfillment_units, memberships, offer_versions,
    offers,
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::{Deserialize, Serialize};

use super::error::BookingRefusal;
use crate::domain::availability::repo::Offered;
use crate::domain::availability::travel::Address;
use crate::domain::error::{Error, Refusal, Result};
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

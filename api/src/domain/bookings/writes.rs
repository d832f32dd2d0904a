//! Writes of bookings, on an open connection: each a new version of the booking, and an event.

use entity::{booking_orders, fulfillment_units, memberships};
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::{Set, Unchanged},
    ColumnTrait, EntityTrait, QueryFilter,
};

use super::claims;
use super::repo::{self, Booked};
use super::rules::status::Status;
use crate::domain::clock::Moment;
use crate::domain::error::Result;
use crate::domain::events::{self, Event};
use crate::domain::ids::Kind;
use crate::domain::queues::waitlists::{self, Freed};
use crate::domain::tx::Work;

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
            let freed = Freed::of(work, &booking).await?;
            waitlists::time_freed(work, &freed).await?;
        }
    }
    set_unit_status(work, &booking.id, status.of_units()).await?;
    announce(work, &booking, kind).await?;
    repo::with_parts(&**work, booking).await
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
    repo::with_parts(&**work, booking).await
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

/// Notes which package pays.
///
/// # Errors
/// When the database fails.
pub async fn pay_with(
    work: &Work,
    order: booking_orders::Model,
    purchase_id: &str,
) -> Result<booking_orders::Model> {
    let mut paid: booking_orders::ActiveModel = order.into();
    paid.customer_purchase_id = Set(Some(purchase_id.to_owned()));
    Ok(paid.update(&**work).await?)
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
        blocked_at: Set(None),
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

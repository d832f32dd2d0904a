//! The booking that an enrolment is.

use std::sync::Arc;

use entity::{
    booking_order_lines, booking_orders, class_occurrences, class_schedules, fulfillment_units,
    offer_versions,
};
use sea_orm::{ActiveModelTrait, ActiveValue::Set};

use super::enrolling::Enrolling;
use super::terms::Price;
use crate::domain::availability::repo::Offered;
use crate::domain::bookings::repo::Booked;
use crate::domain::bookings::rules::cancellation::Policy;
use crate::domain::bookings::rules::status::Status;
use crate::domain::bookings::writes as bookings;
use crate::domain::error::Result;
use crate::domain::ids::Kind;
use crate::domain::packages::redemption::{self, Needed};
use crate::domain::tx::Work;

/// Writes the booking of an enrolment, paid for with sessions if a package is to pay.
///
/// # Errors
/// What a package refuses.
pub(super) async fn write(
    work: &Work,
    class: &class_occurrences::Model,
    schedule: &class_schedules::Model,
    offered: &Offered,
    enrolling: &Enrolling,
    price: &Price,
) -> Result<Booked> {
    let order = insert_booking(work, class, schedule, offered, enrolling, price).await?;
    let order = pay_with_sessions(work, order, enrolling).await?;
    Ok(Booked {
        lines: vec![insert_line(work, &order, &schedule.name, price).await?],
        units: vec![insert_unit(work, &order, class, schedule).await?],
        order,
    })
}

async fn insert_booking(
    work: &Work,
    class: &class_occurrences::Model,
    schedule: &class_schedules::Model,
    offered: &Offered,
    enrolling: &Enrolling,
    price: &Price,
) -> Result<booking_orders::Model> {
    let version: &Arc<offer_versions::Model> = &offered.version;
    // Sessions pay for all of it.
    let total = match enrolling.payment.is_wanted() {
        true => 0,
        false => price.total,
    };
    let order = booking_orders::ActiveModel {
        id: Set(Kind::Booking.mint(work.now)),
        biz_id: Set(class.biz_id.clone()),
        offer_id: Set(offered.offer.id.clone()),
        offer_version_id: Set(version.id.clone()),
        customer_user_id: Set(Some(enrolling.customer_id.clone())),
        location_id: Set(schedule.location_id.clone()),
        class_occurrence_id: Set(Some(class.id.clone())),
        version: Set(1),
        start_at: Set(class.start_at),
        end_at: Set(class.end_at),
        currency: Set(version.currency.clone()),
        subtotal_minor: Set(price.total),
        fee_minor: Set(0),
        discount_minor: Set(price.total.saturating_sub(total)),
        tax_minor: Set(0),
        total_minor: Set(total),
        price_snapshot: Set(Some(serde_json::to_value(price)?)),
        policy_snapshot: Set(Some(serde_json::to_value(Policy::from(&**version))?)),
        created_at: Set(work.now.into()),
        updated_at: Set(work.now.into()),
        ..bookings::state(work, Status::Confirmed, class.start_at.to_utc())
    };
    Ok(order.insert(&**work).await?)
}

/// Takes a session for each place from the customer's package, if one is to pay.
async fn pay_with_sessions(
    work: &Work,
    order: booking_orders::Model,
    enrolling: &Enrolling,
) -> Result<booking_orders::Model> {
    let needed = Needed {
        biz_id: &order.biz_id,
        offer_id: &order.offer_id,
        customer_id: &enrolling.customer_id,
        sessions: enrolling.places,
    };
    match redemption::choose(work, &needed, &enrolling.payment).await? {
        Some(purchase) => {
            let order = bookings::pay_with(work, order, &purchase.id).await?;
            redemption::redeem(work, purchase, &order.id, enrolling.places).await?;
            Ok(order)
        }
        None => Ok(order),
    }
}

async fn insert_line(
    work: &Work,
    order: &booking_orders::Model,
    label: &str,
    price: &Price,
) -> Result<booking_order_lines::Model> {
    let line = booking_order_lines::ActiveModel {
        id: Set(Kind::BookingLine.mint(work.now)),
        biz_id: Set(order.biz_id.clone()),
        booking_order_id: Set(order.id.clone()),
        r#type: Set("service".to_owned()),
        label: Set(label.to_owned()),
        quantity: Set(price.places),
        unit_amount_minor: Set(price.place.total),
        total_minor: Set(price.total),
        position: Set(0),
        created_at: Set(work.now.into()),
        updated_at: Set(work.now.into()),
    };
    Ok(line.insert(&**work).await?)
}

async fn insert_unit(
    work: &Work,
    order: &booking_orders::Model,
    class: &class_occurrences::Model,
    schedule: &class_schedules::Model,
) -> Result<fulfillment_units::Model> {
    let unit = fulfillment_units::ActiveModel {
        id: Set(Kind::FulfillmentUnit.mint(work.now)),
        biz_id: Set(order.biz_id.clone()),
        booking_order_id: Set(order.id.clone()),
        kind: Set("class".to_owned()),
        status: Set(Status::Confirmed.of_units().to_owned()),
        planned_start_at: Set(Some(class.start_at)),
        planned_end_at: Set(Some(class.end_at)),
        resource_id: Set(class.instructor_resource_id.clone()),
        secondary_resource_id: Set(class.room_resource_id.clone()),
        location_id: Set(schedule.location_id.clone()),
        created_at: Set(work.now.into()),
        updated_at: Set(work.now.into()),
    };
    Ok(unit.insert(&**work).await?)
}

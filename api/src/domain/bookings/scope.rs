//! Who sees which bookings: the customer their own, staff those of their business.

use entity::booking_orders::{Column, Entity};
use entity::{booking_order_private_notes, customer_purchases, payments};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect, QueryTrait, Select};

use crate::domain::scope::Scoped;
use crate::domain::viewer::Viewer;

impl Scoped for Entity {
    fn visible_to(viewer: &Viewer) -> Select<Self> {
        let Some(me) = viewer.id() else {
            return Self::find().filter(Expr::val(false));
        };
        Self::find().filter(Column::DeletedAt.is_null()).filter(
            Condition::any()
                .add(Column::CustomerUserId.eq(me))
                .add(Column::BizId.is_in(viewer.staffed())),
        )
    }
}

/// Whoever sees a booking sees its parts.
macro_rules! part_of_booking {
    ($($part:ident),*) => {$(
        impl Scoped for entity::$part::Entity {
            fn visible_to(viewer: &Viewer) -> Select<Self> {
                let bookings = Entity::visible_to(viewer)
                    .select_only()
                    .column(Column::Id)
                    .into_query();
                Self::find().filter(entity::$part::Column::BookingOrderId.in_subquery(bookings))
            }
        }
    )*};
}

part_of_booking!(booking_order_lines, fulfillment_units);

/// Whoever sees a booking or a package sees what was paid for it.
impl Scoped for payments::Entity {
    fn visible_to(viewer: &Viewer) -> Select<Self> {
        let bookings = Entity::visible_to(viewer)
            .select_only()
            .column(Column::Id)
            .into_query();
        let purchases = customer_purchases::Entity::visible_to(viewer)
            .select_only()
            .column(customer_purchases::Column::Id)
            .into_query();
        Self::find().filter(
            Condition::any()
                .add(payments::Column::BookingOrderId.in_subquery(bookings))
                .add(payments::Column::CustomerPurchaseId.in_subquery(purchases)),
        )
    }
}

/// Private notes are for the staff of their business alone.
impl Scoped for booking_order_private_notes::Entity {
    fn visible_to(viewer: &Viewer) -> Select<Self> {
        use booking_order_private_notes::Column;
        Self::find()
            .filter(Column::DeletedAt.is_null())
            .filter(Column::BizId.is_in(viewer.staffed()))
    }
}

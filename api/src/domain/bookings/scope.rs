//! Who sees which bookings: the customer their own, staff those of their business.

use entity::booking_orders::{Column, Entity};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, Select};

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

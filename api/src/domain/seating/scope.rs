//! Who sees what of seating: everybody the maps that are more than a draft, and their seats; staff the
//! drafts of their business too; a hold is for its holder alone.

use entity::{seat_holds, seat_map_seats, seat_maps};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect, QueryTrait, Select};

use super::words::SeatMapStatus;
use crate::domain::scope::{Scoped, or_staffed};
use crate::domain::viewer::Viewer;

impl Scoped for seat_maps::Entity {
    fn visible_to(viewer: &Viewer) -> Select<Self> {
        Self::find()
            .filter(seat_maps::Column::DeletedAt.is_null())
            .filter(or_staffed(
                viewer,
                seat_maps::Column::Status.ne(SeatMapStatus::Draft.as_str()),
                seat_maps::Column::BizId,
            ))
    }
}

/// Whoever sees a map sees its seats.
impl Scoped for seat_map_seats::Entity {
    fn visible_to(viewer: &Viewer) -> Select<Self> {
        let maps = seat_maps::Entity::visible_to(viewer)
            .select_only()
            .column(seat_maps::Column::Id)
            .into_query();
        Self::find().filter(seat_map_seats::Column::SeatMapId.in_subquery(maps))
    }
}

impl Scoped for seat_holds::Entity {
    fn visible_to(viewer: &Viewer) -> Select<Self> {
        Self::find().filter(match viewer.id() {
            Some(me) => seat_holds::Column::HolderUserId.eq(me),
            None => Expr::val(false).into(),
        })
    }
}

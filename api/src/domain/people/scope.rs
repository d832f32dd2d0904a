//! Who sees whom: everybody themself, staff the people of their business.

use entity::{memberships, users};
use sea_orm::sea_query::{Expr, ExprTrait, IntoCondition};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect, QueryTrait, Select};

use crate::domain::scope::{Scoped, or_staffed, staffed};
use crate::domain::viewer::Viewer;

impl Scoped for users::Entity {
    /// The viewer, and whoever has a part in a business that the viewer works for.
    fn visible_to(viewer: &Viewer) -> Select<Self> {
        let known = staffed(viewer, memberships::Column::BizId).map(|staffed| {
            let theirs = Expr::col((memberships::Entity, memberships::Column::UserId));
            let membership = memberships::Entity::find()
                .select_only()
                .column(memberships::Column::Id)
                .filter(theirs.equals((users::Entity, users::Column::Id)))
                .filter(memberships::Column::DeletedAt.is_null())
                .filter(staffed);
            Expr::exists(membership.into_query())
        });
        Self::find()
            .filter(users::Column::DeletedAt.is_null())
            .filter(
                Condition::any()
                    .add(is_viewer(viewer, users::Column::Id))
                    .add_option(known),
            )
    }
}

impl Scoped for memberships::Entity {
    /// The viewer's own, and all of the businesses that the viewer works for.
    fn visible_to(viewer: &Viewer) -> Select<Self> {
        Self::find()
            .filter(memberships::Column::DeletedAt.is_null())
            .filter(or_staffed(
                viewer,
                is_viewer(viewer, memberships::Column::UserId),
                memberships::Column::BizId,
            ))
    }
}

/// Whether the column names the viewer; nothing names the anonymous.
fn is_viewer(viewer: &Viewer, user_id: impl ColumnTrait) -> Condition {
    match viewer.id() {
        Some(id) => user_id.eq(id).into_condition(),
        None => user_id.is_in(None::<String>).into_condition(),
    }
}

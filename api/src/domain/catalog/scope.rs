//! Who sees what of the catalog: everybody what is published, staff everything of their business.

use entity::{bizes, locations, memberships, offer_versions, offers, resources, users, venues};
use sea_orm::sea_query::IntoCondition;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect, Select};

use super::words::OfferVersionStatus;
use crate::domain::scope::Scoped;
use crate::domain::viewer::Viewer;

impl Scoped for bizes::Entity {
    fn visible_to(_: &Viewer) -> Select<Self> {
        Self::find().filter(bizes::Column::DeletedAt.is_null())
    }
}

impl Scoped for locations::Entity {
    fn visible_to(_: &Viewer) -> Select<Self> {
        Self::find().filter(locations::Column::DeletedAt.is_null())
    }
}

impl Scoped for venues::Entity {
    fn visible_to(_: &Viewer) -> Select<Self> {
        Self::find().filter(venues::Column::DeletedAt.is_null())
    }
}

impl Scoped for resources::Entity {
    fn visible_to(_: &Viewer) -> Select<Self> {
        Self::find().filter(resources::Column::DeletedAt.is_null())
    }
}

impl Scoped for offers::Entity {
    /// Published offers, and all offers of the businesses that the viewer works for.
    fn visible_to(viewer: &Viewer) -> Select<Self> {
        Self::find()
            .filter(offers::Column::DeletedAt.is_null())
            .filter(or_staffed(
                viewer,
                offers::Column::IsPublished.eq(true),
                offers::Column::BizId,
            ))
    }
}

impl Scoped for offer_versions::Entity {
    /// Everything but drafts, because bookings of it are kept for good; and the drafts of the
    /// businesses that the viewer works for.
    fn visible_to(viewer: &Viewer) -> Select<Self> {
        Self::find().filter(or_staffed(
            viewer,
            offer_versions::Column::Status.ne(OfferVersionStatus::Draft.as_str()),
            offer_versions::Column::BizId,
        ))
    }
}

impl Scoped for users::Entity {
    /// The viewer, and whoever has a part in a business that the viewer works for.
    fn visible_to(viewer: &Viewer) -> Select<Self> {
        let known = staffed(viewer, memberships::Column::BizId).map(|staffed| {
            let members = memberships::Entity::find()
                .select_only()
                .column(memberships::Column::UserId)
                .filter(memberships::Column::DeletedAt.is_null())
                .filter(staffed);
            users::Column::Id.in_subquery(sea_orm::QueryTrait::into_query(members))
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

/// What is public, and everything of the businesses that the viewer works for.
fn or_staffed(viewer: &Viewer, public: impl IntoCondition, biz_id: impl ColumnTrait) -> Condition {
    Condition::any()
        .add(public.into_condition())
        .add_option(staffed(viewer, biz_id))
}

/// Whether the column names a business that the viewer works for; `None` when there is none.
fn staffed(viewer: &Viewer, biz_id: impl ColumnTrait) -> Option<sea_orm::sea_query::Expr> {
    let businesses: Vec<&str> = viewer.staffed().collect();
    (!businesses.is_empty()).then(|| biz_id.is_in(businesses))
}

//! Who sees what of the catalog: everybody what is published, staff everything of their business.

use entity::{bizes, locations, offer_versions, offers, resources, venues};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Select};

use super::words::OfferVersionStatus;
use crate::domain::scope::{Scoped, or_staffed};
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

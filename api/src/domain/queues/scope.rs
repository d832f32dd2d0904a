//! Who sees what of the queues: everybody the queues, a customer their own entries, staff those of their
//! business and what happened to them.

use entity::{queue_entries, queue_events, queues, waitlist_offers};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect, QueryTrait, Select};

use crate::domain::scope::Scoped;
use crate::domain::viewer::Viewer;

impl Scoped for queues::Entity {
    fn visible_to(_: &Viewer) -> Select<Self> {
        Self::find().filter(queues::Column::DeletedAt.is_null())
    }
}

impl Scoped for queue_entries::Entity {
    fn visible_to(viewer: &Viewer) -> Select<Self> {
        use queue_entries::Column;
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

impl Scoped for queue_events::Entity {
    fn visible_to(viewer: &Viewer) -> Select<Self> {
        Self::find().filter(queue_events::Column::BizId.is_in(viewer.staffed()))
    }
}

impl Scoped for waitlist_offers::Entity {
    /// Whoever sees an entry sees the offers that were made to it.
    fn visible_to(viewer: &Viewer) -> Select<Self> {
        let entries = queue_entries::Entity::visible_to(viewer)
            .select_only()
            .column(queue_entries::Column::Id)
            .into_query();
        Self::find().filter(waitlist_offers::Column::QueueEntryId.in_subquery(entries))
    }
}

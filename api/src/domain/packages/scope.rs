//! Who sees what of packages: everybody the products on sale, a customer their own purchases, staff all of
//! their business.

use entity::{bizes, customer_purchases, package_ledger_entries, package_products};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect, QueryTrait, Select};

use crate::domain::scope::{Scoped, or_staffed, staffed};
use crate::domain::viewer::Viewer;

impl Scoped for package_products::Entity {
    fn visible_to(viewer: &Viewer) -> Select<Self> {
        use package_products::Column;
        let gone = bizes::Entity::find()
            .select_only()
            .column(bizes::Column::Id)
            .filter(Expr::col((bizes::Entity, bizes::Column::Id)).equals((Self, Column::BizId)))
            .filter(bizes::Column::DeletedAt.is_not_null());
        Self::find()
            .filter(Column::DeletedAt.is_null())
            .filter(Expr::exists(gone.into_query()).not())
            .filter(or_staffed(
                viewer,
                Column::Status.eq("active"),
                Column::BizId,
            ))
    }
}

impl Scoped for customer_purchases::Entity {
    fn visible_to(viewer: &Viewer) -> Select<Self> {
        use customer_purchases::Column;
        let Some(me) = viewer.id() else {
            return Self::find().filter(Expr::val(false));
        };
        Self::find().filter(
            Condition::any()
                .add(Column::CustomerUserId.eq(me))
                .add_option(staffed(viewer, Column::BizId)),
        )
    }
}

/// Whoever sees a purchase sees its ledger.
impl Scoped for package_ledger_entries::Entity {
    fn visible_to(viewer: &Viewer) -> Select<Self> {
        let purchases = customer_purchases::Entity::visible_to(viewer)
            .select_only()
            .column(customer_purchases::Column::Id)
            .into_query();
        Self::find()
            .filter(package_ledger_entries::Column::CustomerPurchaseId.in_subquery(purchases))
    }
}

//! Copying the demo from the database it was made in to the one it is for.
//!
//! Events and idempotency keys stay behind: nobody was there to be told, or to ask twice.

use std::collections::HashMap;

use entity::*;
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::{Set, Unchanged},
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    sea_query::Expr,
};

/// How many rows go into one statement, below the number of parameters that SQLite takes.
const ROWS: usize = 100;
/// The state of an offer version that can still be given its resources.
const DRAFT: &str = "draft";

/// Copies every row, each table after those that it refers to.
pub async fn everything(
    from: &impl ConnectionTrait,
    to: &impl ConnectionTrait,
) -> Result<(), DbErr> {
    table::<users::Entity>(from, to).await?;
    table::<bizes::Entity>(from, to).await?;
    table::<memberships::Entity>(from, to).await?;
    table::<locations::Entity>(from, to).await?;
    table::<venues::Entity>(from, to).await?;
    table::<resources::Entity>(from, to).await?;
    table::<opening_hours::Entity>(from, to).await?;
    table::<opening_hours_exceptions::Entity>(from, to).await?;
    table::<offers::Entity>(from, to).await?;
    versions(from, to).await?;
    table::<package_products::Entity>(from, to).await?;
    table::<package_product_offers::Entity>(from, to).await?;
    let purchases = opened_purchases(from, to).await?;
    table::<customer_purchase_offers::Entity>(from, to).await?;
    table::<seat_maps::Entity>(from, to).await?;
    table::<seat_map_seats::Entity>(from, to).await?;
    table::<class_schedules::Entity>(from, to).await?;
    occurrences(from, to).await?;
    table::<booking_orders::Entity>(from, to).await?;
    table::<booking_order_lines::Entity>(from, to).await?;
    table::<booking_order_private_notes::Entity>(from, to).await?;
    table::<fulfillment_units::Entity>(from, to).await?;
    ledger(from, to, purchases).await?;
    table::<payments::Entity>(from, to).await?;
    table::<enrollments::Entity>(from, to).await?;
    table::<place_reservations::Entity>(from, to).await?;
    table::<seat_holds::Entity>(from, to).await?;
    table::<occurrence_seats::Entity>(from, to).await?;
    table::<class_collisions::Entity>(from, to).await?;
    waiting(from, to).await?;
    table::<queue_events::Entity>(from, to).await?;
    table::<waitlist_rounds::Entity>(from, to).await?;
    table::<waitlist_offers::Entity>(from, to).await?;
    table::<resource_claims::Entity>(from, to).await
}

/// The classes arrive empty: their places are counted as those who hold them arrive.
async fn occurrences(from: &impl ConnectionTrait, to: &impl ConnectionTrait) -> Result<(), DbErr> {
    use class_occurrences::{ActiveModel, Entity};
    let rows = Entity::find().all(from).await?;
    let empty = rows.into_iter().map(|row| ActiveModel {
        enrolled_count: Set(0),
        reserved_count: Set(0),
        waitlist_count: Set(0),
        ..row.into()
    });
    insert::<Entity>(empty.collect(), to).await
}

async fn table<E>(from: &impl ConnectionTrait, to: &impl ConnectionTrait) -> Result<(), DbErr>
where
    E: EntityTrait,
    E::ActiveModel: ActiveModelTrait<Entity = E> + Send,
    E::Model: IntoActiveModel<E::ActiveModel>,
{
    let rows = E::find().all(from).await?;
    let rows = rows.into_iter().map(IntoActiveModel::into_active_model);
    insert::<E>(rows.collect(), to).await
}

async fn insert<E>(rows: Vec<E::ActiveModel>, to: &impl ConnectionTrait) -> Result<(), DbErr>
where
    E: EntityTrait,
    E::ActiveModel: ActiveModelTrait<Entity = E> + Send,
{
    for rows in rows.chunks(ROWS) {
        E::insert_many(rows.to_vec())
            .exec_without_returning(to)
            .await?;
    }
    Ok(())
}

/// The versions arrive as drafts, get their resources, and only then the state that makes them
/// immutable.
async fn versions(from: &impl ConnectionTrait, to: &impl ConnectionTrait) -> Result<(), DbErr> {
    use offer_versions::{ActiveModel, Column, Entity};
    let versions = Entity::find().all(from).await?;
    let drafts = versions.iter().map(|version| ActiveModel {
        status: Set(DRAFT.to_owned()),
        ..version.clone().into()
    });
    insert::<Entity>(drafts.collect(), to).await?;
    table::<offer_version_resources::Entity>(from, to).await?;
    for version in versions.iter().filter(|version| version.status != DRAFT) {
        Entity::update_many()
            .col_expr(Column::Status, Expr::val(version.status.as_str()))
            .filter(Column::Id.eq(&version.id))
            .exec(to)
            .await?;
    }
    Ok(())
}

/// The purchases arrive as they began, for the ledger to move them to where they are.
async fn opened_purchases(
    from: &impl ConnectionTrait,
    to: &impl ConnectionTrait,
) -> Result<Vec<customer_purchases::Model>, DbErr> {
    use customer_purchases::{ActiveModel, Entity};
    let openings: HashMap<String, i32> = package_ledger_entries::Entity::find()
        .filter(package_ledger_entries::Column::Sequence.eq(1))
        .all(from)
        .await?
        .into_iter()
        .map(|entry| (entry.customer_purchase_id, entry.delta))
        .collect();
    let purchases = Entity::find().all(from).await?;
    let opened = purchases.iter().map(|purchase| {
        let sessions = openings.get(&purchase.id).copied().unwrap_or_default();
        ActiveModel {
            status: Set("pending_payment".to_owned()),
            sessions_total: Set(sessions),
            sessions_used: Set(0),
            sessions_remaining: Set(sessions),
            sessions_adjusted: Set(0),
            transferred_from_purchase_id: Set(None),
            ..purchase.clone().into()
        }
    });
    insert::<Entity>(opened.collect(), to).await?;
    Ok(purchases)
}

/// The ledger, in order, and what it does not tell of the purchases.
async fn ledger(
    from: &impl ConnectionTrait,
    to: &impl ConnectionTrait,
    purchases: Vec<customer_purchases::Model>,
) -> Result<(), DbErr> {
    use customer_purchases::{ActiveModel, Entity};
    let entries = package_ledger_entries::Entity::find()
        .order_by_asc(package_ledger_entries::Column::Sequence)
        .all(from)
        .await?;
    // One by one: each moves the counts of its purchase before the next one comes.
    for entry in entries {
        package_ledger_entries::Entity::insert(entry.into_active_model())
            .exec_without_returning(to)
            .await?;
    }
    for purchase in purchases {
        let rest = ActiveModel {
            id: Unchanged(purchase.id),
            status: Set(purchase.status),
            version: Set(purchase.version),
            transferred_from_purchase_id: Set(purchase.transferred_from_purchase_id),
            updated_at: Set(purchase.updated_at),
            ..Default::default()
        };
        Entity::update(rest).exec(to).await?;
    }
    Ok(())
}

/// Queues arrive empty: the database counts who is in them as they come.
async fn waiting(from: &impl ConnectionTrait, to: &impl ConnectionTrait) -> Result<(), DbErr> {
    let queues = queues::Entity::find().all(from).await?;
    let empty = queues.into_iter().map(|queue| queues::ActiveModel {
        waiting_count: Set(0),
        called_count: Set(0),
        people_count: Set(0),
        ..queue.into()
    });
    insert::<queues::Entity>(empty.collect(), to).await?;
    table::<queue_entries::Entity>(from, to).await
}

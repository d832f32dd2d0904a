//! Copying the demo from the database it was made in to the one it is for.
//!
//! Events and idempotency keys stay behind: nobody was there to be told, or to ask twice.

use entity::*;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel,
    QueryFilter, Set, sea_query::Expr,
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
    table::<booking_orders::Entity>(from, to).await?;
    table::<booking_order_lines::Entity>(from, to).await?;
    table::<booking_order_private_notes::Entity>(from, to).await?;
    table::<fulfillment_units::Entity>(from, to).await?;
    table::<payments::Entity>(from, to).await?;
    table::<resource_claims::Entity>(from, to).await?;
    waiting(from, to).await?;
    table::<queue_events::Entity>(from, to).await
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

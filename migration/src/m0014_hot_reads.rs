//! Indexes that fit what is asked all the time: each reads a range of one, in order, not a table.

use crate::schema::*;

/// Replaces indexes that begin with the wrong column, and adds those that lists are ordered by.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        replace(manager, &OLD, &NEW).await?;
        on_postgres(manager, UP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        on_postgres(manager, DOWN).await?;
        replace(manager, &NEW, &OLD).await
    }
}

/// A table and the columns of an index on it.
type Columns = (&'static str, &'static [&'static str]);

const OLD: [Columns; 6] = [
    ("resource_claims", &["resource_id", "starts_at"]),
    ("resource_claims", &["resource_id", "ends_at"]),
    ("opening_hours", &["biz_id", "location_id", "weekday"]),
    ("opening_hours", &["biz_id", "resource_id", "weekday"]),
    (
        "opening_hours_exceptions",
        &["biz_id", "location_id", "date"],
    ),
    (
        "opening_hours_exceptions",
        &["biz_id", "resource_id", "date"],
    ),
];

const NEW: [Columns; 7] = [
    // By the end first: what is over is the part that grows.
    ("resource_claims", &["resource_id", "ends_at", "starts_at"]),
    // Hours are looked up by their owner alone.
    ("opening_hours", &["location_id", "weekday"]),
    ("opening_hours", &["resource_id", "weekday"]),
    ("opening_hours_exceptions", &["location_id", "date"]),
    ("opening_hours_exceptions", &["resource_id", "date"]),
    ("memberships", &["biz_id", "created_at", "id"]),
    ("bizes", &["name", "id"]),
];

async fn replace(
    manager: &SchemaManager<'_>,
    old: &[Columns],
    new: &[Columns],
) -> Result<(), DbErr> {
    for (table, columns) in old {
        let mut index = Index::drop();
        index.name(name(table, columns)).table(*table);
        manager.drop_index(index).await?;
    }
    for (table, columns) in new {
        let mut index = Index::create();
        index.name(name(table, columns)).table(*table);
        for column in *columns {
            index.col(*column);
        }
        manager.create_index(index).await?;
    }
    Ok(())
}

fn name(table: &str, columns: &[&str]) -> String {
    format!("{table}_{}_idx", columns.join("_"))
}

/// The longest booking of a business tells how far before a window those begin that reach into it.
/// An offer is of one business: a planner that takes the two for independent expects next to no booking
/// of an offer, and sorts all of the business.
const UP: &str = "
CREATE INDEX booking_orders_biz_id_length_idx ON booking_orders (biz_id, (end_at - start_at));
CREATE STATISTICS booking_orders_offer_stats (dependencies) ON biz_id, offer_id FROM booking_orders;
";

const DOWN: &str = "
DROP STATISTICS booking_orders_offer_stats;
DROP INDEX booking_orders_biz_id_length_idx;
";

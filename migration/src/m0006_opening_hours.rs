//! When a place or a resource is open: a weekly rule, and the days that differ from it.

use crate::schema::*;

/// Creates `opening_hours` and `opening_hours_exceptions`.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        opening_hours().create(manager).await?;
        opening_hours_exceptions().create(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        opening_hours_exceptions().drop(manager).await?;
        opening_hours().drop(manager).await
    }
}

fn opening_hours() -> Table {
    of_a_place_or_resource(tenant_table("opening_hours"))
        .columns([
            // Monday is 1, as in ISO 8601.
            integer("weekday"),
            time("opens_at"),
            // Not after opening: closes the next day. Both at 00:00: open the whole day.
            time("closes_at"),
        ])
        .timestamps()
        .check("weekday", "weekday BETWEEN 1 AND 7")
        .index(&["biz_id", "location_id", "weekday"])
        .index(&["biz_id", "resource_id", "weekday"])
}

fn opening_hours_exceptions() -> Table {
    of_a_place_or_resource(tenant_table("opening_hours_exceptions"))
        .columns([
            date("date"),
            // No times: closed all day.
            time("opens_at").nullable(),
            time("closes_at").nullable(),
            varchar("reason", 200).nullable(),
        ])
        .timestamps()
        .check("times", "(opens_at IS NULL) = (closes_at IS NULL)")
        .index(&["biz_id", "location_id", "date"])
        .index(&["biz_id", "resource_id", "date"])
}

/// Adds the owner of the hours: a location or a resource, exactly one.
fn of_a_place_or_resource(table: Table) -> Table {
    table
        .columns([
            text("location_id").nullable(),
            text("resource_id").nullable(),
        ])
        .belongs_to("location_id", "locations")
        .belongs_to("resource_id", "resources")
        .check("owner", "(location_id IS NULL) <> (resource_id IS NULL)")
}

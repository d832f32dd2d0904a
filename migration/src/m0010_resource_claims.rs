//! The time that is taken: no two claims on one unit of a resource overlap, whoever makes them.

use crate::schema::*;

/// Creates `resource_claims` and the constraint `resource_claims_no_overlap`.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        resource_claims().create(manager).await?;
        on_postgres(
            manager,
            "CREATE EXTENSION IF NOT EXISTS btree_gist;
             ALTER TABLE resource_claims ADD CONSTRAINT resource_claims_no_overlap
                 EXCLUDE USING gist (resource_id WITH =, unit WITH =, tstzrange(starts_at, ends_at, '[)') WITH &&);",
        )
        .await?;
        on_sqlite(manager, &sqlite_triggers()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // The extension stays: the database may have had it before us.
        resource_claims().drop(manager).await
    }
}

fn resource_claims() -> Table {
    tenant_table("resource_claims")
        .columns([
            text("resource_id"),
            // Which of its simultaneous places: 0 up to one below the maximum.
            integer("unit").default_to(0),
            // With buffers, gaps and travel.
            timestamp("starts_at"),
            timestamp("ends_at"),
            // Without them.
            timestamp("service_starts_at"),
            timestamp("service_ends_at"),
            text("kind"),
            text("booking_order_id").nullable(),
            text("class_occurrence_id").nullable(),
            varchar("reason", 200).nullable(),
            // Only a hold runs out.
            timestamp("expires_at").nullable(),
        ])
        .now("created_at")
        .belongs_to("resource_id", "resources")
        .owned_by("booking_order_id", "booking_orders")
        .owned_by("class_occurrence_id", "class_occurrences")
        .one_of("kind", &["booking", "hold", "class", "block"])
        .check("unit", "unit >= 0")
        // An empty range overlaps nothing, and would slip through.
        .check("time", "ends_at > starts_at")
        .check("service_time", "service_ends_at > service_starts_at")
        .index(&["resource_id", "starts_at"])
        .index(&["resource_id", "ends_at"])
        .index(&["booking_order_id"])
        .index(&["class_occurrence_id"])
        .index(&["biz_id", "starts_at"])
        .special_index(
            Index::create()
                .name("resource_claims_expires_at_idx")
                .col("expires_at")
                .and_where(Expr::col("expires_at").is_not_null())
                .take(),
        )
}

/// SQLite compares moments as text, which is right only in the one form that it also insists on here.
fn sqlite_triggers() -> String {
    const UTC: &str = "'????-??-??T*+00:00'";
    const UPDATE: &str = "UPDATE OF resource_id, unit, starts_at, ends_at ON resource_claims";
    let overlap = "EXISTS (SELECT 1 FROM resource_claims taken
        WHERE taken.resource_id = NEW.resource_id AND taken.unit = NEW.unit
        AND taken.starts_at < NEW.ends_at AND taken.ends_at > NEW.starts_at";
    let not_utc = format!("NEW.starts_at NOT GLOB {UTC} OR NEW.ends_at NOT GLOB {UTC}");
    [
        refuse(
            "resource_claims_utc_insert",
            "INSERT ON resource_claims",
            &not_utc,
            "resource_claims_utc",
        ),
        refuse(
            "resource_claims_utc_update",
            UPDATE,
            &not_utc,
            "resource_claims_utc",
        ),
        refuse(
            "resource_claims_no_overlap_insert",
            "INSERT ON resource_claims",
            &format!("{overlap})"),
            "resource_claims_no_overlap",
        ),
        refuse(
            "resource_claims_no_overlap_update",
            UPDATE,
            &format!("{overlap} AND taken.id <> OLD.id)"),
            "resource_claims_no_overlap",
        ),
    ]
    .join("\n")
}

//! What a business has and what it offers: places, resources, offers and their versions.

use crate::schema::*;

/// Creates `locations`, `venues`, `resources`, `offers` and `offer_versions`.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [
            locations(),
            venues(),
            resources(),
            offers(),
            offer_versions(),
        ] {
            table.create(manager).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [
            offer_versions(),
            offers(),
            resources(),
            venues(),
            locations(),
        ] {
            table.drop(manager).await?;
        }
        Ok(())
    }
}

fn locations() -> Table {
    tenant_table("locations")
        .columns([
            varchar("name", 200),
            varchar("slug", 120),
            varchar("timezone", 50),
            double("latitude").nullable(),
            double("longitude").nullable(),
        ])
        .object("metadata")
        .timestamps()
        .soft_delete()
        .check("latitude", "latitude BETWEEN -90 AND 90")
        .check("longitude", "longitude BETWEEN -180 AND 180")
        .unique(&["biz_id", "slug"])
}

fn venues() -> Table {
    tenant_table("venues")
        .columns([
            text("location_id").nullable(),
            varchar("name", 200),
            varchar("slug", 120),
        ])
        .timestamps()
        .soft_delete()
        .belongs_to("location_id", "locations")
        .unique(&["biz_id", "slug"])
}

fn resources() -> Table {
    tenant_table("resources")
        .columns([
            text("location_id").nullable(),
            text("type"),
            varchar("name", 200),
            varchar("slug", 120),
            // The person behind a host.
            text("user_id").nullable(),
            integer("buffer_before_min").default_to(0),
            integer("buffer_after_min").default_to(0),
            double("service_radius_km").nullable(),
            integer("version").default_to(1),
        ])
        .object("metadata")
        .timestamps()
        .soft_delete()
        .belongs_to("location_id", "locations")
        .refers_to("user_id", "users")
        .one_of("type", &["host", "company_host", "asset", "venue"])
        .check(
            "buffers",
            "buffer_before_min >= 0 AND buffer_after_min >= 0",
        )
        .check("service_radius_km", "service_radius_km >= 0")
        .unique(&["biz_id", "slug"])
        .index(&["biz_id", "location_id"])
}

fn offers() -> Table {
    tenant_table("offers")
        .columns([
            varchar("name", 200),
            varchar("slug", 120),
            text("description").nullable(),
            boolean("is_published").default_to(false),
        ])
        .timestamps()
        .soft_delete()
        .unique(&["biz_id", "slug"])
}

fn offer_versions() -> Table {
    tenant_table("offer_versions")
        .columns([
            text("offer_id"),
            integer("version"),
            text("status").default_to("draft"),
            text("duration_mode").default_to("fixed"),
            integer("default_duration_min"),
            integer("min_duration_min").nullable(),
            integer("max_duration_min").nullable(),
            integer("duration_step_min").default_to(15),
            // Start times lie on a grid that begins at opening.
            integer("slot_interval_min").default_to(15),
            minor("base_price_minor"),
            currency(),
            // The length of the unit that unit pricing counts.
            integer("unit_min").nullable(),
            boolean("requires_approval").default_to(false),
            integer("lead_time_min").default_to(0),
            integer("horizon_days").default_to(90),
            integer("cancellation_cutoff_min").default_to(0),
            integer("late_fee_minor").nullable(),
            boolean("forfeits_session").default_to(false),
            timestamp("published_at").nullable(),
        ])
        .timestamps()
        .belongs_to("offer_id", "offers")
        .one_of("status", &["draft", "published", "superseded", "retired"])
        .one_of("duration_mode", &["fixed", "flexible", "multi_day"])
        .check("version", "version > 0")
        .check(
            "durations",
            "default_duration_min > 0 AND min_duration_min > 0 AND max_duration_min > 0
             AND min_duration_min <= max_duration_min",
        )
        .check(
            "steps",
            "duration_step_min > 0 AND slot_interval_min > 0 AND unit_min > 0",
        )
        .check("prices", "base_price_minor >= 0 AND late_fee_minor >= 0")
        .check(
            "windows",
            "lead_time_min >= 0 AND horizon_days >= 0 AND cancellation_cutoff_min >= 0",
        )
        .unique(&["biz_id", "offer_id", "version"])
        .special_index(
            Index::create()
                .name("offer_versions_one_published_key")
                .unique()
                .col("offer_id")
                .and_where(Expr::col("status").eq(Expr::cust("'published'")))
                .take(),
        )
}

//! The schema report 0003: exactly its 11 columns, 9 tables and 6 indexes, by its names.
//!
//! The report's tables have no constraint beyond their primary keys; [`m0005_tenant_keys`] adds
//! the rest. SQLite cannot add a constraint to a table, so there the tables are born with theirs.
//!
//! [`m0005_tenant_keys`]: crate::m0005_tenant_keys

use crate::{
    m0005_tenant_keys::{column_check, with_constraints},
    schema::*,
};

/// Applies the report.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, mut column) in columns() {
            if let Some((name, condition)) = column_check(table, &column.get_column_name())
                && is_sqlite(manager)
            {
                column.check((Alias::new(name).into_iden(), Expr::cust(condition)));
            }
            add_column(manager, table, column).await?;
        }
        for table in tables() {
            if is_sqlite(manager) {
                with_constraints(table).create(manager).await?;
            } else {
                table.create_bare(manager).await?;
            }
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in tables().iter().rev() {
            table.drop(manager).await?;
        }
        for (table, column) in columns().iter().rev() {
            drop_column(manager, table, column).await?;
        }
        Ok(())
    }
}

/// Section 1 of the report: columns added to tables that exist.
fn columns() -> [(&'static str, ColumnDef); 11] {
    [
        ("resources", boolean("is_mobile").default_to(false)),
        ("resources", integer("max_simultaneous_bookings").nullable()),
        (
            "booking_orders",
            integer("requested_duration_min").nullable(),
        ),
        (
            "booking_orders",
            integer("confirmed_duration_min").nullable(),
        ),
        ("booking_orders", text("customer_purchase_id").nullable()),
        ("booking_orders", text("payment_terms").nullable()),
        ("offer_versions", integer("unit_pricing_minor").nullable()),
        (
            "offer_versions",
            boolean("requires_deposit").default_to(false),
        ),
        ("offer_versions", integer("deposit_percent_bps").nullable()),
        (
            "offer_versions",
            integer("min_gap_between_bookings_min").default_to(0),
        ),
        (
            "fulfillment_units",
            text("secondary_resource_id").nullable(),
        ),
    ]
}

/// Sections 2 and 3 of the report: new tables with their indexes, parents first.
pub fn tables() -> [Table; 9] {
    [
        booking_order_private_notes(),
        queues(),
        queue_entries(),
        class_schedules(),
        class_occurrences(),
        package_products(),
        customer_purchases(),
        seat_maps(),
        seat_map_seats(),
    ]
}

/// A table of the report: an id and a business, not yet tied to it.
fn report_table(name: &'static str) -> Table {
    table(name).id().columns([text("biz_id")])
}

fn booking_order_private_notes() -> Table {
    report_table("booking_order_private_notes")
        .columns([
            text("booking_order_id"),
            text("author_user_id"),
            text("note"),
            boolean("is_pinned").default_to(false),
        ])
        .timestamps()
        .soft_delete()
        .named_index(
            "booking_order_private_notes_biz_order_idx",
            &["biz_id", "booking_order_id", "created_at"],
        )
}

fn queues() -> Table {
    report_table("queues")
        .columns([
            text("location_id").nullable(),
            varchar("name", 200),
            varchar("slug", 120),
            text("status").default_to("active"),
            integer("max_capacity").nullable(),
            integer("estimated_service_time_min").default_to(15),
        ])
        .object("metadata")
        .timestamps()
        .soft_delete()
        .named_index("queues_biz_status_idx", &["biz_id", "status"])
}

fn queue_entries() -> Table {
    report_table("queue_entries")
        .columns([
            text("queue_id"),
            text("customer_user_id").nullable(),
            integer("party_size").default_to(1),
            text("status").default_to("waiting"),
            integer("position"),
            integer("estimated_wait_min").nullable(),
            timestamp("notified_at").nullable(),
            timestamp("served_at").nullable(),
            text("notes").nullable(),
        ])
        .object("metadata")
        .timestamps()
        .soft_delete()
        .named_index(
            "queue_entries_queue_status_idx",
            &["queue_id", "status", "position"],
        )
}

fn class_schedules() -> Table {
    report_table("class_schedules")
        .columns([
            text("offer_id"),
            text("location_id").nullable(),
            varchar("name", 200),
            varchar("slug", 120),
            text("status").default_to("draft"),
            varchar("timezone", 50).default_to("UTC"),
            varchar("recurrence_rule", 500),
            integer("capacity"),
            integer("min_enrollment").default_to(0),
            boolean("auto_cancel_if_under").default_to(false),
        ])
        .object("metadata")
        .timestamps()
        .soft_delete()
        .named_index(
            "class_schedules_biz_offer_idx",
            &["biz_id", "offer_id", "status"],
        )
}

fn class_occurrences() -> Table {
    report_table("class_occurrences")
        .columns([
            text("class_schedule_id"),
            date("occurrence_date"),
            timestamp("start_at"),
            timestamp("end_at"),
            text("status").default_to("scheduled"),
            integer("enrolled_count").default_to(0),
            integer("waitlist_count").default_to(0),
            timestamp("cancelled_at").nullable(),
            text("cancellation_reason").nullable(),
        ])
        .object("metadata")
        .timestamps()
        .named_index(
            "class_occurrences_schedule_date_idx",
            &["class_schedule_id", "occurrence_date"],
        )
}

fn package_products() -> Table {
    report_table("package_products")
        .columns([
            text("offer_id"),
            varchar("name", 200),
            varchar("slug", 120),
            text("status").default_to("draft"),
            integer("session_count"),
            integer("price_minor"),
            currency().default_to("USD"),
            text("expiry_type").default_to("never"),
            integer("expiry_days").nullable(),
            date("expiry_date").nullable(),
            boolean("transferable").default_to(false),
            boolean("refundable").default_to(true),
        ])
        .object("metadata")
        .timestamps()
        .soft_delete()
}

fn customer_purchases() -> Table {
    report_table("customer_purchases")
        .columns([
            text("package_product_id"),
            text("customer_user_id"),
            text("status").default_to("active"),
            integer("sessions_total"),
            integer("sessions_used").default_to(0),
            integer("sessions_remaining"),
        ])
        .now("purchased_at")
        .columns([
            timestamp("expires_at").nullable(),
            text("transferred_from_purchase_id").nullable(),
        ])
        .object("metadata")
        .timestamps()
        .named_index(
            "customer_purchases_customer_status_idx",
            &["customer_user_id", "status"],
        )
}

fn seat_maps() -> Table {
    report_table("seat_maps")
        .columns([
            text("venue_id"),
            varchar("name", 200),
            varchar("slug", 120),
            text("status").default_to("draft"),
            integer("width"),
            integer("height"),
        ])
        .object("metadata")
        .timestamps()
        .soft_delete()
}

fn seat_map_seats() -> Table {
    report_table("seat_map_seats")
        .columns([
            text("seat_map_id"),
            varchar("row_label", 20),
            varchar("seat_number", 20),
            integer("x_position"),
            integer("y_position"),
            text("status").default_to("available"),
            varchar("seat_type", 50).default_to("standard").nullable(),
        ])
        .object("metadata")
        .timestamps()
}

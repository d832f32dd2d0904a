//! What the schema report leaves out: keys that keep rows inside their business, and the words
//! and numbers its columns may hold.
//!
//! On SQLite the report's tables carry these constraints from birth; left for here are the two
//! references of added columns, which only triggers can hold there.

use crate::{m0004_surgical_schema_fixes::tables, schema::*};

/// Adds the references and conditions of the report's tables and columns.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if !is_sqlite(manager) {
            let tables = tables().map(with_constraints);
            for table in &tables {
                table.add_keys_and_checks(manager).await?;
            }
            for table in &tables {
                table.add_references(manager).await?;
            }
            for (table, column, condition) in COLUMN_CHECKS {
                let name = format!("{table}_{column}_check");
                add_constraint(manager, table, &name, &format!("CHECK ({condition})")).await?;
            }
        }
        for reference in &COLUMN_REFERENCES {
            reference.add(manager).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for reference in &COLUMN_REFERENCES {
            reference.drop(manager).await?;
        }
        if is_sqlite(manager) {
            return Ok(());
        }
        for (table, column, _) in COLUMN_CHECKS {
            drop_constraint(manager, table, &format!("{table}_{column}_check")).await?;
        }
        let tables = tables().map(with_constraints);
        for table in &tables {
            table.drop_references(manager).await?;
        }
        for table in &tables {
            table.drop_keys_and_checks(manager).await?;
        }
        Ok(())
    }
}

/// The conditions of the columns that the report adds: table, column, condition.
const COLUMN_CHECKS: [(&str, &str, &str); 7] = [
    (
        "resources",
        "max_simultaneous_bookings",
        "max_simultaneous_bookings >= 1",
    ),
    (
        "booking_orders",
        "requested_duration_min",
        "requested_duration_min > 0",
    ),
    (
        "booking_orders",
        "confirmed_duration_min",
        "confirmed_duration_min > 0",
    ),
    (
        "booking_orders",
        "payment_terms",
        "payment_terms IN ('due_now', 'on_site', 'net_15', 'net_30', 'net_60')",
    ),
    (
        "offer_versions",
        "unit_pricing_minor",
        "unit_pricing_minor >= 0",
    ),
    (
        "offer_versions",
        "deposit_percent_bps",
        "deposit_percent_bps BETWEEN 0 AND 10000",
    ),
    (
        "offer_versions",
        "min_gap_between_bookings_min",
        "min_gap_between_bookings_min >= 0",
    ),
];

/// The references of the columns that the report adds.
const COLUMN_REFERENCES: [Reference; 2] = [
    Reference {
        child: "booking_orders",
        column: "customer_purchase_id",
        parent: "customer_purchases",
    },
    Reference {
        child: "fulfillment_units",
        column: "secondary_resource_id",
        parent: "resources",
    },
];

/// The name and condition of an added column's check, if it has one.
pub fn column_check(table: &str, column: &str) -> Option<(String, &'static str)> {
    COLUMN_CHECKS
        .iter()
        .find(|(of, name, _)| (*of, *name) == (table, column))
        .map(|(.., condition)| (format!("{table}_{column}_check"), *condition))
}

/// A table of the report with the constraints that it lacks there.
pub fn with_constraints(table: Table) -> Table {
    let table = table.tenant_keys();
    match table.name() {
        "booking_order_private_notes" => table
            .belongs_to("booking_order_id", "booking_orders")
            .refers_to("author_user_id", "users"),
        "queues" => table
            .belongs_to("location_id", "locations")
            .one_of("status", &["active", "paused", "closed"])
            .check(
                "numbers",
                "max_capacity >= 0 AND estimated_service_time_min >= 0",
            ),
        "queue_entries" => table
            .belongs_to("queue_id", "queues")
            .refers_to("customer_user_id", "users")
            .one_of("status", &QUEUE_ENTRY_STATUS)
            .check("numbers", "party_size > 0 AND estimated_wait_min >= 0"),
        "class_schedules" => table
            .belongs_to("offer_id", "offers")
            .belongs_to("location_id", "locations")
            .one_of("status", &["draft", "active", "inactive", "archived"])
            .check("numbers", "capacity >= 0 AND min_enrollment >= 0"),
        "class_occurrences" => table
            .belongs_to("class_schedule_id", "class_schedules")
            .one_of("status", &["scheduled", "cancelled", "completed"])
            .check("time", "end_at > start_at")
            .check("counts", "enrolled_count >= 0 AND waitlist_count >= 0"),
        "package_products" => table
            .belongs_to("offer_id", "offers")
            .one_of("status", &["draft", "active", "inactive", "archived"])
            .check(
                "numbers",
                "session_count > 0 AND price_minor >= 0 AND expiry_days > 0",
            )
            .one_of(
                "expiry_type",
                &["never", "days_from_purchase", "fixed_date"],
            )
            .check(
                "expiry_days",
                "expiry_type <> 'days_from_purchase' OR expiry_days IS NOT NULL",
            )
            .check(
                "expiry_date",
                "expiry_type <> 'fixed_date' OR expiry_date IS NOT NULL",
            ),
        "customer_purchases" => table
            .belongs_to("package_product_id", "package_products")
            .refers_to("customer_user_id", "users")
            .belongs_to("transferred_from_purchase_id", "customer_purchases")
            .one_of("status", &CUSTOMER_PURCHASE_STATUS)
            .check(
                "sessions",
                "sessions_total >= 0 AND sessions_used >= 0 AND sessions_remaining >= 0",
            )
            .check(
                "sessions_conserved",
                "sessions_total = sessions_used + sessions_remaining",
            ),
        "seat_maps" => table
            .belongs_to("venue_id", "venues")
            .one_of("status", &["draft", "active", "inactive"])
            .check("size", "width > 0 AND height > 0"),
        "seat_map_seats" => table
            .belongs_to("seat_map_id", "seat_maps")
            .one_of("status", &["available", "blocked"]),
        _ => table,
    }
}

const QUEUE_ENTRY_STATUS: [&str; 9] = [
    "waiting", "notified", "serving", "served", "left", "removed", "no_show", "expired", "placed",
];

const CUSTOMER_PURCHASE_STATUS: [&str; 6] = [
    "pending_payment",
    "active",
    "exhausted",
    "expired",
    "cancelled",
    "transferred",
];

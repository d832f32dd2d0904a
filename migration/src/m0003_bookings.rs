//! Bookings, their priced lines, and the units in which they are carried out.

use crate::schema::*;

/// Creates `booking_orders`, `booking_order_lines` and `fulfillment_units`.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [booking_orders(), booking_order_lines(), fulfillment_units()] {
            table.create(manager).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [fulfillment_units(), booking_order_lines(), booking_orders()] {
            table.drop(manager).await?;
        }
        Ok(())
    }
}

fn booking_orders() -> Table {
    tenant_table("booking_orders")
        .columns([
            text("offer_id"),
            text("offer_version_id"),
            text("customer_user_id").nullable(),
            text("location_id").nullable(),
            text("status"),
            integer("version").default_to(1),
            timestamp("start_at"),
            timestamp("end_at"),
            timestamp("hold_expires_at").nullable(),
            timestamp("approval_due_at").nullable(),
            currency(),
            minor("subtotal_minor"),
            minor("fee_minor"),
            minor("discount_minor"),
            minor("tax_minor"),
            minor("total_minor"),
            integer("deposit_required_minor").nullable(),
            timestamp("deposit_due_at").nullable(),
            timestamp("payment_due_at").nullable(),
        ])
        // What was agreed, frozen: later versions of the offer change nothing here.
        .object("price_snapshot")
        .object("policy_snapshot")
        .columns([
            jsonb("service_address").nullable(),
            timestamp("cancelled_at").nullable(),
            text("cancellation_reason").nullable(),
            boolean("cancelled_late").nullable(),
            integer("cancellation_fee_minor").nullable(),
            boolean("session_forfeited").nullable(),
        ])
        .object("metadata")
        .timestamps()
        .soft_delete()
        .belongs_to("offer_id", "offers")
        .belongs_to("offer_version_id", "offer_versions")
        .refers_to("customer_user_id", "users")
        .belongs_to("location_id", "locations")
        .one_of(
            "status",
            &[
                "held",
                "pending_approval",
                "awaiting_deposit",
                "confirmed",
                "checked_in",
                "completed",
                "cancelled",
                "declined",
                "expired",
                "no_show",
            ],
        )
        .check("time", "end_at > start_at")
        .check(
            "amounts",
            "subtotal_minor >= 0 AND fee_minor >= 0 AND discount_minor >= 0 AND tax_minor >= 0
             AND total_minor >= 0 AND deposit_required_minor >= 0 AND cancellation_fee_minor >= 0",
        )
        .check(
            "total",
            "total_minor = subtotal_minor + tax_minor + fee_minor - discount_minor",
        )
        // A late cancellation costs a fee or a session, never both.
        .check(
            "cancellation",
            "NOT (COALESCE(cancellation_fee_minor, 0) > 0 AND COALESCE(session_forfeited, FALSE))",
        )
        .index(&["biz_id", "start_at", "id"])
        .index(&["biz_id", "created_at", "id"])
        .index(&["biz_id", "status", "start_at"])
        .index(&["customer_user_id", "start_at", "id"])
        .index(&["customer_user_id", "created_at", "id"])
}

fn booking_order_lines() -> Table {
    tenant_table("booking_order_lines")
        .columns([
            text("booking_order_id"),
            text("type"),
            varchar("label", 200),
            integer("quantity").default_to(1),
            integer("unit_amount_minor"),
            integer("total_minor"),
            integer("position").default_to(0),
        ])
        .timestamps()
        .belongs_to("booking_order_id", "booking_orders")
        .check("quantity", "quantity > 0")
        .check("total", "total_minor = quantity * unit_amount_minor")
        .index(&["booking_order_id"])
}

fn fulfillment_units() -> Table {
    tenant_table("fulfillment_units")
        .columns([
            text("booking_order_id"),
            text("kind").default_to("appointment"),
            text("status").default_to("planned"),
            timestamp("planned_start_at").nullable(),
            timestamp("planned_end_at").nullable(),
            text("resource_id").nullable(),
            text("location_id").nullable(),
        ])
        .timestamps()
        .belongs_to("booking_order_id", "booking_orders")
        .belongs_to("resource_id", "resources")
        .belongs_to("location_id", "locations")
        .one_of("status", &["planned", "in_progress", "done", "cancelled"])
        .check("time", "planned_end_at > planned_start_at")
        .index(&["booking_order_id"])
        .index(&["resource_id"])
}

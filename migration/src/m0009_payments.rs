//! Money that changed hands, for a booking or for a package.

use crate::schema::*;

/// Creates `payments`.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        payments().create(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        payments().drop(manager).await
    }
}

fn payments() -> Table {
    tenant_table("payments")
        .columns([
            text("booking_order_id").nullable(),
            text("customer_purchase_id").nullable(),
            text("kind"),
            // Always positive: the kind says which way it went.
            integer("amount_minor"),
            currency(),
            varchar("reference", 200).nullable(),
            text("recorded_by_user_id").nullable(),
        ])
        .now("recorded_at")
        .now("created_at")
        .belongs_to("booking_order_id", "booking_orders")
        .belongs_to("customer_purchase_id", "customer_purchases")
        .refers_to("recorded_by_user_id", "users")
        .one_of("kind", &["deposit", "balance", "fee", "refund", "purchase"])
        .check("amount_minor", "amount_minor > 0")
        .check(
            "subject",
            "(booking_order_id IS NULL) <> (customer_purchase_id IS NULL)",
        )
        .index(&["booking_order_id"])
        .index(&["customer_purchase_id"])
}

//! What a package is good for, what was agreed and paid when it was sold, and the ledger that its sessions
//! follow.
//!
//! The ledger moves the counts: a row of `package_ledger_entries` changes `customer_purchases` by a trigger,
//! and nothing else does. So no session appears, disappears or is spent twice without a row that says so.

use crate::{package_ledger::*, schema::*};

/// Creates `package_product_offers`, `customer_purchase_offers` and `package_ledger_entries`, and adds to
/// `customer_purchases` what was agreed and paid.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in purchase_columns() {
            add_column(manager, "customer_purchases", column).await?;
        }
        for index in indexes() {
            manager.create_index(index).await?;
        }
        for table in tables() {
            table.create(manager).await?;
        }
        on_postgres(manager, &postgres_up()).await?;
        on_sqlite(manager, &sqlite_up()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        on_postgres(manager, &postgres_down()).await?;
        on_sqlite(manager, &sqlite_down()).await?;
        for table in tables().iter().rev() {
            table.drop(manager).await?;
        }
        for (name, table) in INDEXES {
            let mut index = Index::drop();
            index.name(name).table(table);
            manager.drop_index(index).await?;
        }
        for column in purchase_columns().iter().rev() {
            drop_column(manager, "customer_purchases", column).await?;
        }
        Ok(())
    }
}

fn purchase_columns() -> [ColumnDef; 9] {
    let checked = |mut column: ColumnDef, what: &str, condition: &'static str| {
        let name = format!("customer_purchases_{what}_check");
        column
            .check((Alias::new(name).into_iden(), Expr::cust(condition)))
            .take()
    };
    [
        // A purchase that is over has nothing left, and one that is not paid cannot be used up.
        checked(
            integer("version").default_to(1),
            "nothing_left",
            "status IN ('pending_payment', 'active') OR sessions_remaining = 0",
        ),
        // What was agreed, frozen: later changes of the product change nothing here.
        jsonb("terms_snapshot").nullable(),
        currency().default_to("USD"),
        checked(minor("price_minor"), "price", "price_minor >= 0"),
        // Nobody uses what is not paid in full.
        checked(
            minor("paid_minor"),
            "paid",
            "paid_minor BETWEEN 0 AND price_minor
             AND (status NOT IN ('active', 'exhausted', 'transferred') OR paid_minor = price_minor)",
        ),
        // What went along with sessions that were passed on.
        minor("transferred_minor"),
        // Never more comes back than was paid.
        checked(
            minor("refunded_minor"),
            "refunded",
            "transferred_minor >= 0 AND refunded_minor >= 0 AND transferred_minor + refunded_minor <= paid_minor",
        ),
        // What staff gave, less what they took.
        integer("sessions_adjusted").default_to(0),
        timestamp("activated_at").nullable(),
    ]
}

/// The indexes on tables that exist.
const INDEXES: [(&str, &str); 5] = [
    ("package_products_biz_id_slug_key", "package_products"),
    (
        "customer_purchases_customer_user_id_purchased_at_id_idx",
        "customer_purchases",
    ),
    (
        "customer_purchases_biz_id_purchased_at_id_idx",
        "customer_purchases",
    ),
    ("customer_purchases_expires_at_idx", "customer_purchases"),
    (
        "booking_orders_customer_purchase_id_start_at_id_idx",
        "booking_orders",
    ),
];

fn indexes() -> [sea_orm_migration::prelude::IndexCreateStatement; 5] {
    let index = |place: usize, columns: &[&'static str]| {
        let (name, table) = INDEXES[place];
        let mut index = Index::create().name(name).table(table).take();
        for column in columns {
            index.col(*column);
        }
        index
    };
    [
        index(0, &["biz_id", "slug"])
            .unique()
            .and_where(Expr::cust("deleted_at IS NULL"))
            .take(),
        index(1, &["customer_user_id", "purchased_at", "id"]),
        index(2, &["biz_id", "purchased_at", "id"]),
        index(3, &["expires_at"])
            .and_where(Expr::cust("status IN ('pending_payment', 'active')"))
            .take(),
        index(4, &["customer_purchase_id", "start_at", "id"]),
    ]
}

fn tables() -> [Table; 3] {
    [product_offers(), purchase_offers(), ledger_entries()]
}

/// The offers that a product's sessions are good for, the product's own among them.
fn product_offers() -> Table {
    table("package_product_offers")
        .columns([text("package_product_id"), text("offer_id"), text("biz_id")])
        .primary_key(&["package_product_id", "offer_id"])
        .refers_to("biz_id", "bizes")
        .owned_by("package_product_id", "package_products")
        .belongs_to("offer_id", "offers")
        .index(&["offer_id"])
}

/// The same, as it was when the package was sold.
fn purchase_offers() -> Table {
    table("customer_purchase_offers")
        .columns([
            text("customer_purchase_id"),
            text("offer_id"),
            text("biz_id"),
        ])
        .primary_key(&["customer_purchase_id", "offer_id"])
        .refers_to("biz_id", "bizes")
        .owned_by("customer_purchase_id", "customer_purchases")
        .belongs_to("offer_id", "offers")
        .index(&["offer_id"])
}

fn ledger_entries() -> Table {
    tenant_table("package_ledger_entries")
        .columns([
            text("customer_purchase_id"),
            // The place among the entries of the purchase.
            integer("sequence"),
            text("kind"),
            integer("delta"),
            integer("balance_after"),
            text("booking_order_id").nullable(),
            varchar("reason", 1000).nullable(),
            text("recorded_by_user_id").nullable(),
        ])
        .now("at")
        .belongs_to("customer_purchase_id", "customer_purchases")
        .belongs_to("booking_order_id", "booking_orders")
        .refers_to("recorded_by_user_id", "users")
        .one_of("kind", &KINDS)
        .check(
            "direction",
            "(kind IN ('purchase', 'transfer_in', 'return') AND delta > 0)
             OR (kind IN ('redeem', 'transfer_out', 'refund', 'expire') AND delta < 0)
             OR (kind = 'forfeit' AND delta = 0)
             OR (kind = 'adjust' AND delta <> 0)",
        )
        .check("balance_after", "balance_after >= 0")
        .check(
            "booking",
            "(kind IN ('redeem', 'return', 'forfeit')) = (booking_order_id IS NOT NULL)",
        )
        .unique(&["customer_purchase_id", "sequence"])
        // A booking takes sessions once, and they come back or are forfeited, once.
        .special_index(once("redeem", "kind = 'redeem'"))
        .special_index(once("end", "kind IN ('return', 'forfeit')"))
}

const KINDS: [&str; 9] = [
    "purchase",
    "redeem",
    "return",
    "forfeit",
    "transfer_out",
    "transfer_in",
    "refund",
    "expire",
    "adjust",
];

fn once(what: &str, condition: &'static str) -> sea_orm_migration::prelude::IndexCreateStatement {
    Index::create()
        .name(format!("package_ledger_entries_{what}_key"))
        .unique()
        .col("booking_order_id")
        .and_where(Expr::cust(condition))
        .take()
}

//! Bookings of classes, what is owed back on them, and what a class remembers of its schedule.

use sea_orm_migration::prelude::IndexCreateStatement;

use crate::schema::*;

/// Adds `class_occurrence_id` and `refund_due_minor` to bookings, `min_enrollment` and `withdrawn_at` to
/// classes.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, column) in columns() {
            add_column(manager, table, column).await?;
        }
        CLASS.add(manager).await?;
        for index in indexes() {
            manager.create_index(index).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for name in INDEXES {
            let mut index = Index::drop();
            index.name(name).table("booking_orders");
            manager.drop_index(index).await?;
        }
        CLASS.drop(manager).await?;
        for (table, column) in columns().iter().rev() {
            drop_column(manager, table, column).await?;
        }
        Ok(())
    }
}

fn columns() -> [(&'static str, ColumnDef); 4] {
    let positive = |column: ColumnDef, name: &'static str, condition: &'static str| {
        let mut column = column;
        column
            .check((Alias::new(name).into_iden(), Expr::cust(condition)))
            .take()
    };
    [
        // The class that the booking is a place in.
        ("booking_orders", text("class_occurrence_id").nullable()),
        // What the business has yet to give back.
        (
            "booking_orders",
            positive(
                integer("refund_due_minor").nullable(),
                "booking_orders_refund_due_minor_check",
                "refund_due_minor > 0",
            ),
        ),
        // How many places must be taken by `minimum_due_at`.
        (
            "class_occurrences",
            positive(
                integer("min_enrollment").default_to(0),
                "class_occurrences_min_enrollment_check",
                "min_enrollment >= 0",
            ),
        ),
        // Its schedule has no such day any more; it comes back when the schedule has it again.
        ("class_occurrences", timestamp("withdrawn_at").nullable()),
    ]
}

const CLASS: Reference = Reference {
    child: "booking_orders",
    column: "class_occurrence_id",
    parent: "class_occurrences",
};

const INDEXES: [&str; 2] = [
    "booking_orders_class_occurrence_id_idx",
    "booking_orders_refund_due_idx",
];

fn indexes() -> [IndexCreateStatement; 2] {
    let [mut class, mut refund] =
        INDEXES.map(|name| Index::create().name(name).table("booking_orders").take());
    [
        class
            .col("class_occurrence_id")
            .and_where(Expr::col("class_occurrence_id").is_not_null())
            .take(),
        refund
            .col("biz_id")
            .col("start_at")
            .col("id")
            .and_where(Expr::col("refund_due_minor").is_not_null())
            .take(),
    ]
}

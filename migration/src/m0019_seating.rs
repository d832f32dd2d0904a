//! Seats: no two of a map alike.

use crate::schema::*;

/// Adds what the seats of a map are told apart by.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        add_column(manager, "seat_map_seats", is_accessible()).await?;
        for (table, columns) in UNIQUE {
            let mut index = Index::create();
            index.name(name(table, columns)).table(table).unique();
            for column in columns {
                index.col(*column);
            }
            manager.create_index(index).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, columns) in UNIQUE {
            let mut index = Index::drop();
            index.name(name(table, columns)).table(table);
            manager.drop_index(index).await?;
        }
        drop_column(manager, "seat_map_seats", &is_accessible()).await
    }
}

/// Whether somebody in a wheelchair can use the seat.
fn is_accessible() -> ColumnDef {
    boolean("is_accessible").default_to(false)
}

/// The tables of the report and what no two of their rows may have in common. The second also finds the
/// seats of a map.
const UNIQUE: [(&str, &[&str]); 3] = [
    ("seat_maps", &["biz_id", "slug"]),
    (
        "seat_map_seats",
        &["seat_map_id", "row_label", "seat_number"],
    ),
    (
        "seat_map_seats",
        &["seat_map_id", "x_position", "y_position"],
    ),
];

fn name(table: &str, columns: &[&str]) -> String {
    format!("{table}_{}_key", columns.join("_"))
}

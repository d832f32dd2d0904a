//! Seats: no two of a map alike, and one holder each at every class.

use crate::schema::*;

/// Adds what the seats of a map are told apart by, and creates `seat_holds` and `occurrence_seats`.
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
        seat_holds().create(manager).await?;
        occurrence_seats().create(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        occurrence_seats().drop(manager).await?;
        seat_holds().drop(manager).await?;
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

/// Somebody keeps seats for a while. How long is written in the promise of their places, too, and they are
/// kept for as long as that is there; a hold stays a little longer, to say that it has ended.
fn seat_holds() -> Table {
    tenant_table("seat_holds")
        .columns([
            text("class_occurrence_id"),
            text("holder_user_id"),
            // Of `place_reservations`. Not a reference, because the promise goes first.
            text("place_reservation_id"),
            text("status").default_to("held"),
            timestamp("expires_at"),
            // Until when it can be extended.
            timestamp("limit_at"),
        ])
        .timestamps()
        .belongs_to("class_occurrence_id", "class_occurrences")
        .refers_to("holder_user_id", "users")
        .one_of("status", &["held", "released", "used"])
        .check("limit", "expires_at <= limit_at")
        .unique(&["place_reservation_id"])
        .index(&["class_occurrence_id", "holder_user_id"])
        .index(&["expires_at"])
}

/// Who has which seat at a class: whoever holds a promise, or whoever is enrolled. With the promise goes the
/// seat.
fn occurrence_seats() -> Table {
    tenant_table("occurrence_seats")
        .columns([
            text("class_occurrence_id"),
            text("seat_id"),
            text("place_reservation_id").nullable(),
            text("enrollment_id").nullable(),
        ])
        .now("created_at")
        .belongs_to("class_occurrence_id", "class_occurrences")
        .belongs_to("seat_id", "seat_map_seats")
        .owned_by("place_reservation_id", "place_reservations")
        .belongs_to("enrollment_id", "enrollments")
        .check(
            "holder",
            "(place_reservation_id IS NULL) <> (enrollment_id IS NULL)",
        )
        .special_index(
            Index::create()
                .unique()
                .name("occurrence_seats_one_holder_key")
                .col("class_occurrence_id")
                .col("seat_id")
                .take(),
        )
        .index(&["place_reservation_id"])
        .index(&["enrollment_id"])
        .index(&["seat_id"])
}

//! Classes beyond the schema report: when a schedule's classes take place, who has a place in them, and
//! triggers that keep the counts. No class ever promises more places than it has.

use sea_orm_migration::prelude::IndexCreateStatement;

use crate::schema::*;

/// Adds the columns of `class_schedules` and `class_occurrences`, and creates `enrollments`,
/// `place_reservations` and `class_collisions`.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Until now, nobody could be enrolled.
        let reset = "UPDATE class_occurrences SET enrolled_count = 0, waitlist_count = 0";
        manager.get_connection().execute_unprepared(reset).await?;
        for (table, column) in columns() {
            add_column(manager, table, column).await?;
        }
        let inherit = "UPDATE class_occurrences SET capacity =
            (SELECT capacity FROM class_schedules s WHERE s.id = class_occurrences.class_schedule_id)";
        manager.get_connection().execute_unprepared(inherit).await?;
        for reference in &REFERENCES {
            reference.add(manager).await?;
        }
        for index in indexes() {
            manager.create_index(index).await?;
        }
        for table in tables() {
            table.create(manager).await?;
        }
        on_postgres(manager, &[POSTGRES_ENROLLED, POSTGRES_RESERVED].concat()).await?;
        on_sqlite(manager, &sqlite_triggers()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in tables().iter().rev() {
            table.drop(manager).await?;
        }
        on_postgres(
            manager,
            "DROP FUNCTION enrollments_count(); DROP FUNCTION place_reservations_count();",
        )
        .await?;
        for name in INDEXES {
            let mut index = Index::drop();
            index
                .name(name)
                .table(match name.starts_with("class_schedules") {
                    true => "class_schedules",
                    false => "class_occurrences",
                });
            manager.drop_index(index).await?;
        }
        for reference in &REFERENCES {
            reference.drop(manager).await?;
        }
        for (table, column) in columns().iter().rev() {
            drop_column(manager, table, column).await?;
        }
        Ok(())
    }
}

fn checked(mut column: ColumnDef, name: &'static str, condition: &'static str) -> ColumnDef {
    column
        .check((Alias::new(name).into_iden(), Expr::cust(condition)))
        .take()
}

/// The columns in the order in which they are added; a condition names only what is there by then.
fn columns() -> Vec<(&'static str, ColumnDef)> {
    let schedules = [
        integer("version").default_to(1),
        // The first day that the rule counts from.
        date("starts_on").default_to("1970-01-01"),
        time("start_time").default_to("00:00:00"),
        checked(
            integer("duration_min").default_to(60),
            "class_schedules_duration_min_check",
            "duration_min > 0",
        ),
        checked(
            text("gap_policy").default_to("shift"),
            "class_schedules_gap_policy_check",
            "gap_policy IN ('shift', 'skip')",
        ),
        checked(
            integer("auto_cancel_lead_min").default_to(120),
            "class_schedules_auto_cancel_lead_min_check",
            "auto_cancel_lead_min >= 0",
        ),
        text("instructor_resource_id").nullable(),
        text("room_resource_id").nullable(),
        text("seat_map_id").nullable(),
        // Days without a class, in spite of the rule: a list of dates.
        jsonb("exdates").default_to("[]"),
        // How far occurrences have been made.
        date("generated_until").nullable(),
    ];
    let occurrences = [
        integer("version").default_to(1),
        checked(
            integer("reserved_count").default_to(0),
            "class_occurrences_reserved_count_check",
            "reserved_count >= 0",
        ),
        checked(
            integer("capacity").default_to(0),
            "class_occurrences_places_check",
            "enrolled_count + reserved_count <= capacity",
        ),
        text("instructor_resource_id").nullable(),
        text("room_resource_id").nullable(),
        // Since when it has gone its own way: edits of the schedule leave it alone.
        timestamp("detached_at").nullable(),
        // When the minimum has to be met; null when there is none, or when it has been looked at.
        timestamp("minimum_due_at").nullable(),
    ];
    schedules
        .map(|column| ("class_schedules", column))
        .into_iter()
        .chain(occurrences.map(|column| ("class_occurrences", column)))
        .collect()
}

const REFERENCES: [Reference; 5] = [
    Reference {
        child: "class_schedules",
        column: "instructor_resource_id",
        parent: "resources",
    },
    Reference {
        child: "class_schedules",
        column: "room_resource_id",
        parent: "resources",
    },
    Reference {
        child: "class_schedules",
        column: "seat_map_id",
        parent: "seat_maps",
    },
    Reference {
        child: "class_occurrences",
        column: "instructor_resource_id",
        parent: "resources",
    },
    Reference {
        child: "class_occurrences",
        column: "room_resource_id",
        parent: "resources",
    },
];

const INDEXES: [&str; 5] = [
    "class_occurrences_class_schedule_id_occurrence_date_key",
    "class_occurrences_biz_id_start_at_id_idx",
    "class_occurrences_minimum_due_at_idx",
    "class_occurrences_scheduled_idx",
    "class_schedules_biz_id_slug_key",
];

fn indexes() -> [IndexCreateStatement; 5] {
    let [once, mut listed, mut minimum, mut scheduled, slug] =
        INDEXES.map(|name| Index::create().name(name).take());
    [
        // However many generate at once, each occurrence is made once.
        once.clone()
            .unique()
            .table("class_occurrences")
            .col("class_schedule_id")
            .col("occurrence_date")
            .take(),
        listed
            .table("class_occurrences")
            .col("biz_id")
            .col("start_at")
            .col("id")
            .take(),
        minimum
            .table("class_occurrences")
            .col("minimum_due_at")
            .and_where(Expr::col("minimum_due_at").is_not_null())
            .take(),
        scheduled
            .table("class_occurrences")
            .col("end_at")
            .and_where(Expr::cust("status = 'scheduled'"))
            .take(),
        slug.clone()
            .unique()
            .table("class_schedules")
            .col("biz_id")
            .col("slug")
            .and_where(Expr::col("deleted_at").is_null())
            .take(),
    ]
}

fn tables() -> [Table; 3] {
    [enrollments(), place_reservations(), class_collisions()]
}

/// The states in which an enrolment takes no place any more.
const OVER: &str = "('cancelled', 'late_cancelled')";

fn enrollments() -> Table {
    tenant_table("enrollments")
        .columns([
            text("class_occurrence_id"),
            text("booking_order_id"),
            text("customer_user_id"),
            text("status").default_to("enrolled"),
            integer("places").default_to(1),
            timestamp("checked_in_at").nullable(),
            // The business has moved the class since: leaving is free.
            timestamp("moved_at").nullable(),
        ])
        .timestamps()
        .belongs_to("class_occurrence_id", "class_occurrences")
        .belongs_to("booking_order_id", "booking_orders")
        .refers_to("customer_user_id", "users")
        .one_of(
            "status",
            &[
                "enrolled",
                "checked_in",
                "attended",
                "cancelled",
                "late_cancelled",
                "no_show",
            ],
        )
        .check("places", "places > 0")
        .unique(&["booking_order_id"])
        .special_index(
            Index::create()
                .unique()
                .name("enrollments_once_key")
                .col("class_occurrence_id")
                .col("customer_user_id")
                .and_where(Expr::cust(format!("status NOT IN {OVER}")))
                .take(),
        )
        .index(&["class_occurrence_id", "created_at", "id"])
        .index(&["customer_user_id", "created_at", "id"])
}

fn place_reservations() -> Table {
    tenant_table("place_reservations")
        .columns([
            text("class_occurrence_id"),
            integer("places"),
            text("customer_user_id").nullable(),
            timestamp("expires_at"),
        ])
        .now("created_at")
        .belongs_to("class_occurrence_id", "class_occurrences")
        .refers_to("customer_user_id", "users")
        .check("places", "places > 0")
        .index(&["class_occurrence_id", "expires_at"])
        .index(&["expires_at"])
}

/// Occurrences that could not be made, because somebody else has the instructor or the room.
fn class_collisions() -> Table {
    tenant_table("class_collisions")
        .columns([
            text("class_schedule_id"),
            date("occurrence_date"),
            timestamp("start_at"),
            timestamp("end_at"),
            text("resource_id"),
        ])
        .now("created_at")
        .belongs_to("class_schedule_id", "class_schedules")
        .belongs_to("resource_id", "resources")
        .unique(&["class_schedule_id", "occurrence_date"])
}

const POSTGRES_ENROLLED: &str = "
CREATE FUNCTION enrollments_count() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' AND OLD.status NOT IN ('cancelled', 'late_cancelled') THEN
        UPDATE class_occurrences SET enrolled_count = enrolled_count - OLD.places
            WHERE id = OLD.class_occurrence_id;
    END IF;
    IF TG_OP <> 'DELETE' AND NEW.status NOT IN ('cancelled', 'late_cancelled') THEN
        UPDATE class_occurrences SET enrolled_count = enrolled_count + NEW.places
            WHERE id = NEW.class_occurrence_id;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER enrollments_count AFTER INSERT OR DELETE OR UPDATE OF class_occurrence_id, status, places
    ON enrollments FOR EACH ROW EXECUTE FUNCTION enrollments_count();
";

const POSTGRES_RESERVED: &str = "
CREATE FUNCTION place_reservations_count() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        UPDATE class_occurrences SET reserved_count = reserved_count - OLD.places
            WHERE id = OLD.class_occurrence_id;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        UPDATE class_occurrences SET reserved_count = reserved_count + NEW.places
            WHERE id = NEW.class_occurrence_id;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER place_reservations_count AFTER INSERT OR DELETE OR UPDATE OF class_occurrence_id, places
    ON place_reservations FOR EACH ROW EXECUTE FUNCTION place_reservations_count();
";

fn sqlite_triggers() -> String {
    let live = |row: &str| format!("{row}.status NOT IN {OVER}");
    let enrolled = |sign: &str, row: &str| {
        format!(
            "UPDATE class_occurrences SET enrolled_count = enrolled_count {sign} {row}.places
             WHERE id = {row}.class_occurrence_id AND {};",
            live(row)
        )
    };
    let reserved = |sign: &str, row: &str| {
        format!(
            "UPDATE class_occurrences SET reserved_count = reserved_count {sign} {row}.places
             WHERE id = {row}.class_occurrence_id;"
        )
    };
    let trigger = |name: &str, event: &str, body: String| {
        format!("CREATE TRIGGER {name} AFTER {event} FOR EACH ROW BEGIN {body} END;")
    };
    [
        trigger(
            "enrollments_count_insert",
            "INSERT ON enrollments",
            enrolled("+", "NEW"),
        ),
        trigger(
            "enrollments_count_update",
            "UPDATE OF class_occurrence_id, status, places ON enrollments",
            enrolled("-", "OLD") + &enrolled("+", "NEW"),
        ),
        trigger(
            "enrollments_count_delete",
            "DELETE ON enrollments",
            enrolled("-", "OLD"),
        ),
        trigger(
            "place_reservations_count_insert",
            "INSERT ON place_reservations",
            reserved("+", "NEW"),
        ),
        trigger(
            "place_reservations_count_update",
            "UPDATE OF class_occurrence_id, places ON place_reservations",
            reserved("-", "OLD") + &reserved("+", "NEW"),
        ),
        trigger(
            "place_reservations_count_delete",
            "DELETE ON place_reservations",
            reserved("-", "OLD"),
        ),
    ]
    .join("\n")
}

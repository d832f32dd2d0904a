//! Waitlists: queues of a class, or of an offer with a wanted time. A place that comes free is given out in a
//! round: to one, offered to one, or raced for by all.

use sea_orm_migration::prelude::IndexCreateStatement;

use crate::schema::*;

/// Adds what waitlists need to `queues`, `queue_entries` and `resource_claims`, and creates `waitlist_rounds`
/// and `waitlist_offers`.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, column) in columns() {
            add_column(manager, table, column).await?;
        }
        rounds().create(manager).await?;
        offers().create(manager).await?;
        for reference in &REFERENCES {
            reference.add(manager).await?;
        }
        for (index, _) in indexes() {
            manager.create_index(index).await?;
        }
        on_postgres(manager, POSTGRES).await?;
        on_sqlite(manager, &sqlite_triggers()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        on_postgres(
            manager,
            "DROP TRIGGER queue_entries_waitlist ON queue_entries; DROP FUNCTION queue_entries_waitlist();",
        )
        .await?;
        on_sqlite(
            manager,
            "DROP TRIGGER queue_entries_waitlist_delete; DROP TRIGGER queue_entries_waitlist_update;
             DROP TRIGGER queue_entries_waitlist_insert;",
        )
        .await?;
        for (index, table) in indexes() {
            let mut drop = Index::drop();
            drop.name(index.get_index_spec().get_name().unwrap_or_default())
                .table(table);
            manager.drop_index(drop).await?;
        }
        for reference in &REFERENCES {
            reference.drop(manager).await?;
        }
        offers().drop(manager).await?;
        rounds().drop(manager).await?;
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

fn columns() -> Vec<(&'static str, ColumnDef)> {
    let queues = [
        checked(
            text("promotion").nullable(),
            "queues_promotion_check",
            "promotion IN ('auto', 'offer', 'race')",
        ),
        checked(
            integer("offer_window_min").nullable(),
            "queues_offer_window_min_check",
            "offer_window_min > 0",
        ),
        checked(
            integer("cutoff_min").nullable(),
            "queues_cutoff_min_check",
            "cutoff_min >= 0",
        ),
        text("class_occurrence_id").nullable(),
        text("offer_id").nullable(),
    ];
    let entries = [
        timestamp("window_from").nullable(),
        timestamp("window_to").nullable(),
        // How they pay once they get a place: with any package that will do, or with that one.
        boolean("use_package").default_to(false),
        text("customer_purchase_id").nullable(),
        // What it became.
        text("booking_order_id").nullable(),
        text("enrollment_id").nullable(),
    ];
    queues
        .map(|column| ("queues", column))
        .into_iter()
        .chain(entries.map(|column| ("queue_entries", column)))
        .chain([("resource_claims", text("waitlist_round_id").nullable())])
        .collect()
}

const REFERENCES: [Reference; 6] = [
    Reference {
        child: "queues",
        column: "class_occurrence_id",
        parent: "class_occurrences",
    },
    Reference {
        child: "queues",
        column: "offer_id",
        parent: "offers",
    },
    Reference {
        child: "queue_entries",
        column: "customer_purchase_id",
        parent: "customer_purchases",
    },
    Reference {
        child: "queue_entries",
        column: "booking_order_id",
        parent: "booking_orders",
    },
    Reference {
        child: "queue_entries",
        column: "enrollment_id",
        parent: "enrollments",
    },
    Reference {
        child: "resource_claims",
        column: "waitlist_round_id",
        parent: "waitlist_rounds",
    },
];

fn indexes() -> [(IndexCreateStatement, &'static str); 7] {
    let unique =
        |name: &str, table: &'static str, column: &'static str, condition: &'static str| {
            let index = Index::create()
                .unique()
                .name(name)
                .table(table)
                .col(column)
                .and_where(Expr::cust(condition))
                .take();
            (index, table)
        };
    let plain = |table: &'static str, column: &'static str| {
        let index = Index::create()
            .name(format!("{table}_{column}_idx"))
            .table(table)
            .col(column)
            .take();
        (index, table)
    };
    [
        plain("queue_entries", "booking_order_id"),
        plain("queue_entries", "enrollment_id"),
        plain("resource_claims", "waitlist_round_id"),
        // One waitlist for each class, and one for each offer.
        unique(
            "queues_class_occurrence_id_key",
            "queues",
            "class_occurrence_id",
            "class_occurrence_id IS NOT NULL",
        ),
        unique(
            "queues_offer_id_key",
            "queues",
            "offer_id",
            "offer_id IS NOT NULL",
        ),
        // Nobody has two offers to answer at a time.
        unique(
            "waitlist_offers_one_open_key",
            "waitlist_offers",
            "queue_entry_id",
            "status = 'open'",
        ),
        (
            Index::create()
                .name("waitlist_rounds_open_idx")
                .table("waitlist_rounds")
                .col("expires_at")
                .and_where(Expr::cust("status = 'open'"))
                .take(),
            "waitlist_rounds",
        ),
    ]
}

/// What is being given out.
fn rounds() -> Table {
    tenant_table("waitlist_rounds")
        .columns([
            text("queue_id"),
            // The rounds that follow one another for the same place: nobody is asked twice.
            text("chain_id"),
            text("promotion"),
            text("status").default_to("open"),
            // How many people it has room for, and how many of them have come.
            integer("places"),
            integer("taken").default_to(0),
            // The promise that blocks the places of a class.
            text("place_reservation_id").nullable(),
            // The time that is offered, and who serves it.
            timestamp("starts_at").nullable(),
            timestamp("ends_at").nullable(),
            text("resource_id").nullable(),
            text("secondary_resource_id").nullable(),
            timestamp("expires_at"),
        ])
        .timestamps()
        .belongs_to("queue_id", "queues")
        .belongs_to("resource_id", "resources")
        .belongs_to("secondary_resource_id", "resources")
        .one_of("promotion", &["offer", "race"])
        .one_of("status", &["open", "closed"])
        .check("places", "places > 0 AND taken >= 0 AND taken <= places")
        .index(&["queue_id", "status"])
        .index(&["chain_id"])
}

fn offers() -> Table {
    tenant_table("waitlist_offers")
        .columns([
            text("queue_id"),
            text("queue_entry_id"),
            text("waitlist_round_id"),
            text("status").default_to("open"),
            timestamp("offered_at"),
            timestamp("expires_at"),
            timestamp("answered_at").nullable(),
            // Which of the round's places, from 0, an accepted offer begins with: no two begin with the same.
            integer("first_place").nullable(),
        ])
        .timestamps()
        .belongs_to("queue_id", "queues")
        .belongs_to("queue_entry_id", "queue_entries")
        .belongs_to("waitlist_round_id", "waitlist_rounds")
        .one_of(
            "status",
            &["open", "accepted", "declined", "expired", "taken"],
        )
        .check(
            "first_place",
            "(status = 'accepted') = (first_place IS NOT NULL)",
        )
        .unique(&["waitlist_round_id", "first_place"])
        .unique(&["waitlist_round_id", "queue_entry_id"])
        .index(&["queue_entry_id", "offered_at"])
}

/// The people who wait for a place in a class, or are told of one.
const POSTGRES: &str = "
CREATE FUNCTION queue_entries_waitlist() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    change integer := 0;
    queue text := COALESCE(NEW.queue_id, OLD.queue_id);
BEGIN
    IF TG_OP <> 'INSERT' AND OLD.status IN ('waiting', 'notified') THEN
        change := change - OLD.party_size;
    END IF;
    IF TG_OP <> 'DELETE' AND NEW.status IN ('waiting', 'notified') THEN
        change := change + NEW.party_size;
    END IF;
    IF change <> 0 THEN
        UPDATE class_occurrences SET waitlist_count = waitlist_count + change
            WHERE id = (SELECT class_occurrence_id FROM queues WHERE id = queue);
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER queue_entries_waitlist AFTER INSERT OR DELETE OR UPDATE OF status, party_size ON queue_entries
    FOR EACH ROW EXECUTE FUNCTION queue_entries_waitlist();
";

fn sqlite_triggers() -> String {
    let change = |sign: &str, row: &str| {
        format!(
            "UPDATE class_occurrences SET waitlist_count = waitlist_count {sign} {row}.party_size
             WHERE {row}.status IN ('waiting', 'notified')
             AND id = (SELECT class_occurrence_id FROM queues WHERE id = {row}.queue_id);"
        )
    };
    let trigger = |name: &str, event: &str, body: String| {
        format!(
            "CREATE TRIGGER {name} AFTER {event} ON queue_entries FOR EACH ROW BEGIN {body} END;"
        )
    };
    [
        trigger(
            "queue_entries_waitlist_insert",
            "INSERT",
            change("+", "NEW"),
        ),
        trigger(
            "queue_entries_waitlist_update",
            "UPDATE OF status, party_size",
            // Up before down: the count does not pass below zero on the way.
            change("+", "NEW") + &change("-", "OLD"),
        ),
        trigger(
            "queue_entries_waitlist_delete",
            "DELETE",
            change("-", "OLD"),
        ),
    ]
    .join("\n")
}

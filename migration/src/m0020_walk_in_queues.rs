//! What a walk-in queue needs beside its rows: counts that are always right, one live entry per
//! customer, and the history that estimates and fairness are judged by.

use crate::schema::*;

/// Adds the counts of `queues`, the service times of `queue_entries`, and `queue_events`.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, column) in columns() {
            add_column(manager, table, column).await?;
        }
        manager.create_index(one_live_entry()).await?;
        for (table, columns) in INDEXES {
            let mut index = Index::create();
            index.name(name(table, columns)).table(table);
            for column in columns {
                index.col(*column);
            }
            manager.create_index(index).await?;
        }
        manager.create_index(slug_is_free()).await?;
        queue_events().create(manager).await?;
        on_postgres(manager, POSTGRES).await?;
        on_sqlite(manager, &sqlite_triggers()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        on_postgres(manager, POSTGRES_DOWN).await?;
        on_sqlite(manager, SQLITE_DOWN).await?;
        queue_events().drop(manager).await?;
        let named = [(SLUG, "queues"), (ONE_LIVE_ENTRY, "queue_entries")];
        let others = INDEXES.map(|(table, columns)| (name(table, columns), table));
        let named = named.map(|(name, table)| (name.to_owned(), table));
        for (name, table) in named.into_iter().chain(others) {
            let mut index = Index::drop();
            index.name(name).table(table);
            manager.drop_index(index).await?;
        }
        for (table, column) in columns().iter().rev() {
            drop_column(manager, table, column).await?;
        }
        Ok(())
    }
}

const ONE_LIVE_ENTRY: &str = "queue_entries_one_live_entry_key";
const SLUG: &str = "queues_biz_id_slug_key";

/// A table and the columns of an index on it.
type Columns = (&'static str, &'static [&'static str]);

const INDEXES: [Columns; 4] = [
    // The line: whom a place is counted over, without a look at the table.
    (
        "queue_entries",
        &["queue_id", "status", "position", "id", "party_size"],
    ),
    // The latest services of a queue.
    ("queue_entries", &["queue_id", "status", "served_at"]),
    // The lists of the staff and of a customer.
    ("queue_entries", &["queue_id", "position", "id"]),
    ("queue_entries", &["customer_user_id", "created_at", "id"]),
];

fn name(table: &str, columns: &[&str]) -> String {
    format!("{table}_{}_idx", columns.join("_"))
}

fn columns() -> [(&'static str, ColumnDef); 7] {
    let count = |name: &'static str| {
        let mut column = integer(name).default_to(0);
        let check = Alias::new(format!("queues_{name}_check")).into_iden();
        column.check((check, Expr::cust(format!("{name} >= 0"))));
        ("queues", column)
    };
    let mut kind = text("kind").default_to("walk_in");
    let words = one_of("kind", &["walk_in", "waitlist"]);
    kind.check((
        Alias::new("queues_kind_check").into_iden(),
        Expr::cust(words),
    ));
    [
        ("queues", kind),
        // The parties that wait, those that were called or are being served, and the people of those that
        // take room: who wait or were called.
        count("waiting_count"),
        count("called_count"),
        count("people_count"),
        // How many of its events there are.
        count("event_count"),
        ("queue_entries", timestamp("service_started_at").nullable()),
        ("queue_entries", text("added_by_user_id").nullable()),
    ]
}

/// Whoever is in a queue cannot join it again.
fn one_live_entry() -> IndexCreateStatement {
    Index::create()
        .unique()
        .name(ONE_LIVE_ENTRY)
        .table("queue_entries")
        .col("queue_id")
        .col("customer_user_id")
        .and_where(Expr::cust("status IN ('waiting', 'notified', 'serving')"))
        .take()
}

fn slug_is_free() -> IndexCreateStatement {
    Index::create()
        .unique()
        .name(SLUG)
        .table("queues")
        .col("biz_id")
        .col("slug")
        .take()
}

/// What happened in a queue, in order, for good: so that its staff can see whether it was fair.
fn queue_events() -> Table {
    tenant_table("queue_events")
        .columns([
            text("queue_id"),
            text("queue_entry_id").nullable(),
            // 1, 2, 3, … in each queue.
            integer("sequence"),
            varchar("kind", 40),
            // Nobody, when time did it.
            text("actor_user_id").nullable(),
            jsonb("detail"),
        ])
        .now("occurred_at")
        .belongs_to("queue_id", "queues")
        .belongs_to("queue_entry_id", "queue_entries")
        .refers_to("actor_user_id", "users")
        .unique(&["queue_id", "sequence"])
        .check("sequence", "sequence > 0")
        .index(&["queue_entry_id"])
}

const POSTGRES: &str = "
CREATE FUNCTION queue_entries_count() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    waiting integer := 0;
    called integer := 0;
    people integer := 0;
    queue text := COALESCE(NEW.queue_id, OLD.queue_id);
    room_left boolean;
BEGIN
    IF TG_OP <> 'INSERT' THEN
        waiting := waiting - (OLD.status = 'waiting')::integer;
        called := called - (OLD.status IN ('notified', 'serving'))::integer;
        people := people - CASE WHEN OLD.status IN ('waiting', 'notified') THEN OLD.party_size ELSE 0 END;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        waiting := waiting + (NEW.status = 'waiting')::integer;
        called := called + (NEW.status IN ('notified', 'serving'))::integer;
        people := people + CASE WHEN NEW.status IN ('waiting', 'notified') THEN NEW.party_size ELSE 0 END;
    END IF;
    IF waiting = 0 AND called = 0 AND people = 0 THEN
        RETURN NULL;
    END IF;
    UPDATE queues SET waiting_count = waiting_count + waiting, called_count = called_count + called,
        people_count = people_count + people
        WHERE id = queue
        RETURNING people <= 0 OR max_capacity IS NULL OR people_count <= max_capacity INTO room_left;
    IF NOT room_left THEN
        RAISE EXCEPTION 'queue_entries_capacity'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'queue_entries_capacity';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER queue_entries_count AFTER INSERT OR DELETE OR UPDATE OF status, party_size ON queue_entries
    FOR EACH ROW EXECUTE FUNCTION queue_entries_count();

CREATE FUNCTION queue_events_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'queue_events_append_only'
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'queue_events_append_only';
END $$;

CREATE TRIGGER queue_events_append_only BEFORE UPDATE OR DELETE ON queue_events
    FOR EACH ROW EXECUTE FUNCTION queue_events_append_only();
";

const POSTGRES_DOWN: &str = "
DROP TRIGGER queue_events_append_only ON queue_events;
DROP FUNCTION queue_events_append_only();
DROP TRIGGER queue_entries_count ON queue_entries;
DROP FUNCTION queue_entries_count();
";

fn sqlite_triggers() -> String {
    let waits = |row: &str| format!("({row}.status = 'waiting')");
    let called = |row: &str| format!("({row}.status IN ('notified', 'serving'))");
    let people =
        |row: &str| format!("(({row}.status IN ('waiting', 'notified')) * {row}.party_size)");
    let add = |row: &str, sign: &str| {
        format!(
            "UPDATE queues SET waiting_count = waiting_count {sign} {}, called_count = called_count {sign} {},
             people_count = people_count {sign} {} WHERE id = {row}.queue_id;",
            waits(row),
            called(row),
            people(row)
        )
    };
    // Only who comes in is refused: a capacity that was lowered since sends nobody away.
    let full = |more: &str| {
        format!(
            "SELECT RAISE(ABORT, 'queue_entries_capacity') WHERE {more} AND EXISTS (
             SELECT 1 FROM queues WHERE id = NEW.queue_id AND people_count > max_capacity);"
        )
    };
    let more = format!("{} > {}", people("NEW"), people("OLD"));
    [
        format!(
            "CREATE TRIGGER queue_entries_count_insert AFTER INSERT ON queue_entries FOR EACH ROW
             BEGIN {} {} END;",
            add("NEW", "+"),
            full(&format!("{} > 0", people("NEW")))
        ),
        format!(
            "CREATE TRIGGER queue_entries_count_update AFTER UPDATE OF status, party_size ON queue_entries FOR EACH ROW
             BEGIN {} {} {} END;",
            // Up before down: no count passes below zero on the way.
            add("NEW", "+"),
            add("OLD", "-"),
            full(&more)
        ),
        format!(
            "CREATE TRIGGER queue_entries_count_delete AFTER DELETE ON queue_entries FOR EACH ROW
             BEGIN {} END;",
            add("OLD", "-")
        ),
        refuse(
            "queue_events_append_only_update",
            "UPDATE ON queue_events",
            "TRUE",
            "queue_events_append_only",
        ),
        refuse(
            "queue_events_append_only_delete",
            "DELETE ON queue_events",
            "TRUE",
            "queue_events_append_only",
        ),
    ]
    .join("\n")
}

const SQLITE_DOWN: &str = "
DROP TRIGGER queue_events_append_only_delete;
DROP TRIGGER queue_events_append_only_update;
DROP TRIGGER queue_entries_count_delete;
DROP TRIGGER queue_entries_count_update;
DROP TRIGGER queue_entries_count_insert;
";

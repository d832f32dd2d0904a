//! The outbox: what happened, written in the transaction that made it happen.

use crate::schema::*;

/// Creates `domain_events`, and on PostgreSQL the notification that wakes its readers.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        domain_events(is_sqlite(manager)).create(manager).await?;
        on_postgres(
            manager,
            "CREATE FUNCTION domain_events_notify() RETURNS trigger LANGUAGE plpgsql AS $$
             BEGIN
                 -- Delivered at commit, once for equal payloads.
                 PERFORM pg_notify('domain_events', '');
                 RETURN NULL;
             END $$;
             CREATE TRIGGER domain_events_notify AFTER INSERT ON domain_events
                 FOR EACH STATEMENT EXECUTE FUNCTION domain_events_notify();",
        )
        .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        domain_events(is_sqlite(manager)).drop(manager).await?;
        on_postgres(manager, "DROP FUNCTION domain_events_notify();").await
    }
}

fn domain_events(sqlite: bool) -> Table {
    // A position is drawn before its transaction commits, so a reader that goes by position alone
    // skips those that commit late. The transaction's number lets it stop at the oldest in flight.
    // SQLite has one writer at a time: there, positions commit in order.
    let xact = if sqlite {
        "0"
    } else {
        "pg_current_xact_id()::text::bigint"
    };
    table("domain_events")
        .columns([
            bigint("position").auto_increment().primary_key().take(),
            bigint("xact").default_to(Expr::cust(xact)),
            text("id"),
            text("biz_id"),
            varchar("kind", 80),
            varchar("aggregate_type", 40),
            text("aggregate_id"),
            jsonb("payload"),
        ])
        .now("occurred_at")
        .unique(&["id"])
        .tenant_keys()
        .index(&["biz_id", "aggregate_type", "aggregate_id", "position"])
        .index(&["xact", "position"])
}

//! A published version of an offer, and its list of resources, never change: bookings rely on them.
//!
//! Only `status` and `updated_at` move on, and never back to draft.

use sea_orm::Statement;

use crate::schema::*;

/// Adds the triggers that refuse a change of what was published.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        on_postgres(manager, POSTGRES).await?;
        if is_sqlite(manager) {
            on_sqlite(manager, &sqlite_triggers(&frozen_columns(manager).await?)).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        on_postgres(
            manager,
            "DROP TRIGGER offer_version_resources_immutable ON offer_version_resources;
             DROP FUNCTION offer_version_resources_immutable();
             DROP TRIGGER offer_versions_immutable ON offer_versions;
             DROP FUNCTION offer_versions_immutable();",
        )
        .await?;
        on_sqlite(
            manager,
            "DROP TRIGGER offer_version_resources_immutable_insert;
             DROP TRIGGER offer_version_resources_immutable_update;
             DROP TRIGGER offer_version_resources_immutable_delete;
             DROP TRIGGER offer_versions_immutable_update;
             DROP TRIGGER offer_versions_immutable_delete;",
        )
        .await
    }
}

/// Rows are compared whole, so that columns added later are covered too.
const POSTGRES: &str = "
CREATE FUNCTION offer_versions_immutable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status = 'draft' THEN
        RETURN COALESCE(NEW, OLD);
    END IF;
    IF TG_OP = 'DELETE'
        OR NEW.status = 'draft'
        OR to_jsonb(NEW) - 'status' - 'updated_at' <> to_jsonb(OLD) - 'status' - 'updated_at'
    THEN
        RAISE EXCEPTION 'offer_versions_immutable'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'offer_versions_immutable';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER offer_versions_immutable BEFORE UPDATE OR DELETE ON offer_versions
    FOR EACH ROW EXECUTE FUNCTION offer_versions_immutable();

CREATE FUNCTION offer_version_resources_immutable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- The lock waits for a publication in flight, and makes it wait for this change.
    PERFORM 1 FROM offer_versions
        WHERE id IN (OLD.offer_version_id, NEW.offer_version_id) AND status = 'draft' FOR SHARE;
    IF EXISTS (
        SELECT 1 FROM offer_versions
        WHERE id IN (OLD.offer_version_id, NEW.offer_version_id) AND status <> 'draft'
    ) THEN
        RAISE EXCEPTION 'offer_version_resources_immutable'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'offer_version_resources_immutable';
    END IF;
    RETURN COALESCE(NEW, OLD);
END $$;

CREATE TRIGGER offer_version_resources_immutable BEFORE INSERT OR UPDATE OR DELETE ON offer_version_resources
    FOR EACH ROW EXECUTE FUNCTION offer_version_resources_immutable();
";

/// Every column of `offer_versions` that a published version keeps for good.
async fn frozen_columns(manager: &SchemaManager<'_>) -> Result<Vec<String>, DbErr> {
    let sql = "SELECT name FROM pragma_table_info('offer_versions') WHERE name NOT IN ('status', 'updated_at')";
    let statement = Statement::from_string(manager.get_database_backend(), sql);
    manager
        .get_connection()
        .query_all_raw(statement)
        .await?
        .iter()
        .map(|row| row.try_get("", "name"))
        .collect()
}

fn sqlite_triggers(frozen: &[String]) -> String {
    let changes: Vec<_> = frozen
        .iter()
        .map(|column| format!("NEW.{column} IS NOT OLD.{column}"))
        .collect();
    let rewritten = format!(
        "OLD.status <> 'draft' AND (NEW.status = 'draft' OR {})",
        changes.join(" OR ")
    );
    let not_draft = |row: &str| {
        format!(
            "EXISTS (SELECT 1 FROM offer_versions WHERE id = {row}.offer_version_id AND status <> 'draft')"
        )
    };
    let version = |event: &str, condition: &str| {
        refuse(
            &format!("offer_versions_immutable_{}", event.to_lowercase()),
            &format!("{event} ON offer_versions"),
            condition,
            "offer_versions_immutable",
        )
    };
    let resource = |event: &str, condition: &str| {
        refuse(
            &format!("offer_version_resources_immutable_{}", event.to_lowercase()),
            &format!("{event} ON offer_version_resources"),
            condition,
            "offer_version_resources_immutable",
        )
    };
    [
        version("UPDATE", &rewritten),
        version("DELETE", "OLD.status <> 'draft'"),
        resource("INSERT", &not_draft("NEW")),
        resource(
            "UPDATE",
            &format!("{} OR {}", not_draft("OLD"), not_draft("NEW")),
        ),
        resource("DELETE", &not_draft("OLD")),
    ]
    .join("\n")
}

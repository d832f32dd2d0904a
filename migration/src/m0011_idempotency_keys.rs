//! One key, one effect: the stored outcome of a mutation, written in the transaction of its effect.

use crate::schema::*;

/// Creates `idempotency_keys`.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        idempotency_keys().create(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        idempotency_keys().drop(manager).await
    }
}

fn idempotency_keys() -> Table {
    table("idempotency_keys")
        .columns([
            text("user_id"),
            varchar("mutation", 80),
            varchar("key", 255),
            // Tells a retry from another request under the same key.
            varchar("input_hash", 64),
            jsonb("outcome").nullable(),
        ])
        .now("created_at")
        .columns([timestamp("expires_at")])
        .primary_key(&["user_id", "mutation", "key"])
        .refers_to("user_id", "users")
        .index(&["expires_at"])
}

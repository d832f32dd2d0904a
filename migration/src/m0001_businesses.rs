//! Businesses, people, and who plays which part where.

use crate::schema::*;

/// Creates `bizes`, `users` and `memberships`.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        bizes().create(manager).await?;
        users().create(manager).await?;
        manager
            .get_connection()
            .execute_unprepared(USERS_BY_EMAIL)
            .await?;
        memberships().create(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        memberships().drop(manager).await?;
        users().drop(manager).await?;
        bizes().drop(manager).await
    }
}

fn bizes() -> Table {
    table("bizes")
        .id()
        .columns([
            varchar("name", 200),
            varchar("slug", 120),
            varchar("timezone", 50).default_to("UTC"),
            currency().default_to("USD"),
        ])
        .object("metadata")
        .timestamps()
        .soft_delete()
        .unique(&["slug"])
}

fn users() -> Table {
    table("users")
        .id()
        .columns([
            // The token's `sub`; absent until the person first signs in.
            text("subject").nullable(),
            varchar("name", 200),
            varchar("email", 320).nullable(),
            varchar("phone", 40).nullable(),
        ])
        .timestamps()
        .soft_delete()
        .unique(&["subject"])
}

/// SeaQuery writes no index over an expression for SQLite.
/// An address that staff entered waits for one person only.
const USERS_BY_EMAIL: &str = "
CREATE INDEX users_email_idx ON users (lower(email));
CREATE UNIQUE INDEX users_unclaimed_email_key ON users (lower(email))
    WHERE subject IS NULL AND email IS NOT NULL;
";

fn memberships() -> Table {
    tenant_table("memberships")
        .columns([text("user_id"), text("role")])
        .timestamps()
        .soft_delete()
        .refers_to("user_id", "users")
        .one_of(
            "role",
            &["owner", "admin", "manager", "staff", "host", "customer"],
        )
        .unique(&["biz_id", "user_id"])
        .index(&["user_id"])
}

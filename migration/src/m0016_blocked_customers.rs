//! Customers with whom a business will have no dealings.

use crate::schema::*;

/// Adds `memberships.blocked_at`.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        add_column(manager, "memberships", blocked_at()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_column(manager, "memberships", &blocked_at()).await
    }
}

fn blocked_at() -> ColumnDef {
    timestamp("blocked_at").nullable()
}

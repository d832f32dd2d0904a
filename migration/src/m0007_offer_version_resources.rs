//! The resources that a version of an offer may use, as its first or its second.

use crate::schema::*;

/// Creates `offer_version_resources`.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        offer_version_resources().create(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        offer_version_resources().drop(manager).await
    }
}

fn offer_version_resources() -> Table {
    tenant_table("offer_version_resources")
        .columns([
            text("offer_version_id"),
            text("resource_id"),
            text("role"),
            // The order in which candidates are tried.
            integer("position").default_to(0),
        ])
        .belongs_to("offer_version_id", "offer_versions")
        .belongs_to("resource_id", "resources")
        .one_of("role", &["primary", "secondary"])
        .unique(&["offer_version_id", "role", "resource_id"])
        .index(&["resource_id"])
}

//! A reference from a column that is added to a table which exists.

use sea_orm_migration::prelude::*;

use super::{alter::*, raw::*};

/// A reference from an added column to a row of the same business.
#[derive(Clone, Copy, Debug)]
pub struct Reference {
    /// The table that has the column.
    pub child: &'static str,
    /// The column, which may be null.
    pub column: &'static str,
    /// The table that it refers to by its `id`.
    pub parent: &'static str,
}

impl Reference {
    /// Adds the foreign key. SQLite adds none to a table that exists: there, triggers hold it.
    pub async fn add(&self, manager: &SchemaManager<'_>) -> Result<(), DbErr> {
        if is_sqlite(manager) {
            return on_sqlite(manager, &self.create_triggers()).await;
        }
        manager
            .create_foreign_key(tenant_reference(self.child, self.column, self.parent))
            .await
    }

    /// Drops what [`Reference::add`] added.
    pub async fn drop(&self, manager: &SchemaManager<'_>) -> Result<(), DbErr> {
        if is_sqlite(manager) {
            return on_sqlite(manager, &self.drop_triggers()).await;
        }
        let name = format!("{}_{}_fkey", self.child, self.column);
        drop_constraint(manager, self.child, &name).await
    }

    /// SQLite triggers that hold the reference from both ends, under the name of the foreign key.
    fn create_triggers(&self) -> String {
        let Self {
            child,
            column,
            parent,
        } = self;
        let key = format!("{child}_{column}_fkey");
        let points_nowhere = format!(
            "NEW.{column} IS NOT NULL AND NOT EXISTS (
                SELECT 1 FROM {parent} WHERE id = NEW.{column} AND biz_id = NEW.biz_id)"
        );
        let is_pointed_at = format!(
            "EXISTS (SELECT 1 FROM {child} WHERE {column} = OLD.id AND biz_id = OLD.biz_id)"
        );
        let changed =
            format!("({is_pointed_at}) AND (NEW.id <> OLD.id OR NEW.biz_id <> OLD.biz_id)");
        [
            refuse(
                &format!("{key}_insert"),
                &format!("INSERT ON {child}"),
                &points_nowhere,
                &key,
            ),
            refuse(
                &format!("{key}_update"),
                &format!("UPDATE OF biz_id, {column} ON {child}"),
                &points_nowhere,
                &key,
            ),
            refuse(
                &format!("{key}_parent_update"),
                &format!("UPDATE OF id, biz_id ON {parent}"),
                &changed,
                &key,
            ),
            refuse(
                &format!("{key}_parent_delete"),
                &format!("DELETE ON {parent}"),
                &is_pointed_at,
                &key,
            ),
        ]
        .join("\n")
    }

    fn drop_triggers(&self) -> String {
        ["insert", "update", "parent_update", "parent_delete"]
            .map(|end| format!("DROP TRIGGER {}_{}_fkey_{end};", self.child, self.column))
            .join("\n")
    }
}

//! Changes to tables that exist.

use sea_orm_migration::prelude::*;

/// Adds a column.
pub async fn add_column(
    manager: &SchemaManager<'_>,
    table: &'static str,
    column: ColumnDef,
) -> Result<(), DbErr> {
    manager
        .alter_table(Table::alter().table(table).add_column(column).take())
        .await
}

/// Drops a column.
pub async fn drop_column(
    manager: &SchemaManager<'_>,
    table: &'static str,
    column: &ColumnDef,
) -> Result<(), DbErr> {
    let column = Alias::new(column.get_column_name());
    manager
        .alter_table(Table::alter().table(table).drop_column(column).take())
        .await
}

/// A foreign key `(biz_id, column)` to `(biz_id, id)`: a row cannot point into another business.
pub fn tenant_reference(
    child: &'static str,
    column: &'static str,
    parent: &'static str,
) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .name(format!("{child}_{column}_fkey"))
        .from(child, ("biz_id", column))
        .to(parent, ("biz_id", "id"))
        .take()
}

/// Adds a named constraint. PostgreSQL only.
pub async fn add_constraint(
    manager: &SchemaManager<'_>,
    table: &str,
    name: &str,
    constraint: &str,
) -> Result<(), DbErr> {
    let sql = format!(r#"ALTER TABLE "{table}" ADD CONSTRAINT "{name}" {constraint}"#);
    manager.get_connection().execute_unprepared(&sql).await?;
    Ok(())
}

/// Drops a named constraint. PostgreSQL only.
pub async fn drop_constraint(
    manager: &SchemaManager<'_>,
    table: &str,
    name: &str,
) -> Result<(), DbErr> {
    let sql = format!(r#"ALTER TABLE "{table}" DROP CONSTRAINT "{name}""#);
    manager.get_connection().execute_unprepared(&sql).await?;
    Ok(())
}

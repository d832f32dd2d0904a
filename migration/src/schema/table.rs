//! A table definition: columns and constraints, and the statements that make and drop it.

use sea_orm::DbBackend;
use sea_orm_migration::prelude::{
    Alias, ColumnDef, DbErr, Expr, ForeignKey, ForeignKeyAction, ForeignKeyCreateStatement, Index,
    IndexCreateStatement, IntoIden, SchemaManager, TableCreateStatement, sea_query,
};

use super::{alter::*, column::*};

/// A table and everything that constrains it.
///
/// Created whole by [`Table::create`], or first bare and constrained later, which only PostgreSQL can:
/// SQLite adds no constraint to a table that exists.
#[derive(Clone, Debug)]
pub struct Table {
    name: &'static str,
    columns: Vec<Cell>,
    primary_key: Vec<&'static str>,
    uniques: Vec<Vec<&'static str>>,
    references: Vec<ForeignKeyCreateStatement>,
    checks: Vec<(String, String)>,
    indexes: Vec<IndexCreateStatement>,
}

/// A column, or one whose default is spelled differently by each database.
#[derive(Clone, Debug)]
enum Cell {
    Plain(Box<ColumnDef>),
    Now(&'static str),
    EmptyObject(&'static str),
}

/// A table that belongs to no business, keyed by a text `id`.
pub fn table(name: &'static str) -> Table {
    Table {
        name,
        columns: Vec::new(),
        primary_key: Vec::new(),
        uniques: Vec::new(),
        references: Vec::new(),
        checks: Vec::new(),
        indexes: Vec::new(),
    }
}

/// A table whose rows belong to a business: `id`, `biz_id`, and the pair of them for others to refer to.
pub fn tenant_table(name: &'static str) -> Table {
    table(name).id().columns([text("biz_id")]).tenant_keys()
}

impl Table {
    /// What the table is called.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// A text primary key, made by the application.
    pub fn id(self) -> Self {
        self.columns([text("id").primary_key().take()])
    }

    /// Adds columns.
    pub fn columns(mut self, columns: impl IntoIterator<Item = ColumnDef>) -> Self {
        self.columns.extend(
            columns
                .into_iter()
                .map(|column| Cell::Plain(Box::new(column))),
        );
        self
    }

    /// Adds a moment that defaults to the time of insertion.
    pub fn now(mut self, column: &'static str) -> Self {
        self.columns.push(Cell::Now(column));
        self
    }

    /// Adds a nullable JSON document that defaults to `{}`.
    pub fn object(mut self, column: &'static str) -> Self {
        self.columns.push(Cell::EmptyObject(column));
        self
    }

    /// Adds `created_at` and `updated_at`.
    pub fn timestamps(self) -> Self {
        self.now("created_at").now("updated_at")
    }

    /// Adds `deleted_at`: the row stays for the record.
    pub fn soft_delete(self) -> Self {
        self.columns([timestamp("deleted_at").nullable()])
    }

    /// A primary key of several columns.
    pub fn primary_key(mut self, columns: &[&'static str]) -> Self {
        self.primary_key = columns.to_vec();
        self
    }

    /// Ties the rows to their business, and lets other tables refer to them by `(biz_id, id)`.
    pub fn tenant_keys(self) -> Self {
        self.refers_to("biz_id", "bizes").unique(&["biz_id", "id"])
    }

    /// A reference to a table outside any business.
    pub fn refers_to(mut self, column: &'static str, parent: &'static str) -> Self {
        let name = format!("{}_{column}_fkey", self.name);
        self.references.push(
            ForeignKey::create()
                .name(name)
                .from(self.name, column)
                .to(parent, "id")
                .take(),
        );
        self
    }

    /// A reference to a row of the same business.
    pub fn belongs_to(mut self, column: &'static str, parent: &'static str) -> Self {
        self.references
            .push(tenant_reference(self.name, column, parent));
        self
    }

    /// A reference to a row of the same business, whose deletion takes this row along.
    pub fn owned_by(mut self, column: &'static str, parent: &'static str) -> Self {
        let mut reference = tenant_reference(self.name, column, parent);
        self.references
            .push(reference.on_delete(ForeignKeyAction::Cascade).take());
        self
    }

    /// A condition on every row, named after what it protects.
    pub fn check(mut self, what: &str, condition: impl Into<String>) -> Self {
        self.checks
            .push((format!("{}_{what}_check", self.name), condition.into()));
        self
    }

    /// The words that a column may hold.
    pub fn one_of(self, column: &str, words: &[&str]) -> Self {
        self.check(column, one_of(column, words))
    }

    /// No two rows alike in these columns.
    pub fn unique(mut self, columns: &[&'static str]) -> Self {
        self.uniques.push(columns.to_vec());
        self
    }

    /// An index, named after its columns.
    pub fn index(self, columns: &[&'static str]) -> Self {
        let name = format!("{}_{}_idx", self.name, columns.join("_"));
        self.named_index(&name, columns)
    }

    /// An index with a name of its own.
    pub fn named_index(self, name: &str, columns: &[&'static str]) -> Self {
        let mut index = Index::create().name(name).take();
        for column in columns {
            index.col(*column);
        }
        self.special_index(index)
    }

    /// An index that needs more than columns: partial, or over an expression.
    pub fn special_index(mut self, mut index: IndexCreateStatement) -> Self {
        self.indexes.push(index.table(self.name).take());
        self
    }

    /// Creates the table with all its constraints and indexes.
    pub async fn create(&self, manager: &SchemaManager<'_>) -> Result<(), DbErr> {
        let mut statement = self.statement(manager.get_database_backend());
        for (name, condition) in &self.checks {
            statement.check((Alias::new(name).into_iden(), Expr::cust(condition.clone())));
        }
        for reference in &self.references {
            statement.foreign_key(&mut reference.clone());
        }
        for columns in &self.uniques {
            statement.index(&mut self.unique_index(columns));
        }
        manager.create_table(statement).await?;
        self.create_indexes(manager).await
    }

    /// Creates the table with its columns, primary key and indexes only.
    pub async fn create_bare(&self, manager: &SchemaManager<'_>) -> Result<(), DbErr> {
        manager
            .create_table(self.statement(manager.get_database_backend()))
            .await?;
        self.create_indexes(manager).await
    }

    /// Adds to a bare table the unique keys that others refer to, and its conditions.
    pub async fn add_keys_and_checks(&self, manager: &SchemaManager<'_>) -> Result<(), DbErr> {
        for columns in &self.uniques {
            let unique = format!("UNIQUE ({})", columns.join(", "));
            add_constraint(manager, self.name, &self.unique_name(columns), &unique).await?;
        }
        for (name, condition) in &self.checks {
            add_constraint(manager, self.name, name, &format!("CHECK ({condition})")).await?;
        }
        Ok(())
    }

    /// Adds the references of a bare table, once the tables it refers to have their keys.
    pub async fn add_references(&self, manager: &SchemaManager<'_>) -> Result<(), DbErr> {
        for reference in &self.references {
            manager.create_foreign_key(reference.clone()).await?;
        }
        Ok(())
    }

    /// Takes back what [`Table::add_references`] added.
    pub async fn drop_references(&self, manager: &SchemaManager<'_>) -> Result<(), DbErr> {
        for reference in &self.references {
            if let Some(name) = reference.get_foreign_key().get_name() {
                drop_constraint(manager, self.name, name).await?;
            }
        }
        Ok(())
    }

    /// Takes back what [`Table::add_keys_and_checks`] added.
    pub async fn drop_keys_and_checks(&self, manager: &SchemaManager<'_>) -> Result<(), DbErr> {
        for (name, _) in &self.checks {
            drop_constraint(manager, self.name, name).await?;
        }
        for columns in &self.uniques {
            drop_constraint(manager, self.name, &self.unique_name(columns)).await?;
        }
        Ok(())
    }

    /// Drops the table.
    pub async fn drop(&self, manager: &SchemaManager<'_>) -> Result<(), DbErr> {
        manager
            .drop_table(sea_query::Table::drop().table(self.name).take())
            .await
    }

    fn statement(&self, database: DbBackend) -> TableCreateStatement {
        let mut statement = sea_query::Table::create().table(self.name).take();
        for cell in &self.columns {
            statement.col(cell.column(database));
        }
        if !self.primary_key.is_empty() {
            let mut key = Index::create();
            for column in &self.primary_key {
                key.col(*column);
            }
            statement.primary_key(&mut key);
        }
        statement
    }

    async fn create_indexes(&self, manager: &SchemaManager<'_>) -> Result<(), DbErr> {
        for index in &self.indexes {
            manager.create_index(index.clone()).await?;
        }
        Ok(())
    }

    fn unique_index(&self, columns: &[&'static str]) -> IndexCreateStatement {
        let mut index = Index::create()
            .unique()
            .name(self.unique_name(columns))
            .take();
        for column in columns {
            index.col(*column);
        }
        index
    }

    fn unique_name(&self, columns: &[&'static str]) -> String {
        format!("{}_{}_key", self.name, columns.join("_"))
    }
}

impl Cell {
    fn column(&self, database: DbBackend) -> ColumnDef {
        let sqlite = database == DbBackend::Sqlite;
        match self {
            Self::Plain(column) => (**column).clone(),
            // The form in which the application writes moments, so that text order is time order.
            Self::Now(name) if sqlite => {
                timestamp(name).default_to(Expr::cust("strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now')"))
            }
            Self::Now(name) => timestamp(name).default_to(Expr::cust("now()")),
            Self::EmptyObject(name) if sqlite => jsonb(name).nullable().default_to("{}"),
            Self::EmptyObject(name) => jsonb(name).nullable().default_to(Expr::cust("'{}'::jsonb")),
        }
    }
}

/// The condition that a column holds one of these words.
pub fn one_of(column: &str, words: &[&str]) -> String {
    format!("{column} IN ('{}')", words.join("', '"))
}

//! Taking a constraint away, to see that it is what a promise rests on.

use sea_orm::{ConnectionTrait, Statement};

use crate::app::TestApp;
use crate::database::Backend;

impl TestApp {
    /// Drops one named constraint of a table, and nothing else.
    ///
    /// SQLite cannot: there the table is made anew without it, with its rows, indexes and triggers.
    ///
    /// # Panics
    /// When the table has no such constraint.
    pub async fn drop_constraint(&self, table: &str, name: &str) {
        let drop = match self.backend() {
            Backend::Postgres => format!("ALTER TABLE {table} DROP CONSTRAINT {name}"),
            Backend::Sqlite => self.anew_without(table, name).await,
        };
        let dropped = self.db().execute_unprepared(&drop).await;
        dropped.unwrap_or_else(|error| panic!("{name} of {table}: {error}"));
    }

    async fn anew_without(&self, table: &str, name: &str) -> String {
        let sql = format!(
            "SELECT type, sql FROM sqlite_master WHERE tbl_name = '{table}' AND sql IS NOT NULL"
        );
        let statement = Statement::from_string(self.db().get_database_backend(), sql);
        let rows = self
            .db()
            .query_all_raw(statement)
            .await
            .expect("the schema");
        let (mut made, mut around) = (String::new(), String::new());
        for row in rows {
            let sql: String = row.try_get("", "sql").expect("a definition");
            match row.try_get::<String>("", "type").expect("a type").as_str() {
                "table" => made = sql,
                _ => around += &(sql + ";\n"),
            }
        }
        let made = without(&made, name).replacen(table, "made_anew", 1);
        format!(
            "PRAGMA foreign_keys = OFF; PRAGMA legacy_alter_table = ON;
             {made}; INSERT INTO made_anew SELECT * FROM {table};
             DROP TABLE {table}; ALTER TABLE made_anew RENAME TO {table};
             {around}
             PRAGMA legacy_alter_table = OFF; PRAGMA foreign_keys = ON;"
        )
    }
}

/// The definition of a table without a constraint: up to where its brackets close.
fn without(table: &str, name: &str) -> String {
    let head = format!(", CONSTRAINT \"{name}\"");
    let start = table.find(&head);
    let start = start.unwrap_or_else(|| panic!("there is no {name} in {table}"));
    let mut open = 0;
    let end = table[start..].find(|sign| {
        open += i32::from(sign == '(') - i32::from(sign == ')');
        sign == ')' && open == 0
    });
    let end = start + end.expect("closed brackets") + 1;
    format!("{}{}", &table[..start], &table[end..])
}

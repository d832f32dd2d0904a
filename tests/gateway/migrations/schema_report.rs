//! The migrated PostgreSQL catalog, held against the schema report's own SQL.

use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbErr, Statement, TransactionTrait,
};

const REPORT: &str = include_str!("schema_report.sql");

/// One line for each column (type, default, nullability) and each index of a schema.
const CATALOG: &str = "
    SELECT format('%s.%s %s%s%s', t.relname, c.attname, format_type(c.atttypid, c.atttypmod),
        ' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid), CASE WHEN c.attnotnull THEN ' NOT NULL' END) AS line
    FROM pg_class t
    JOIN pg_attribute c ON c.attrelid = t.oid AND c.attnum > 0 AND NOT c.attisdropped
    LEFT JOIN pg_attrdef d ON d.adrelid = c.attrelid AND d.adnum = c.attnum
    WHERE t.relkind = 'r' AND t.relnamespace = $1::regnamespace
    UNION ALL
    SELECT replace(indexdef, schemaname || '.', '') FROM pg_indexes WHERE schemaname = $1
    ORDER BY line";

/// Every column and index of the report is in the database, exactly as reported. Later migrations may
/// add to its tables, never change what is there.
pub async fn postgres_matches_the_report(db: &DatabaseConnection) -> Result<(), DbErr> {
    // Never committed: the report is applied beside the migrated tables only to be read back.
    let tx = db.begin().await?;
    tx.execute_unprepared("CREATE SCHEMA report; SET LOCAL search_path = report")
        .await?;
    tx.execute_unprepared(REPORT).await?;
    let report = catalog(&tx, "report").await?;
    let migrated = catalog(&tx, "public").await?;
    tx.rollback().await?;

    let added = [
        "resources.",
        "booking_orders.",
        "offer_versions.",
        "fulfillment_units.",
    ];
    let count = |wanted: &dyn Fn(&str) -> bool| report.iter().filter(|line| wanted(line)).count();
    assert_eq!(
        count(&|line| added.iter().any(|table| line.starts_with(table))),
        11,
        "columns"
    );
    assert_eq!(
        count(&|line| line.starts_with("CREATE UNIQUE INDEX")),
        9,
        "primary keys, one a table"
    );
    assert_eq!(
        count(&|line| line.starts_with("CREATE INDEX")),
        6,
        "indexes"
    );

    let missing: Vec<_> = report
        .iter()
        .filter(|line| !migrated.contains(line))
        .collect();
    assert!(
        missing.is_empty(),
        "not in the database as reported: {missing:#?}"
    );
    Ok(())
}

async fn catalog(tx: &DatabaseTransaction, schema: &str) -> Result<Vec<String>, DbErr> {
    let statement =
        Statement::from_sql_and_values(tx.get_database_backend(), CATALOG, [schema.into()]);
    tx.query_all_raw(statement)
        .await?
        .iter()
        .map(|row| row.try_get("", "line"))
        .collect()
}

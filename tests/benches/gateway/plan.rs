//! The plans of the statements, as they are executed.

use std::fmt::Write;

use sea_orm::sea_query::{PostgresQueryBuilder, QueryBuilder};
use sea_orm::{ConnectionTrait, DbErr, Statement, TransactionTrait, Value};

use crate::questions;
use crate::world::World;

/// The tables that grow without end: nobody may read one of them whole.
const LARGE: [&str; 8] = [
    "booking_orders",
    "booking_order_lines",
    "fulfillment_units",
    "resource_claims",
    "users",
    "memberships",
    "domain_events",
    "idempotency_keys",
];

/// Prints the plans of everything that is asked often, and then which of them read a large table whole.
pub async fn report(world: &World) {
    let mut whole = String::new();
    let mut print = async |name: &str, statements: Vec<Statement>| {
        println!("\n=== {name}: {} statements", statements.len());
        // An insertion has one plan, and here nothing to refer to: what came before it has been undone.
        let inserts = |statement: &Statement| statement.sql.starts_with("INSERT");
        for statement in statements.into_iter().filter(|it| !inserts(it)) {
            let plan = plan(world, &statement)
                .await
                .unwrap_or_else(|error| vec![error.to_string()]);
            println!("\n{}\n    {}", statement.sql, plan.join("\n    "));
            for line in plan.iter().filter(|line| reads_whole(line)) {
                let _ = writeln!(whole, "  {name}: {}", line.trim());
            }
        }
    };
    for question in questions::all(world).await {
        // Once before, so that everything is warm.
        question.ask().await;
        let (_, asked) = world.ear.during(question.ask()).await;
        let statements = asked.into_iter().map(|asked| asked.statement);
        print(question.name, statements.collect()).await;
    }
    for (name, statements) in questions::behind_the_scenes(world).await {
        print(name, statements).await;
    }
    match whole.is_empty() {
        true => println!("\nNo plan reads a large table whole."),
        false => println!("\nLarge tables that are read whole:\n{whole}"),
    }
}

fn reads_whole(line: &str) -> bool {
    line.split_once("Seq Scan on ").is_some_and(|(_, rest)| {
        let table = rest.split_whitespace().next();
        table.is_some_and(|table| LARGE.contains(&table))
    })
}

/// The plan for any parameters, executed with those of the statement, and undone.
async fn plan(world: &World, statement: &Statement) -> Result<Vec<String>, DbErr> {
    let values = statement.values.iter().flat_map(|values| &values.0);
    let (types, parameters): (Vec<_>, Vec<_>) = values
        .map(|value| (type_of(value), PostgresQueryBuilder.value_to_string(value)))
        .unzip();
    let listed = |items: String| match items.is_empty() {
        true => String::new(),
        false => format!("({items})"),
    };
    let prepare = format!(
        "PREPARE asked{} AS {}",
        listed(types.join(", ")),
        statement.sql
    );
    let execute = format!("EXECUTE asked{}", listed(parameters.join(", ")));
    let tx = world.aside.begin().await?;
    tx.execute_unprepared(&prepare).await?;
    let explain = format!("EXPLAIN (ANALYZE, BUFFERS) {execute}");
    let explained = tx
        .query_all_raw(Statement::from_string(statement.db_backend, explain))
        .await;
    tx.rollback().await?;
    world.aside.execute_unprepared("DEALLOCATE asked").await?;
    explained?
        .iter()
        .map(|row| row.try_get_by_index(0))
        .collect()
}

/// The type that the gateway binds a value with.
fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Bool(_) => "bool",
        Value::Int(_) => "int4",
        Value::BigInt(_) | Value::BigUnsigned(_) => "int8",
        Value::String(_) => "text",
        Value::Array(..) => "text[]",
        Value::Json(_) => "jsonb",
        Value::ChronoDate(_) => "date",
        Value::ChronoDateTimeUtc(_) | Value::ChronoDateTimeWithTimeZone(_) => "timestamptz",
        _ => "unknown",
    }
}

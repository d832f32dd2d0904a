//! The migrations on SQLite: there and back with data, side by side, and what its triggers refuse.

use std::path::Path;

use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbErr, Statement};

const WORLD: &str = include_str!("world.sql");

#[tokio::test]
async fn goes_up_and_down_with_data() -> Result<(), DbErr> {
    let db = database("up_and_down").await?;
    migration::up(&db).await?;
    db.execute_unprepared(WORLD).await?;
    migration::up(&db).await?;
    assert_eq!(
        count(&db, "booking_orders").await?,
        1,
        "a second up leaves the data alone"
    );

    for left in (0..migrations(&db).await?.len()).rev() {
        migration::down(&db, Some(1)).await?;
        let applied = migrations(&db)
            .await?
            .iter()
            .filter(|migration| migration.applied)
            .count();
        assert_eq!(applied, left);
        // Each stop on the way is a database that works: every reference has the key it refers to.
        assert_eq!(count(&db, "pragma_foreign_key_check").await?, 0);
    }
    assert_eq!(
        count(
            &db,
            "sqlite_schema WHERE type IN ('table', 'trigger') AND name NOT LIKE 'sqlite_%'"
        )
        .await?,
        1
    );

    migration::up(&db).await?;
    db.execute_unprepared(WORLD).await?;
    migration::fresh(&db).await?;
    assert_eq!(count(&db, "bizes").await?, 0);
    assert!(
        migrations(&db)
            .await?
            .iter()
            .all(|migration| migration.applied)
    );
    db.execute_unprepared(WORLD).await?;
    Ok(())
}

#[tokio::test]
async fn status_only_reads() -> Result<(), DbErr> {
    let db = database("status").await?;
    assert!(
        migrations(&db)
            .await?
            .iter()
            .all(|migration| !migration.applied)
    );
    assert_eq!(count(&db, "sqlite_schema").await?, 0);
    Ok(())
}

#[tokio::test]
async fn instances_that_start_together_take_turns() -> Result<(), DbErr> {
    let first = database("together").await?;
    let second = connect("together").await?;
    let third = connect("together").await?;
    let (a, b, c) = tokio::join!(
        migration::up(&first),
        migration::up(&second),
        migration::up(&third)
    );
    a.and(b).and(c)
}

#[tokio::test]
async fn claims_on_a_unit_never_overlap() -> Result<(), DbErr> {
    let db = world("claims").await?;
    refused(
        &db,
        &claim("x", "ra", 0, "10:59:59", "12:00:00"),
        "resource_claims_no_overlap",
    )
    .await;
    refused(
        &db,
        &claim("x", "ra", 0, "09:00:00", "10:00:00.001"),
        "resource_claims_no_overlap",
    )
    .await;
    refused(
        &db,
        &claim("x", "ra", 0, "10:15:00", "10:30:00"),
        "resource_claims_no_overlap",
    )
    .await;
    refused(
        &db,
        &claim("x", "ra", 0, "12:00:00", "12:00:00"),
        "resource_claims_time_check",
    )
    .await;

    db.execute_unprepared(&claim("after", "ra", 0, "11:00:00", "12:00:00"))
        .await?;
    db.execute_unprepared(&claim("before", "ra", 0, "09:00:00", "10:00:00"))
        .await?;
    db.execute_unprepared(&claim("beside", "ra", 1, "10:00:00", "11:00:00"))
        .await?;
    refused(
        &db,
        "UPDATE resource_claims SET unit = 0 WHERE id = 'beside'",
        "resource_claims_no_overlap",
    )
    .await;

    let later =
        "UPDATE resource_claims SET starts_at = '2030-01-01T11:30:00+00:00' WHERE id = 'after'";
    db.execute_unprepared(later).await?;
    Ok(())
}

#[tokio::test]
async fn claims_are_in_the_one_form_that_sorts_by_time() -> Result<(), DbErr> {
    let db = world("claims_utc").await?;
    db.execute_unprepared("DELETE FROM resource_claims").await?;
    for moment in [
        "2030-01-01T12:30:00+02:00",
        "2030-01-01 12:30:00+00:00",
        "2030-01-01T12:30:00Z",
    ] {
        let sql = claim("x", "ra", 0, "12:00:00", "13:00:00")
            .replace("2030-01-01T12:00:00+00:00", moment);
        refused(&db, &sql, "resource_claims_utc").await;
    }
    Ok(())
}

#[tokio::test]
async fn no_row_points_into_another_business() -> Result<(), DbErr> {
    let db = world("tenants").await?;
    for sql in [
        "UPDATE venues SET location_id = 'lb'",
        "UPDATE queues SET location_id = 'lb'",
        "UPDATE fulfillment_units SET resource_id = 'rb'",
        "UPDATE seat_maps SET biz_id = 'b'",
        "DELETE FROM bizes WHERE id = 'a'",
    ] {
        refused(&db, sql, "FOREIGN KEY constraint failed").await;
    }
    refused(
        &db,
        &claim("x", "rb", 0, "12:00:00", "13:00:00"),
        "FOREIGN KEY constraint failed",
    )
    .await;
    Ok(())
}

#[tokio::test]
async fn columns_added_by_the_report_stay_in_their_business() -> Result<(), DbErr> {
    let db = world("added_columns").await?;
    let secondary = "fulfillment_units_secondary_resource_id_fkey";
    refused(
        &db,
        "UPDATE fulfillment_units SET secondary_resource_id = 'rb'",
        secondary,
    )
    .await;
    refused(
        &db,
        "UPDATE fulfillment_units SET secondary_resource_id = 'gone'",
        secondary,
    )
    .await;
    refused(&db, "DELETE FROM resources WHERE id = 'ra'", secondary).await;
    refused(
        &db,
        "UPDATE resources SET biz_id = 'b' WHERE id = 'ra'",
        secondary,
    )
    .await;
    refused(
        &db,
        "INSERT INTO fulfillment_units (id, biz_id, booking_order_id, secondary_resource_id) VALUES ('x', 'a', 'bo', 'rb')",
        secondary,
    )
    .await;
    let purchase = "booking_orders_customer_purchase_id_fkey";
    refused(
        &db,
        "UPDATE booking_orders SET customer_purchase_id = 'gone'",
        purchase,
    )
    .await;
    refused(
        &db,
        "DELETE FROM customer_purchases WHERE id = 'cp'",
        purchase,
    )
    .await;
    refused(
        &db,
        "UPDATE resources SET max_simultaneous_bookings = 0",
        "max_simultaneous_bookings_check",
    )
    .await;
    refused(
        &db,
        "UPDATE booking_orders SET payment_terms = 'net_45'",
        "payment_terms_check",
    )
    .await;
    Ok(())
}

#[tokio::test]
async fn published_versions_never_change() -> Result<(), DbErr> {
    let db = world("immutable").await?;
    let columns = Statement::from_string(
        db.get_database_backend(),
        "SELECT name FROM pragma_table_info('offer_versions') WHERE name NOT IN ('id', 'biz_id', 'status', 'updated_at')",
    );
    for row in db.query_all_raw(columns).await? {
        let column: String = row.try_get("", "name")?;
        let sql = format!("UPDATE offer_versions SET {column} = 7 WHERE id = 'ov'");
        refused(&db, &sql, "offer_versions_immutable").await;
    }
    refused(
        &db,
        "UPDATE offer_versions SET status = 'draft' WHERE id = 'ov'",
        "offer_versions_immutable",
    )
    .await;
    refused(
        &db,
        "DELETE FROM offer_versions WHERE id = 'ov'",
        "offer_versions_immutable",
    )
    .await;
    db.execute_unprepared(
        "UPDATE offer_versions SET status = 'retired', updated_at = 'now' WHERE id = 'ov'",
    )
    .await?;

    let resources = "offer_version_resources_immutable";
    refused(
        &db,
        "UPDATE offer_version_resources SET position = 1",
        resources,
    )
    .await;
    refused(
        &db,
        "UPDATE offer_version_resources SET offer_version_id = 'draft'",
        resources,
    )
    .await;
    refused(&db, "DELETE FROM offer_version_resources", resources).await;
    let insert = |version: &str| {
        format!(
            "INSERT INTO offer_version_resources (id, biz_id, offer_version_id, resource_id, role)
             VALUES ('{version}', 'a', '{version}', 'ra', 'secondary')"
        )
    };
    refused(&db, &insert("ov"), resources).await;
    db.execute_unprepared(&insert("draft")).await?;
    db.execute_unprepared("UPDATE offer_versions SET default_duration_min = 30 WHERE id = 'draft'")
        .await?;
    Ok(())
}

#[tokio::test]
async fn an_unclaimed_address_belongs_to_one_person() -> Result<(), DbErr> {
    let db = world("users").await?;
    db.execute_unprepared(
        "INSERT INTO users (id, name, email) VALUES ('x', 'Bo', 'bo@example.com')",
    )
    .await?;
    refused(
        &db,
        "INSERT INTO users (id, name, email) VALUES ('y', 'Bo', 'BO@example.com')",
        "UNIQUE",
    )
    .await;
    db.execute_unprepared("INSERT INTO users (id, name) VALUES ('y', 'Cy'), ('z', 'Di')")
        .await?;
    Ok(())
}

#[tokio::test]
async fn default_moments_are_written_like_the_applications() -> Result<(), DbErr> {
    let db = world("defaults").await?;
    assert_eq!(
        count(
            &db,
            "bizes WHERE created_at GLOB '????-??-??T??:??:??.???+00:00'"
        )
        .await?,
        2
    );
    Ok(())
}

/// A claim on a resource of business `a`, between two times of the first day of 2030.
fn claim(id: &str, resource: &str, unit: u8, from: &str, to: &str) -> String {
    let (from, to) = (
        format!("2030-01-01T{from}+00:00"),
        format!("2030-01-01T{to}+00:00"),
    );
    format!(
        "INSERT INTO resource_claims
            (id, biz_id, resource_id, unit, starts_at, ends_at, service_starts_at, service_ends_at, kind)
         VALUES ('{id}', 'a', '{resource}', {unit}, '{from}', '{to}', '2030-01-01', '2030-01-02', 'block')"
    )
}

async fn refused(db: &DatabaseConnection, sql: &str, why: &str) {
    let outcome = db.execute_unprepared(sql).await;
    let message = outcome.map_or_else(|error| error.to_string(), |_| "accepted".to_owned());
    assert!(message.contains(why), "{sql}\n{message}");
}

async fn count(db: &DatabaseConnection, of: &str) -> Result<i64, DbErr> {
    let sql = format!("SELECT COUNT(*) AS rows FROM {of}");
    let row = db
        .query_one_raw(Statement::from_string(db.get_database_backend(), sql))
        .await?;
    row.map_or(Ok(0), |row| row.try_get("", "rows"))
}

async fn migrations(db: &DatabaseConnection) -> Result<Vec<migration::MigrationState>, DbErr> {
    migration::status(db).await
}

async fn world(name: &str) -> Result<DatabaseConnection, DbErr> {
    let db = database(name).await?;
    migration::up(&db).await?;
    db.execute_unprepared(WORLD).await?;
    Ok(db)
}

/// An empty database of its own for each test.
async fn database(name: &str) -> Result<DatabaseConnection, DbErr> {
    for suffix in ["", "-wal", "-shm", "-journal"] {
        // Most often there is none.
        let _ = std::fs::remove_file(
            Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.db{suffix}")),
        );
    }
    connect(name).await
}

async fn connect(name: &str) -> Result<DatabaseConnection, DbErr> {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.db"));
    let options = ConnectOptions::new(format!("sqlite://{}?mode=rwc", path.display()));
    Database::connect(options).await
}

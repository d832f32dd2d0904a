//! Migrating: up, down, again, with data, and several instances at once.

mod schema_report;
mod tables;

use migration::Migrator;
use sea_orm_migration::MigratorTrait;
use tables::{columns_and_constraints, count, execute};
use tests::*;

/// How many migrations make the base tables, before anything is altered.
const BASE: u32 = 3;

/// A small business, in the columns that the base tables have.
const BUSINESS: &str = "
    INSERT INTO bizes (id, name, slug) VALUES ('biz_1', 'Studio', 'studio');
    INSERT INTO users (id, name, email) VALUES ('usr_1', 'Alice', 'alice@example.test');
    INSERT INTO memberships (id, biz_id, user_id, role) VALUES ('mem_1', 'biz_1', 'usr_1', 'owner');
    INSERT INTO locations (id, biz_id, name, slug, timezone)
        VALUES ('loc_1', 'biz_1', 'Here', 'here', 'UTC');
    INSERT INTO resources (id, biz_id, location_id, type, name, slug)
        VALUES ('res_1', 'biz_1', 'loc_1', 'asset', 'Room', 'room');
    INSERT INTO offers (id, biz_id, name, slug) VALUES ('off_1', 'biz_1', 'Yoga', 'yoga');
    INSERT INTO offer_versions (id, biz_id, offer_id, version, default_duration_min, currency)
        VALUES ('ofv_1', 'biz_1', 'off_1', 1, 60, 'EUR');
    INSERT INTO booking_orders (id, biz_id, offer_id, offer_version_id, status, start_at, end_at, currency)
        VALUES ('bkg_1', 'biz_1', 'off_1', 'ofv_1', 'confirmed',
                '2026-03-02T10:00:00+00:00', '2026-03-02T11:00:00+00:00', 'EUR');
    INSERT INTO fulfillment_units (id, biz_id, booking_order_id, resource_id)
        VALUES ('ful_1', 'biz_1', 'bkg_1', 'res_1');
";

const TABLES: [&str; 9] = [
    "bizes",
    "users",
    "memberships",
    "locations",
    "resources",
    "offers",
    "offer_versions",
    "booking_orders",
    "fulfillment_units",
];

#[apply(on_both_databases!)]
async fn up_from_nothing_applies_everything(database: EmptyDatabase) {
    let db = database.db.writer();
    let before = migration::status(db).await.unwrap();
    assert!(before.iter().all(|state| !state.applied), "{before:?}");

    migration::up(db).await.unwrap();

    let after = migration::status(db).await.unwrap();
    assert!(!after.is_empty());
    assert!(after.iter().all(|state| state.applied), "{after:?}");
}

#[apply(on_both_databases!)]
async fn up_twice_changes_nothing(database: EmptyDatabase) {
    let db = database.db.writer();
    migration::up(db).await.unwrap();
    let once = columns_and_constraints(db).await;

    migration::up(db).await.unwrap();

    assert_eq!(columns_and_constraints(db).await, once);
}

#[apply(on_both_databases!)]
async fn up_keeps_the_data(database: EmptyDatabase) {
    let db = database.db.writer();
    Migrator::up(db, Some(BASE)).await.unwrap();
    execute(db, BUSINESS).await.unwrap();

    migration::up(db).await.unwrap();

    for table in TABLES {
        assert_eq!(count(db, table).await, 1, "{table}");
    }
}

#[apply(on_both_databases!)]
async fn the_alterations_can_be_taken_back_with_data(database: EmptyDatabase) {
    let db = database.db.writer();
    migration::up(db).await.unwrap();
    execute(db, BUSINESS).await.unwrap();
    let all = u32::try_from(migration::status(db).await.unwrap().len()).unwrap();

    migration::down(db, Some(all - BASE)).await.unwrap();
    migration::up(db).await.unwrap();

    for table in TABLES {
        assert_eq!(count(db, table).await, 1, "{table}");
    }
}

#[apply(on_both_databases!)]
async fn down_to_nothing_and_up_again(database: EmptyDatabase) {
    let db = database.db.writer();
    migration::up(db).await.unwrap();
    let before = columns_and_constraints(db).await;
    execute(db, BUSINESS).await.unwrap();

    migration::down(db, None).await.unwrap();
    assert_eq!(columns_and_constraints(db).await, Vec::<String>::new());

    migration::up(db).await.unwrap();
    assert_eq!(columns_and_constraints(db).await, before);
}

#[apply(on_both_databases!)]
async fn every_step_down_is_the_step_up_reversed(database: EmptyDatabase) {
    let db = database.db.writer();
    for step in migration::status(db).await.unwrap() {
        let before = columns_and_constraints(db).await;
        Migrator::up(db, Some(1)).await.unwrap();
        let after = columns_and_constraints(db).await;

        migration::down(db, Some(1)).await.unwrap();
        assert_eq!(columns_and_constraints(db).await, before, "{}", step.name);

        Migrator::up(db, Some(1)).await.unwrap();
        assert_eq!(columns_and_constraints(db).await, after, "{}", step.name);
    }
}

#[apply(on_both_databases!)]
async fn fresh_empties_the_tables(database: EmptyDatabase) {
    let db = database.db.writer();
    migration::up(db).await.unwrap();
    let before = columns_and_constraints(db).await;
    execute(db, BUSINESS).await.unwrap();

    migration::fresh(db).await.unwrap();

    assert_eq!(columns_and_constraints(db).await, before);
    for table in TABLES {
        assert_eq!(count(db, table).await, 0, "{table}");
    }
}

#[apply(on_both_databases!)]
async fn instances_that_start_at_once_take_turns(database: EmptyDatabase) {
    let outcomes = together(4, |_| {
        let database = database.clone();
        async move {
            let instance = database.another_instance().await;
            migration::up(instance.writer()).await
        }
    })
    .await;

    assert!(outcomes.iter().all(Result::is_ok), "{outcomes:?}");
    let states = migration::status(database.db.writer()).await.unwrap();
    assert!(states.iter().all(|state| state.applied), "{states:?}");
}

#[apply(on_postgres!)]
async fn the_tables_are_those_of_the_schema_report(app: TestApp) {
    schema_report::postgres_matches_the_report(app.db())
        .await
        .unwrap();
}

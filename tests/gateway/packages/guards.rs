//! What the database itself holds of packages, and that it is the database that does.

use serde_json::json;
use tests::*;

use super::run;
use super::*;

/// Drops the trigger by which the ledger moves the counts.
pub async fn drop_the_ledgers_trigger(app: &TestApp) {
    let sql = match app.backend() {
        Backend::Postgres => {
            "DROP TRIGGER package_ledger_entries_balance ON package_ledger_entries"
        }
        Backend::Sqlite => "DROP TRIGGER package_ledger_entries_balance",
    };
    run(app, sql).await.unwrap();
}

/// Insists that the database refuses a statement by that name.
async fn refused(app: &TestApp, sql: &str, by: &str) {
    let error = run(app, sql).await.expect_err(sql).to_string();
    assert!(error.contains(by), "{sql}: {error}");
}

const FORGED: &str = "INSERT INTO package_ledger_entries (id, biz_id, customer_purchase_id, sequence, kind, delta, balance_after, at)
    SELECT 'forged', biz_id, id, 99, 'adjust', 5, sessions_remaining + {off}, created_at FROM customer_purchases";

#[apply(on_both_databases!)]
async fn the_counts_follow_the_ledger_and_the_ledger_is_never_rewritten(app: TestApp) {
    let studio = app.studio("yoga").capacity(20).build().await;
    let ten = product(&studio, "ten", json!({})).await;
    let alice = app.as_user("alice");
    bought(&studio, &alice, &ten).await;
    booked(&alice, &studio, TEN).await;

    for sql in [
        "UPDATE package_ledger_entries SET reason = 'x'",
        "DELETE FROM package_ledger_entries",
        "DELETE FROM package_ledger_entries WHERE kind = 'redeem'",
    ] {
        refused(&app, sql, "package_ledger_entries_append_only").await;
    }
    for sql in [
        "UPDATE customer_purchases SET sessions_remaining = 10, sessions_used = 0",
        "UPDATE customer_purchases SET sessions_remaining = 99, sessions_total = 100",
        "UPDATE customer_purchases SET sessions_used = 2, sessions_total = 11",
    ] {
        refused(&app, sql, "customer_purchases_follow_ledger").await;
    }
    refused(
        &app,
        &FORGED.replace("{off}", "6"),
        "package_ledger_entries_balance",
    )
    .await;
    refused(
        &app,
        &FORGED
            .replace("'adjust', 5", "'redeem', 5")
            .replace("{off}", "5"),
        "package_ledger_entries_",
    )
    .await;
    refused(
        &app,
        &FORGED
            .replace("'adjust', 5", "'purchase', 5")
            .replace("{off}", "5"),
        "package_ledger_entries_balance",
    )
    .await;
    refused(
        &app,
        &FORGED
            .replace("'adjust', 5", "'expire', -20")
            .replace("{off}", "-20"),
        "package_ledger_entries_balance_after_check",
    )
    .await;
    // What fits moves the counts.
    run(&app, &FORGED.replace("{off}", "5")).await.unwrap();
    assert_eq!(
        number(
            &app,
            "SELECT SUM(sessions_remaining) FROM customer_purchases"
        )
        .await,
        14
    );
    assert_eq!(
        number(&app, "SELECT SUM(sessions_total) FROM customer_purchases").await,
        15
    );
}

#[apply(on_both_databases!)]
async fn no_booking_takes_a_session_twice_or_gives_it_back_and_forfeits_it(app: TestApp) {
    let studio = app.studio("yoga").build().await;
    let ten = product(&studio, "ten", json!({})).await;
    let alice = app.as_user("alice");
    bought(&studio, &alice, &ten).await;
    let booking = booked(&alice, &studio, TEN).await;
    let entry = |number: i32, kind: &str, delta: i32| {
        format!("INSERT INTO package_ledger_entries (id, biz_id, customer_purchase_id, sequence, kind, delta, balance_after, booking_order_id, at)
            SELECT 'forged{number}', biz_id, id, 9{number}, '{kind}', {delta}, sessions_remaining + {delta}, '{booking}', created_at FROM customer_purchases")
    };
    // SQLite names the columns, PostgreSQL the index.
    let index = |name: &'static str| match app.backend() {
        Backend::Postgres => name,
        Backend::Sqlite => "UNIQUE constraint failed: package_ledger_entries.booking_order_id",
    };
    refused(
        &app,
        &entry(1, "redeem", -1),
        index("package_ledger_entries_redeem_key"),
    )
    .await;
    run(&app, &entry(2, "return", 1)).await.unwrap();
    refused(
        &app,
        &entry(3, "return", 1),
        index("package_ledger_entries_end_key"),
    )
    .await;
    refused(
        &app,
        &entry(4, "forfeit", 0),
        index("package_ledger_entries_end_key"),
    )
    .await;
    run(&app, "DROP INDEX package_ledger_entries_end_key")
        .await
        .unwrap();
    run(&app, &entry(3, "forfeit", 0)).await.unwrap();
}

#[apply(on_both_databases!)]
async fn what_does_not_add_up_is_refused(app: TestApp) {
    let studio = app.studio("yoga").build().await;
    let ten = product(&studio, "ten", json!({})).await;
    let alice = app.as_user("alice");
    bought(&studio, &alice, &ten).await;
    for (sql, check) in [
        (
            "UPDATE customer_purchases SET status = 'expired'",
            "customer_purchases_nothing_left_check",
        ),
        (
            "UPDATE customer_purchases SET paid_minor = 9999",
            "customer_purchases_paid_check",
        ),
        (
            "UPDATE customer_purchases SET paid_minor = 10001",
            "customer_purchases_paid_check",
        ),
        (
            "UPDATE customer_purchases SET refunded_minor = 10001",
            "customer_purchases_refunded_check",
        ),
        (
            "UPDATE customer_purchases SET refunded_minor = 5000, transferred_minor = 5001",
            "customer_purchases_refunded_check",
        ),
        (
            "UPDATE customer_purchases SET price_minor = -1",
            "customer_purchases_p",
        ),
        (
            "UPDATE customer_purchases SET status = 'gone'",
            "customer_purchases_",
        ),
        ("UPDATE customer_purchase_offers SET biz_id = 'other'", ""),
    ] {
        refused(&app, sql, check).await;
    }
    // The counts are held by a CHECK of their own, also where no ledger stands guard.
    let follow = match app.backend() {
        Backend::Postgres => "DROP TRIGGER customer_purchases_follow_ledger ON customer_purchases",
        Backend::Sqlite => "DROP TRIGGER customer_purchases_follow_ledger",
    };
    run(&app, follow).await.unwrap();
    refused(
        &app,
        "UPDATE customer_purchases SET sessions_remaining = 9",
        "customer_purchases_sessions_conserved_check",
    )
    .await;
    refused(
        &app,
        "UPDATE customer_purchases SET sessions_remaining = -1, sessions_total = -1",
        "customer_purchases_sessions_check",
    )
    .await;
    run(
        &app,
        "UPDATE customer_purchases SET sessions_remaining = 99, sessions_total = 99",
    )
    .await
    .unwrap();
}

/// SQLite drops no CHECK; PostgreSQL does, and then nothing holds the sum.
#[apply(on_postgres!)]
async fn it_is_the_check_that_holds_the_sum(app: TestApp) {
    let studio = app.studio("yoga").build().await;
    let ten = product(&studio, "ten", json!({})).await;
    bought(&studio, &app.as_user("alice"), &ten).await;
    for sql in [
        "DROP TRIGGER customer_purchases_follow_ledger ON customer_purchases",
        "ALTER TABLE customer_purchases DROP CONSTRAINT customer_purchases_sessions_conserved_check",
        "UPDATE customer_purchases SET sessions_remaining = 9",
    ] {
        run(&app, sql).await.unwrap();
    }
    let astray = "SELECT COUNT(*) FROM customer_purchases WHERE sessions_total <> sessions_used + sessions_remaining";
    assert_eq!(number(&app, astray).await, 1);
}

#[apply(on_both_databases!)]
async fn a_purchase_that_nobody_entered_into_the_ledger_cannot_be_used(app: TestApp) {
    let studio = app.studio("yoga").build().await;
    let ten = product(&studio, "ten", json!({})).await;
    let alice = app.as_user("alice");
    let alice_id = user_id(&alice).await;
    run(&app, &format!(
        "INSERT INTO customer_purchases (id, biz_id, package_product_id, customer_user_id, sessions_total, sessions_remaining, purchased_at, created_at, updated_at)
         SELECT 'pur_019cadcfc24072a281486a2a3c4d3d7d', biz_id, id, '{alice_id}', 10, 10, created_at, created_at, created_at FROM package_products WHERE id = '{ten}'"
    )).await.unwrap();
    refused(
        &app,
        &FORGED.replace("{off}", "5"),
        "customer_purchases_follow_ledger",
    )
    .await;
}

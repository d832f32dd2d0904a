//! What time does by itself.

use booking_gateway::domain::worker::{self, Report};
use chrono::TimeDelta;
use sea_orm::{ConnectionTrait, Statement};
use serde_json::json;
use tests::*;

const TEN: &str = "2026-03-03T10:00:00Z";

async fn count(app: &TestApp, what: &str) -> u64 {
    let sql = format!("SELECT COUNT(*) FROM {what}");
    let statement = Statement::from_string(app.db().get_database_backend(), sql);
    let row = app.db().query_one_raw(statement).await.unwrap().unwrap();
    let rows: i64 = row.try_get_by_index(0).unwrap();
    rows.unsigned_abs()
}

async fn hold(client: &Client, studio: &Studio, start_at: &str) -> String {
    let input = json!({ "offerId": studio.offer_id, "startAt": start_at, "hold": true });
    let answer = client
        .mutate("createBooking", input, "booking { id status }")
        .await;
    assert_eq!(answer.text("createBooking.booking.status"), "HELD");
    answer.text("createBooking.booking.id").to_owned()
}

#[apply(on_both_databases!)]
async fn a_hold_ends_once_however_many_workers_there_are(app: TestApp) {
    let studio = app.studio("studio").build().await;
    let id = hold(&app.as_user("alice"), &studio, TEN).await;
    let workers = [app.clone(), app.another_instance().await];
    assert_eq!(worker::tick(&app.gateway).await.unwrap(), Report::default());

    app.advance(TimeDelta::minutes(11));
    let reports = together(8, move |number| {
        let gateway = workers[number % 2].gateway.clone();
        async move { worker::tick(&gateway).await.unwrap() }
    })
    .await;

    let expired: u64 = reports.iter().map(|report| report.expired).sum();
    assert_eq!(expired, 1, "{reports:?}");
    let told = format!("domain_events WHERE kind = 'booking.expired' AND aggregate_id = '{id}'");
    assert_eq!(count(&app, &told).await, 1);
    assert_eq!(count(&app, "resource_claims").await, 0);
    let row = format!("booking_orders WHERE id = '{id}' AND status = 'expired' AND version = 2");
    assert_eq!(count(&app, &row).await, 1);
    studio.book(&app.as_user("bob"), TEN).await.expect_ok();
    assert_eq!(count(&app, "resource_claims").await, 1);
}

#[apply(on_both_databases!)]
async fn many_holds_end_while_their_times_are_booked_again(app: TestApp) {
    let studio = app.studio("studio").rooms(4).build().await;
    let start = |number: i64| (moment(TEN) + TimeDelta::hours(number)).to_rfc3339();
    for number in 0..24 {
        hold(&app.as_user("alice"), &studio, &start(number / 4)).await;
    }

    app.advance(TimeDelta::minutes(11));
    let answers = together(24, {
        let (app, studio) = (app.clone(), studio.clone());
        move |number| {
            let (app, studio) = (app.clone(), studio.clone());
            async move {
                if number % 4 == 0 {
                    worker::tick(&app.gateway).await.unwrap();
                    return None;
                }
                let bob = app.as_user(&format!("bob{number}"));
                Some(
                    studio
                        .book(&bob, &start(i64::try_from(number).unwrap() / 4))
                        .await,
                )
            }
        }
    })
    .await;

    for answer in answers.into_iter().flatten() {
        assert_eq!(
            answer.text("createBooking.booking.status"),
            "CONFIRMED",
            "{answer:?}"
        );
    }
    worker::tick(&app.gateway).await.unwrap();
    assert_eq!(count(&app, "booking_orders WHERE status = 'held'").await, 0);
    assert_eq!(
        count(&app, "domain_events WHERE kind = 'booking.expired'").await,
        24
    );
    assert_eq!(count(&app, "resource_claims").await, 18);
}

#[apply(on_both_databases!)]
async fn a_request_that_nobody_answers_is_declined(app: TestApp) {
    let studio = app
        .studio("studio")
        .term("requiresApproval", json!(true))
        .build()
        .await;
    let late = studio
        .book(&app.as_user("alice"), "2026-03-09T10:00:00Z")
        .await;
    assert_eq!(
        late.text("createBooking.booking.status"),
        "PENDING_APPROVAL"
    );

    app.advance(TimeDelta::hours(25));
    let report = worker::tick(&app.gateway).await.unwrap();

    assert_eq!((report.declined, report.expired), (1, 0));
    assert_eq!(
        count(&app, "booking_orders WHERE status = 'declined'").await,
        1
    );
    assert_eq!(
        count(&app, "domain_events WHERE kind = 'booking.declined'").await,
        1
    );
    assert_eq!(count(&app, "resource_claims").await, 0);
}

#[apply(on_both_databases!)]
async fn old_keys_and_events_are_forgotten(app: TestApp) {
    let studio = app.studio("studio").build().await;
    let book = async |key: &str, start_at: &str| {
        let input =
            json!({ "offerId": studio.offer_id, "startAt": start_at, "idempotencyKey": key });
        let alice = app.as_user("alice");
        alice
            .mutate("createBooking", input, "booking { id }")
            .await
            .expect_ok();
    };
    book("old", TEN).await;
    let old_events = count(&app, "domain_events").await;
    app.advance(TimeDelta::days(5));
    book("new", "2026-03-10T10:00:00Z").await;
    assert_eq!(count(&app, "idempotency_keys").await, 2);

    app.advance(TimeDelta::days(3));
    let report = worker::tick(&app.gateway).await.unwrap();

    assert_eq!((report.keys, report.events), (1, old_events));
    assert_eq!(count(&app, "idempotency_keys WHERE key = 'new'").await, 1);
    assert_eq!(count(&app, "domain_events").await, 1);
    assert_eq!(worker::tick(&app.gateway).await.unwrap(), Report::default());
}

/// Holds each search of the worker to an index.
#[apply(on_both_databases!)]
async fn the_worker_reads_no_table_from_end_to_end(app: TestApp) {
    let (report, statements) = app.counted(worker::tick(&app.gateway)).await;
    report.unwrap();

    assert_eq!(statements.len(), 12, "{statements}");
    for (sql, index) in statements.iter().zip([
        "booking_orders_hold_expires_at_idx",
        "booking_orders_approval_due_at_idx",
        "booking_orders_deposit_due_at_idx",
        "waitlist_rounds_",
        "class_schedules_",
        "class_occurrences_minimum_due_at_idx",
        "class_occurrences_scheduled_idx",
        "place_reservations_expires_at_idx",
        "seat_holds_",
        "customer_purchases_expires_at_idx",
        "idempotency_keys_expires_at_idx",
        "domain_events",
    ]) {
        let plan = plan(&app, sql).await;
        assert!(plan.contains(index), "{sql}\n{plan}");
        let bad = [
            "Seq Scan",
            "SCAN booking_orders\n",
            "SCAN customer_purchases\n",
            "SCAN waitlist_rounds\n",
            "SCAN class_occurrences\n",
            "SCAN place_reservations\n",
            "SCAN seat_holds\n",
            "SCAN idempotency_keys\n",
        ];
        assert!(!bad.iter().any(|bad| plan.contains(bad)), "{sql}\n{plan}");
    }
}

async fn plan(app: &TestApp, sql: &str) -> String {
    let db = app.db();
    let backend = db.get_database_backend();
    let sql = match app.backend() {
        Backend::Sqlite => format!("EXPLAIN QUERY PLAN {sql}"),
        Backend::Postgres => {
            // One connection, one statement after the other; an empty table is not worth an index else.
            let prepare = format!(
                "SET enable_seqscan = off; SET plan_cache_mode = force_generic_plan;
                 PREPARE search AS {sql}"
            );
            let parameters = (1..).take_while(|number| sql.contains(&format!("${number}")));
            let nulls = vec!["NULL"; parameters.count()].join(", ");
            let execute = format!("EXPLAIN EXECUTE search({nulls})");
            return explain(app, [prepare.as_str(), execute.as_str()]).await;
        }
    };
    let rows = db.query_all_raw(Statement::from_string(backend, sql)).await;
    let rows = rows.unwrap();
    let lines = rows
        .iter()
        .map(|row| row.try_get::<String>("", "detail").unwrap() + "\n");
    lines.collect()
}

async fn explain(app: &TestApp, [prepare, execute]: [&str; 2]) -> String {
    use sea_orm::TransactionTrait;
    let tx = app.db().begin().await.unwrap();
    tx.execute_unprepared(prepare).await.unwrap();
    let statement = Statement::from_string(tx.get_database_backend(), execute);
    let rows = tx.query_all_raw(statement).await.unwrap();
    let lines = rows
        .iter()
        .map(|row| row.try_get_by_index::<String>(0).unwrap() + "\n");
    let lines = lines.collect();
    tx.execute_unprepared("DEALLOCATE search").await.unwrap();
    tx.rollback().await.unwrap();
    lines
}

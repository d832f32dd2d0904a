//! What operators read at `/metrics`.

use std::time::Duration;

use booking_gateway::domain::worker;
use chrono::TimeDelta;
use sea_orm::ConnectionTrait;
use serde_json::json;
use tests::*;

use crate::{classes, packages, waitlists};

/// The value of a line such as `booking_open{what="socket"}`; `None` when there is no such line.
async fn value(app: &TestApp, line: &str) -> Option<f64> {
    let metrics = app.metrics().await;
    assert_eq!(metrics.status, 200);
    assert!(metrics.body.ends_with("# EOF\n"), "{}", metrics.body);
    let found = metrics
        .body
        .lines()
        .find_map(|it| it.strip_prefix(line)?.strip_prefix(' '));
    found.map(|value| value.parse().unwrap_or_else(|_| panic!("{line} {value}")))
}

fn operations(name: &str, kind: &str, transport: &str, outcome: &str) -> String {
    format!(
        "booking_operations_total{{operation=\"{name}\",kind=\"{kind}\",transport=\"{transport}\",outcome=\"{outcome}\"}}"
    )
}

#[apply(on_both_databases!)]
async fn operations_are_counted_by_name_and_outcome(app: TestApp) {
    let studio = app.studio("yoga").build().await;
    let alice = app.as_user("alice");
    let me = "query Me { viewer { user { name } } }";

    alice.graphql(me, json!({})).await.expect_ok();
    alice.graphql(me, json!({})).await.expect_ok();
    alice
        .get("/graphql?query=query%20Me%20%7B%20__typename%20%7D")
        .await
        .expect_ok();
    alice.graphql("query Me { nothing }", json!({})).await;
    let book = "mutation Book($input: CreateBookingInput!) { createBooking(input: $input) {
        booking { id } userErrors { code } } }";
    let input = json!({ "offerId": studio.offer_id, "startAt": "2026-03-03T10:00:00Z" });
    alice
        .graphql(book, json!({ "input": input }))
        .await
        .expect_done("createBooking");
    let refused = alice.graphql(book, json!({ "input": input })).await;
    assert!(!refused.user_errors("createBooking").is_empty());
    app.anonymous()
        .graphql(book, json!({ "input": input }))
        .await;

    for (line, count) in [
        (operations("Me", "query", "post", "OK"), 2.),
        (operations("Me", "query", "get", "OK"), 1.),
        (operations("Me", "query", "post", "BAD_REQUEST"), 1.),
        (operations("Book", "mutation", "post", "OK"), 1.),
        (operations("Book", "mutation", "post", "REFUSED"), 1.),
        (
            operations("Book", "mutation", "post", "UNAUTHENTICATED"),
            1.,
        ),
        (
            "booking_operation_duration_seconds_count{operation=\"Me\"}".to_owned(),
            4.,
        ),
    ] {
        assert_eq!(value(&app, &line).await, Some(count), "{line}");
    }
}

/// Clients choose the names, and each label is kept for good.
#[apply(on_both_databases!)]
async fn made_up_names_and_paths_do_not_fill_the_memory(app: TestApp) {
    let client = app.anonymous();
    for number in 0..300 {
        let document = format!("query Made{number} {{ __typename }}");
        client.graphql(&document, json!({})).await.expect_ok();
    }
    for number in 0..50 {
        client.get(&format!("/made/up/{number}")).await;
        client
            .graphql(&format!("query Wrong{number} {{ nothing }}"), json!({}))
            .await;
    }
    client
        .post(&json!({ "query": "{ __typename }", "operationName": "No \" such \n thing" }))
        .await;

    let metrics = app.metrics().await.body;
    let names: std::collections::HashSet<&str> = metrics
        .lines()
        .filter_map(|line| {
            line.strip_prefix("booking_operations_total{operation=\"")?
                .split('"')
                .next()
        })
        .collect();
    assert_eq!(
        names.len(),
        202,
        "200 names, one for the others and one for none: {names:?}"
    );
    assert!(!metrics.contains("/made"), "{metrics}");
    assert!(!metrics.contains("such"), "{metrics}");
    let other = operations("(other)", "query", "post", "OK");
    assert_eq!(value(&app, &other).await, Some(100.));
}

#[apply(on_both_databases!)]
async fn statements_batches_and_connections_are_counted(app: TestApp) {
    let studio = app.studio("yoga").rooms(3).build().await;
    let before = value(
        &app,
        "booking_sql_statement_duration_seconds_count{kind=\"select\",failed=\"false\"}",
    )
    .await;
    let ids: Vec<_> = studio.resource_ids.iter().collect();
    let (_, statements) = app
        .counted(app.anonymous().graphql(
            "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }",
            json!({ "ids": ids }),
        ))
        .await;

    let after = value(
        &app,
        "booking_sql_statement_duration_seconds_count{kind=\"select\",failed=\"false\"}",
    )
    .await;
    assert!(after >= Some(before.unwrap() + statements.len() as f64));
    let batch = value(
        &app,
        "booking_loader_batch_size_sum{key=\"Visible<resources>\"}",
    )
    .await;
    assert_eq!(batch, Some(3.));
    let begun = value(
        &app,
        "booking_sql_statement_duration_seconds_count{kind=\"begin\",failed=\"false\"}",
    )
    .await;
    let committed = value(
        &app,
        "booking_sql_statement_duration_seconds_count{kind=\"commit\",failed=\"false\"}",
    )
    .await;
    assert!(
        begun > Some(5.) && committed > Some(5.),
        "{begun:?} {committed:?}"
    );
    assert_eq!(
        value(&app, "booking_sql_transactions_waiting").await,
        Some(0.)
    );
    assert_eq!(value(&app, "booking_database_reachable").await, Some(1.));
    let pool = match app.backend() {
        Backend::Sqlite => "readers",
        Backend::Postgres => "all",
    };
    let of = |state| format!("booking_database_connections{{pool=\"{pool}\",state=\"{state}\"}}");
    let max = value(&app, &of("max")).await.unwrap();
    let open = value(&app, &of("used")).await.unwrap() + value(&app, &of("idle")).await.unwrap();
    assert!((1. ..=max).contains(&open), "{open} of {max}");
}

#[apply(on_both_databases!)]
async fn a_writer_that_waits_is_seen(app: TestApp) {
    let mut held = Vec::new();
    let pool = app.gateway.db.pools().pop().unwrap();
    for _ in 0..pool.max {
        held.push(app.gateway.db.begin().await.unwrap());
    }
    let gateway = app.gateway.clone();
    let waiting = tokio::spawn(async move { gateway.db.begin().await.map(|_| ()) });

    // Without the database the rest is told all the same, after a while.
    while value(&app, "booking_sql_transactions_waiting").await != Some(1.) {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let reachable = value(&app, "booking_database_reachable").await;
    assert_eq!(
        reachable == Some(1.),
        app.backend() == Backend::Sqlite,
        "SQLite has other readers"
    );
    drop(held);
    waiting.await.unwrap().unwrap();
    assert_eq!(
        value(&app, "booking_sql_transactions_waiting").await,
        Some(0.)
    );
}

#[apply(on_both_databases!)]
async fn subscriptions_are_counted_while_they_are_open(app: TestApp) {
    let studio = app.studio("yoga").build().await;
    let alice = app.as_user("alice");
    let booked = studio.book(&alice, "2026-03-03T10:00:00Z").await;
    let id = booked.text("createBooking.booking.id").to_owned();
    let open = "booking_open{what=\"subscription\",transport=\"sse\"}";
    let document = "subscription Watch($id: ID!) { bookingChanged(bookingId: $id) { status } }";

    let mut watching = alice.subscribe(document, json!({ "id": id })).await;
    watching.next().await.expect("the state as it is");
    assert_eq!(value(&app, open).await, Some(1.));
    let ended = operations("Watch", "subscription", "sse", "OK");
    assert_eq!(value(&app, &ended).await, None);

    drop(watching);
    while value(&app, open).await != Some(0.) {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(value(&app, &ended).await, Some(1.));
}

#[apply(on_both_databases!)]
async fn a_worker_that_lags_is_seen(app: TestApp) {
    let studio = app.studio("yoga").build().await;
    let input = json!({ "startAt": "2026-03-05T10:00:00Z", "hold": true });
    studio
        .book_with(&app.as_user("alice"), input)
        .await
        .expect_done("createBooking");
    let lag = "booking_lag_seconds{what=\"worker\"}";
    assert_eq!(value(&app, lag).await, Some(0.));

    app.advance(TimeDelta::minutes(25));
    assert_eq!(
        value(&app, lag).await,
        Some(900.),
        "the hold ran out after ten minutes"
    );

    worker::tick(&app.gateway).await.unwrap();
    assert_eq!(value(&app, lag).await, Some(0.));
}

/// What waitlists, classes and packages have due is part of the lag.
#[apply(on_both_databases!)]
async fn a_worker_that_lags_behind_a_waitlist_a_class_or_a_package_is_seen(app: TestApp) {
    let lag = "booking_lag_seconds{what=\"worker\"}";
    let caught_up = async |what: &str| {
        while worker::tick(&app.gateway).await.unwrap().is_full() {}
        assert_eq!(value(&app, lag).await, Some(0.), "{what}");
    };

    let studio = app.studio("barber").build().await;
    let (alice, bob) = (app.as_user("alice"), app.as_user("bob"));
    let booking = waitlists::book(&alice, &studio, waitlists::TEN).await;
    waitlists::wait(&bob, &studio, waitlists::hour(waitlists::TEN)).await;
    waitlists::cancel(&alice, &booking).await;
    caught_up("an offer stands").await;
    app.advance(TimeDelta::minutes(45));
    assert_eq!(
        value(&app, lag).await,
        Some(900.),
        "it stood for 30 minutes"
    );
    caught_up("the offer").await;

    let day = json!({ "expiryType": "DAYS_FROM_PURCHASE", "expiryDays": 1 });
    let product = packages::product(&studio, "day", day).await;
    packages::bought(&studio, &alice, &product).await;
    app.set_time("2026-03-04T00:00:30Z");
    assert_eq!(value(&app, lag).await, Some(30.), "to the end of Tuesday");
    caught_up("the package").await;

    // The first is on Thursday, at six for an hour.
    classes::gym(&app, json!({ "startsOn": "2026-03-04" })).await;
    caught_up("a class is to come").await;
    app.set_time("2026-03-05T19:00:20Z");
    assert_eq!(value(&app, lag).await, Some(20.), "it was over at seven");
    caught_up("the class").await;
}

#[apply(on_both_databases!)]
async fn the_metrics_are_not_where_the_public_comes(app: TestApp) {
    let answer = app.anonymous().get("/metrics").await;

    assert_eq!(answer.status, 404);
}

/// What commits after a transaction that stays open has to wait for it.
#[apply(on_postgres!)]
async fn an_outbox_that_lags_is_seen(app: TestApp) {
    let studio = app.studio("yoga").build().await;
    let alice = app.as_user("alice");
    let booked = studio.book(&alice, "2026-03-03T10:00:00Z").await;
    let id = booked.text("createBooking.booking.id").to_owned();
    let lag = "booking_lag_seconds{what=\"outbox\"}";
    let document = "subscription ($id: ID!) { bookingChanged(bookingId: $id) { status } }";
    let mut watching = alice.subscribe(document, json!({ "id": id })).await;
    watching.next().await.expect("the state as it is");
    assert_eq!(value(&app, lag).await, Some(0.));

    let open = app.gateway.db.begin().await.unwrap();
    let write = "UPDATE users SET name = name WHERE subject = 'alice'";
    open.execute_unprepared(write).await.unwrap();
    studio
        .book(&app.as_user("bob"), "2026-03-04T10:00:00Z")
        .await
        .expect_done("createBooking");
    app.advance(TimeDelta::seconds(30));
    assert_eq!(value(&app, lag).await, Some(30.));

    open.rollback().await.unwrap();
    while value(&app, lag).await != Some(0.) {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

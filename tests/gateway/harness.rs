//! What every other test relies on.

use chrono::TimeDelta;
use sea_orm::ConnectionTrait;
use serde_json::json;
use tests::*;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

#[apply(on_both_databases!)]
async fn the_clock_stands_until_it_is_moved(app: TestApp) {
    assert_eq!(app.now(), moment(MONDAY));

    app.advance(TimeDelta::minutes(90));
    assert_eq!(app.now(), moment("2026-03-02T10:30:00Z"));

    app.set_time("2026-12-24T18:00:00Z");
    assert_eq!(app.gateway.clock.now(), moment("2026-12-24T18:00:00Z"));
}

#[apply(on_both_databases!)]
async fn statements_are_counted_while_they_are_awaited(app: TestApp) {
    let alice = app.as_user("alice");
    let ask = || alice.graphql("{ viewer { user { id } } }", json!({}));

    let (_, first) = app.counted(ask()).await;
    let (_, second) = app.counted(ask()).await;
    let (_, none) = app.counted(async {}).await;

    assert!(first.len() > second.len(), "{first}{second}");
    assert!(second.iter().any(|sql| sql.contains("users")), "{second}");
    assert_eq!(none.len(), 0, "{none}");
}

#[apply(on_both_databases!)]
async fn nobody_else_is_in_the_database(app: TestApp) {
    // The same in every test that runs at this moment: whoever shared a database would clash.
    let sql = "CREATE TABLE only_here (id integer)";
    app.db().execute_unprepared(sql).await.unwrap();
}

#[apply(on_both_databases!)]
async fn nobody_else_is_in_the_database_here_either(app: TestApp) {
    let sql = "CREATE TABLE only_here (id integer)";
    app.db().execute_unprepared(sql).await.unwrap();
}

#[apply(on_both_databases!)]
async fn it_can_be_reached_over_a_socket(app: TestApp) {
    let mut socket = TcpStream::connect(app.serve().await).await.unwrap();

    let request = "GET /health/live HTTP/1.1\r\nhost: test\r\nconnection: close\r\n\r\n";
    socket.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    socket.read_to_string(&mut answer).await.unwrap();

    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

#[apply(on_both_databases!)]
async fn a_studio_can_be_booked(app: TestApp) {
    let studio = app.studio("yoga").rooms(2).people(1).build().await;
    let bea = studio.member("bea", "STAFF").await;
    let alice = app.as_user("alice");

    let booked = studio.book(&alice, "2026-03-03T10:00:00Z").await;

    let id = booked.expect_done("createBooking");
    let seen = bea
        .graphql(
            "query ($id: ID!) { booking(id: $id) { status customer { name } } }",
            json!({ "id": id.text("createBooking.booking.id") }),
        )
        .await
        .expect_ok();
    assert_eq!(seen.text("booking.status"), "CONFIRMED");
    assert_eq!(seen.text("booking.customer.name"), "Alice");
}

//! Bookings: what is promised to customers and to staff, and what keeps the promise.

mod appointments;
mod canary;
mod cancellations;
mod changes;
mod holds;
mod lists;
mod mobile;
mod money;
mod nonsense;
mod payments;
mod permissions;
mod race;
mod rentals;
mod retries;
mod statements;
mod transitions;
mod walk;

use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};
use tests::*;

/// The first number that a statement answers.
pub async fn number(app: &TestApp, sql: &str) -> i64 {
    let statement = Statement::from_string(app.db().get_database_backend(), sql);
    let row = app.db().query_one_raw(statement).await;
    let row = row.unwrap_or_else(|error| panic!("{sql}: {error}"));
    row.expect("a row").try_get_by_index(0).expect("a number")
}

/// How many others wait for a lock of PostgreSQL, as seen from a transaction.
pub async fn waiting(db: &impl ConnectionTrait) -> i64 {
    // Else it would tell the same again and again.
    let anew = "SELECT pg_stat_clear_snapshot()";
    db.execute_unprepared(anew).await.unwrap();
    let sql = "SELECT COUNT(*) FROM pg_locks WHERE NOT granted AND pid IN
        (SELECT pid FROM pg_stat_activity WHERE datname = current_database())";
    let statement = Statement::from_string(db.get_database_backend(), sql);
    let row = db.query_one_raw(statement).await.unwrap();
    row.expect("a row").try_get_by_index(0).expect("a number")
}

/// How many bookings there are, in whatever state.
pub async fn bookings(app: &TestApp) -> i64 {
    number(app, "SELECT COUNT(*) FROM booking_orders").await
}

/// How many claims there are.
pub async fn claims(app: &TestApp) -> i64 {
    number(app, "SELECT COUNT(*) FROM resource_claims").await
}

/// Runs a statement, or tells why not.
pub async fn run(app: &TestApp, sql: &str) -> Result<u64, sea_orm::DbErr> {
    let statement = Statement::from_string(app.db().get_database_backend(), sql);
    Ok(app.db().execute_raw(statement).await?.rows_affected())
}

/// The id of a user, who is made if need be.
pub async fn user_id(client: &Client) -> String {
    let answer = client
        .graphql("{ viewer { user { id } } }", json!({}))
        .await
        .expect_ok();
    answer.text("viewer.user.id").to_owned()
}

/// Books, and answers the id of the booking. `more` is added to the input.
pub async fn booked(client: &Client, studio: &Studio, start_at: &str, more: Value) -> String {
    let input = input(studio, start_at, more);
    let answer = client
        .mutate("createBooking", input, "booking { id }")
        .await
        .expect_done("createBooking");
    answer.text("createBooking.booking.id").to_owned()
}

/// The input of `createBooking`, with `more` added.
pub fn input(studio: &Studio, start_at: &str, more: Value) -> Value {
    with(
        json!({ "offerId": studio.offer_id, "startAt": start_at }),
        more,
    )
}

/// One object with the fields of both.
pub fn with(mut input: Value, more: Value) -> Value {
    let fields = input.as_object_mut().expect("an object");
    fields.extend(more.as_object().expect("an object").clone());
    input
}

/// Does something to a booking that takes nothing but its id, and what is in `more`.
pub async fn act(client: &Client, mutation: &str, id: &str, more: Value) -> GraphQlResponse {
    let input = with(json!({ "bookingId": id }), more);
    client.mutate(mutation, input, SEEN).await
}

/// What [`act`] and [`seen`] look at.
const SEEN: &str = "booking { id status version startAt endAt holdExpiresAt requestedDurationMin \
     confirmedDurationMin total { amountMinor } deposit { required { amountMinor } paid { amountMinor } dueAt } \
     cancellation { late fee { amountMinor } sessionForfeited } \
     units { status resource { id } secondaryResource { id } } lines { quantity total { amountMinor } } }";

/// A booking as somebody sees it.
pub async fn seen(client: &Client, id: &str) -> Value {
    let document = format!(
        "query ($id: ID!) {{ {} }}",
        SEEN.replacen("booking", "booking(id: $id)", 1)
    );
    let answer = client.graphql(&document, json!({ "id": id })).await;
    answer.expect_ok().data("booking").clone()
}

/// The field that the one user error names, joined by dots.
pub fn field(answer: &GraphQlResponse, mutation: &str) -> String {
    let errors = answer.list(&format!("{mutation}.userErrors"));
    assert_eq!(errors.len(), 1, "{}", answer.body);
    let path = errors[0]["field"].as_array();
    let parts = path.into_iter().flatten().filter_map(Value::as_str);
    parts.collect::<Vec<_>>().join(".")
}

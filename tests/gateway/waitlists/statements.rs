//! What it costs to give out a time: not more the more people wait for another one.

use sea_orm::ConnectionTrait;
use serde_json::json;
use tests::*;

use super::{TEN, book, hour, offered, wait};

/// Lets so many more wait for an hour that does not come free, all at the top of the waitlist of an entry.
async fn crowd(app: &TestApp, entry: &str, people: i64) {
    let (numbers, pad) = match app.backend() {
        Backend::Postgres => (
            format!("generate_series(1, {people}) AS numbers(n)"),
            format!("lpad(to_hex({people} * 100000 + n), 32, '0')"),
        ),
        Backend::Sqlite => (
            format!(
                "(WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {people}) SELECT n FROM numbers) AS numbers"
            ),
            format!("printf('%032x', {people} * 100000 + n)"),
        ),
    };
    let sql = format!(
        "INSERT INTO queue_entries (id, biz_id, queue_id, party_size, status, position, window_from, window_to)
         SELECT 'qen_' || {pad}, biz_id, queue_id, 1, 'waiting', n - {people}, '2026-03-03T15:00:00.000000Z', '2026-03-03T16:00:00.000000Z'
         FROM queue_entries, {numbers} WHERE id = '{entry}'"
    );
    app.db().execute_unprepared(&sql).await.unwrap();
}

/// What a cancellation takes that gives the time to the one who wants it, behind so many who do not.
async fn cost(app: &TestApp, slug: &str, people: i64) -> Statements {
    let studio = app.studio(slug).build().await;
    let (alice, bob) = (app.as_user("alice"), app.as_user("bob"));
    let booking = book(&alice, &studio, TEN).await;
    let bobs = wait(&bob, &studio, hour(TEN)).await;
    crowd(app, &bobs, people).await;
    let input = json!({ "bookingId": booking });
    let cancelling = alice.mutate("cancelBooking", input, "booking { status }");
    let (answer, statements) = app.counted(cancelling).await;
    answer.expect_done("cancelBooking");
    offered(&bob, &bobs, "OPEN").await;
    let leave = json!({ "entryId": bobs });
    let left = bob.mutate("leaveQueue", leave, "entry { id }").await;
    left.expect_done("leaveQueue");
    statements
}

#[apply(on_both_databases!)]
async fn a_freed_time_finds_who_wants_it_behind_a_thousand_who_do_not(app: TestApp) {
    let few = cost(&app, "few", 2).await;
    let many = cost(&app, "many", 1_000).await;
    assert_eq!(few.len(), many.len(), "{few}{many}");
}

//! How much somebody may ask for in a while: points of cost, and subscriptions.

use std::num::NonZeroU32;
use std::time::Duration;

use axum::http::{StatusCode, header};
use chrono::TimeDelta;
use serde_json::{Value, json};
use tests::*;

use super::{CHANGED, socket::Socket};

const ONE: &str = "{ __typename }";

/// Ten points a minute for each viewer, and five for each address, of which the header tells.
fn limited(app: TestApp) -> TestApp {
    app.with_options(|options| {
        options.rate_limits.per_viewer = NonZeroU32::new(10);
        options.rate_limits.per_address = NonZeroU32::new(5);
        options.rate_limits.window = Duration::from_secs(60);
        options.trusted_proxies = "127.0.0.0/8".parse().unwrap();
    })
}

fn at(app: &TestApp, address: &str) -> Client {
    app.anonymous().with_header("x-forwarded-for", address)
}

async fn spends(client: &Client, points: usize) -> bool {
    for _ in 0..points {
        let answer = client.graphql(ONE, json!({})).await;
        if answer.status == StatusCode::TOO_MANY_REQUESTS {
            return false;
        }
        answer.expect_ok();
    }
    true
}

#[apply(on_both_databases!)]
async fn a_viewer_has_a_budget_wherever_they_are(app: TestApp) {
    let app = limited(app);
    let (alice, bob) = (app.as_user("alice"), app.as_user("bob"));
    let elsewhere = alice.clone().with_header("x-forwarded-for", "192.0.2.7");

    assert!(spends(&alice, 6).await);
    assert!(spends(&elsewhere, 4).await);
    let refused = elsewhere.graphql(ONE, json!({})).await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(refused.error_code(), "RATE_LIMITED");
    assert_eq!(refused.json().get("data"), None);
    // One of ten points comes back every six seconds.
    assert_eq!(refused.headers[header::RETRY_AFTER], "6");
    assert_eq!(refused.json()["errors"][0]["extensions"]["retryAfter"], 6);
    assert!(spends(&bob, 10).await);

    app.advance(TimeDelta::milliseconds(5_999));
    assert!(!spends(&alice, 1).await);
    app.advance(TimeDelta::milliseconds(1));
    assert!(spends(&alice, 1).await);
    assert!(!spends(&alice, 1).await);
    app.advance(TimeDelta::minutes(1));
    assert!(spends(&alice, 10).await);
    assert!(!spends(&alice, 1).await);
}

#[apply(on_both_databases!)]
async fn an_address_has_a_budget_for_whoever_is_not_signed_in(app: TestApp) {
    let app = limited(app);
    assert!(spends(&at(&app, "192.0.2.1"), 5).await);
    assert!(!spends(&at(&app, "192.0.2.1"), 1).await);
    assert!(spends(&at(&app, "192.0.2.2"), 5).await);
    assert!(spends(&at(&app, "2001:db8::1"), 3).await);
    assert!(!spends(&at(&app, "2001:db8::2"), 3).await);
    // Whoever is signed in there has their own.
    let alice = app
        .as_user("alice")
        .with_header("x-forwarded-for", "192.0.2.1");
    assert!(spends(&alice, 10).await);
    // Guessing tokens is not free.
    let guesser = at(&app, "192.0.2.9").with_token("nonsense");
    for _ in 0..5 {
        assert_eq!(
            guesser.graphql(ONE, json!({})).await.error_code(),
            "UNAUTHENTICATED"
        );
    }
    assert_eq!(
        guesser.graphql(ONE, json!({})).await.error_code(),
        "RATE_LIMITED"
    );
}

#[apply(on_both_databases!)]
async fn points_are_spent_by_cost_and_for_what_is_refused_too(app: TestApp) {
    let app = limited(app);
    let alice = app.as_user("alice");
    let seven = "{ businesses(first: 6) { nodes { id } } }";
    alice.graphql(seven, json!({})).await.expect_ok();
    assert_eq!(
        alice.graphql(seven, json!({})).await.error_code(),
        "RATE_LIMITED"
    );
    assert_eq!(
        alice.graphql("{", json!({})).await.error_code(),
        "BAD_REQUEST"
    );
    let deep = "{a".repeat(5_000);
    assert_eq!(
        alice.graphql(&deep, json!({})).await.error_code(),
        "QUERY_TOO_COMPLEX"
    );
    assert!(spends(&alice, 1).await);
    assert_eq!(
        alice.graphql("{", json!({})).await.error_code(),
        "RATE_LIMITED"
    );
    // The same budget over a WebSocket and as events.
    let mut socket = Socket::ready(&app, &alice).await;
    let told = socket.run("1", json!({ "query": ONE })).await;
    assert_eq!(told["payload"][0]["extensions"]["code"], "RATE_LIMITED");
    let events = alice.with_header("accept", "text/event-stream");
    let refused = events.graphql(ONE, json!({})).await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
}

#[apply(on_both_databases!)]
async fn the_budget_can_be_read(app: TestApp) {
    const LEFT: &str = "{ rateLimit { limit remaining resetAt cost } }";
    let unlimited = app
        .as_user("alice")
        .graphql(LEFT, json!({}))
        .await
        .expect_ok();
    assert_eq!(*unlimited.data("rateLimit"), Value::Null);

    let app = limited(app);
    let alice = app.as_user("alice");
    assert!(spends(&alice, 3).await);
    let answer = alice.graphql(LEFT, json!({})).await.expect_ok();
    let expected = json!({
        "limit": 10, "remaining": 6, "resetAt": "2026-03-02T09:00:24Z", "cost": 1,
    });
    assert_eq!(*answer.data("rateLimit"), expected);
    let answer = at(&app, "192.0.2.1")
        .graphql(LEFT, json!({}))
        .await
        .expect_ok();
    assert_eq!(answer.data("rateLimit")["limit"], 5);
    assert_eq!(answer.data("rateLimit")["remaining"], 4);
}

#[apply(on_both_databases!)]
async fn a_viewer_has_so_many_subscriptions_over_all_transports(app: TestApp) {
    let studio = app.studio("studio").build().await;
    let (alice, bob) = (app.as_user("alice"), app.as_user("bob"));
    let of = async |client: &Client, hour: u32| {
        let booked = studio
            .book(client, &format!("2026-03-03T{hour}:00:00Z"))
            .await;
        json!({ "id": booked.text("createBooking.booking.id") })
    };
    let (alices, bobs) = (of(&alice, 10).await, of(&bob, 12).await);
    let app = app.with_options(|options| options.max_subscriptions = 3);
    let (alice, bob) = (app.as_user("alice"), app.as_user("bob"));
    let payload = json!({ "query": CHANGED, "variables": alices });

    let mut socket = Socket::ready(&app, &alice).await;
    assert_eq!(socket.run("1", payload.clone()).await["type"], "next");
    assert_eq!(socket.run("2", payload.clone()).await["type"], "next");
    let mut events = alice.subscribe(CHANGED, alices.clone()).await;
    events.next().await.unwrap();

    let told = socket.run("3", payload.clone()).await;
    assert_eq!(told["type"], "error");
    assert_eq!(told["payload"][0]["extensions"]["code"], "RATE_LIMITED");
    let mut another = Socket::ready(&app, &alice).await;
    assert_eq!(another.run("1", payload.clone()).await["type"], "error");
    let streaming = alice.with_header("accept", "text/event-stream");
    let refused = streaming.graphql(CHANGED, alices.clone()).await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    // Others have their own; what is not a subscription does not count.
    bob.subscribe(CHANGED, bobs).await.next().await.unwrap();
    assert_eq!(
        another.run("2", json!({ "query": ONE })).await["type"],
        "next"
    );

    // Each one that ends makes room, however it ends.
    drop(events);
    assert!(opens(&mut another, &payload).await);
    socket.say(json!({ "type": "complete", "id": "1" })).await;
    assert!(opens(&mut another, &payload).await);
    drop(socket);
    assert!(opens(&mut another, &payload).await);
    assert!(!opens(&mut another, &payload).await);
}

/// Whether there is room for one more, if not at once then soon.
async fn opens(socket: &mut Socket, payload: &Value) -> bool {
    for _ in 0..20 {
        let id = uuid::Uuid::new_v4().to_string();
        if socket.run(&id, payload.clone()).await["type"] == "next" {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    false
}

//! Subscriptions: who is told what, when it changes, through whichever instance.

use futures_util::{SinkExt, StreamExt};
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use tests::*;
use tokio_tungstenite::tungstenite::{Message, client::IntoClientRequest};

const CHANGED: &str = "subscription ($business: ID, $booking: ID) {
    bookingChanged(businessId: $business, bookingId: $booking) {
        id status offer { name } customer { name } lines { label }
    }
}";
const STATUS: &str = "/data/bookingChanged/status";
const CODE: &str = "/errors/0/extensions/code";
const TEN: &str = "2026-03-03T10:00:00Z";

async fn book(studio: &Studio, client: &Client, start_at: &str) -> String {
    let answer = studio.book(client, start_at).await;
    answer.text("createBooking.booking.id").to_owned()
}

async fn cancel(client: &Client, id: &str) {
    let input = json!({ "bookingId": id });
    let answer = client
        .mutate("cancelBooking", input, "booking { status }")
        .await;
    assert_eq!(answer.text("cancelBooking.booking.status"), "CANCELLED");
}

#[apply(on_both_databases!)]
async fn a_booking_is_told_as_it_is_and_then_as_it_changes_in_another_instance(app: TestApp) {
    let studio = app.studio("studio").build().await;
    let (alice, other) = (app.as_user("alice"), app.another_instance().await);
    let id = book(&studio, &alice, TEN).await;

    let mut watch = alice.subscribe(CHANGED, json!({ "booking": id })).await;
    let first = watch.next().await.unwrap();
    let booking = &first["data"]["bookingChanged"];
    assert_eq!(booking["status"], "CONFIRMED", "{first}");
    assert_eq!(booking["customer"]["name"], "Alice", "{first}");
    assert!(booking["offer"]["name"].is_string(), "{first}");

    // Nothing of an earlier event is kept: neither the row nor what hangs on it.
    let renamed = "UPDATE users SET name = 'Alicia' WHERE email = 'alice@example.test'";
    app.db().execute_unprepared(renamed).await.unwrap();
    cancel(&other.as_user("alice"), &id).await;
    let changed = watch.next_with(STATUS, "CANCELLED").await;
    assert_eq!(
        changed["data"]["bookingChanged"]["customer"]["name"],
        "Alicia"
    );
}

#[apply(on_both_databases!)]
async fn staff_are_told_of_every_booking_of_their_business_and_of_no_other(app: TestApp) {
    let studio = app.studio("studio").build().await;
    let foreign = app.studio("foreign").owned_by("stranger").build().await;
    let (alice, other) = (app.as_user("alice"), app.another_instance().await);

    let watched = json!({ "business": studio.business_id });
    let mut watch = studio.owner.subscribe(CHANGED, watched).await;
    // The stream is open once it is polled; the first change may come before that.
    let opened = tokio::spawn(async move { (watch.next_with(STATUS, "CONFIRMED").await, watch) });
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    book(&foreign, &alice, TEN).await;
    let id = book(&studio, &other.as_user("alice"), TEN).await;
    let (told, mut watch) = opened.await.unwrap();
    assert_eq!(told["data"]["bookingChanged"]["id"], *id, "{told}");

    cancel(&alice, &id).await;
    let told = watch.next_with(STATUS, "CANCELLED").await;
    assert_eq!(told["data"]["bookingChanged"]["id"], *id, "{told}");
}

#[apply(on_both_databases!)]
async fn nobody_is_told_of_the_bookings_of_others(app: TestApp) {
    let studio = app.studio("studio").build().await;
    let (alice, bob) = (app.as_user("alice"), app.as_user("bob"));
    let id = book(&studio, &alice, TEN).await;
    let missing = format!("bkg_{}", "0".repeat(32));

    for (client, variables, code) in [
        (&bob, json!({ "booking": id }), "NOT_FOUND"),
        (&bob, json!({ "booking": missing }), "NOT_FOUND"),
        (
            &alice,
            json!({ "business": studio.business_id }),
            "FORBIDDEN",
        ),
        (
            &app.anonymous(),
            json!({ "booking": id }),
            "UNAUTHENTICATED",
        ),
        (&alice, json!({}), "BAD_REQUEST"),
        (
            &alice,
            json!({ "booking": id, "business": studio.business_id }),
            "BAD_REQUEST",
        ),
        (
            &alice,
            json!({ "booking": studio.business_id }),
            "BAD_REQUEST",
        ),
        (&alice, json!({ "business": "nonsense" }), "BAD_REQUEST"),
    ] {
        let mut refused = client.subscribe(CHANGED, variables.clone()).await;
        let answer = refused.next().await.unwrap();
        assert_eq!(
            answer.pointer(CODE),
            Some(&json!(code)),
            "{variables} {answer}"
        );
        assert_eq!(refused.next().await, None, "{variables}");
    }

    let mut watch = alice.subscribe(CHANGED, json!({ "booking": id })).await;
    watch.next().await.unwrap();
    let bobs = book(&studio, &bob, "2026-03-03T12:00:00Z").await;
    cancel(&bob, &bobs).await;
    for told in watch.rest().await {
        assert_eq!(told["data"]["bookingChanged"]["id"], *id, "{told}");
    }
}

#[apply(on_both_databases!)]
async fn whoever_loses_their_role_is_told_no_more(app: TestApp) {
    let studio = app.studio("studio").build().await;
    let id = book(&studio, &app.as_user("alice"), TEN).await;
    let mut watch = studio
        .owner
        .subscribe(CHANGED, json!({ "booking": id }))
        .await;
    assert_eq!(
        watch.next().await.unwrap().pointer(STATUS),
        Some(&json!("CONFIRMED"))
    );

    let demoted = "UPDATE memberships SET role = 'staff' WHERE role = 'owner'";
    app.db().execute_unprepared(demoted).await.unwrap();
    cancel(&app.as_user("alice"), &id).await;

    let told = watch.next_with(CODE, "FORBIDDEN").await;
    assert_eq!(told["data"], Value::Null, "{told}");
    assert_eq!(watch.next().await, None);
}

#[apply(on_both_databases!)]
async fn a_booking_is_told_over_a_websocket(app: TestApp) {
    let studio = app.studio("studio").build().await;
    let alice = app.as_user("alice");
    let id = book(&studio, &alice, TEN).await;
    let url = format!("ws://{}{ENDPOINT}", app.serve().await);
    let mut request = url.into_client_request().unwrap();
    let protocol = "graphql-transport-ws".parse().unwrap();
    request
        .headers_mut()
        .insert("sec-websocket-protocol", protocol);
    let (mut socket, _) = tokio_tungstenite::connect_async(request).await.unwrap();
    let token = format!("Bearer {}", alice.token().unwrap());

    let init = json!({ "type": "connection_init", "payload": { "Authorization": token } });
    let payload = json!({ "query": CHANGED, "variables": { "booking": id } });
    let subscribe = json!({ "id": "1", "type": "subscribe", "payload": payload });
    let mut expect = async |sent: Option<Value>, kind: &str, status: Option<&str>| {
        if let Some(sent) = sent {
            socket.send(Message::text(sent.to_string())).await.unwrap();
        }
        let wait = async {
            loop {
                let Some(Ok(message)) = socket.next().await else {
                    panic!("the socket closed before {kind} {status:?}");
                };
                let Message::Text(text) = message else {
                    continue;
                };
                let message: Value = serde_json::from_str(&text).unwrap();
                let told = message
                    .pointer(&format!("/payload{STATUS}"))
                    .and_then(Value::as_str);
                if message["type"] == kind && told == status {
                    return;
                }
            }
        };
        let waited = tokio::time::timeout(std::time::Duration::from_secs(15), wait).await;
        waited.expect("a message should come");
    };
    expect(Some(init), "connection_ack", None).await;
    expect(Some(subscribe), "next", Some("CONFIRMED")).await;
    cancel(&alice, &id).await;
    expect(None, "next", Some("CANCELLED")).await;
}

//! Clients that do not read.

use std::time::Duration;

use serde_json::json;
use tests::*;

use super::{CHANGED, SCHEMA, socket::Socket};

#[apply(on_both_databases!)]
async fn a_client_that_does_not_read_is_given_up(app: TestApp) {
    let studio = app.studio("studio").build().await;
    let alice = app.as_user("alice");
    let booked = studio.book(&alice, "2026-03-03T10:00:00Z").await;
    let payload = json!({
        "query": CHANGED,
        "variables": { "id": booked.text("createBooking.booking.id") },
    });
    let app = app.with_options(|options| {
        options.max_subscriptions = 1;
        options.send_timeout = Duration::from_millis(300);
    });

    let mut slow = Socket::ready(&app, &alice).await;
    assert_eq!(slow.run("s", payload.clone()).await["type"], "next");
    // Far more than the buffers of a connection hold.
    for id in 0..90 {
        slow.subscribe(&id.to_string(), json!({ "query": SCHEMA }))
            .await;
    }
    let mut other = Socket::ready(&app, &alice).await;
    let mut freed = false;
    for id in 0..100 {
        freed = freed || other.run(&id.to_string(), payload.clone()).await["type"] == "next";
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert!(freed, "the slow client still has its subscription");
}

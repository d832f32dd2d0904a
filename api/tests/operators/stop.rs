//! Stopping: what has begun is finished, and the process ends well.

use std::time::Duration;

use booking_gateway::domain::db::Db;
use futures_util::StreamExt;
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend};
use serde_json::json;
use tests::{apply, on_both_databases};
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::{Message, client::IntoClientRequest};

use crate::server::{Place, token};

/// Holds what every new business needs: the table, or in SQLite the right to write.
async fn locked(db: &Db) -> DatabaseTransaction {
    let lock = db.begin().await.unwrap();
    if db.backend() == DbBackend::Postgres {
        let table = lock.execute_unprepared("LOCK TABLE bizes IN EXCLUSIVE MODE");
        table.await.unwrap();
    }
    lock
}

/// A request waits for a lock that somebody else holds, while the server is told to stop.
#[apply(on_both_databases!)]
async fn what_has_begun_is_answered_and_sockets_are_told(place: Place) {
    let mut server = place.serve(&[]);
    let owner = token("demo|owner");
    let mut request = format!("ws://{}/graphql", server.address)
        .into_client_request()
        .unwrap();
    let protocol = "graphql-transport-ws".parse().unwrap();
    request
        .headers_mut()
        .insert("sec-websocket-protocol", protocol);
    let (mut socket, _) = connect_async(request).await.unwrap();

    let db = Db::connect(&place.url, 2).await.unwrap();
    let lock = locked(&db).await;
    let business = json!({ "name": "New", "slug": "new", "timeZone": "UTC", "currency": "EUR" });
    let create = "mutation Create($input: CreateBusinessInput!) { createBusiness(input: $input) { business { slug } userErrors { message } } }";
    let body = json!({ "query": create, "variables": { "input": business } });
    let answer = tokio::spawn(server.post(&owner, &body).send());
    tokio::time::sleep(Duration::from_millis(300)).await;

    server.terminate();
    server.lines("\"stopping\"").await;
    let closed = loop {
        match socket
            .next()
            .await
            .expect("a close frame")
            .expect("a message")
        {
            Message::Close(frame) => break frame.expect("a reason"),
            _ => continue,
        }
    };
    assert_eq!(u16::from(closed.code), 1001);
    drop(socket);
    let refused = reqwest::get(format!("http://{}/health/live", server.address)).await;
    assert!(refused.is_err(), "no new connections: {refused:?}");
    lock.rollback().await.unwrap();

    let answer = answer
        .await
        .unwrap()
        .expect("an answer")
        .text()
        .await
        .unwrap();
    assert!(answer.contains("\"slug\":\"new\""), "{answer}");
    assert!(server.ended().await, "{}", server.log());
}

#[apply(on_both_databases!)]
async fn what_does_not_end_is_given_up(place: Place) {
    let mut server = place.serve(&[("SHUTDOWN_GRACE", "500ms")]);
    let db = Db::connect(&place.url, 2).await.unwrap();
    let lock = locked(&db).await;
    let business = json!({ "name": "New", "slug": "new", "timeZone": "UTC", "currency": "EUR" });
    let create = "mutation ($input: CreateBusinessInput!) { createBusiness(input: $input) { business { slug } } }";
    let body = json!({ "query": create, "variables": { "input": business } });
    let answer = tokio::spawn(server.post(&token("demo|owner"), &body).send());
    tokio::time::sleep(Duration::from_millis(300)).await;

    server.terminate();

    server
        .lines("stopped before every request was answered")
        .await;
    drop(answer);
    assert!(server.ended().await, "{}", server.log());
    lock.rollback().await.unwrap();
}

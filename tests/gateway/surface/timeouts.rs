//! The time that an operation has.

use std::time::Duration;

use axum::http::StatusCode;
use sea_orm::{ConnectionTrait, TransactionTrait};
use serde_json::json;
use tests::*;

use super::{creating, exists, socket::Socket};

/// Nobody else may write for a while.
async fn lock(app: &TestApp) -> sea_orm::DatabaseTransaction {
    let transaction = app.db().begin().await.unwrap();
    let sql = match app.backend() {
        Backend::Postgres => "LOCK TABLE bizes IN EXCLUSIVE MODE",
        Backend::Sqlite => "UPDATE bizes SET name = name",
    };
    transaction.execute_unprepared(sql).await.unwrap();
    transaction
}

#[apply(on_both_databases!)]
async fn an_operation_that_takes_too_long_is_given_up_and_leaves_nothing(app: TestApp) {
    let alice = app.as_user("alice");
    alice
        .graphql("{ viewer { user { id } } }", json!({}))
        .await
        .expect_ok();
    let brief = Duration::from_millis(700);
    let hurried = app
        .clone()
        .with_options(|options| options.request_timeout = brief);
    let alice = hurried.as_user("alice");
    let mut socket = Socket::ready(&hurried, &alice).await;

    let locked = lock(&app).await;
    let answer = alice.graphql(&creating("late"), json!({})).await;
    assert_eq!(
        answer.status,
        StatusCode::GATEWAY_TIMEOUT,
        "{}",
        answer.body
    );
    assert_eq!(answer.error_code(), "TIMEOUT");
    let told = socket.run("1", json!({ "query": creating("later") })).await;
    assert_eq!(told["type"], "error");
    assert_eq!(told["payload"][0]["extensions"]["code"], "TIMEOUT");
    locked.rollback().await.unwrap();

    // What waited for the lock does not wake up when it is free.
    tokio::time::sleep(brief).await;
    assert!(!exists(&alice, "late").await && !exists(&alice, "later").await);
    let again = alice.graphql(&creating("late"), json!({})).await;
    again.expect_done("createBusiness");
}

//! Documents that clients need not send: persisted and trusted ones.

use axum::http::StatusCode;
use booking_gateway::graphql::limits::{Gauge, Limits};
use booking_gateway::http::{ManifestError, Trusted};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tests::*;

use super::{creating, exists, socket::Socket};

const NAME: &str = "query Name { viewer { user { name } } }";

fn hash(document: &str) -> String {
    let digest = Sha256::digest(document);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn persisted(document: &str) -> Value {
    json!({ "persistedQuery": { "version": 1, "sha256Hash": hash(document) } })
}

fn by_get(document: &str) -> String {
    let extensions = persisted(document).to_string();
    let extensions: String = url::form_urlencoded::byte_serialize(extensions.as_bytes()).collect();
    format!("{ENDPOINT}?operationName=Name&extensions={extensions}")
}

#[apply(on_both_databases!)]
async fn a_document_is_known_by_its_hash_once_it_was_sent(app: TestApp) {
    let alice = app.as_user("alice");
    let named = json!({ "extensions": persisted(NAME) });
    let whole = json!({ "query": NAME, "extensions": persisted(NAME) });

    // What Apollo Client looks for.
    let unknown = alice.post(&named).await;
    assert_eq!(unknown.status, StatusCode::OK);
    assert_eq!(unknown.error_code(), "PERSISTED_QUERY_NOT_FOUND");
    assert_eq!(
        unknown.json()["errors"][0]["message"],
        "PersistedQueryNotFound"
    );
    assert_eq!(unknown.json().get("data"), None);

    let first = alice.post(&whole).await.expect_ok();
    assert_eq!(first.text("viewer.user.name"), "Alice");
    let again = alice.post(&named).await.expect_ok();
    assert_eq!(again.text("viewer.user.name"), "Alice");
    let by_get = alice.get(&by_get(NAME)).await.expect_ok();
    assert_eq!(by_get.text("viewer.user.name"), "Alice");
    let by_id = json!({ "documentId": format!("sha256:{}", hash(NAME)) });
    let by_id = app.as_user("bob").post(&by_id).await.expect_ok();
    assert_eq!(by_id.text("viewer.user.name"), "Bob");
}

#[apply(on_both_databases!)]
async fn a_hash_must_be_the_documents(app: TestApp) {
    let alice = app.as_user("alice");
    let other = json!({ "query": NAME, "extensions": persisted("{ __typename }") });
    assert_eq!(alice.post(&other).await.error_code(), "BAD_REQUEST");
    let unknown = json!({ "extensions": persisted("{ __typename }") });
    let unknown = alice.post(&unknown).await;
    assert_eq!(unknown.error_code(), "PERSISTED_QUERY_NOT_FOUND");

    for extension in [
        json!({ "version": 2, "sha256Hash": hash(NAME) }),
        json!({ "version": 1, "sha256Hash": "abc" }),
        json!({ "version": 1 }),
        json!({}),
        json!("nonsense"),
    ] {
        let body = json!({ "query": NAME, "extensions": { "persistedQuery": extension } });
        let refused = alice.post(&body).await;
        assert_eq!(refused.error_code(), "BAD_REQUEST", "{extension}");
    }
}

#[apply(on_both_databases!)]
async fn what_is_no_document_is_not_kept(app: TestApp) {
    let alice = app.as_user("alice");
    let broken = "{ viewer {";
    let sent = json!({ "query": broken, "extensions": persisted(broken) });
    assert_eq!(alice.post(&sent).await.error_code(), "BAD_REQUEST");
    let named = json!({ "extensions": persisted(broken) });
    let unknown = alice.post(&named).await;
    assert_eq!(unknown.error_code(), "PERSISTED_QUERY_NOT_FOUND");
}

#[apply(on_both_databases!)]
async fn a_persisted_mutation_does_not_run_by_get(app: TestApp) {
    let alice = app.as_user("alice");
    let document = creating("persisted");
    let whole = json!({ "query": document, "extensions": persisted(&document) });
    alice.post(&whole).await.expect_done("createBusiness");

    let path = by_get(&document).replace("operationName=Name&", "");
    let refused = alice.get(&path).await;
    assert_eq!(refused.status, StatusCode::METHOD_NOT_ALLOWED);
    assert!(exists(&alice, "persisted").await);
}

#[apply(on_both_databases!)]
async fn a_persisted_document_is_known_on_every_transport(app: TestApp) {
    let alice = app.as_user("alice");
    let whole = json!({ "query": NAME, "extensions": persisted(NAME) });
    let named = json!({ "extensions": persisted(NAME) });

    let mut socket = Socket::ready(&app, &alice).await;
    let unknown = socket.run("1", named.clone()).await;
    assert_eq!(unknown["type"], "error");
    assert_eq!(
        unknown["payload"][0]["extensions"]["code"],
        "PERSISTED_QUERY_NOT_FOUND"
    );
    let kept = socket.run("1", whole).await;
    assert_eq!(kept["payload"]["data"]["viewer"]["user"]["name"], "Alice");

    let events = alice.with_header("accept", "text/event-stream");
    let answer = events.post(&named).await;
    assert!(answer.body.contains(r#""name":"Alice""#), "{}", answer.body);
    let other = json!({ "extensions": persisted("{ __typename }") });
    let answer = events.post(&other).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(
        answer.body.contains("PersistedQueryNotFound"),
        "{}",
        answer.body
    );
}

#[apply(on_both_databases!)]
async fn persisted_documents_can_be_turned_off(app: TestApp) {
    let app = app.with_options(|options| options.documents.cache_bytes = 0);
    let whole = json!({ "query": NAME, "extensions": persisted(NAME) });
    app.as_user("alice").post(&whole).await.expect_ok();
    let named = json!({ "extensions": persisted(NAME) });
    let unknown = app.as_user("alice").post(&named).await;
    assert_eq!(unknown.error_code(), "PERSISTED_QUERY_NOT_FOUND");
}

fn read(app: &TestApp, manifest: &Value) -> Result<Trusted, ManifestError> {
    let schema = booking_gateway::graphql::schema(app.gateway.clone());
    let gauge = Gauge::new(&schema, Limits::default());
    Trusted::read([manifest.to_string()], &gauge)
}

#[apply(on_both_databases!)]
async fn trusted_documents_can_be_all_that_is_executed(app: TestApp) {
    let apollo = json!({
        "format": "apollo-persisted-query-manifest",
        "version": 1,
        "operations": [{ "id": "name-1", "name": "Name", "type": "query", "body": NAME }],
    });
    let map = json!({ "name-1": NAME, hash(NAME): NAME });
    for manifest in [apollo, map] {
        let trusted = read(&app, &manifest).unwrap();
        let only = app.clone().with_options(|options| {
            options.documents.trusted = trusted.clone();
            options.documents.only_trusted = true;
        });
        let alice = only.as_user("alice");

        for body in [
            json!({ "documentId": "name-1" }),
            json!({ "doc_id": "name-1", "variables": {} }),
            json!({ "query": NAME }),
            json!({ "query": NAME, "extensions": persisted(NAME) }),
        ] {
            let answer = alice.post(&body).await.expect_ok();
            assert_eq!(answer.text("viewer.user.name"), "Alice", "{body}");
        }
        let other = "{ viewer { user { id } } }";
        for body in [
            json!({ "query": other }),
            json!({ "query": format!("{NAME} ") }),
            json!({ "query": other, "extensions": persisted(other) }),
            json!({ "query": other, "documentId": "name-1" }),
            json!({ "query": "{ __schema { types { name } } }" }),
        ] {
            let refused = alice.post(&body).await;
            assert_eq!(refused.error_code(), "BAD_REQUEST", "{body}");
            assert_eq!(refused.json().get("data"), None);
        }
        for body in [
            json!({ "documentId": "name-2" }),
            json!({ "extensions": persisted(other) }),
        ] {
            let refused = alice.post(&body).await;
            assert_eq!(refused.error_code(), "PERSISTED_QUERY_NOT_FOUND", "{body}");
        }
        let mut socket = Socket::ready(&only, &alice).await;
        let told = socket.run("1", json!({ "query": other })).await;
        assert_eq!(told["type"], "error");
        let told = socket.run("2", json!({ "documentId": "name-1" })).await;
        assert_eq!(told["type"], "next");

        // Beside others, they are one more way.
        let both = app
            .clone()
            .with_options(|options| options.documents.trusted = trusted);
        let alice = both.as_user("alice");
        let named = json!({ "documentId": "name-1" });
        alice.post(&named).await.expect_ok();
        alice.post(&json!({ "query": other })).await.expect_ok();
    }
}

#[apply(on_both_databases!)]
async fn a_manifest_is_checked_before_it_is_used(app: TestApp) {
    for bad in [
        json!([]),
        json!({ "a": 1 }),
        json!({ "operations": [{ "id": "a" }] }),
        json!({ "a": "{ viewer {" }),
        json!({ "a": "type Query { a: Int }" }),
        json!({ "operations": [{ "id": "a", "body": "{ a }" }, { "id": "a", "body": "{ b }" }] }),
        json!({ "a": format!("{{ viewer {{ {} }} }}", "id ".repeat(6_000)) }),
    ] {
        assert!(read(&app, &bad).is_err(), "{bad}");
    }
    let two =
        json!({ "operations": [{ "id": "a", "body": "{ a }" }, { "id": "a", "body": "{ a }" }] });
    assert_eq!(read(&app, &two).unwrap().len(), 1);
}

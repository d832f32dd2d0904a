//! Requests that make no sense: each gets a clear answer with a code, and never a 5xx.

use axum::body::Body;
use axum::http::{Method, Request, header};
use serde_json::json;
use tests::*;

const JSON: &str = "application/json";

#[apply(on_both_databases!)]
async fn a_body_that_is_no_request_is_a_bad_request(app: TestApp) {
    let bodies: [(&str, &[u8]); 10] = [
        ("nothing", b""),
        ("half an object", b"{"),
        ("not JSON", b"query { __typename }"),
        ("not text", b"\xff\xfe\x00"),
        ("a number", b"42"),
        ("null", b"null"),
        ("an empty list", b"[]"),
        ("no query", br#"{ "variables": {} }"#),
        ("a query that is no text", br#"{ "query": 7 }"#),
        (
            "variables that are no object",
            br#"{ "query": "{ __typename }", "variables": 7 }"#,
        ),
    ];

    for (what, body) in bodies {
        let answer = app.anonymous().post_raw(JSON, body).await;
        assert!(answer.status.is_client_error(), "{what}: {answer:?}");
        assert_eq!(answer.error_code(), "BAD_REQUEST", "{what}");
    }
}

#[apply(on_both_databases!)]
async fn a_document_that_does_not_fit_the_schema_is_a_bad_request(app: TestApp) {
    let documents = [
        ("empty", String::new()),
        ("a syntax error", "{ viewer {".to_owned()),
        ("an unknown field", "{ nonsense }".to_owned()),
        (
            "an unknown argument",
            "{ viewer(id: 7) { user { id } } }".to_owned(),
        ),
        ("no selection", "{ viewer }".to_owned()),
        ("a missing argument", "{ node { id } }".to_owned()),
        ("a wrong type", "{ node(id: { a: 1 }) { id } }".to_owned()),
        (
            "a missing variable",
            "query ($id: ID!) { node(id: $id) { id } }".to_owned(),
        ),
        (
            "an undefined variable",
            "{ node(id: $id) { id } }".to_owned(),
        ),
        ("an unknown fragment", "{ ...Nonsense }".to_owned()),
        (
            "two anonymous operations",
            "{ __typename } { __typename }".to_owned(),
        ),
        ("an unknown mutation", "mutation { nonsense }".to_owned()),
    ];

    for (what, document) in documents {
        let answer = app.anonymous().graphql(&document, json!({})).await;
        assert!(!answer.status.is_server_error(), "{what}: {answer:?}");
        let codes = answer.error_codes();
        assert!(!codes.is_empty(), "{what}: {answer:?}");
        assert!(
            codes.iter().all(|code| *code == "BAD_REQUEST"),
            "{what}: {answer:?}"
        );
    }
}

#[apply(on_both_databases!)]
async fn an_operation_that_is_not_there_is_a_bad_request(app: TestApp) {
    let body = json!({ "query": "query A { __typename }", "operationName": "B" });

    let answer = app.anonymous().post(&body).await;

    assert!(!answer.status.is_server_error(), "{answer:?}");
    assert_eq!(answer.error_code(), "BAD_REQUEST");
}

#[apply(on_both_databases!)]
async fn only_json_is_understood(app: TestApp) {
    for content_type in ["text/plain", "application/xml", "nonsense"] {
        let answer = app
            .anonymous()
            .post_raw(content_type, r#"{ "query": "{ __typename }" }"#)
            .await;
        assert_eq!(answer.status, 415, "{content_type}: {answer:?}");
        assert_eq!(answer.error_code(), "BAD_REQUEST", "{content_type}");
    }
}

#[apply(on_both_databases!)]
async fn a_mutation_cannot_be_fetched(app: TestApp) {
    let path = format!("{ENDPOINT}?query=mutation%20%7B%20__typename%20%7D");

    let answer = app.anonymous().get(&path).await;

    assert_eq!(answer.status, 405, "{answer:?}");
    assert_eq!(answer.error_code(), "BAD_REQUEST");
}

#[apply(on_both_databases!)]
async fn other_methods_are_refused(app: TestApp) {
    for method in [Method::PUT, Method::DELETE, Method::PATCH] {
        let request = Request::builder()
            .method(method.clone())
            .uri(ENDPOINT)
            .header(header::CONTENT_TYPE, JSON)
            .body(Body::from(r#"{ "query": "{ __typename }" }"#));
        let answer = app.anonymous().send(request.unwrap()).await;
        assert_eq!(answer.status, 405, "{method}: {answer:?}");
    }
}

#[apply(on_both_databases!)]
async fn a_body_without_end_is_refused(app: TestApp) {
    let body = json!({ "query": "{ __typename }", "variables": { "x": "x".repeat(16 << 20) } });

    let answer = app.anonymous().post(&body).await;

    assert_eq!(answer.status, 413, "{}", answer.status);
    assert_eq!(answer.error_code(), "BAD_REQUEST");
}

#[apply(on_both_databases!)]
async fn every_answer_names_its_request(app: TestApp) {
    let good = app.anonymous().graphql("{ __typename }", json!({})).await;
    let bad = app.anonymous().post_raw(JSON, "{").await;

    for answer in [&good, &bad] {
        let id = answer.headers.get("x-request-id");
        assert!(id.is_some_and(|id| !id.is_empty()), "{answer:?}");
    }
    assert_ne!(
        good.headers.get("x-request-id"),
        bad.headers.get("x-request-id")
    );
}

//! Server-sent events: the distinct connections mode of graphql-sse.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use serde_json::json;
use tests::*;

const STREAM: &str = "text/event-stream";

#[apply(on_both_databases!)]
async fn any_operation_is_a_stream_that_completes(app: TestApp) {
    let alice = app.as_user("alice").with_header("accept", STREAM);
    let answer = alice
        .graphql("{ viewer { user { name } } }", json!({}))
        .await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.headers[header::CONTENT_TYPE], STREAM);
    let events: Vec<_> = answer.body.split("\n\n").collect();
    assert!(
        events[0].starts_with("event: next\ndata: {"),
        "{}",
        answer.body
    );
    assert!(events[0].contains(r#""name":"Alice""#));
    // A browser drops an event without a data field.
    assert!(
        events[1].starts_with("event: complete\ndata:"),
        "{}",
        answer.body
    );
}

#[apply(on_both_databases!)]
async fn a_document_at_fault_is_told_in_the_stream_and_any_other_fault_before_it(app: TestApp) {
    let client = app.anonymous().with_header("accept", STREAM);
    for document in [
        "{ nonsense }",
        "{",
        "{ __typename } query",
        &"{a".repeat(5_000),
    ] {
        let answer = client.graphql(document, json!({})).await;
        assert_eq!(answer.headers[header::CONTENT_TYPE], STREAM, "{document}");
        assert!(
            answer.body.starts_with("event: next\ndata: {\"errors\":["),
            "{}",
            answer.body
        );
        assert!(!answer.body.contains("\"data\":null"), "{}", answer.body);
        assert!(answer.body.contains("event: complete"), "{}", answer.body);
    }

    let answer = client.post_raw("text/plain", "{}").await;
    assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    let answer = client.post_raw("application/json", "{}").await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    let stranger = client.clone().with_token("nonsense");
    let answer = stranger.graphql("{ __typename }", json!({})).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    let path = format!("{ENDPOINT}?query=mutation%7B__typename%7D");
    let request = Request::get(path).body(Body::empty()).unwrap();
    let answer = client.send(request).await;
    assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(answer.error_code(), "BAD_REQUEST");
}

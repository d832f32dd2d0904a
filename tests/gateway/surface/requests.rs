//! GraphQL over HTTP: which requests run, and which never do.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use serde_json::{Value, json};
use tests::*;

use super::{creating, exists};

const JSON: &str = "application/json";
const GRAPHQL: &str = "application/graphql-response+json";

fn percent(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

#[apply(on_both_databases!)]
async fn a_mutation_that_a_web_page_could_send_never_runs(app: TestApp) {
    let alice = app.as_user("alice");
    let document = creating("forged");
    let body = json!({ "query": document }).to_string();
    let form = format!("query={}", percent(&document));
    let parts = format!(
        "--x\r\nContent-Disposition: form-data; name=\"operations\"\r\n\r\n{body}\r\n--x--\r\n"
    );

    for (content_type, body) in [
        (Some("text/plain"), &body),
        (Some("text/plain; charset=application/json"), &body),
        (Some("text/plain, application/json"), &body),
        (Some("application/graphql"), &document),
        (Some("application/x-www-form-urlencoded"), &form),
        (Some("application/x-www-form-urlencoded"), &body),
        (Some("multipart/form-data; boundary=x"), &parts),
        (Some("multipart/form-data; boundary=x"), &body),
        (Some(""), &body),
        (None, &body),
    ] {
        let mut request = Request::post(ENDPOINT);
        if let Some(content_type) = content_type {
            request = request.header(header::CONTENT_TYPE, content_type);
        }
        let request = request.body(Body::from(body.clone())).unwrap();
        let answer = alice.send(request).await;
        assert_eq!(
            answer.status,
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "{content_type:?}"
        );
        assert_eq!(answer.error_code(), "BAD_REQUEST");
    }
    // Not two types either, of which a proxy might have looked at the other.
    let request = Request::post(ENDPOINT)
        .header(header::CONTENT_TYPE, "text/plain")
        .header(header::CONTENT_TYPE, JSON)
        .body(Body::from(body.clone()));
    let answer = alice.send(request.unwrap()).await;
    assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);

    assert!(!exists(&alice, "forged").await);
    let answer = alice.post_raw("Application/JSON;charset=UTF-8", body).await;
    answer.expect_done("createBusiness");
    assert!(exists(&alice, "forged").await);
}

#[apply(on_both_databases!)]
async fn a_mutation_by_get_never_runs_whatever_comes_with_it(app: TestApp) {
    let alice = app.as_user("alice");
    let document = percent(&creating("forged"));
    let named = percent(&format!("query Read {{ __typename }} {}", {
        creating("forged").replacen("mutation", "mutation Write", 1)
    }));

    for path in [
        format!("{ENDPOINT}?query={document}"),
        format!("{ENDPOINT}?query={document}&operationName="),
        format!("{ENDPOINT}?query={named}&operationName=Write"),
        format!("{ENDPOINT}?operationName=Write&query={named}&variables={{}}"),
    ] {
        for (accept, content_type) in [
            (JSON, None),
            (GRAPHQL, Some(JSON)),
            ("text/event-stream", None),
        ] {
            let mut request = Request::get(&path).header(header::ACCEPT, accept);
            if let Some(content_type) = content_type {
                request = request.header(header::CONTENT_TYPE, content_type);
            }
            let answer = alice.send(request.body(Body::empty()).unwrap()).await;
            assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{path}");
            assert_eq!(answer.headers[header::ALLOW], "POST");
            assert_eq!(answer.error_code(), "BAD_REQUEST");
        }
    }
    assert!(!exists(&alice, "forged").await);

    let read = alice
        .get(&format!("{ENDPOINT}?query={named}&operationName=Read"))
        .await;
    assert_eq!(read.expect_ok().text("__typename"), "Query");
}

#[apply(on_both_databases!)]
async fn other_methods_are_told_which_ones_there_are(app: TestApp) {
    for method in [Method::PUT, Method::DELETE, Method::PATCH, Method::HEAD] {
        let request = Request::builder().method(&method).uri(ENDPOINT);
        let request = request.body(Body::empty()).unwrap();
        let answer = app.anonymous().send(request).await;
        assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{method}");
        assert_eq!(answer.headers[header::ALLOW], "GET, POST");
    }
}

#[apply(on_both_databases!)]
async fn there_are_no_batches(app: TestApp) {
    let one = json!({ "query": "{ __typename }" });
    for body in [
        json!([one, one]),
        json!([one]),
        json!([]),
        json!(["{ __typename }"]),
    ] {
        let answer = app.anonymous().post(&body).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{body}");
        assert_eq!(answer.error_code(), "BAD_REQUEST");
    }
}

#[apply(on_both_databases!)]
async fn a_request_that_is_not_executed_has_no_data_and_the_status_of_its_form(app: TestApp) {
    for (accept, document, status) in [
        (JSON, "{ __typename }", 200),
        (JSON, "{ nonsense }", 200),
        (JSON, "{", 200),
        (GRAPHQL, "{ __typename }", 200),
        (GRAPHQL, "{ nonsense }", 400),
        (GRAPHQL, "{", 400),
        (GRAPHQL, "", 400),
        (JSON, "", 400),
        (GRAPHQL, "subscription { bookingChanged { id } }", 400),
    ] {
        let client = app.anonymous().with_header("accept", accept);
        let answer = client.graphql(document, json!({})).await;
        assert_eq!(answer.status.as_u16(), status, "{accept} {document:?}");
        let content_type = answer.headers[header::CONTENT_TYPE].to_str().unwrap();
        assert_eq!(content_type, format!("{accept}; charset=utf-8"));
        let is_good = document.contains("__typename");
        assert_eq!(answer.json().get("data").is_some(), is_good, "{answer:?}");
    }
}

#[apply(on_both_databases!)]
async fn an_error_makes_null_of_its_own_field_and_of_no_other(app: TestApp) {
    let studio = app.studio("yoga").build().await;
    let fields = [
        "node(id: $bad) { id }",
        "business(by: { id: $bad }) { id }",
        "offer(id: $bad) { id }",
        "booking(id: $bad) { id }",
        "packagePurchase(id: $bad) { id }",
        "classSchedule(id: $bad) { id }",
        "classOccurrence(id: $bad) { id }",
        "queue(id: $bad) { id }",
        "queueEntry(id: $bad) { id }",
    ];
    for field in fields {
        let document = format!(
            "query($bad: ID!, $good: ID!) {{ bad: {field} good: node(id: $good) {{ id }} }}"
        );
        let variables = json!({ "bad": "no id", "good": studio.business_id });
        let answer = app.anonymous().graphql(&document, variables).await;
        assert_eq!(answer.error_code(), "BAD_REQUEST", "{}", answer.body);
        assert_eq!(answer.json()["errors"][0]["path"], json!(["bad"]));
        assert_eq!(answer.data("bad"), &Value::Null, "{}", answer.body);
        assert_eq!(answer.text("good.id"), studio.business_id);
    }

    let several = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }";
    let variables = json!({ "ids": [studio.business_id, "no id", studio.offer_id] });
    let answer = app.anonymous().graphql(several, variables).await;
    assert_eq!(answer.json()["errors"][0]["path"], json!(["nodes", 1]));
    assert_eq!(answer.text("nodes.0.id"), studio.business_id);
    assert_eq!(answer.data("nodes.1"), &Value::Null);
    assert_eq!(answer.text("nodes.2.id"), studio.offer_id);
}

#[apply(on_both_databases!)]
async fn errors_tell_nothing_by_the_thousand(app: TestApp) {
    let fields: Vec<_> = (0..1_000).map(|n| format!("x{n}")).collect();
    let document = format!("{{ viewer {{ {} }} }}", fields.join(" "));
    let answer = app.anonymous().graphql(&document, json!({})).await;
    assert_eq!(answer.error_codes().len(), 20, "{}", answer.body);

    let long = format!("{{ viewer {{ {} & }} }}", "long ".repeat(900));
    let answer = app.anonymous().graphql(&long, json!({})).await;
    assert_eq!(answer.error_code(), "BAD_REQUEST");
    assert!(answer.body.len() < 1_000, "{}", answer.body);
}

fn preflight(origin: &str) -> Request<Body> {
    Request::options(ENDPOINT)
        .header(header::ORIGIN, origin)
        .header(header::ACCESS_CONTROL_REQUEST_METHOD, "POST")
        .header(
            header::ACCESS_CONTROL_REQUEST_HEADERS,
            "content-type,authorization",
        )
        .body(Body::empty())
        .unwrap()
}

#[apply(on_both_databases!)]
async fn pages_of_other_origins_may_call_by_setting_only(app: TestApp) {
    let (ours, other) = ("https://app.example.test", "https://evil.example.test");
    let allowed = |answer: &GraphQlResponse| {
        let value = answer.headers.get(header::ACCESS_CONTROL_ALLOW_ORIGIN);
        value.map(|value| value.to_str().unwrap().to_owned())
    };
    let closed = app.anonymous();
    assert_eq!(allowed(&closed.send(preflight(ours)).await), None);

    let open = app.with_options(|options| options.origins = ours.parse().unwrap());
    let client = open.anonymous();
    let answer = client.send(preflight(ours)).await;
    assert!(answer.status.is_success());
    assert_eq!(allowed(&answer).as_deref(), Some(ours));
    let headers = answer.headers[header::ACCESS_CONTROL_ALLOW_HEADERS]
        .to_str()
        .unwrap();
    assert!(headers.contains("authorization") && headers.contains("content-type"));
    assert!(
        !answer
            .headers
            .contains_key(header::ACCESS_CONTROL_ALLOW_CREDENTIALS)
    );
    assert_eq!(allowed(&client.send(preflight(other)).await), None);
}

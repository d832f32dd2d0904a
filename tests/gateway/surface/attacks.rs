//! Documents that are made to hurt. Each is answered soon, and leaves the gateway answering others.

use std::time::{Duration, Instant};

use axum::http::StatusCode;
use serde_json::{Value, json};
use tests::*;

/// Long, for a build without optimisation on a machine with other things to do; without the limits, the
/// least of these takes minutes, or the process with it.
const PATIENCE: Duration = Duration::from_secs(10);

/// Fragments that spread the next one twice each.
fn bomb(fragments: usize) -> String {
    let mut document = "{ ...F0 }".to_owned();
    for n in 0..fragments {
        let next = n + 1;
        document += &format!(" fragment F{n} on Query {{ ...F{next} ...F{next} }}");
    }
    document + &format!(" fragment F{fragments} on Query {{ __typename }}")
}

/// Fragments that spread each other in a ring.
fn ring(fragments: usize) -> String {
    let mut document = "{ ...F0 }".to_owned();
    for n in 0..fragments {
        let next = (n + 1) % fragments;
        document += &format!(" fragment F{n} on Query {{ __typename ...F{next} }}");
    }
    document
}

/// Fragments that spread the next one, but no operation that spreads them.
fn unused(document: &str) -> String {
    document.replacen("{ ...F0 }", "{ __typename }", 1)
}

/// As many selection sets as fit, each of which spreads a fragment as large as fits.
fn product() -> String {
    let fields = "__typename ".repeat(1_000);
    let spreads = "... { ...F } ".repeat(500);
    format!("{{ {spreads} }} fragment F on Query {{ {fields} }}")
}

fn chain(fragments: usize) -> String {
    bomb(fragments).replace(" ...F1 ...F1", " ...F1")
}

fn attacks() -> Vec<(&'static str, String, &'static str)> {
    let many = |text: &str, times: usize| text.repeat(times);
    let complex = "QUERY_TOO_COMPLEX";
    let bad = "BAD_REQUEST";
    vec![
        ("deep fields", many("{a", 5_000), complex),
        (
            "deep fields that end",
            many("{a", 5_000) + &many("}", 5_000),
            complex,
        ),
        (
            "deep lists",
            format!("{{ a(b: {}", many("[", 5_000)),
            complex,
        ),
        (
            "deep objects",
            format!("{{ a(b: {}", many("{c:", 5_000)),
            complex,
        ),
        (
            "deep types",
            format!("query ($a: {}", many("[", 5_000)),
            complex,
        ),
        (
            "duplicate fields",
            format!("{{ {} }}", many("__typename ", 500)),
            complex,
        ),
        (
            "repeated directives",
            format!("{{ __typename {} }}", many("@skip(if: false) ", 100)),
            complex,
        ),
        (
            "unknown directives",
            format!("{{ __typename {} }}", many("@aa", 100)),
            complex,
        ),
        (
            "directives of an operation",
            format!("query {} {{ __typename }}", many("@aa", 100)),
            complex,
        ),
        (
            "aliases",
            format!(
                "{{ {} }}",
                (0..200)
                    .map(|n| format!("a{n}: __typename "))
                    .collect::<String>()
            ),
            complex,
        ),
        (
            "many operations",
            (0..600)
                .map(|n| format!("query Q{n} {{ __typename }} "))
                .collect(),
            bad,
        ),
        ("a fragment bomb", bomb(100), complex),
        (
            "a fragment bomb that nobody uses",
            unused(&bomb(40)),
            complex,
        ),
        ("a ring of fragments", ring(50), bad),
        (
            "a ring of fragments that nobody uses",
            unused(&ring(50)),
            bad,
        ),
        (
            "a fragment of itself",
            "{ ...F } fragment F on Query { ...F }".to_owned(),
            bad,
        ),
        ("a long chain of fragments", chain(400), complex),
        ("a product of fragments", product(), complex),
        (
            "the schema's types of types",
            format!(
                "{{ __schema {{ types {} }} }}",
                many("{ fields { type ", 5) + "{ name }" + &many("}}", 5)
            ),
            complex,
        ),
        (
            "a string without an end",
            format!("{{ a(b: \"{}", many("x", 500_000)),
            bad,
        ),
        (
            "half a megabyte of white space",
            many(" ", 500_000) + "{ nonsense }",
            bad,
        ),
        (
            "half a megabyte of comments",
            many("#x\n", 170_000) + "{ nonsense }",
            bad,
        ),
        (
            "unknown fields",
            format!(
                "{{ viewer {{ {} }} }}",
                (0..1_400).map(|n| format!("viewr{n} ")).collect::<String>()
            ),
            bad,
        ),
        (
            "unknown variables",
            format!(
                "query ({}) {{ __typename }}",
                (0..1_200).map(|n| format!("$v{n}: I ")).collect::<String>()
            ),
            bad,
        ),
        (
            "a long list of nothing",
            format!("{{ nodes(ids: [{}]) {{ id }} }}", many("{} ", 2_000)),
            bad,
        ),
    ]
}

#[apply(on_both_databases!)]
async fn each_attack_is_answered_soon(app: TestApp) {
    let client = app.anonymous();
    for (name, document, code) in attacks() {
        let began = Instant::now();
        let answer = client.graphql(&document, json!({})).await;
        let took = began.elapsed();
        let codes = answer.error_codes();
        assert!(
            codes.iter().all(|it| *it == code) && !codes.is_empty(),
            "{name}: {:.300}",
            answer.body
        );
        assert!(took < PATIENCE, "{name} took {took:?}");
        assert!(
            answer.body.len() < 10_000,
            "{name}: {} bytes",
            answer.body.len()
        );
        if std::env::var_os("SHOW_TIMES").is_some() {
            eprintln!("{took:>12?} {name}");
        }
    }
}

#[apply(on_both_databases!)]
async fn a_document_of_three_megabytes_is_not_even_read(app: TestApp) {
    let document = format!("{{ {} }}", "__typename ".repeat(300_000));
    let answer = app.anonymous().graphql(&document, json!({})).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    // Where a larger body is allowed, it is not parsed.
    let app = app.with_options(|options| options.body_limit = 8 << 20);
    let answer = app.anonymous().graphql(&document, json!({})).await;
    assert_eq!(answer.error_code(), "QUERY_TOO_COMPLEX");
}

#[apply(on_both_databases!)]
async fn large_variables_are_answered_soon(app: TestApp) {
    let nodes = "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }";
    let node = "query ($id: ID!) { node(id: $id) { id } }";
    let create = "mutation ($input: CreateBusinessInput!) { createBusiness(input: $input) { business { id } } }";
    let mut deep = json!(1);
    for _ in 0..100 {
        deep = json!([deep]);
    }
    let many: Value = (0..90_000).map(|n| n.to_string()).collect();
    let wide: serde_json::Map<_, _> = (0..40_000).map(|n| (format!("k{n}"), json!(n))).collect();
    for (document, variables) in [
        (nodes, json!({ "ids": many })),
        (nodes, json!({ "ids": vec![json!({}); 90_000] })),
        (node, json!({ "id": "x".repeat(900_000) })),
        (node, json!({ "id": deep })),
        (create, json!({ "input": wide })),
        (create, json!({ "input": deep })),
        (node, Value::Object(wide.clone())),
    ] {
        let began = Instant::now();
        let answer = app.as_user("alice").graphql(document, variables).await;
        let took = began.elapsed();
        assert!(!answer.error_codes().is_empty());
        assert!(
            !answer.error_codes().contains(&"INTERNAL"),
            "{:.300}",
            answer.body
        );
        assert!(took < PATIENCE, "{took:?}: {document}");
        if std::env::var_os("SHOW_TIMES").is_some() {
            eprintln!("{took:>12?} {document} {} bytes back", answer.body.len());
        }
    }
    // Deeper than a parser should go.
    let body = format!(
        "{{\"query\":\"{{a}}\",\"variables\":{{\"a\":{}",
        "[".repeat(100_000)
    );
    let answer = app.anonymous().post_raw("application/json", body).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
}

#[apply(on_both_databases!)]
async fn others_are_answered_meanwhile(app: TestApp) {
    let alice = app.as_user("alice");
    let attack = async {
        let documents = attacks();
        let client = app.anonymous();
        let send = |number: usize| {
            let (client, document) = (client.clone(), documents[number].1.clone());
            async move { client.graphql(&document, json!({})).await }
        };
        together(documents.len(), send).await
    };
    let usual = async {
        let mut longest = Duration::ZERO;
        for _ in 0..20 {
            let began = Instant::now();
            let answer = alice
                .graphql("{ viewer { user { name } } }", json!({}))
                .await;
            assert_eq!(answer.expect_ok().text("viewer.user.name"), "Alice");
            longest = longest.max(began.elapsed());
        }
        longest
    };
    let (_, longest) = tokio::join!(attack, usual);
    assert!(longest < PATIENCE, "{longest:?}");
}

//! What a document may ask for: each limit, just below and just above.

use axum::http::StatusCode;
use booking_gateway::graphql::limits::Limits;
use serde_json::{Value, json};
use tests::*;

fn wrapped(open: &str, inside: &str, close: &str, times: usize) -> String {
    format!("{}{inside}{}", open.repeat(times), close.repeat(times))
}

/// A document that has exactly so many tokens.
fn tokens(count: usize) -> String {
    format!("{{ nodes(ids: [{}]) {{ id }} }}", "1 ".repeat(count - 12))
}

fn brackets(count: usize) -> String {
    format!(
        "{{ node(id: {}) {{ id }} }}",
        wrapped("[", "", "]", count - 2)
    )
}

fn depth(count: usize) -> String {
    let types = wrapped("{ ofType ", "{ name }", "}", count - 2);
    format!("{{ __type(name: \"ID\") {types} }}")
}

fn nesting(count: usize) -> String {
    // Fields do not count here: a fragment within a fragment is no deeper.
    let inside = wrapped("{ ... ", "{ __typename }", "}", count - 2);
    format!("{{ ... {inside} }}")
}

fn fields(count: usize) -> String {
    format!("{{ viewer {{ user {{ {} }} }} }}", "id ".repeat(count - 2))
}

fn root_fields(count: usize) -> String {
    format!("{{ {} }}", "__typename ".repeat(count))
}

fn aliases(count: usize) -> String {
    let aliases: String = (0..count).map(|n| format!("a{n}: id ")).collect();
    format!("{{ viewer {{ user {{ {aliases} }} }} }}")
}

fn directives(count: usize) -> String {
    let fields = "id @include(if: true) ".repeat(count);
    format!("{{ viewer {{ user {{ {fields} }} }} }}")
}

fn directives_per_place(count: usize) -> String {
    format!("{{ viewer {{ user {{ id {} }} }} }}", "@a".repeat(count))
}

fn introspection(count: usize) -> String {
    let lists = wrapped("{ fields { type ", "{ name }", "}}", count);
    format!("{{ __type(name: \"User\") {lists} }}")
}

/// The limits of a document whose size is chosen: by name, with the default.
fn sized() -> [(&'static str, usize, fn(usize) -> String); 10] {
    let default = Limits::default();
    [
        ("tokens", default.tokens, tokens),
        ("brackets", 100, brackets),
        ("depth", default.depth, depth),
        ("nesting", 64, nesting),
        ("fields", default.fields, fields),
        ("rootFields", default.root_fields, root_fields),
        ("aliases", default.aliases, aliases),
        ("directives", default.directives, directives),
        (
            "directivesPerPlace",
            default.directives_per_place,
            directives_per_place,
        ),
        ("introspection", 2, introspection),
    ]
}

#[apply(on_both_databases!)]
async fn a_document_may_reach_each_limit_and_not_pass_it(app: TestApp) {
    let alice = app
        .as_user("alice")
        .with_header("accept", "application/graphql-response+json");
    for (name, most, document) in sized() {
        let within = alice.graphql(&document(most), json!({})).await;
        let codes = within.error_codes();
        assert!(
            !codes.contains(&"QUERY_TOO_COMPLEX"),
            "{name}: {}",
            within.body
        );

        let beyond = alice.graphql(&document(most + 1), json!({})).await;
        assert_eq!(beyond.status, StatusCode::BAD_REQUEST, "{name}");
        assert_eq!(
            beyond.error_code(),
            "QUERY_TOO_COMPLEX",
            "{name}: {}",
            beyond.body
        );
        assert_eq!(beyond.json().get("data"), None);
        let extensions = &beyond.json()["errors"][0]["extensions"];
        assert_eq!(extensions["limit"], name, "{}", beyond.body);
        assert_eq!(extensions["maximum"], most, "{}", beyond.body);
    }
}

#[apply(on_both_databases!)]
async fn each_limit_is_a_setting(app: TestApp) {
    let small = app.with_options(|options| {
        let limits = &mut options.limits;
        limits.tokens = 40;
        limits.depth = 4;
        limits.fields = 8;
        limits.root_fields = 3;
        limits.aliases = 2;
        limits.directives = 2;
        limits.directives_per_place = 1;
    });
    let alice = small.as_user("alice");
    for (name, most) in [
        ("tokens", 40),
        ("depth", 4),
        ("fields", 8),
        ("rootFields", 3),
        ("aliases", 2),
        ("directives", 2),
        ("directivesPerPlace", 1),
    ] {
        let (_, _, document) = sized().into_iter().find(|(it, ..)| *it == name).unwrap();
        let within = alice.graphql(&document(most), json!({})).await;
        assert!(
            !within.error_codes().contains(&"QUERY_TOO_COMPLEX"),
            "{}",
            within.body
        );
        let beyond = alice.graphql(&document(most + 1), json!({})).await;
        assert_eq!(
            beyond.json()["errors"][0]["extensions"]["limit"],
            name,
            "{}",
            beyond.body
        );
    }
}

#[apply(on_both_databases!)]
async fn the_body_may_be_so_long(app: TestApp) {
    let app = app.with_options(|options| options.body_limit = 1_000);
    let body = |length: usize| {
        let body = json!({ "query": "{ __typename }" }).to_string();
        let blanks = " ".repeat(length - body.len());
        body + &blanks
    };
    let within = app
        .anonymous()
        .post_raw("application/json", body(1_000))
        .await;
    assert_eq!(within.expect_ok().text("__typename"), "Query");
    let beyond = app
        .anonymous()
        .post_raw("application/json", body(1_001))
        .await;
    assert_eq!(beyond.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(beyond.error_code(), "BAD_REQUEST");
}

async fn cost(client: &Client, document: &str, variables: Value) -> u64 {
    let answer = client.graphql(document, variables).await;
    let cost = &answer.json()["extensions"]["cost"];
    assert_eq!(cost["maximum"], Limits::default().cost, "{}", answer.body);
    cost["requested"].as_u64().unwrap()
}

#[apply(on_both_databases!)]
async fn an_operation_costs_what_it_can_return(app: TestApp) {
    let alice = app.as_user("alice");
    let offers = "fragment Offers on Business { offers(first: 7) { edges { node { id } } } }";
    let by = "by: { slug: \"none\" }";
    for (document, expected) in [
        ("{ __typename }".to_owned(), 1),
        ("{ viewer { user { id name } } }".to_owned(), 2),
        (
            "{ a: viewer { user { id } } viewer { user { id } } }".to_owned(),
            4,
        ),
        ("{ viewer @skip(if: true) { user { id } } }".to_owned(), 2),
        // The connection, and the default page of 20.
        ("{ businesses { nodes { id } } }".to_owned(), 1 + 20),
        (
            "{ businesses { edges { cursor node { id } } } }".to_owned(),
            1 + 20,
        ),
        (
            "{ businesses(first: 3) { nodes { id } edges { node { id } } } }".to_owned(),
            1 + 3 + 3,
        ),
        (
            "{ businesses(last: 100) { totalCount nodes { id } } }".to_owned(),
            1 + 5 + 100,
        ),
        (
            "{ businesses(first: 4) { pageInfo { hasNextPage } } }".to_owned(),
            1 + 1,
        ),
        // Nested pages multiply, in fragments too.
        (
            "{ businesses(first: 10) { nodes { offers(first: 5) { nodes { id } } } } }".to_owned(),
            1 + 10 * (1 + 1 + 5),
        ),
        (
            format!("{{ businesses {{ nodes {{ ...Offers }} }} }} {offers}"),
            1 + 20 * (1 + 1 + 7),
        ),
        (
            format!(
                "{{ businesses {{ ...P }} }} fragment P on BusinessConnection {{ nodes {{ ...Offers }} }} {offers}"
            ),
            1 + 20 * (1 + 1 + 7),
        ),
        (
            format!(
                "{{ business({by}) {{ ...Offers ... on Business {{ ...Offers }} }} }} {offers}"
            ),
            1 + 2 * (1 + 7),
        ),
        ("{ nodes(ids: [\"a\", \"b\", \"c\"]) { id } }".to_owned(), 3),
        ("{ __schema { types { name } } }".to_owned(), 10),
    ] {
        assert_eq!(
            cost(&alice, &document, json!({})).await,
            expected,
            "{document}"
        );
    }

    let sized = "query ($n: Int = 6, $ids: [ID!]!) {
        businesses(first: $n) { nodes { id } } nodes(ids: $ids) { id }
    }";
    assert_eq!(
        cost(&alice, sized, json!({ "ids": ["a", "b"] })).await,
        1 + 6 + 2
    );
    assert_eq!(
        cost(&alice, sized, json!({ "ids": [], "n": 50 })).await,
        1 + 50
    );
    let chosen = "query A { viewer { user { id } } } query B { businesses { nodes { id } } }";
    for (name, expected) in [("A", 2), ("B", 21)] {
        let body = json!({ "query": chosen, "operationName": name });
        let answer = alice.post(&body).await.expect_ok();
        assert_eq!(answer.json()["extensions"]["cost"]["requested"], expected);
    }
    let mutation = super::creating("dear");
    assert_eq!(cost(&alice, &mutation, json!({})).await, 10 + 1 + 10);
}

#[apply(on_both_databases!)]
async fn an_operation_may_cost_so_much(app: TestApp) {
    let document = "{ businesses(first: 100) { nodes { offers(first: 48) { nodes { id } } } } }";
    let cost = 1 + 100 * (1 + 1 + 48);
    for (maximum, fits) in [(cost, true), (cost - 1, false)] {
        let app = app
            .clone()
            .with_options(|options| options.limits.cost = maximum);
        let answer = app.anonymous().graphql(document, json!({})).await;
        assert_eq!(answer.error_codes().is_empty(), fits, "{}", answer.body);
        if !fits {
            assert_eq!(answer.error_code(), "QUERY_TOO_COMPLEX");
            let extensions = &answer.json()["errors"][0]["extensions"];
            assert_eq!(extensions["limit"], "cost");
            assert_eq!(extensions["maximum"], maximum);
            assert_eq!(extensions["requested"], cost);
        }
    }
    // By default, the largest page of the largest page is too much.
    let largest = document.replace("48", "100");
    let answer = app.anonymous().graphql(&largest, json!({})).await;
    assert_eq!(answer.error_code(), "QUERY_TOO_COMPLEX");
}

#[apply(on_both_databases!)]
async fn the_schema_is_read_where_that_is_allowed_only(app: TestApp) {
    let documents = [
        "{ __schema { queryType { name } } }",
        "{ __type(name: \"User\") { name } }",
        "query Q { ...F } fragment F on Query { a: __schema { queryType { name } } }",
    ];
    for document in documents {
        app.anonymous()
            .graphql(document, json!({}))
            .await
            .expect_ok();
    }
    let closed = app
        .serving(|gateway| {
            let face = booking_gateway::graphql::Face {
                suggests: false,
                ..Default::default()
            };
            booking_gateway::graphql::faced(gateway, face)
        })
        .with_options(|options| options.limits.introspection = false);
    for document in documents {
        let refused = closed.anonymous().graphql(document, json!({})).await;
        assert_eq!(refused.error_code(), "BAD_REQUEST", "{document}");
        assert!(!refused.body.contains("data"), "{}", refused.body);
    }
    let typename = closed
        .anonymous()
        .graphql("{ __typename }", json!({}))
        .await;
    typename.expect_ok();
}

#[apply(on_both_databases!)]
async fn names_are_suggested_to_those_only_who_may_read_the_schema(app: TestApp) {
    let mistakes = [
        "{ viewr { user { id } } }",
        "{ viewer { user { nam } } }",
        "{ businesses(frst: 1) { nodes { id } } }",
        "{ node(id: \"a\") { ... on Usr { id } } }",
        "mutation { createBusines(input: {}) { business { id } } }",
        "mutation { createBusiness(input: { nme: \"\" }) { business { id } } }",
        "subscription { bookingChangd { id } }",
    ];
    let face = booking_gateway::graphql::Face {
        suggests: false,
        ..Default::default()
    };
    let open = app.clone();
    let closed = app.serving(|gateway| booking_gateway::graphql::faced(gateway, face));
    let mut suggested = 0;
    for document in mistakes {
        let answer = open.anonymous().graphql(document, json!({})).await;
        suggested += usize::from(answer.body.contains("Did you mean"));
        let answer = closed.anonymous().graphql(document, json!({})).await;
        assert_eq!(answer.error_codes()[0], "BAD_REQUEST", "{document}");
        assert!(!answer.body.contains("Did you mean"), "{}", answer.body);
    }
    assert!(suggested > 2, "{suggested}");
}

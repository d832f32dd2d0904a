//! Finding and listing what is there.

use serde_json::{Value, json};
use tests::*;

const SEARCH: &str =
    "query ($search: String) { businesses(search: $search) { totalCount nodes { slug } } }";

async fn business(app: &TestApp, name: &str, slug: &str) {
    let input =
        json!({ "name": name, "slug": slug, "timeZone": "Europe/Berlin", "currency": "EUR" });
    app.as_user("founder")
        .mutate("createBusiness", input, "business { id }")
        .await
        .expect_done("createBusiness");
}

#[apply(on_both_databases!)]
async fn a_new_business_is_its_founders(app: TestApp) {
    let input =
        json!({ "name": " Yoga ", "slug": "yoga", "timeZone": "Europe/Berlin", "currency": "EUR" });
    let founder = app.as_user("founder");
    let answer = founder
        .mutate(
            "createBusiness",
            input,
            "business { id name slug timeZone currency viewerRole }",
        )
        .await
        .expect_done("createBusiness");

    let mut made = answer.data("createBusiness.business").clone();
    let id = made.as_object_mut().unwrap().remove("id").unwrap();
    let expected = json!({
        "name": "Yoga", "slug": "yoga", "timeZone": "Europe/Berlin", "currency": "EUR",
        "viewerRole": "OWNER",
    });
    assert_eq!(made, expected);

    let by = "query ($by: BusinessBy!) { business(by: $by) { id viewerRole } }";
    for by_what in [json!({ "id": id }), json!({ "slug": "yoga" })] {
        let answer = founder
            .graphql(by, json!({ "by": by_what }))
            .await
            .expect_ok();
        assert_eq!(answer.data("business.id"), &id);
        assert_eq!(answer.text("business.viewerRole"), "OWNER");
    }
    for by_what in [json!({ "slug": "nonsense" }), json!({ "slug": "a\u{0}b" })] {
        let answer = founder
            .graphql(by, json!({ "by": by_what }))
            .await
            .expect_ok();
        assert!(answer.data("business").is_null());
    }
    for by_what in [
        json!({}),
        json!({ "id": id, "slug": "yoga" }),
        json!({ "id": "off_1" }),
        json!({ "id": "nonsense" }),
    ] {
        let answer = founder.graphql(by, json!({ "by": by_what })).await;
        assert_eq!(answer.error_code(), "BAD_REQUEST", "{}", answer.body);
    }
}

#[apply(on_both_databases!)]
async fn businesses_are_searched_by_name_and_slug(app: TestApp) {
    for (name, slug) in [
        ("Ada's Yoga", "adas-yoga"),
        ("100% Yoga", "hundred"),
        ("Under_score", "under"),
        ("Back\\slash", "back"),
        ("Café Übung", "cafe"),
    ] {
        business(&app, name, slug).await;
    }

    for (search, expected) in [
        (
            Value::Null,
            vec!["hundred", "adas-yoga", "back", "cafe", "under"],
        ),
        (
            json!(""),
            vec!["hundred", "adas-yoga", "back", "cafe", "under"],
        ),
        (json!("yoga"), vec!["hundred", "adas-yoga"]),
        (json!(" YOGA "), vec!["hundred", "adas-yoga"]),
        (json!("CAFE"), vec!["cafe"]),
        (json!("Café Übung"), vec!["cafe"]),
        (json!("%"), vec!["hundred"]),
        (json!("_"), vec!["under"]),
        (json!("\\"), vec!["back"]),
        (json!("'; DROP TABLE bizes; --"), vec![]),
    ] {
        let variables = json!({ "search": search });
        let answer = app.anonymous().graphql(SEARCH, variables).await.expect_ok();
        let mut slugs: Vec<_> = answer
            .list("businesses.nodes")
            .iter()
            .map(|node| node["slug"].as_str().unwrap())
            .collect();
        // How a database sorts letters and signs is its own affair.
        slugs.sort_unstable();
        let mut expected = expected;
        expected.sort_unstable();
        assert_eq!(slugs, expected, "{search}");
        let total = answer.data("businesses.totalCount");
        assert_eq!(total, &json!(expected.len()), "{search}");
    }
    for search in ["x".repeat(201), "a\0b".to_owned()] {
        let variables = json!({ "search": search });
        let answer = app.anonymous().graphql(SEARCH, variables).await;
        assert_eq!(answer.error_code(), "BAD_REQUEST");
    }
}

#[apply(on_both_databases!)]
async fn every_list_is_read_page_by_page_in_both_directions(app: TestApp) {
    let studio = app.studio("yoga").rooms(5).build().await;
    for number in 0..4 {
        super::draft(&studio).await;
        super::member(&app, &studio, &format!("member-{number}"), "CUSTOMER").await;
        for (mutation, fields) in [
            ("createLocation", json!({})),
            ("createVenue", json!({})),
            ("createOffer", json!({})),
        ] {
            let mut input = fields;
            input["businessId"] = json!(studio.business_id);
            input["name"] = json!(format!("Name {}", number % 2));
            input["slug"] = json!(format!("slug-{number}"));
            let answer = studio.owner.mutate(mutation, input, "").await;
            answer.expect_done(mutation);
        }
    }
    business(&app, "Zen", "zen").await;

    for (list, total) in [
        ("locations", 5),
        ("venues", 4),
        ("resources", 5),
        ("offers", 5),
        ("members", 5),
    ] {
        let document = format!(
            "query ($id: ID!, $first: Int, $after: String, $last: Int, $before: String) {{ \
             business(by: {{ id: $id }}) {{ list: {list}(first: $first, after: $after, last: $last, \
             before: $before) {{ totalCount edges {{ cursor node {{ id }} }} nodes {{ id }} \
             pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }} }} }} }}"
        );
        pages(
            &studio,
            &document,
            &studio.business_id,
            "business.list",
            total,
        )
        .await;
    }
    let document = "query ($id: ID!, $first: Int, $after: String, $last: Int, $before: String) { \
        offer(id: $id) { versions(first: $first, after: $after, last: $last, before: $before) { \
        totalCount edges { cursor node { id } } nodes { id } \
        pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } } }";
    pages(&studio, document, &studio.offer_id, "offer.versions", 5).await;
}

/// Walks a list forwards and backwards, two at a time.
async fn pages(studio: &Studio, document: &str, id: &str, list: &str, total: usize) {
    let ask = async |variables: Value| {
        let mut variables = variables;
        variables["id"] = json!(id);
        studio.owner.graphql(document, variables).await.expect_ok()
    };
    let ids = |answer: &GraphQlResponse| -> Vec<Value> {
        let nodes = answer.list(&format!("{list}.nodes"));
        nodes.iter().map(|node| node["id"].clone()).collect()
    };
    let all = ids(&ask(json!({})).await);
    assert_eq!(all.len(), total, "{list}");

    let (mut forwards, mut after) = (Vec::new(), Value::Null);
    loop {
        let answer = ask(json!({ "first": 2, "after": after })).await;
        assert_eq!(answer.data(&format!("{list}.totalCount")), &json!(total));
        let page = answer.data(&format!("{list}.pageInfo"));
        assert_eq!(
            page["hasPreviousPage"],
            json!(!forwards.is_empty()),
            "{list}"
        );
        forwards.extend(ids(&answer));
        if page["hasNextPage"] == json!(false) {
            break;
        }
        after = page["endCursor"].clone();
    }
    assert_eq!(forwards, all, "{list}");

    let (mut backwards, mut before) = (Vec::new(), Value::Null);
    loop {
        let answer = ask(json!({ "last": 2, "before": before })).await;
        let page = answer.data(&format!("{list}.pageInfo"));
        let mut items = ids(&answer);
        items.append(&mut backwards);
        backwards = items;
        if page["hasPreviousPage"] == json!(false) {
            break;
        }
        before = page["startCursor"].clone();
    }
    assert_eq!(backwards, all, "{list}");

    for variables in [
        json!({ "first": 0 }),
        json!({ "first": -1 }),
        json!({ "first": 101 }),
        json!({ "last": 101 }),
        json!({ "first": 1, "last": 1 }),
        json!({ "after": "nonsense" }),
        json!({ "before": "bnVsbAo" }),
    ] {
        let mut variables = variables;
        variables["id"] = json!(id);
        let answer = studio.owner.graphql(document, variables.clone()).await;
        assert_eq!(answer.error_code(), "BAD_REQUEST", "{list} {variables}");
    }
}

#[apply(on_both_databases!)]
async fn a_cursor_belongs_to_one_list(app: TestApp) {
    let studio = app.studio("yoga").rooms(2).build().await;
    let document = "query ($id: ID!) { business(by: { id: $id }) { \
        resources(first: 1) { pageInfo { endCursor } } } }";
    let variables = json!({ "id": studio.business_id });
    let answer = app.anonymous().graphql(document, variables).await;
    let answer = answer.expect_ok();
    let cursor = answer.text("business.resources.pageInfo.endCursor");

    let document = "query ($id: ID!, $after: String) { business(by: { id: $id }) { \
        locations(after: $after) { nodes { id } } } }";
    let variables = json!({ "id": studio.business_id, "after": cursor });
    let answer = app.anonymous().graphql(document, variables).await;

    assert_eq!(answer.error_code(), "BAD_REQUEST");
}

#[apply(on_both_databases!)]
async fn nodes_come_in_the_order_of_their_ids(app: TestApp) {
    let studio = app.studio("yoga").build().await;
    let ids = [
        &studio.offer_id,
        &studio.business_id,
        &studio.location_id,
        &studio.offer_version_id,
        &studio.resource_ids[0],
        &studio.offer_id,
    ];
    let document = "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }";

    let ask = async |ids: Value| {
        app.anonymous()
            .graphql(document, json!({ "ids": ids }))
            .await
    };

    let answer = ask(json!(ids)).await.expect_ok();
    let found: Vec<_> = answer
        .list("nodes")
        .iter()
        .map(|node| node["id"].as_str().unwrap())
        .collect();
    assert_eq!(found, ids);
    for bad in [
        json!(["nonsense"]),
        json!([studio.offer_id, ""]),
        json!(["off_\u{0}"]),
        json!(vec![&studio.offer_id; 101]),
    ] {
        assert_eq!(ask(bad).await.error_code(), "BAD_REQUEST");
    }
    ask(json!(vec![&studio.offer_id; 100])).await.expect_ok();
}

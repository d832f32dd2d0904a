//! The gateway as a subgraph: what a federation gateway asks of it, and what it may learn.

mod tenants;

use booking_gateway::graphql::{federation, subgraph};
use serde_json::{Value, json};
use tests::*;

const ENTITIES: &str = "query ($of: [_Any!]!) { _entities(representations: $of) { __typename
    ... on Business { id name } ... on User { id name } ... on Location { id business { name } }
    ... on Resource { id name } ... on Offer { id name business { name } }
    ... on Booking { id offer { name } customer { name } units { resource { name } } } } }";

/// What has an id and yet no key: nobody has cause to extend it.
const NOT_EXTENDED: [&str; 6] = [
    "BookingLine",
    "BookingNote",
    "PackageLedgerEntry",
    "QueueEvent",
    "SeatHold",
    "WaitlistOffer",
];

fn of(typename: &str, id: impl Into<Value>) -> Value {
    json!({ "__typename": typename, "id": id.into() })
}

async fn entities(client: &Client, of: &[Value]) -> GraphQlResponse {
    client.graphql(ENTITIES, json!({ "of": of })).await
}

/// Alice's booking there, with its parts.
async fn booked(studio: &Studio, client: &Client, start: &str) -> (String, String) {
    let answer = studio
        .book(client, start)
        .await
        .expect_done("createBooking");
    let who = client
        .graphql("{ viewer { user { id } } }", json!({}))
        .await;
    let booking = answer.text("createBooking.booking.id").to_owned();
    (booking, who.text("viewer.user.id").to_owned())
}

#[test]
fn the_printed_subgraph_has_keys_and_shared_types() {
    let sdl = federation::sdl();

    assert!(sdl.contains("extend schema @link("), "{sdl}");
    assert!(sdl.contains("https://specs.apollo.dev/federation/v2."));
    // Whatever has an id can be extended, but for a few: a new type must be decided upon.
    for line in sdl.lines() {
        let Some((name, rest)) = line
            .strip_prefix("type ")
            .and_then(|it| it.split_once(" implements Node "))
        else {
            continue;
        };
        assert_ne!(
            rest == "@key(fields: \"id\") {",
            NOT_EXTENDED.contains(&name),
            "{line}"
        );
    }
    for shared in ["PageInfo", "Money"] {
        assert!(
            sdl.contains(&format!("\ntype {shared} @shareable {{")),
            "{shared}"
        );
    }
    assert!(sdl.contains("\n\tviewer: Viewer @shareable\n"));
    assert!(sdl.contains("): Node @shareable @inaccessible\n"));
    assert!(sdl.contains("\ntype Subscription {"));
    for private in ["_Entity", "_Any", "_Service", "_entities", "_service"] {
        assert!(!sdl.contains(private), "{private} is the gateway's to add");
    }
}

#[apply(on_both_databases!)]
async fn without_the_setting_there_is_no_trace_of_it(app: TestApp) {
    let client = app.anonymous();

    for document in [
        "{ _service { sdl } }",
        "{ _entities(representations: []) { __typename } }",
    ] {
        let answer = client.graphql(document, json!({})).await;
        assert_eq!(answer.error_code(), "BAD_REQUEST", "{}", answer.body);
    }
    let types = client
        .graphql("{ __schema { types { name } } }", json!({}))
        .await
        .expect_ok();
    for private in ["_Any", "_Entity", "_Service"] {
        assert!(!types.body.contains(&format!("\"{private}\"")), "{private}");
    }
}

#[apply(on_both_databases!)]
async fn the_server_tells_its_schema_as_it_is_printed(app: TestApp) {
    let app = app.serving(subgraph);

    let answer = app
        .anonymous()
        .graphql("{ _service { sdl } }", json!({}))
        .await
        .expect_ok();

    assert_eq!(answer.text("_service.sdl"), federation::sdl());
}

#[apply(on_both_databases!)]
async fn where_introspection_is_off_the_schema_is_not_told(app: TestApp) {
    let request = async_graphql::Request::new("{ _service { sdl } }").disable_introspection();

    let answer = subgraph(app.gateway).execute(request).await;

    assert!(answer.errors[0].message.contains("not shown"), "{answer:?}");
    assert_eq!(answer.data, async_graphql::Value::Null);
}

#[apply(on_both_databases!)]
async fn each_entity_is_found_by_its_key(app: TestApp) {
    let app = app.serving(subgraph);
    let studio = app.studio("yoga").build().await;
    let alice = app.as_user("alice");
    let (booking, user) = booked(&studio, &alice, "2026-03-03T10:00:00Z").await;
    let wanted = [
        of("Business", studio.business_id.as_str()),
        of("User", user.as_str()),
        of("Location", studio.location_id.as_str()),
        of("Resource", studio.resource_ids[0].as_str()),
        of("Offer", studio.offer_id.as_str()),
        of("Booking", booking.as_str()),
        // Twice, and with what another subgraph may send along.
        json!({ "__typename": "Offer", "id": studio.offer_id, "name": "Forged", "businessId": "biz_x" }),
    ];

    let answer = entities(&alice, &wanted).await.expect_ok();

    for (number, wanted) in wanted.iter().enumerate() {
        for field in ["__typename", "id"] {
            assert_eq!(
                answer.data(&format!("_entities.{number}.{field}")),
                &wanted[field]
            );
        }
    }
    assert_eq!(answer.text("_entities.2.business.name"), "yoga");
    assert_eq!(answer.text("_entities.5.customer.name"), "Alice");
    assert_eq!(answer.text("_entities.6.name"), "Offer");
}

#[apply(on_both_databases!)]
async fn a_foreign_entity_and_a_missing_one_look_the_same(app: TestApp) {
    let app = app.serving(subgraph);
    let studio = app.studio("yoga").build().await;
    let other = app.studio("other").owned_by("rival").build().await;
    let (booking, user) = booked(&studio, &app.as_user("alice"), "2026-03-03T10:00:00Z").await;
    let missing = "0123456789abcdef0123456789abcdef";
    let wanted = [
        of("Booking", booking.as_str()),
        of("User", user.as_str()),
        of("Booking", format!("bkg_{missing}")),
        of("User", format!("usr_{missing}")),
        // A tenant that is claimed is not believed.
        json!({ "__typename": "Booking", "id": booking, "businessId": other.business_id, "bizId": other.business_id }),
    ];

    for stranger in [&app.anonymous(), &app.as_user("bob"), &other.owner] {
        let answer = entities(stranger, &wanted).await.expect_ok();
        assert_eq!(
            answer.data("_entities"),
            &json!([null, null, null, null, null])
        );
    }
    for entitled in [&app.as_user("alice"), &studio.owner] {
        let answer = entities(entitled, &wanted).await.expect_ok();
        assert_eq!(answer.text("_entities.0.id"), booking);
        assert_eq!(answer.text("_entities.1.id"), user);
        assert_eq!(answer.data("_entities.2"), &Value::Null);
    }
}

#[apply(on_both_databases!)]
async fn what_is_no_representation_is_an_error_in_its_own_place(app: TestApp) {
    let app = app.serving(subgraph);
    let studio = app.studio("yoga").build().await;
    let good = of("Business", studio.business_id.as_str());
    let deep = (0..60).fold(json!({}), |inner, _| json!({ "id": inner }));
    let bad = [
        json!(7),
        json!("Business"),
        json!([]),
        json!({}),
        json!({ "__typename": "Business" }),
        json!({ "id": studio.business_id }),
        of("Business", Value::Null),
        of("Business", 7),
        of("Business", ""),
        of("Business", "no id"),
        of("Business", "biz_\u{0}"),
        of("Business", studio.offer_id.as_str()),
        of("Nothing", studio.offer_id.as_str()),
        of("BookingNote", "nte_0123456789abcdef0123456789abcdef"),
        of("_Entity", studio.offer_id.as_str()),
        json!({ "__typename": ["Business"], "id": studio.business_id }),
        deep,
    ];

    for bad in bad {
        let answer = entities(&app.anonymous(), &[good.clone(), bad.clone(), good.clone()]).await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.error_code(), "BAD_REQUEST", "{bad}: {}", answer.body);
        assert_eq!(
            answer.json()["errors"][0]["path"],
            json!(["_entities", 1]),
            "{bad}"
        );
        assert_eq!(answer.text("_entities.0.name"), "yoga");
        assert_eq!(answer.data("_entities.1"), &Value::Null);
        assert_eq!(answer.text("_entities.2.name"), "yoga");
    }
    let null = entities(&app.anonymous(), &[Value::Null]).await;
    assert_eq!(null.error_code(), "BAD_REQUEST", "{}", null.body);
}

#[apply(on_both_databases!)]
async fn the_number_of_representations_is_capped(app: TestApp) {
    // What is asked of each costs more in all than an operation may by default.
    let app = app
        .serving(subgraph)
        .with_options(|options| options.limits.cost = 100_000);
    let studio = app.studio("yoga").build().await;
    let many = |count| vec![of("Business", studio.business_id.as_str()); count];
    let client = app.anonymous();

    let most = entities(&client, &many(federation::MAX_REPRESENTATIONS))
        .await
        .expect_ok();
    assert_eq!(
        most.list("_entities").len(),
        federation::MAX_REPRESENTATIONS
    );

    let too_many = entities(&client, &many(federation::MAX_REPRESENTATIONS + 1)).await;
    assert_eq!(too_many.error_code(), "BAD_REQUEST");
    assert_eq!(
        entities(&client, &[]).await.expect_ok().data("_entities"),
        &json!([])
    );
}

#[apply(on_both_databases!)]
async fn a_hundred_representations_take_as_many_statements_as_one(app: TestApp) {
    let app = app.serving(subgraph);
    let studio = app.studio("yoga").capacity(100).build().await;
    let mut wanted = Vec::new();
    for number in 0..100 {
        let day = 3 + number % 25;
        let customer = app.as_user(&format!("customer{number}"));
        let start = format!("2026-03-{day:02}T10:00:00Z");
        wanted.push(of("Booking", booked(&studio, &customer, &start).await.0));
    }
    entities(&studio.owner, &wanted[..1]).await.expect_ok();

    let (one, few) = app.counted(entities(&studio.owner, &wanted[..1])).await;
    let (all, more) = app.counted(entities(&studio.owner, &wanted)).await;

    assert_eq!(more.len(), few.len(), "{more}");
    assert_eq!(one.expect_ok().list("_entities").len(), 1);
    let all = all.expect_ok();
    for (number, wanted) in wanted.iter().enumerate() {
        assert_eq!(all.data(&format!("_entities.{number}.id")), &wanted["id"]);
    }
}

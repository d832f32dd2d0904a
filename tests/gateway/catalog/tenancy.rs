//! One business does not reach into another, and does not learn what is there.

use booking_gateway::domain::ids::Kind;
use serde_json::{Value, json};
use tests::*;

use super::{draft, mutations, refusal, terms, user_id};

#[apply(on_both_databases!)]
async fn a_foreign_id_and_a_missing_id_look_the_same(app: TestApp) {
    let studio = app.studio("yoga").build().await;
    let rival = app.studio("rival").owned_by("rival").build().await;

    for mutation in mutations::all(&studio, 0).await {
        let foreign = mutation.send(&rival.owner).await;
        let expected = ("NOT_FOUND".to_owned(), mutation.field.to_owned());
        assert_eq!(
            refusal(&foreign, mutation.name),
            expected,
            "{}",
            foreign.body
        );

        let field = mutation.field;
        let nobodys = json!(mutation.kind.mint(app.now()));
        let missing = mutation.with(field, nobodys).send(&rival.owner).await;
        assert_eq!(foreign.body, missing.body);
    }
}

#[apply(on_both_databases!)]
async fn nothing_of_another_business_can_be_pointed_at(app: TestApp) {
    let studio = app.studio("yoga").build().await;
    let rival = app.studio("rival").owned_by("rival").build().await;
    let nobodys = |kind: Kind| kind.mint(app.now());
    let business = &rival.business_id;
    let mut version = terms(&rival);
    version["primaryResourceIds"] = json!([rival.resource_ids[0], studio.resource_ids[0]]);
    let mut second = terms(&rival);
    second["secondaryResourceIds"] = json!([studio.resource_ids[0]]);
    let foreign = |input: Value, pointer: &str, id: &str| {
        let mut input = input;
        *input.pointer_mut(pointer).unwrap() = json!(id);
        input
    };

    for (mutation, input, pointer, kind, field) in [
        (
            "createVenue",
            json!({ "businessId": business, "locationId": studio.location_id, "name": "N", "slug": "n" }),
            "/locationId",
            Kind::Location,
            "locationId",
        ),
        (
            "createResource",
            json!({ "businessId": business, "locationId": studio.location_id, "type": "ASSET", "name": "N", "slug": "n" }),
            "/locationId",
            Kind::Location,
            "locationId",
        ),
        (
            "updateResource",
            json!({ "resourceId": rival.resource_ids[0], "locationId": studio.location_id }),
            "/locationId",
            Kind::Location,
            "locationId",
        ),
        (
            "createOfferVersion",
            version,
            "/primaryResourceIds/1",
            Kind::Resource,
            "primaryResourceIds.1",
        ),
        (
            "createOfferVersion",
            second,
            "/secondaryResourceIds/0",
            Kind::Resource,
            "secondaryResourceIds.0",
        ),
    ] {
        let theirs = rival.owner.mutate(mutation, input.clone(), "").await;
        let expected = ("NOT_FOUND".to_owned(), field.to_owned());
        assert_eq!(refusal(&theirs, mutation), expected, "{}", theirs.body);

        let missing = foreign(input, pointer, &nobodys(kind));
        let missing = rival.owner.mutate(mutation, missing, "").await;
        assert_eq!(theirs.body, missing.body);
    }
}

#[apply(on_both_databases!)]
async fn a_foreign_node_is_null_like_a_missing_one(app: TestApp) {
    let studio = app.studio("yoga").build().await;
    let rival = app.studio("rival").owned_by("rival").build().await;
    let owner = user_id(&studio.owner).await;
    let membership = studio
        .owner
        .graphql("{ viewer { memberships { id } } }", json!({}))
        .await
        .expect_ok();
    let ids = json!([
        draft(&studio).await,
        owner,
        membership.text("viewer.memberships.0.id"),
        Kind::Offer.mint(app.now()),
        Kind::Event.mint(app.now()),
        studio.offer_id,
    ]);
    let nodes = "query ($ids: [ID!]!) { nodes(ids: $ids) { id __typename } }";

    let mine = studio.owner.graphql(nodes, json!({ "ids": ids })).await;
    let kinds: Vec<_> = mine
        .list("nodes")
        .iter()
        .map(|node| node["__typename"].as_str())
        .collect();
    assert_eq!(
        kinds,
        [
            Some("OfferVersion"),
            Some("User"),
            Some("Membership"),
            None,
            None,
            Some("Offer")
        ]
    );

    for client in [&rival.owner, &app.anonymous()] {
        let theirs = client
            .graphql(nodes, json!({ "ids": ids }))
            .await
            .expect_ok();
        let seen = theirs.list("nodes").iter().filter(|node| !node.is_null());
        assert_eq!(seen.count(), 1, "{}", theirs.body);
        assert_eq!(theirs.text("nodes.5.id"), studio.offer_id);
    }
}

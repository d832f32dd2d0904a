//! What is read costs a number of statements that does not grow with the number of rows.

use serde_json::json;
use tests::*;

const PAGE: &str = "query ($id: ID!) { business(by: { id: $id }) { name offers(first: 100) { nodes { \
    name business { name } currentVersion { basePrice { amountMinor } \
    primaryResources { name location { name openingHours { weekly { opensAt } } } openingHours { weekly { opensAt } } } \
    secondaryResources { name } } } } } }";

/// Offers with a published version each.
async fn offers(studio: &Studio, from: usize, to: usize) {
    for number in from..to {
        let offer = json!({
            "businessId": studio.business_id, "name": format!("Offer {number}"),
            "slug": format!("offer-{number}"),
        });
        let answer = studio
            .owner
            .mutate("createOffer", offer, "offer { id }")
            .await;
        let answer = answer.expect_done("createOffer");
        let mut version = super::terms(studio);
        version["offerId"] = answer.data("createOffer.offer.id").clone();
        let answer = studio
            .owner
            .mutate("createOfferVersion", version, "offerVersion { id }")
            .await
            .expect_done("createOfferVersion");
        let version =
            json!({ "offerVersionId": answer.data("createOfferVersion.offerVersion.id") });
        let answer = studio
            .owner
            .mutate("publishOfferVersion", version, "")
            .await;
        answer.expect_done("publishOfferVersion");
    }
}

#[apply(on_both_databases!)]
async fn a_page_of_offers_costs_the_same_for_any_number(app: TestApp) {
    // All that there is at once, which nobody is allowed to ask for.
    let app = app.with_options(|options| options.limits.cost = 1_000_000);
    let studio = app.studio("yoga").rooms(5).build().await;
    offers(&studio, 0, 2).await;
    let ask = async || {
        let variables = json!({ "id": studio.business_id });
        app.anonymous().graphql(PAGE, variables).await.expect_ok()
    };

    let (few, for_few) = app.counted(ask()).await;
    offers(&studio, 2, 12).await;
    let (many, for_many) = app.counted(ask()).await;

    assert_eq!(few.list("business.offers.nodes").len(), 3);
    assert_eq!(many.list("business.offers.nodes").len(), 13);
    assert_eq!(for_few.len(), for_many.len(), "{for_few}{for_many}");
    // The business, its offers with their versions, the business again as each offer's, two kinds of
    // resources, their locations, and twice the weekly and the dated hours.
    assert_eq!(for_many.len(), 10, "{for_many}");

    // Nor do clients get into each other's way.
    let (_, for_all) = app
        .counted(together(32, |_| {
            let (client, variables) = (app.anonymous(), json!({ "id": studio.business_id }));
            async move { client.graphql(PAGE, variables).await.expect_ok() }
        }))
        .await;
    assert_eq!(for_all.len(), 32 * for_many.len());
}

#[apply(on_both_databases!)]
async fn nodes_cost_one_statement_for_each_kind(app: TestApp) {
    let studio = app.studio("yoga").rooms(20).build().await;
    let mut ids = studio.resource_ids.clone();
    ids.push(studio.offer_id.clone());
    ids.push(studio.location_id.clone());
    let document = "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }";

    let variables = json!({ "ids": ids });
    let (answer, statements) = app
        .counted(app.anonymous().graphql(document, variables))
        .await;

    assert_eq!(answer.expect_ok().list("nodes").len(), 22);
    assert_eq!(statements.len(), 3, "{statements}");
}

#[apply(on_both_databases!)]
async fn the_people_of_a_business_cost_the_same_for_any_number(app: TestApp) {
    let studio = app.studio("yoga").build().await;
    let ask = async || {
        let document = "query ($id: ID!) { business(by: { id: $id }) { \
            members(first: 100) { nodes { role user { name email phone } } } } }";
        let variables = json!({ "id": studio.business_id });
        studio.owner.graphql(document, variables).await.expect_ok()
    };
    super::member(&app, &studio, "first", "STAFF").await;
    let (_, for_few) = app.counted(ask()).await;

    for number in 0..10 {
        super::member(&app, &studio, &format!("member-{number}"), "CUSTOMER").await;
    }
    let (answer, for_many) = app.counted(ask()).await;

    let members = answer.list("business.members.nodes");
    assert!(
        members
            .iter()
            .all(|member| member["user"]["email"].is_string())
    );
    assert_eq!(for_few.len(), for_many.len(), "{for_few}{for_many}");
}

//! The catalog and its people: businesses, what they have, what they offer, and who may shape it.

mod bad_input;
mod bad_terms;
mod hours;
mod idempotency;
mod members;
mod mutations;
mod permissions;
mod reading;
mod resources;
mod statements;
mod tenancy;
mod uniqueness;
mod versions;

use serde_json::{Value, json};
use tests::*;

/// The id of whoever `client` is.
async fn user_id(client: &Client) -> String {
    let answer = client
        .graphql("{ viewer { user { id } } }", json!({}))
        .await
        .expect_ok();
    answer.text("viewer.user.id").to_owned()
}

/// Somebody with a role in the studio's business.
async fn member(app: &TestApp, studio: &Studio, name: &str, role: &str) -> Client {
    let client = app.as_user(name);
    let input = json!({
        "businessId": studio.business_id, "userId": user_id(&client).await, "role": role,
    });
    studio
        .owner
        .mutate("addMember", input, "membership { role }")
        .await
        .expect_done("addMember");
    client
}

/// The terms of a plain version of the studio's offer.
fn terms(studio: &Studio) -> Value {
    json!({
        "offerId": studio.offer_id,
        "defaultDurationMin": 60,
        "basePriceMinor": 7000,
        "primaryResourceIds": studio.resource_ids,
    })
}

/// A draft of the studio's offer, by its id.
async fn draft(studio: &Studio) -> String {
    let answer = studio
        .owner
        .mutate("createOfferVersion", terms(studio), "offerVersion { id }")
        .await
        .expect_done("createOfferVersion");
    answer.text("createOfferVersion.offerVersion.id").to_owned()
}

/// The slug of the studio's first room.
async fn slug(studio: &Studio) -> String {
    let document = "query ($id: ID!) { node(id: $id) { ... on Resource { slug } } }";
    let variables = json!({ "id": studio.resource_ids[0] });
    let answer = studio.owner.graphql(document, variables).await.expect_ok();
    answer.text("node.slug").to_owned()
}

/// The code and the dotted field of the one refusal in a mutation's answer.
fn refusal(answer: &GraphQlResponse, mutation: &str) -> (String, String) {
    let errors = answer.list(&format!("{mutation}.userErrors"));
    assert_eq!(errors.len(), 1, "one refusal expected: {}", answer.body);
    let field = errors[0]["field"].as_array().map_or(String::new(), |path| {
        let steps: Vec<_> = path.iter().filter_map(Value::as_str).collect();
        steps.join(".")
    });
    (errors[0]["code"].as_str().unwrap().to_owned(), field)
}

//! Who may do what.

use serde_json::json;
use tests::*;

use super::{member, mutations, refusal};

const ROLES: [&str; 6] = ["CUSTOMER", "HOST", "STAFF", "MANAGER", "ADMIN", "OWNER"];

#[apply(on_both_databases!)]
async fn a_role_decides_who_shapes_the_catalog(app: TestApp) {
    let studio = app.studio("yoga").build().await;
    let rank = |role| ROLES.iter().position(|other| *other == role).unwrap();

    for (tag, role) in ROLES.into_iter().enumerate() {
        let client = member(&app, &studio, &role.to_lowercase(), role).await;
        for mutation in mutations::all(&studio, tag).await {
            let answer = mutation.send(&client).await;
            let what = format!("{role} {}: {}", mutation.name, answer.body);
            if rank(role) >= rank(mutation.least) {
                let done =
                    answer.error_codes().is_empty() && answer.user_errors(mutation.name).is_empty();
                assert!(done, "{what}");
            } else if role == "CUSTOMER" {
                let expected = ("NOT_FOUND".to_owned(), mutation.field.to_owned());
                assert_eq!(refusal(&answer, mutation.name), expected, "{what}");
            } else {
                assert_eq!(answer.error_codes(), ["FORBIDDEN"], "{what}");
            }
        }
    }
}

#[apply(on_both_databases!)]
async fn the_anonymous_and_strangers_change_nothing(app: TestApp) {
    let studio = app.studio("yoga").build().await;
    let stranger = app.as_user("stranger");

    for mutation in mutations::all(&studio, 0).await {
        let answer = mutation.send(&app.anonymous()).await;
        assert_eq!(answer.error_code(), "UNAUTHENTICATED", "{}", mutation.name);

        let answer = mutation.send(&stranger).await;
        let expected = ("NOT_FOUND".to_owned(), mutation.field.to_owned());
        assert_eq!(refusal(&answer, mutation.name), expected, "{}", answer.body);
    }
    let input = json!({ "name": "New", "slug": "new", "timeZone": "UTC", "currency": "EUR" });
    let answer = app
        .anonymous()
        .mutate("createBusiness", input, "business { id }")
        .await;
    assert_eq!(answer.error_code(), "UNAUTHENTICATED");
}

#[apply(on_both_databases!)]
async fn only_staff_see_the_people_and_the_drafts(app: TestApp) {
    let studio = app.studio("yoga").build().await;
    let staff = member(&app, &studio, "staff", "STAFF").await;
    let customer = member(&app, &studio, "customer", "CUSTOMER").await;
    let members = "query ($id: ID!) { business(by: { id: $id }) { members { totalCount } } }";
    let versions = "query ($id: ID!) { offer(id: $id) { versions { totalCount } } }";
    let offers = "query ($id: ID!) { business(by: { id: $id }) { offers { totalCount } } }";
    let offer = json!({ "businessId": studio.business_id, "name": "Draft", "slug": "draft" });
    let made = studio
        .owner
        .mutate("createOffer", offer, "offer { id }")
        .await
        .expect_done("createOffer");
    let unpublished = json!({ "id": made.text("createOffer.offer.id") });
    let business = json!({ "id": studio.business_id });
    let published = json!({ "id": studio.offer_id });

    let answer = staff.graphql(members, business.clone()).await.expect_ok();
    assert_eq!(answer.data("business.members.totalCount"), &json!(3));
    let answer = staff.graphql(versions, published.clone()).await.expect_ok();
    assert_eq!(answer.data("offer.versions.totalCount"), &json!(1));
    let answer = staff.graphql(offers, business.clone()).await.expect_ok();
    assert_eq!(answer.data("business.offers.totalCount"), &json!(2));
    let found = "query ($id: ID!) { offer(id: $id) { isPublished } node(id: $id) { id } }";
    let answer = staff.graphql(found, unpublished.clone()).await.expect_ok();
    assert_eq!(answer.data("offer.isPublished"), &json!(false));

    for (who, client) in [
        ("a customer", &customer),
        ("a stranger", &app.as_user("stranger")),
        ("nobody", &app.anonymous()),
    ] {
        let answer = client.graphql(members, business.clone()).await;
        assert_eq!(answer.error_code(), "FORBIDDEN", "{who}");
        let answer = client.graphql(versions, published.clone()).await;
        assert_eq!(answer.error_code(), "FORBIDDEN", "{who}");
        let answer = client.graphql(offers, business.clone()).await.expect_ok();
        assert_eq!(
            answer.data("business.offers.totalCount"),
            &json!(1),
            "{who}"
        );
        let answer = client.graphql(found, unpublished.clone()).await.expect_ok();
        assert!(answer.data("offer").is_null(), "{who}");
        assert!(answer.data("node").is_null(), "{who}");
    }
}

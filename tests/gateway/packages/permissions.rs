//! Who sees and touches which packages.

use serde_json::{Value, json};
use tests::*;

use super::*;

const NO_SUCH: &str = "pur_019cadcfc24072a281486a2a3c4d3d7d";

#[apply(on_both_databases!)]
async fn a_purchase_of_somebody_else_looks_like_none_at_all(app: TestApp) {
    let studio = app.studio("yoga").build().await;
    let rival = app.studio("rival").owned_by("rival").build().await;
    let ten = product(&studio, "ten", json!({})).await;
    let alice = app.as_user("alice");
    let id = bought(&studio, &alice, &ten).await;
    let before = seen(&alice, &id).await;
    let entry =
        "query ($id: ID!) { packagePurchase(id: $id) { ledger { nodes { id } } payments { id } } }";
    let entry = alice.graphql(entry, json!({ "id": id })).await.expect_ok();
    let (entry, payment) = (
        entry.text("packagePurchase.ledger.nodes.0.id"),
        entry.text("packagePurchase.payments.0.id"),
    );
    let query = "query ($id: ID!) { packagePurchase(id: $id) { id } node(id: $id) { id } nodes(ids: [$id]) { id } }";
    let node = "query ($id: ID!) { node(id: $id) { __typename } }";

    for stranger in [
        app.as_user("mallory"),
        rival.owner.clone(),
        app.as_service("bank", "payments:write"),
        app.anonymous(),
    ] {
        let nothing = stranger
            .graphql(query, json!({ "id": NO_SUCH }))
            .await
            .expect_ok();
        let foreign = stranger
            .graphql(query, json!({ "id": id }))
            .await
            .expect_ok();
        assert_eq!(foreign.body, nothing.body);
        for id in [entry, payment] {
            assert_eq!(
                stranger
                    .graphql(node, json!({ "id": id }))
                    .await
                    .expect_ok()
                    .data("node"),
                &Value::Null
            );
        }
    }
    for stranger in [app.as_user("mallory"), rival.owner.clone()] {
        for (mutation, more) in [
            ("transferPackage", json!({ "toEmail": "x@example.test" })),
            ("refundPackage", json!({})),
            ("adjustPackage", json!({ "delta": 1, "reason": "x" })),
            (
                "recordPayment",
                json!({ "kind": "REFUND", "amountMinor": 1 }),
            ),
        ] {
            let touch = |id: &str| {
                stranger.mutate(
                    mutation,
                    with(json!({ "purchaseId": id }), more.clone()),
                    "replayed",
                )
            };
            let (foreign, nothing) = (touch(&id).await, touch(NO_SUCH).await);
            assert_eq!(foreign.user_errors(mutation), ["NOT_FOUND"], "{mutation}");
            assert_eq!(foreign.body, nothing.body, "{mutation}");
        }
        let change = stranger
            .mutate(
                "updatePackageProduct",
                json!({ "productId": ten, "name": "x" }),
                "replayed",
            )
            .await;
        assert_eq!(change.user_errors("updatePackageProduct"), ["NOT_FOUND"]);
        let make = json!({ "businessId": studio.business_id, "offerId": studio.offer_id, "name": "x", "slug": "x", "sessionCount": 1, "priceMinor": 1 });
        assert_eq!(
            stranger
                .mutate("createPackageProduct", make, "replayed")
                .await
                .user_errors("createPackageProduct"),
            ["NOT_FOUND"]
        );
    }
    assert_eq!(seen(&alice, &id).await, before);
    for (id, kind) in [
        (entry, "PackageLedgerEntry"),
        (payment, "Payment"),
        (id.as_str(), "PackagePurchase"),
    ] {
        for friend in [&alice, &studio.owner] {
            assert_eq!(
                friend
                    .graphql(node, json!({ "id": id }))
                    .await
                    .expect_ok()
                    .text("node.__typename"),
                kind
            );
        }
    }
}

#[apply(on_both_databases!)]
async fn the_desk_sells_and_managers_shape_what_is_sold(app: TestApp) {
    let studio = app.studio("yoga").build().await;
    let desk = studio.member("desk", "STAFF").await;
    let manager = studio.member("boss", "MANAGER").await;
    let make = |slug: &str| json!({ "businessId": studio.business_id, "offerId": studio.offer_id, "name": slug, "slug": slug, "sessionCount": 1, "priceMinor": 1 });
    assert_eq!(
        desk.mutate("createPackageProduct", make("a"), "replayed")
            .await
            .error_code(),
        "FORBIDDEN"
    );
    let made = manager
        .mutate("createPackageProduct", make("b"), "product { id }")
        .await
        .expect_done("createPackageProduct");
    let draft = made.text("createPackageProduct.product.id");
    let rename = json!({ "productId": draft, "name": "x" });
    assert_eq!(
        desk.mutate("updatePackageProduct", rename.clone(), "replayed")
            .await
            .error_code(),
        "FORBIDDEN"
    );
    // A draft is nobody's business but the staff's.
    assert_eq!(
        app.as_user("alice")
            .mutate("updatePackageProduct", rename, "replayed")
            .await
            .user_errors("updatePackageProduct"),
        ["NOT_FOUND"]
    );
    let list = "query ($id: ID!) { business(by: { id: $id }) { packageProducts { nodes { id } } packagePurchases { totalCount } } }";
    let seen = desk
        .graphql(list, json!({ "id": studio.business_id }))
        .await
        .expect_ok();
    assert_eq!(seen.list("business.packageProducts.nodes").len(), 1);
    for stranger in [app.as_user("alice"), app.anonymous()] {
        let answer = stranger
            .graphql(list, json!({ "id": studio.business_id }))
            .await;
        assert!(
            ["FORBIDDEN", "UNAUTHENTICATED"].contains(&answer.error_code()),
            "{}",
            answer.body
        );
        let products = "query ($id: ID!) { business(by: { id: $id }) { packageProducts { totalCount nodes { id } } } }";
        let answer = stranger
            .graphql(products, json!({ "id": studio.business_id }))
            .await
            .expect_ok();
        assert_eq!(
            answer.data("business.packageProducts"),
            &json!({ "totalCount": 0, "nodes": [] })
        );
    }
}

//! Products: what is on sale, and that what was sold keeps its terms.

use serde_json::{Value, json};
use tests::*;

use super::*;

const PRODUCT: &str = "product { id name slug status sessionCount price { amountMinor currency } expiryType expiryDays \
    expiryDate transferable refundable offer { id } offers { id } business { id } }";

#[apply(on_both_databases!)]
async fn a_product_is_made_changed_and_read(app: TestApp) {
    let studio = app.studio("yoga").build().await;
    let second = json!({ "businessId": studio.business_id, "name": "Second", "slug": "second" });
    let second = studio
        .owner
        .mutate("createOffer", second, "offer { id }")
        .await
        .expect_done("createOffer");
    let second = second.text("createOffer.offer.id");
    let input = json!({
        "businessId": studio.business_id, "offerId": studio.offer_id, "name": "Ten", "slug": "ten",
        "sessionCount": 10, "priceMinor": 9_900, "expiryType": "DAYS_FROM_PURCHASE", "expiryDays": 90, "offerIds": [second],
    });

    let made = studio
        .owner
        .mutate("createPackageProduct", input, PRODUCT)
        .await
        .expect_done("createPackageProduct");

    let product = made.data("createPackageProduct.product");
    assert_eq!(
        (
            &product["status"],
            &product["refundable"],
            &product["transferable"]
        ),
        (&json!("DRAFT"), &json!(true), &json!(false))
    );
    assert_eq!(
        product["price"],
        json!({ "amountMinor": 9_900, "currency": "EUR" })
    );
    assert_eq!(product["offers"].as_array().unwrap().len(), 2);
    let id = product["id"].as_str().unwrap();
    let change = json!({ "productId": id, "status": "ACTIVE", "expiryType": "FIXED_DATE", "expiryDate": "2026-12-31",
        "transferable": true, "offerIds": [], "name": "Ten classes", "priceMinor": 1, "sessionCount": 3 });
    let changed = studio
        .owner
        .mutate("updatePackageProduct", change, PRODUCT)
        .await
        .expect_done("updatePackageProduct");
    let changed = changed.data("updatePackageProduct.product");
    assert_eq!(
        (
            &changed["status"],
            &changed["expiryType"],
            &changed["expiryDate"],
            &changed["expiryDays"]
        ),
        (
            &json!("ACTIVE"),
            &json!("FIXED_DATE"),
            &json!("2026-12-31"),
            &Value::Null
        )
    );
    assert_eq!(
        (
            &changed["sessionCount"],
            &changed["name"],
            &changed["offers"]
        ),
        (
            &json!(3),
            &json!("Ten classes"),
            &json!([{ "id": studio.offer_id }])
        )
    );
    let listed = app.anonymous().graphql(
        "query ($id: ID!) { business(by: { id: $id }) { packageProducts { totalCount nodes { id name } } } node(id: $id) { id } }",
        json!({ "id": studio.business_id })).await.expect_ok();
    assert_eq!(
        listed.data("business.packageProducts"),
        &json!({ "totalCount": 1, "nodes": [{ "id": id, "name": "Ten classes" }] })
    );
    let by_node = app
        .anonymous()
        .graphql(
            "query ($id: ID!) { node(id: $id) { ... on PackageProduct { name } } }",
            json!({ "id": id }),
        )
        .await;
    assert_eq!(by_node.expect_ok().text("node.name"), "Ten classes");

    let archived = json!({ "productId": id, "status": "ARCHIVED" });
    studio
        .owner
        .mutate("updatePackageProduct", archived, "replayed")
        .await
        .expect_done("updatePackageProduct");
    for status in ["ACTIVE", "DRAFT"] {
        let back = studio
            .owner
            .mutate(
                "updatePackageProduct",
                json!({ "productId": id, "status": status }),
                "replayed",
            )
            .await;
        assert_eq!(back.user_errors("updatePackageProduct"), ["INVALID_STATE"]);
    }
    let hidden = app
        .as_user("alice")
        .graphql(
            "query ($id: ID!) { node(id: $id) { id } }",
            json!({ "id": id }),
        )
        .await;
    assert_eq!(hidden.expect_ok().data("node"), &Value::Null);
}

#[apply(on_both_databases!)]
async fn what_was_sold_keeps_its_terms(app: TestApp) {
    let studio = app.studio("yoga").build().await;
    let ten = product(
        &studio,
        "ten",
        json!({ "expiryType": "DAYS_FROM_PURCHASE", "expiryDays": 30 }),
    )
    .await;
    let other = json!({ "businessId": studio.business_id, "name": "Other", "slug": "other" });
    let other = studio
        .owner
        .mutate("createOffer", other, "offer { id }")
        .await
        .expect_done("createOffer");
    let alice = app.as_user("alice");
    let unpaid = ordered(&alice, &ten).await;
    let paid = bought(&studio, &alice, &ten).await;
    let change = json!({ "productId": ten, "priceMinor": 1, "sessionCount": 99, "expiryType": "NEVER", "transferable": false,
        "refundable": false, "status": "ARCHIVED", "offerId": other.text("createOffer.offer.id"), "offerIds": [], "name": "Changed" });
    studio
        .owner
        .mutate("updatePackageProduct", change, "replayed")
        .await
        .expect_done("updatePackageProduct");

    // The price, the days and the offers are those of the day on which it was sold.
    pay(&studio.owner, &unpaid, 10_000)
        .await
        .expect_done("recordPayment");
    for id in [&unpaid, &paid] {
        let document = "query ($id: ID!) { packagePurchase(id: $id) { sessionsTotal expiresAt price { amountMinor } offers { id } product { name status }
            terms { name sessionCount expiryType expiryDays transferable refundable } } }";
        let sold = alice
            .graphql(document, json!({ "id": id }))
            .await
            .expect_ok();
        assert_eq!(
            sold.data("packagePurchase"),
            &json!({
            "sessionsTotal": 10, "expiresAt": "2026-04-02T00:00:00Z", "price": { "amountMinor": 10_000 }, "offers": [{ "id": studio.offer_id }],
            "product": { "name": "Changed", "status": "ARCHIVED" },
            "terms": { "name": "ten", "sessionCount": 10, "expiryType": "DAYS_FROM_PURCHASE", "expiryDays": 30, "transferable": true, "refundable": true } })
        );
        book(
            &alice,
            &studio,
            TEN,
            json!({ "packagePurchaseId": id, "dryRun": true }),
        )
        .await
        .expect_done("createBooking");
    }
    transfer(
        &alice,
        &paid,
        json!({ "toEmail": "bob@example.test", "sessions": 1 }),
    )
    .await
    .expect_done("transferPackage");
    let back = refund(&studio.owner, &paid, json!({ "dryRun": true }))
        .await
        .expect_done("refundPackage");
    assert_eq!(back.data("refundPackage.refund.amount.amountMinor"), 9_000);
}

#[apply(on_both_databases!)]
async fn bad_products_are_refused_and_name_the_field(app: TestApp) {
    let studio = app.studio("yoga").build().await;
    let rival = app.studio("rival").owned_by("rival").build().await;
    let many: Vec<&str> = vec!["off_019cadcfc24072a281486a2a3c4d3d7d"; 101];
    product(&studio, "taken", json!({})).await;
    for (more, code, at) in [
        (json!({ "name": " " }), "INVALID_INPUT", "name"),
        (json!({ "name": "a\u{0}" }), "INVALID_INPUT", "name"),
        (json!({ "slug": "Big" }), "INVALID_INPUT", "slug"),
        (json!({ "slug": "taken" }), "INVALID_INPUT", "slug"),
        (
            json!({ "sessionCount": 0 }),
            "INVALID_INPUT",
            "sessionCount",
        ),
        (
            json!({ "sessionCount": 1_001 }),
            "INVALID_INPUT",
            "sessionCount",
        ),
        (json!({ "priceMinor": -1 }), "INVALID_INPUT", "priceMinor"),
        (
            json!({ "expiryType": "DAYS_FROM_PURCHASE" }),
            "INVALID_INPUT",
            "expiryDays",
        ),
        (
            json!({ "expiryType": "DAYS_FROM_PURCHASE", "expiryDays": 0 }),
            "INVALID_INPUT",
            "expiryDays",
        ),
        (
            json!({ "expiryType": "DAYS_FROM_PURCHASE", "expiryDays": 36_501 }),
            "INVALID_INPUT",
            "expiryDays",
        ),
        (
            json!({ "expiryType": "DAYS_FROM_PURCHASE", "expiryDays": 1, "expiryDate": "2027-01-01" }),
            "INVALID_INPUT",
            "expiryDate",
        ),
        (
            json!({ "expiryType": "FIXED_DATE" }),
            "INVALID_INPUT",
            "expiryDate",
        ),
        (
            json!({ "expiryType": "FIXED_DATE", "expiryDate": "2026-03-01" }),
            "INVALID_INPUT",
            "expiryDate",
        ),
        (
            json!({ "expiryType": "FIXED_DATE", "expiryDate": "9999-12-31" }),
            "INVALID_INPUT",
            "expiryDate",
        ),
        (json!({ "expiryDays": 3 }), "INVALID_INPUT", "expiryDays"),
        (
            json!({ "offerId": "off_019cadcfc24072a281486a2a3c4d3d7d" }),
            "NOT_FOUND",
            "offerId",
        ),
        (json!({ "offerId": rival.offer_id }), "NOT_FOUND", "offerId"),
        (
            json!({ "offerIds": [rival.offer_id] }),
            "NOT_FOUND",
            "offerIds",
        ),
        (json!({ "offerIds": ["x"] }), "INVALID_INPUT", "offerIds"),
        (json!({ "offerIds": many }), "INVALID_INPUT", "offerIds"),
        (
            json!({ "businessId": rival.business_id }),
            "NOT_FOUND",
            "businessId",
        ),
    ] {
        let input = json!({ "businessId": studio.business_id, "offerId": studio.offer_id, "name": "Ten", "slug": "ten", "sessionCount": 10, "priceMinor": 1 });
        let refused = studio
            .owner
            .mutate(
                "createPackageProduct",
                with(input, more.clone()),
                "replayed",
            )
            .await;
        assert_eq!(
            refused.user_errors("createPackageProduct"),
            [code],
            "{more}"
        );
        assert_eq!(field(&refused, "createPackageProduct"), at, "{more}");
    }
    let slug = json!({ "productId": product(&studio, "free", json!({})).await, "slug": "taken" });
    let refused = studio
        .owner
        .mutate("updatePackageProduct", slug, "replayed")
        .await;
    assert_eq!(
        refused.user_errors("updatePackageProduct"),
        ["INVALID_INPUT"]
    );
    assert_eq!(field(&refused, "updatePackageProduct"), "slug");
    // Another business may call its own the same.
    product(&rival, "taken", json!({})).await;
}

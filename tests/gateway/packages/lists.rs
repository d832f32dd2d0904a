//! Lists of purchases, of their bookings and of their ledger, page by page.

use chrono::TimeDelta;
use serde_json::{Value, json};
use tests::*;

use super::*;

#[apply(on_both_databases!)]
async fn purchases_are_listed_newest_first_and_filtered_by_state_and_customer(app: TestApp) {
    let studio = app.studio("yoga").build().await;
    let ten = product(&studio, "ten", json!({})).await;
    let (alice, bob) = (app.as_user("alice"), app.as_user("bob"));
    let mut hers = Vec::new();
    for number in 0..5 {
        app.advance(TimeDelta::minutes(1));
        hers.insert(
            0,
            match number % 2 {
                0 => bought(&studio, &alice, &ten).await,
                _ => ordered(&alice, &ten).await,
            },
        );
    }
    ordered(&bob, &ten).await;
    let page = async |client: &Client, document: &str, variables: Value| {
        let answer = client.graphql(document, variables).await.expect_ok();
        let at = if document.contains("viewer") {
            "viewer.packagePurchases"
        } else {
            "business.packagePurchases"
        };
        answer.data(at).clone()
    };
    let ids = |page: &Value| -> Vec<String> {
        page["nodes"]
            .as_array()
            .unwrap()
            .iter()
            .map(|node| node["id"].as_str().unwrap().to_owned())
            .collect()
    };
    let mine = "query ($first: Int, $after: String, $last: Int, $before: String, $status: [PackagePurchaseStatus!]) { viewer {
        packagePurchases(first: $first, after: $after, last: $last, before: $before, status: $status) {
            totalCount pageInfo { hasNextPage endCursor startCursor } nodes { id } } } }";
    let theirs = "query ($id: ID!, $customer: ID, $status: [PackagePurchaseStatus!]) { business(by: { id: $id }) {
        packagePurchases(customerId: $customer, status: $status) { totalCount nodes { id } } } }";

    let first = page(&alice, mine, json!({ "first": 2 })).await;
    assert_eq!(
        (ids(&first), &first["totalCount"]),
        (hers[..2].to_vec(), &json!(5))
    );
    let second = page(
        &alice,
        mine,
        json!({ "first": 2, "after": first["pageInfo"]["endCursor"] }),
    )
    .await;
    assert_eq!(ids(&second), hers[2..4]);
    let back = page(
        &alice,
        mine,
        json!({ "last": 2, "before": second["pageInfo"]["startCursor"] }),
    )
    .await;
    assert_eq!(ids(&back), hers[..2]);
    let unpaid = page(&alice, mine, json!({ "status": ["PENDING_PAYMENT"] })).await;
    assert_eq!(ids(&unpaid), [hers[1].clone(), hers[3].clone()]);
    let none = page(&alice, mine, json!({ "status": [] })).await;
    assert_eq!(none["totalCount"], 0);
    let all = page(&studio.owner, theirs, json!({ "id": studio.business_id })).await;
    assert_eq!(all["totalCount"], 6);
    let one = page(
        &studio.owner,
        theirs,
        json!({ "id": studio.business_id, "customer": user_id(&bob).await }),
    )
    .await;
    assert_eq!(one["totalCount"], 1);
    let wrong = alice.graphql(mine, json!({ "after": "garbage" })).await;
    assert_eq!(wrong.error_code(), "BAD_REQUEST");
    let wrong = studio
        .owner
        .graphql(theirs, json!({ "id": studio.business_id, "customer": "x" }))
        .await;
    assert_eq!(wrong.error_code(), "BAD_REQUEST");
    let foreign = json!({ "after": "bGVkZ2Vy" });
    assert_eq!(
        alice.graphql(mine, foreign).await.error_code(),
        "BAD_REQUEST"
    );
}

#[apply(on_both_databases!)]
async fn the_ledger_and_the_bookings_of_a_purchase_are_paged(app: TestApp) {
    let studio = app.studio("yoga").capacity(20).build().await;
    let ten = product(&studio, "ten", json!({})).await;
    let alice = app.as_user("alice");
    let id = bought(&studio, &alice, &ten).await;
    for hour in [12, 10, 11] {
        booked(&alice, &studio, &format!("2026-03-03T{hour}:00:00Z")).await;
    }
    let document = "query ($id: ID!, $first: Int, $after: String, $late: String) { packagePurchase(id: $id) {
        ledger(first: $first, after: $after) { totalCount pageInfo { hasNextPage endCursor } nodes { balanceAfter booking { startAt } } }
        bookings(first: $first, after: $late) { totalCount pageInfo { hasNextPage endCursor } nodes { startAt customer { name } packagePurchase { id } } } } }";
    let first = alice
        .graphql(document, json!({ "id": id, "first": 2 }))
        .await
        .expect_ok();
    let (entries, bookings) = (
        first.data("packagePurchase.ledger"),
        first.data("packagePurchase.bookings"),
    );
    assert_eq!(
        entries["nodes"],
        json!([{ "balanceAfter": 10, "booking": null }, { "balanceAfter": 9, "booking": { "startAt": "2026-03-03T12:00:00Z" } }])
    );
    assert_eq!(
        (&entries["totalCount"], &bookings["totalCount"]),
        (&json!(4), &json!(3))
    );
    assert_eq!(
        bookings["nodes"][0],
        json!({ "startAt": "2026-03-03T10:00:00Z", "customer": { "name": "Alice" }, "packagePurchase": { "id": id } })
    );
    let next = json!({ "id": id, "first": 2, "after": entries["pageInfo"]["endCursor"], "late": bookings["pageInfo"]["endCursor"] });
    let next = alice.graphql(document, next).await.expect_ok();
    assert_eq!(next.data("packagePurchase.ledger.nodes.1.balanceAfter"), 7);
    assert_eq!(
        next.data("packagePurchase.bookings.nodes.0.startAt"),
        "2026-03-03T12:00:00Z"
    );
    assert_eq!(
        next.data("packagePurchase.bookings.pageInfo.hasNextPage"),
        false
    );
}

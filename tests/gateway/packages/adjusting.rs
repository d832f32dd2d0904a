//! Putting a count right, with a reason.

use serde_json::{Value, json};
use tests::*;

use super::*;

#[apply(on_both_databases!)]
async fn staff_give_and_take_sessions_and_say_why(app: TestApp) {
    let studio = app.studio("yoga").build().await;
    let one = product(&studio, "one", json!({ "sessionCount": 1 })).await;
    let alice = app.as_user("alice");
    let id = bought(&studio, &alice, &one).await;
    booked(&alice, &studio, TEN).await;
    let desk = studio.member("desk", "STAFF").await;

    let given = adjust(&desk, &id, 3).await.expect_done("adjustPackage");
    assert_eq!(
        counts(given.data("adjustPackage.purchase")),
        ("ACTIVE", 4, 1, 3)
    );
    let taken = adjust(&desk, &id, -3).await.expect_done("adjustPackage");
    assert_eq!(
        counts(taken.data("adjustPackage.purchase")),
        ("EXHAUSTED", 1, 1, 0)
    );

    let document = "query ($id: ID!) { packagePurchase(id: $id) { ledger(last: 1) { nodes { kind reason recordedBy { name } } } } }";
    let told = studio
        .owner
        .graphql(document, json!({ "id": id }))
        .await
        .expect_ok();
    assert_eq!(
        told.data("packagePurchase.ledger.nodes.0"),
        &json!({ "kind": "ADJUST", "reason": "put right", "recordedBy": { "name": "desk" } })
    );
    let hers = alice
        .graphql(document, json!({ "id": id }))
        .await
        .expect_ok();
    assert_eq!(
        hers.data("packagePurchase.ledger.nodes.0"),
        &json!({ "kind": "ADJUST", "reason": "put right", "recordedBy": null })
    );
}

#[apply(on_both_databases!)]
async fn a_bad_adjustment_is_refused_and_names_the_field(app: TestApp) {
    let studio = app.studio("yoga").build().await;
    let ten = product(&studio, "ten", json!({})).await;
    let alice = app.as_user("alice");
    let id = bought(&studio, &alice, &ten).await;
    let before = seen(&alice, &id).await;
    let none = "pur_019cadcfc24072a281486a2a3c4d3d7d";
    for (purchase, delta, reason, code, at) in [
        (id.as_str(), 0, "why", "INVALID_INPUT", "delta"),
        (&id, 1_001, "why", "INVALID_INPUT", "delta"),
        (&id, i32::MIN, "why", "INVALID_INPUT", "delta"),
        (&id, -11, "why", "INVALID_INPUT", "delta"),
        (&id, 1, "", "INVALID_INPUT", "reason"),
        (&id, 1, " \n", "INVALID_INPUT", "reason"),
        (&id, 1, "nul\u{0}", "INVALID_INPUT", "reason"),
        (&id, 1, &"x".repeat(1_001), "INVALID_INPUT", "reason"),
        (none, 1, "why", "NOT_FOUND", "purchaseId"),
        ("x", 1, "why", "INVALID_INPUT", "purchaseId"),
    ] {
        let input = json!({ "purchaseId": purchase, "delta": delta, "reason": reason });
        let refused = studio
            .owner
            .mutate("adjustPackage", input, "replayed")
            .await;
        assert_eq!(
            refused.user_errors("adjustPackage"),
            [code],
            "{delta} {reason:?}"
        );
        assert_eq!(field(&refused, "adjustPackage"), at, "{delta} {reason:?}");
    }
    assert_eq!(seen(&alice, &id).await, before);
    for _ in 0..99 {
        adjust(&studio.owner, &id, 1_000)
            .await
            .expect_done("adjustPackage");
    }
    let over = adjust(&studio.owner, &id, 1_000).await;
    assert_eq!(over.user_errors("adjustPackage"), ["INVALID_INPUT"]);
    assert_eq!(
        app.anonymous()
            .mutate(
                "adjustPackage",
                json!({ "purchaseId": id, "delta": 1, "reason": "x" }),
                "replayed"
            )
            .await
            .error_code(),
        "UNAUTHENTICATED"
    );
    assert_eq!(seen(&app.anonymous(), &id).await, Value::Null);
}

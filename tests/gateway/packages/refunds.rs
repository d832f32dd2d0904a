//! Giving packages back for money: how much, and never more than was paid.

use serde_json::{Value, json};
use tests::*;

use super::*;

fn amount(answer: &GraphQlResponse) -> i64 {
    answer
        .data("refundPackage.refund.amount.amountMinor")
        .as_i64()
        .unwrap()
}

#[apply(on_both_databases!)]
async fn unused_sessions_are_given_back_for_their_share_and_a_dry_run_says_how_much(app: TestApp) {
    let studio = app.studio("yoga").capacity(20).build().await;
    let three = product(
        &studio,
        "three",
        json!({ "sessionCount": 3, "priceMinor": 10_001 }),
    )
    .await;
    let alice = app.as_user("alice");
    let id = bought(&studio, &alice, &three).await;
    assert_eq!(
        amount(&refund(&studio.owner, &id, json!({ "dryRun": true })).await),
        10_001
    );
    booked(&alice, &studio, TEN).await;

    let dry = refund(&studio.owner, &id, json!({ "dryRun": true }))
        .await
        .expect_done("refundPackage");
    assert_eq!(amount(&dry), 6_667);
    assert_eq!(
        counts(dry.data("refundPackage.purchase")),
        ("CANCELLED", 1, 1, 0)
    );
    assert_eq!(counts(&seen(&alice, &id).await), ("ACTIVE", 3, 1, 2));
    let desk = studio.member("desk", "STAFF").await;
    let done = refund(&desk, &id, json!({ "reason": "moves away" }))
        .await
        .expect_done("refundPackage");

    assert_eq!(amount(&done), 6_667);
    let purchase = seen(&alice, &id).await;
    assert_eq!(counts(&purchase), ("CANCELLED", 1, 1, 0));
    assert_eq!(purchase["refunded"]["amountMinor"], 6_667);
    assert_eq!(ledger(&purchase).last(), Some(&("REFUND", -2, 0)));
    assert_eq!(purchase["ledger"]["nodes"][2]["reason"], "moves away");
    let payments = "query ($id: ID!) { packagePurchase(id: $id) { payments { id kind amount { amountMinor } } } }";
    let payments = alice
        .graphql(payments, json!({ "id": id }))
        .await
        .expect_ok();
    assert_eq!(
        payments.data("packagePurchase.payments.1.amount.amountMinor"),
        6_667
    );
    assert_eq!(payments.text("packagePurchase.payments.1.kind"), "REFUND");
    let node = "query ($id: ID!) { node(id: $id) { id } }";
    let payment = payments.text("packagePurchase.payments.1.id");
    assert_eq!(
        alice
            .graphql(node, json!({ "id": payment }))
            .await
            .text("node.id"),
        payment
    );
    assert_eq!(
        app.as_user("bob")
            .graphql(node, json!({ "id": payment }))
            .await
            .data("node"),
        &Value::Null
    );
    assert_eq!(
        refund(&studio.owner, &id, json!({}))
            .await
            .user_errors("refundPackage"),
        ["INVALID_STATE"]
    );
    let refused = book(&alice, &studio, TEN, json!({ "packagePurchaseId": id })).await;
    assert_eq!(refused.user_errors("createBooking"), ["PACKAGE_EXHAUSTED"]);
}

#[apply(on_both_databases!)]
async fn no_money_comes_back_for_what_is_not_refundable_used_up_or_expired(app: TestApp) {
    let studio = app.studio("yoga").capacity(20).build().await;
    let alice = app.as_user("alice");
    let firm = product(&studio, "firm", json!({ "refundable": false })).await;
    let one = product(&studio, "one", json!({ "sessionCount": 1 })).await;
    let soon = product(
        &studio,
        "soon",
        json!({ "expiryType": "FIXED_DATE", "expiryDate": "2026-03-02" }),
    )
    .await;
    let firm = bought(&studio, &alice, &firm).await;
    let used = bought(&studio, &alice, &one).await;
    book(&alice, &studio, TEN, json!({ "packagePurchaseId": used }))
        .await
        .expect_done("createBooking");
    let expired = bought(&studio, &alice, &soon).await;
    app.set_time("2026-03-03T00:00:00Z");
    for (id, code) in [
        (&firm, "NOT_REFUNDABLE"),
        (&used, "PACKAGE_EXHAUSTED"),
        (&expired, "PACKAGE_EXPIRED"),
    ] {
        for more in [json!({}), json!({ "dryRun": true })] {
            assert_eq!(
                refund(&studio.owner, id, more)
                    .await
                    .user_errors("refundPackage"),
                [code]
            );
        }
    }
    let free = product(&studio, "free", json!({ "priceMinor": 0 })).await;
    let given = json!({ "productId": free, "customerId": user_id(&alice).await });
    let given = studio
        .owner
        .mutate("purchasePackage", given, "purchase { id }")
        .await
        .expect_done("purchasePackage");
    let back = refund(
        &studio.owner,
        given.text("purchasePackage.purchase.id"),
        json!({}),
    )
    .await
    .expect_done("refundPackage");
    assert_eq!(back.data("refundPackage.refund"), &Value::Null);
}

#[apply(on_both_databases!)]
async fn what_is_not_paid_in_full_is_called_off_and_comes_back_whole(app: TestApp) {
    let studio = app.studio("yoga").build().await;
    let firm = product(&studio, "firm", json!({ "refundable": false })).await;
    let alice = app.as_user("alice");
    let part = ordered(&alice, &firm).await;
    pay(&studio.owner, &part, 2_500)
        .await
        .expect_done("recordPayment");
    let nothing = ordered(&alice, &firm).await;

    let back = refund(&studio.owner, &part, json!({}))
        .await
        .expect_done("refundPackage");
    assert_eq!(amount(&back), 2_500);
    let off = refund(&studio.owner, &nothing, json!({}))
        .await
        .expect_done("refundPackage");
    assert_eq!(off.data("refundPackage.refund"), &Value::Null);

    for id in [&part, &nothing] {
        let purchase = seen(&alice, id).await;
        assert_eq!(counts(&purchase), ("CANCELLED", 0, 0, 0));
        assert_eq!(
            pay(&studio.owner, id, 1).await.user_errors("recordPayment"),
            ["INVALID_STATE"]
        );
    }
}

#[apply(on_both_databases!)]
async fn after_transfers_gifts_and_partial_refunds_no_more_comes_back_than_was_paid(app: TestApp) {
    let studio = app.studio("yoga").capacity(20).build().await;
    let seven = product(
        &studio,
        "seven",
        json!({ "sessionCount": 7, "priceMinor": 1_000 }),
    )
    .await;
    let (alice, bob) = (app.as_user("alice"), app.as_user("bob"));
    let id = bought(&studio, &alice, &seven).await;
    // A gift is worth nothing.
    adjust(&studio.owner, &id, 5)
        .await
        .expect_done("adjustPackage");
    assert_eq!(
        amount(&refund(&studio.owner, &id, json!({ "dryRun": true })).await),
        1_000
    );
    // A transfer takes its share along: first what was paid for, then what was given.
    let passed = transfer(
        &alice,
        &id,
        json!({ "toUserId": user_id(&bob).await, "sessions": 8 }),
    )
    .await
    .expect_done("transferPackage");
    let theirs = passed.text("transferPackage.purchase.id").to_owned();
    assert_eq!(
        passed.data("transferPackage.purchase.price.amountMinor"),
        1_000
    );
    let back = refund(&studio.owner, &id, json!({}))
        .await
        .expect_done("refundPackage");
    assert_eq!(
        back.data("refundPackage.refund"),
        &Value::Null,
        "what is left was given"
    );
    // Money back besides, in part, comes off.
    let goodwill = json!({ "purchaseId": theirs, "kind": "REFUND", "amountMinor": 300 });
    studio
        .owner
        .mutate("recordPayment", goodwill, "replayed")
        .await
        .expect_done("recordPayment");
    let too_much = json!({ "purchaseId": theirs, "kind": "REFUND", "amountMinor": 701 });
    assert_eq!(
        studio
            .owner
            .mutate("recordPayment", too_much, "replayed")
            .await
            .user_errors("recordPayment"),
        ["INVALID_INPUT"]
    );
    book(&bob, &studio, TEN, json!({ "usePackage": true }))
        .await
        .expect_done("createBooking");
    let back = refund(&studio.owner, &theirs, json!({}))
        .await
        .expect_done("refundPackage");
    assert_eq!(
        amount(&back),
        700,
        "seven eighths are 875, but 300 of 1000 have come back"
    );
    assert_eq!(
        number(&app, "SELECT SUM(refunded_minor) FROM customer_purchases").await,
        1_000
    );
}

#[apply(on_both_databases!)]
async fn of_refunds_at_once_one_pays(app: TestApp) {
    let studio = app.studio("yoga").build().await;
    let ten = product(&studio, "ten", json!({})).await;
    let id = bought(&studio, &app.as_user("alice"), &ten).await;

    let answers = together(20, |_| {
        let (owner, id) = (studio.owner.clone(), id.clone());
        async move { refund(&owner, &id, json!({})).await }
    })
    .await;

    let paid = answers
        .iter()
        .filter(|answer| answer.user_errors("refundPackage").is_empty())
        .count();
    assert_eq!(paid, 1);
    assert_eq!(
        number(
            &app,
            "SELECT SUM(amount_minor) FROM payments WHERE kind = 'refund'"
        )
        .await,
        10_000
    );
}

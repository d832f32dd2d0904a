//! A phone that lost its connection sends the same again.

use serde_json::json;
use tests::*;

use super::*;

#[apply(on_both_databases!)]
async fn every_mutation_of_packages_happens_once_under_its_key(app: TestApp) {
    let studio = app.studio("yoga").capacity(20).build().await;
    let owner = &studio.owner;
    let product_input = json!({ "businessId": studio.business_id, "offerId": studio.offer_id, "name": "Ten", "slug": "ten",
        "status": "ACTIVE", "sessionCount": 10, "priceMinor": 10_000, "transferable": true });
    let twice = async |client: &Client, mutation: &'static str, input, selection: &str| {
        let input = with(input, json!({ "idempotencyKey": "k" }));
        let selection = format!("{selection} replayed");
        let answers = together(10, |_| {
            let (client, input, selection) = (client.clone(), input.clone(), selection.clone());
            async move {
                client
                    .mutate(mutation, input, &selection)
                    .await
                    .expect_done(mutation)
            }
        })
        .await;
        let fresh = answers
            .iter()
            .filter(|it| it.data(&format!("{mutation}.replayed")) == false);
        assert_eq!(fresh.count(), 1, "{mutation}");
        let text = |it: &GraphQlResponse| {
            it.body
                .replace("\"replayed\":true", "")
                .replace("\"replayed\":false", "")
        };
        assert!(
            answers.iter().all(|it| text(it) == text(&answers[0])),
            "{mutation}"
        );
        answers[0].clone()
    };
    let made = twice(
        owner,
        "createPackageProduct",
        product_input,
        "product { id }",
    )
    .await;
    let ten = made.text("createPackageProduct.product.id").to_owned();
    twice(
        owner,
        "updatePackageProduct",
        json!({ "productId": ten, "name": "Ten classes" }),
        "product { name }",
    )
    .await;
    let alice = app.as_user("alice");
    let sold = twice(
        &alice,
        "purchasePackage",
        json!({ "productId": ten }),
        "purchase { id }",
    )
    .await;
    let id = sold.text("purchasePackage.purchase.id").to_owned();
    let paid = json!({ "purchaseId": id, "kind": "PURCHASE", "amountMinor": 10_000 });
    twice(
        owner,
        "recordPayment",
        paid,
        "payment { id } purchase { status }",
    )
    .await;
    twice(
        &alice,
        "createBooking",
        json!({ "offerId": studio.offer_id, "startAt": TEN, "usePackage": true }),
        "booking { id packagePurchase { id } }",
    )
    .await;
    twice(
        &alice,
        "transferPackage",
        json!({ "purchaseId": id, "toEmail": "bob@example.test", "sessions": 2 }),
        "purchase { id } source { sessionsTotal }",
    )
    .await;
    twice(
        owner,
        "adjustPackage",
        json!({ "purchaseId": id, "delta": 1, "reason": "gift" }),
        "purchase { sessionsRemaining }",
    )
    .await;
    let back = twice(
        owner,
        "refundPackage",
        json!({ "purchaseId": id }),
        "purchase { status } refund { id amount { amountMinor } }",
    )
    .await;
    assert_eq!(back.data("refundPackage.refund.amount.amountMinor"), 7_000);
    assert_eq!(
        ledger(&seen(&alice, &id).await),
        [
            ("PURCHASE", 10, 10),
            ("REDEEM", -1, 9),
            ("TRANSFER_OUT", -2, 7),
            ("ADJUST", 1, 8),
            ("REFUND", -8, 0)
        ]
    );
    assert_eq!(
        number(&app, "SELECT COUNT(*) FROM customer_purchases").await,
        2
    );
    assert_eq!(number(&app, "SELECT COUNT(*) FROM payments").await, 2);

    let other = json!({ "purchaseId": id, "delta": 2, "reason": "gift", "idempotencyKey": "k" });
    assert_eq!(
        owner
            .mutate("adjustPackage", other, "replayed")
            .await
            .user_errors("adjustPackage"),
        ["IDEMPOTENCY_KEY_MISMATCH"]
    );
}

//! Buying: what waits for its payment, what does not, and that nobody mints sessions.

use serde_json::{Value, json};
use tests::*;

use super::*;

#[apply(on_both_databases!)]
async fn a_customers_own_purchase_waits_for_its_payment_and_cannot_be_used_before(app: TestApp) {
    let studio = app.studio("yoga").build().await;
    let ten = product(&studio, "ten", json!({})).await;
    let alice = app.as_user("alice");

    let id = ordered(&alice, &ten).await;

    assert_eq!(
        counts(&seen(&alice, &id).await),
        ("PENDING_PAYMENT", 10, 0, 10)
    );
    for how in [
        json!({ "usePackage": true }),
        json!({ "packagePurchaseId": id }),
    ] {
        let refused = book(&alice, &studio, TEN, how).await;
        assert_eq!(refused.user_errors("createBooking"), ["PAYMENT_REQUIRED"]);
    }
    assert_eq!(
        transfer(&alice, &id, json!({ "toEmail": "bob@example.test" }))
            .await
            .user_errors("transferPackage"),
        ["PAYMENT_REQUIRED"]
    );
    assert_eq!(
        adjust(&studio.owner, &id, 5)
            .await
            .user_errors("adjustPackage"),
        ["PAYMENT_REQUIRED"]
    );

    let part = pay(&studio.owner, &id, 4_000)
        .await
        .expect_done("recordPayment");
    assert_eq!(
        part.text("recordPayment.purchase.status"),
        "PENDING_PAYMENT"
    );
    assert_eq!(part.data("recordPayment.booking"), &Value::Null);
    let more = pay(&studio.owner, &id, 6_001).await;
    assert_eq!(more.user_errors("recordPayment"), ["INVALID_INPUT"]);
    assert_eq!(field(&more, "recordPayment"), "amountMinor");
    let rest = pay(&app.as_service("bank", "payments:write"), &id, 6_000).await;
    let rest = rest.expect_done("recordPayment");
    assert_eq!(rest.text("recordPayment.purchase.status"), "ACTIVE");
    assert_eq!(
        rest.data("recordPayment.payment"),
        &json!({
        "kind": "PURCHASE", "amount": { "amountMinor": 6_000, "currency": "EUR" }, "reference": "till 1" })
    );
    let again = pay(&studio.owner, &id, 1).await;
    assert_eq!(again.user_errors("recordPayment"), ["INVALID_STATE"]);

    let booked = book(&alice, &studio, TEN, json!({ "usePackage": true })).await;
    let booked = booked.expect_done("createBooking");
    assert_eq!(booked.data("createBooking.booking.total.amountMinor"), 0);
    assert_eq!(
        booked.data("createBooking.booking.subtotal.amountMinor"),
        5_000
    );
    assert_eq!(
        booked.data("createBooking.booking.discount.amountMinor"),
        5_000
    );
    assert_eq!(booked.text("createBooking.booking.packagePurchase.id"), id);
    let purchase = seen(&alice, &id).await;
    assert_eq!(counts(&purchase), ("ACTIVE", 10, 1, 9));
    assert_eq!(ledger(&purchase), [("PURCHASE", 10, 10), ("REDEEM", -1, 9)]);
}

#[apply(on_both_databases!)]
async fn staff_and_payment_services_sell_with_a_reference_at_once(app: TestApp) {
    let studio = app.studio("yoga").build().await;
    let ten = product(&studio, "ten", json!({})).await;
    let alice = app.as_user("alice");
    let alice_id = user_id(&alice).await;
    let desk = studio.member("desk", "STAFF").await;
    let bank = app.as_service("bank", "payments:write");
    let selection = format!("purchase {{ {SEEN} }}");
    let input =
        json!({ "productId": ten, "customerId": alice_id, "paymentReference": "receipt 7" });

    // The desk does not know her yet; the service need not.
    let unknown = desk
        .mutate("purchasePackage", input.clone(), &selection)
        .await;
    assert_eq!(unknown.user_errors("purchasePackage"), ["NOT_FOUND"]);
    assert_eq!(field(&unknown, "purchasePackage"), "customerId");
    for seller in [&bank, &desk] {
        let sold = seller
            .mutate("purchasePackage", input.clone(), &selection)
            .await;
        let sold = sold.expect_done("purchasePackage");
        let purchase = sold.data("purchasePackage.purchase");
        assert_eq!(counts(purchase), ("ACTIVE", 10, 0, 10));
        assert_eq!(purchase["customer"]["id"], alice_id.as_str());
        let id = purchase["id"].as_str().unwrap();
        let document = "query ($id: ID!) { packagePurchase(id: $id) { payments { kind reference amount { amountMinor } } } }";
        let hers = alice
            .graphql(document, json!({ "id": id }))
            .await
            .expect_ok();
        assert_eq!(
            hers.data("packagePurchase.payments"),
            &json!([{ "kind": "PURCHASE", "reference": "receipt 7", "amount": { "amountMinor": 10_000 } }])
        );
    }
    let later = desk
        .mutate(
            "purchasePackage",
            json!({ "productId": ten, "customerId": alice_id }),
            &selection,
        )
        .await;
    let later = later.expect_done("purchasePackage");
    assert_eq!(
        later.text("purchasePackage.purchase.status"),
        "PENDING_PAYMENT"
    );
    assert_eq!(
        number(
            &app,
            "SELECT COUNT(*) FROM memberships WHERE role = 'customer'"
        )
        .await,
        1
    );
}

#[apply(on_both_databases!)]
async fn nothing_that_a_customer_sends_makes_sessions(app: TestApp) {
    let studio = app.studio("yoga").build().await;
    let ten = product(&studio, "ten", json!({})).await;
    let free = product(&studio, "free", json!({ "priceMinor": 0 })).await;
    let alice = app.as_user("alice");
    let bob = user_id(&app.as_user("bob")).await;

    let claimed = json!({ "productId": ten, "paymentReference": "I paid, honestly" });
    assert_eq!(
        alice
            .mutate("purchasePackage", claimed, "replayed")
            .await
            .error_code(),
        "FORBIDDEN"
    );
    let other = json!({ "productId": ten, "customerId": bob });
    assert_eq!(
        alice
            .mutate("purchasePackage", other, "replayed")
            .await
            .error_code(),
        "FORBIDDEN"
    );
    let gift = alice
        .mutate("purchasePackage", json!({ "productId": free }), "replayed")
        .await;
    assert_eq!(gift.user_errors("purchasePackage"), ["INVALID_STATE"]);
    for extra in [
        json!({ "sessionsTotal": 99 }),
        json!({ "sessionCount": 99 }),
        json!({ "priceMinor": 1 }),
        json!({ "status": "ACTIVE" }),
    ] {
        let answer = alice
            .mutate(
                "purchasePackage",
                with(json!({ "productId": ten }), extra),
                "replayed",
            )
            .await;
        assert!(!answer.error_codes().is_empty(), "{}", answer.body);
    }
    let own = ordered(&alice, &ten).await;
    assert_eq!(pay(&alice, &own, 10_000).await.error_code(), "FORBIDDEN");
    assert_eq!(adjust(&alice, &own, 1).await.error_code(), "FORBIDDEN");
    assert_eq!(
        refund(&alice, &own, json!({})).await.error_code(),
        "FORBIDDEN"
    );
    assert_eq!(
        counts(&seen(&alice, &own).await),
        ("PENDING_PAYMENT", 10, 0, 10)
    );
    assert_eq!(
        app.anonymous()
            .mutate("purchasePackage", json!({ "productId": ten }), "replayed")
            .await
            .error_code(),
        "UNAUTHENTICATED"
    );
    // What costs nothing is the business's to give.
    let given = json!({ "productId": free, "customerId": user_id(&alice).await });
    let given = studio
        .owner
        .mutate("purchasePackage", given, "purchase { status }")
        .await;
    assert_eq!(
        given
            .expect_done("purchasePackage")
            .text("purchasePackage.purchase.status"),
        "ACTIVE"
    );
}

#[apply(on_both_databases!)]
async fn a_dry_run_tells_and_changes_nothing(app: TestApp) {
    let studio = app.studio("yoga").build().await;
    let ten = product(&studio, "ten", json!({})).await;
    let alice = app.as_user("alice");
    let dry = json!({ "productId": ten, "dryRun": true });

    let told = alice
        .mutate(
            "purchasePackage",
            dry,
            "purchase { status sessionsTotal price { amountMinor } expiresAt product { name } }",
        )
        .await;

    assert_eq!(
        told.expect_done("purchasePackage")
            .data("purchasePackage.purchase"),
        &json!({
        "status": "PENDING_PAYMENT", "sessionsTotal": 10, "price": { "amountMinor": 10_000 }, "expiresAt": null, "product": { "name": "ten" } })
    );
    for table in [
        "customer_purchases",
        "package_ledger_entries",
        "customer_purchase_offers",
    ] {
        assert_eq!(
            number(&app, &format!("SELECT COUNT(*) FROM {table}")).await,
            0,
            "{table}"
        );
    }
}

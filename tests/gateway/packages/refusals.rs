//! What is not sold, to whom it is not sold, and payments that do not fit.

use serde_json::{Value, json};
use tests::*;

use super::*;

#[apply(on_both_databases!)]
async fn a_blocked_customer_buys_and_books_nothing(app: TestApp) {
    let studio = app.studio("yoga").build().await;
    let ten = product(&studio, "ten", json!({})).await;
    let alice = app.as_user("alice");
    let id = bought(&studio, &alice, &ten).await;
    let block = |blocked: bool, user: String| {
        let input = json!({ "businessId": studio.business_id, "userId": user, "blocked": blocked });
        studio
            .owner
            .mutate("setCustomerBlocked", input, "membership { blockedAt }")
    };
    let alice_id = user_id(&alice).await;
    let blocked = block(true, alice_id.clone())
        .await
        .expect_done("setCustomerBlocked");
    assert_eq!(
        blocked.text("setCustomerBlocked.membership.blockedAt"),
        MONDAY
    );

    let refused = alice
        .mutate("purchasePackage", json!({ "productId": ten }), "replayed")
        .await;
    assert_eq!(refused.user_errors("purchasePackage"), ["INVALID_STATE"]);
    let refused = book(&alice, &studio, TEN, json!({ "packagePurchaseId": id })).await;
    assert_eq!(refused.user_errors("createBooking"), ["INVALID_STATE"]);
    let own = alice
        .graphql("{ viewer { memberships { blockedAt } } }", json!({}))
        .await
        .expect_ok();
    assert_eq!(own.data("viewer.memberships.0.blockedAt"), &Value::Null);

    block(false, alice_id.clone())
        .await
        .expect_done("setCustomerBlocked");
    book(&alice, &studio, TEN, json!({ "packagePurchaseId": id }))
        .await
        .expect_done("createBooking");
    let desk = studio.member("desk", "STAFF").await;
    let input = json!({ "businessId": studio.business_id, "userId": alice_id, "blocked": true });
    assert_eq!(
        desk.mutate("setCustomerBlocked", input.clone(), "replayed")
            .await
            .error_code(),
        "FORBIDDEN"
    );
    assert_eq!(
        alice
            .mutate("setCustomerBlocked", input, "replayed")
            .await
            .user_errors("setCustomerBlocked"),
        ["NOT_FOUND"]
    );
    let staff = block(true, user_id(&desk).await).await;
    assert_eq!(staff.user_errors("setCustomerBlocked"), ["INVALID_STATE"]);
    let stranger = block(true, user_id(&app.as_user("stranger")).await).await;
    assert_eq!(stranger.user_errors("setCustomerBlocked"), ["NOT_FOUND"]);
}

#[apply(on_both_databases!)]
async fn only_what_is_on_sale_is_sold(app: TestApp) {
    let studio = app.studio("yoga").build().await;
    let alice = app.as_user("alice");
    for status in ["DRAFT", "INACTIVE", "ARCHIVED"] {
        let id = product(&studio, &status.to_lowercase(), json!({ "status": status })).await;
        let refused = alice
            .mutate("purchasePackage", json!({ "productId": id }), "replayed")
            .await;
        assert_eq!(
            refused.user_errors("purchasePackage"),
            ["NOT_FOUND"],
            "{status}"
        );
        let refused = studio
            .owner
            .mutate("purchasePackage", json!({ "productId": id }), "replayed")
            .await;
        assert_eq!(
            refused.user_errors("purchasePackage"),
            ["INVALID_STATE"],
            "{status}"
        );
    }
    for (id, code) in [
        ("pkg_019cadcfc24072a281486a2a3c4d3d7d", "NOT_FOUND"),
        ("bkg_019cadcfc24072a281486a2a3c4d3d7d", "INVALID_INPUT"),
        ("", "INVALID_INPUT"),
        ("\u{0}", "INVALID_INPUT"),
    ] {
        let refused = alice
            .mutate("purchasePackage", json!({ "productId": id }), "replayed")
            .await;
        assert_eq!(refused.user_errors("purchasePackage"), [code]);
        assert_eq!(field(&refused, "purchasePackage"), "productId");
    }
    let ten = product(&studio, "ten", json!({})).await;
    for reference in ["", "  ", "two\nlines", "nul\u{0}", &"x".repeat(201)] {
        let input = json!({ "productId": ten, "paymentReference": reference });
        let refused = studio
            .owner
            .mutate("purchasePackage", input, "replayed")
            .await;
        assert_eq!(
            refused.user_errors("purchasePackage"),
            ["INVALID_INPUT"],
            "{reference:?}"
        );
        assert_eq!(field(&refused, "purchasePackage"), "paymentReference");
    }
}

#[apply(on_both_databases!)]
async fn a_payment_names_a_booking_or_a_purchase_and_its_kind_fits(app: TestApp) {
    let studio = app.studio("yoga").build().await;
    let ten = product(&studio, "ten", json!({})).await;
    let alice = app.as_user("alice");
    let id = ordered(&alice, &ten).await;
    let booking = studio.book(&alice, TEN).await.expect_done("createBooking");
    let booking = booking.text("createBooking.booking.id");
    for (input, at) in [
        (json!({ "kind": "PURCHASE" }), "bookingId"),
        (
            json!({ "kind": "PURCHASE", "bookingId": booking, "purchaseId": id }),
            "purchaseId",
        ),
        (json!({ "kind": "PURCHASE", "bookingId": booking }), "kind"),
        (json!({ "kind": "DEPOSIT", "purchaseId": id }), "kind"),
        (json!({ "kind": "BALANCE", "purchaseId": id }), "kind"),
        (json!({ "kind": "FEE", "purchaseId": id }), "kind"),
        (
            json!({ "kind": "PURCHASE", "purchaseId": booking }),
            "purchaseId",
        ),
        (
            json!({ "kind": "PURCHASE", "purchaseId": id, "amountMinor": 0 }),
            "amountMinor",
        ),
        (
            json!({ "kind": "PURCHASE", "purchaseId": id, "amountMinor": -1 }),
            "amountMinor",
        ),
        (
            json!({ "kind": "PURCHASE", "purchaseId": id, "amountMinor": i32::MAX }),
            "amountMinor",
        ),
        (
            json!({ "kind": "PURCHASE", "purchaseId": id, "reference": "" }),
            "reference",
        ),
    ] {
        let input = with(json!({ "amountMinor": 100 }), input);
        let refused = studio
            .owner
            .mutate("recordPayment", input.clone(), "replayed")
            .await;
        assert_eq!(
            refused.user_errors("recordPayment"),
            ["INVALID_INPUT"],
            "{input}"
        );
        assert_eq!(field(&refused, "recordPayment"), at, "{input}");
    }
    let early = json!({ "kind": "REFUND", "purchaseId": id, "amountMinor": 1 });
    let early = studio
        .owner
        .mutate("recordPayment", early, "replayed")
        .await;
    assert_eq!(early.user_errors("recordPayment"), ["INVALID_STATE"]);
}

//! Redeeming: which package pays, and which does not.

use chrono::TimeDelta;
use serde_json::json;
use tests::*;

use super::*;
use crate::bookings::act;

#[apply(on_both_databases!)]
async fn the_package_that_expires_first_pays_unless_one_is_named(app: TestApp) {
    let studio = app.studio("yoga").capacity(20).build().await;
    let alice = app.as_user("alice");
    let mut ids = Vec::new();
    for (slug, more) in [
        ("never", json!({ "sessionCount": 1 })),
        (
            "late",
            json!({ "sessionCount": 1, "expiryType": "FIXED_DATE", "expiryDate": "2026-12-31" }),
        ),
        (
            "soon",
            json!({ "sessionCount": 1, "expiryType": "DAYS_FROM_PURCHASE", "expiryDays": 20 }),
        ),
        ("second", json!({ "sessionCount": 1 })),
    ] {
        let product = product(&studio, slug, more).await;
        ids.push(bought(&studio, &alice, &product).await);
        app.advance(TimeDelta::minutes(1));
    }
    let named = book(&alice, &studio, TEN, json!({ "packagePurchaseId": ids[3] }))
        .await
        .expect_done("createBooking");
    assert_eq!(
        named.text("createBooking.booking.packagePurchase.id"),
        ids[3]
    );
    for expected in [&ids[2], &ids[1], &ids[0]] {
        let dry = book(
            &alice,
            &studio,
            TEN,
            json!({ "usePackage": true, "dryRun": true }),
        )
        .await
        .expect_done("createBooking");
        assert_eq!(
            dry.text("createBooking.booking.packagePurchase.id"),
            expected
        );
        let paid = book(&alice, &studio, TEN, json!({ "usePackage": true }))
            .await
            .expect_done("createBooking");
        assert_eq!(
            paid.text("createBooking.booking.packagePurchase.id"),
            expected
        );
    }
    let over = book(&alice, &studio, TEN, json!({ "usePackage": true })).await;
    assert_eq!(over.user_errors("createBooking"), ["PACKAGE_EXHAUSTED"]);
    assert_eq!(field(&over, "createBooking"), "usePackage");
    assert_eq!(over.data("createBooking.alternatives"), &json!([]));
    for id in &ids {
        assert_eq!(counts(&seen(&alice, id).await), ("EXHAUSTED", 1, 1, 0));
    }
}

#[apply(on_both_databases!)]
async fn a_named_package_must_be_the_customers_active_eligible_and_unexpired(app: TestApp) {
    let studio = app.studio("yoga").capacity(20).build().await;
    let rival = app.studio("rival").owned_by("rival").build().await;
    let other = json!({ "businessId": studio.business_id, "name": "Other", "slug": "other" });
    let other = studio
        .owner
        .mutate("createOffer", other, "offer { id }")
        .await
        .expect_done("createOffer");
    let (alice, bob) = (app.as_user("alice"), app.as_user("bob"));
    let one = product(&studio, "one", json!({ "sessionCount": 1 })).await;
    let soon = product(
        &studio,
        "soon",
        json!({ "expiryType": "FIXED_DATE", "expiryDate": "2026-03-02" }),
    )
    .await;
    let ineligible = product(
        &studio,
        "other",
        json!({ "offerId": other.text("createOffer.offer.id") }),
    )
    .await;
    let foreign = product(&rival, "foreign", json!({})).await;

    let used = bought(&studio, &alice, &one).await;
    booked(&alice, &studio, TEN).await;
    let bobs = bought(&studio, &bob, &one).await;
    let unpaid = ordered(&alice, &one).await;
    let wrong = bought(&studio, &alice, &ineligible).await;
    let elsewhere = bought(&rival, &alice, &foreign).await;
    let expired = bought(&studio, &alice, &soon).await;
    app.set_time("2026-03-03T00:00:00Z");
    for (id, code) in [
        (used.as_str(), "PACKAGE_EXHAUSTED"),
        (&bobs, "NOT_FOUND"),
        (&elsewhere, "NOT_FOUND"),
        (&wrong, "PACKAGE_NOT_ELIGIBLE"),
        (&unpaid, "PAYMENT_REQUIRED"),
        (&expired, "PACKAGE_EXPIRED"),
        ("pur_019cadcfc24072a281486a2a3c4d3d7d", "NOT_FOUND"),
        ("x", "INVALID_INPUT"),
    ] {
        let refused = book(
            &alice,
            &studio,
            "2026-03-04T10:00:00Z",
            json!({ "packagePurchaseId": id }),
        )
        .await;
        assert_eq!(refused.user_errors("createBooking"), [code], "{id}");
        assert_eq!(field(&refused, "createBooking"), "packagePurchaseId");
    }
    let none = book(
        &app.as_user("carol"),
        &studio,
        "2026-03-04T10:00:00Z",
        json!({ "usePackage": true }),
    )
    .await;
    assert_eq!(none.user_errors("createBooking"), ["PACKAGE_NOT_ELIGIBLE"]);
    assert_eq!(
        number(&app, "SELECT COUNT(*) FROM booking_orders").await,
        1,
        "nothing half-written"
    );
    // Staff pay with the customer's package, not with their own.
    let bob_id = user_id(&bob).await;
    let desk = json!({ "customerId": bob_id, "usePackage": true });
    let desk = book(&studio.owner, &studio, "2026-03-04T10:00:00Z", desk)
        .await
        .expect_done("createBooking");
    assert_eq!(desk.text("createBooking.booking.packagePurchase.id"), bobs);
}

#[apply(on_both_databases!)]
async fn a_move_or_another_length_keeps_the_session_and_costs_nothing(app: TestApp) {
    let studio = app
        .studio("yoga")
        .flexible(60, 120, 30)
        .term("unitPriceMinor", json!(1_000))
        .term("unitMin", json!(30))
        .build()
        .await;
    let ten = product(&studio, "ten", json!({})).await;
    let alice = app.as_user("alice");
    let id = bought(&studio, &alice, &ten).await;
    let booking = booked(&alice, &studio, TEN).await;

    let moved = act(
        &alice,
        "rescheduleBooking",
        &booking,
        json!({ "startAt": "2026-03-04T10:00:00Z", "durationMin": 120 }),
    )
    .await;
    let moved = moved.expect_done("rescheduleBooking");

    assert_eq!(moved.data("rescheduleBooking.booking.total.amountMinor"), 0);
    let longer = act(
        &studio.owner,
        "setBookingDuration",
        &booking,
        json!({ "durationMin": 90 }),
    )
    .await
    .expect_done("setBookingDuration");
    assert_eq!(
        longer.data("setBookingDuration.booking.total.amountMinor"),
        0
    );
    let purchase = seen(&alice, &id).await;
    assert_eq!(ledger(&purchase), [("PURCHASE", 10, 10), ("REDEEM", -1, 9)]);
}

//! Redeeming, and what becomes of the session when the booking ends.

use chrono::TimeDelta;
use serde_json::{Value, json};
use tests::*;

use super::*;
use crate::bookings::act;

/// A studio whose late cancellations forfeit the session, with a customer who has a pass of ten.
async fn strict(app: &TestApp) -> (Studio, Client, String) {
    let studio = app
        .studio("yoga")
        .capacity(20)
        .term(
            "cancellationPolicy",
            json!({ "cutoffMin": 120, "lateFeeMinor": 700, "forfeitsSession": true }),
        )
        .build()
        .await;
    let ten = product(&studio, "ten", json!({})).await;
    let alice = app.as_user("alice");
    let id = bought(&studio, &alice, &ten).await;
    (studio, alice, id)
}

#[apply(on_both_databases!)]
async fn a_free_cancellation_returns_the_session_and_a_late_one_forfeits_it_without_a_fee(
    app: TestApp,
) {
    let (studio, alice, id) = strict(&app).await;
    let first = booked(&alice, &studio, TEN).await;
    let second = booked(&alice, &studio, TEN).await;

    let free = act(&alice, "cancelBooking", &first, json!({}))
        .await
        .expect_done("cancelBooking");
    assert_eq!(
        free.data("cancelBooking.booking.cancellation"),
        &json!({ "late": false, "fee": null, "sessionForfeited": false })
    );
    app.set_time("2026-03-03T09:00:00Z");
    let dry = act(&alice, "cancelBooking", &second, json!({ "dryRun": true }))
        .await
        .expect_done("cancelBooking");
    let late = act(&alice, "cancelBooking", &second, json!({}))
        .await
        .expect_done("cancelBooking");

    for told in [&dry, &late] {
        assert_eq!(
            told.data("cancelBooking.booking.cancellation"),
            &json!({ "late": true, "fee": null, "sessionForfeited": true })
        );
    }
    let purchase = seen(&alice, &id).await;
    assert_eq!(counts(&purchase), ("ACTIVE", 10, 1, 9));
    assert_eq!(
        ledger(&purchase),
        [
            ("PURCHASE", 10, 10),
            ("REDEEM", -1, 9),
            ("REDEEM", -1, 8),
            ("RETURN", 1, 9),
            ("FORFEIT", 0, 9)
        ]
    );
    assert_eq!(
        purchase["ledger"]["nodes"][4]["booking"]["id"],
        second.as_str()
    );
    // Cancelled once is cancelled; nothing comes back twice.
    assert_eq!(
        act(&alice, "cancelBooking", &first, json!({}))
            .await
            .user_errors("cancelBooking"),
        ["INVALID_STATE"]
    );
    assert_eq!(counts(&seen(&alice, &id).await), ("ACTIVE", 10, 1, 9));
}

#[apply(on_both_databases!)]
async fn the_business_cancels_free_of_charge(app: TestApp) {
    let (studio, alice, id) = strict(&app).await;
    let booking = booked(&alice, &studio, TEN).await;
    app.set_time("2026-03-03T09:59:00Z");

    act(
        &studio.owner,
        "cancelBooking",
        &booking,
        json!({ "reason": "ill" }),
    )
    .await
    .expect_done("cancelBooking");

    assert_eq!(counts(&seen(&alice, &id).await), ("ACTIVE", 10, 0, 10));
}

#[apply(on_both_databases!)]
async fn a_late_cancellation_that_does_not_forfeit_costs_the_fee_and_returns_the_session(
    app: TestApp,
) {
    let studio = app
        .studio("yoga")
        .term(
            "cancellationPolicy",
            json!({ "cutoffMin": 120, "lateFeeMinor": 700 }),
        )
        .build()
        .await;
    let ten = product(&studio, "ten", json!({})).await;
    let alice = app.as_user("alice");
    let id = bought(&studio, &alice, &ten).await;
    let booking = booked(&alice, &studio, TEN).await;
    app.set_time("2026-03-03T09:00:00Z");

    let late = act(&alice, "cancelBooking", &booking, json!({}))
        .await
        .expect_done("cancelBooking");

    assert_eq!(
        late.data("cancelBooking.booking.cancellation"),
        &json!({ "late": true, "fee": { "amountMinor": 700 }, "sessionForfeited": false })
    );
    assert_eq!(counts(&seen(&alice, &id).await), ("ACTIVE", 10, 0, 10));
}

#[apply(on_both_databases!)]
async fn a_no_show_forfeits_by_the_frozen_policy(app: TestApp) {
    let (studio, alice, id) = strict(&app).await;
    let lax = app.studio("lax").owned_by("lax").build().await;
    let five = product(&lax, "five", json!({ "sessionCount": 5 })).await;
    let kept = bought(&lax, &alice, &five).await;
    for (studio, id, expected, last) in [
        (&studio, &id, ("ACTIVE", 10, 1, 9), ("FORFEIT", 0, 9)),
        (&lax, &kept, ("ACTIVE", 5, 0, 5), ("RETURN", 1, 5)),
    ] {
        app.set_time(MONDAY);
        let booking = booked(&alice, studio, TEN).await;
        app.set_time("2026-03-03T10:20:00Z");
        let staff = &studio.owner;
        act(staff, "markBookingNoShow", &booking, json!({}))
            .await
            .expect_done("markBookingNoShow");
        let purchase = seen(&alice, id).await;
        assert_eq!(counts(&purchase), expected);
        assert_eq!(ledger(&purchase).last(), Some(&last));
    }
}

#[apply(on_both_databases!)]
async fn what_is_declined_or_runs_out_gives_the_session_back_once(app: TestApp) {
    let studio = app
        .studio("yoga")
        .term("requiresApproval", json!(true))
        .term("requiresDeposit", json!(true))
        .term("depositPercentBps", json!(5_000))
        .build()
        .await;
    let ten = product(&studio, "ten", json!({})).await;
    let alice = app.as_user("alice");
    let id = bought(&studio, &alice, &ten).await;

    // A session has paid: there is no deposit to wait for.
    let asked = book(&alice, &studio, TEN, json!({ "usePackage": true }))
        .await
        .expect_done("createBooking");
    assert_eq!(
        asked.text("createBooking.booking.status"),
        "PENDING_APPROVAL"
    );
    assert_eq!(asked.data("createBooking.booking.deposit"), &Value::Null);
    let declined = asked.text("createBooking.booking.id");
    assert_eq!(counts(&seen(&alice, &id).await), ("ACTIVE", 10, 1, 9));
    act(&studio.owner, "declineBooking", declined, json!({}))
        .await
        .expect_done("declineBooking");
    assert_eq!(counts(&seen(&alice, &id).await), ("ACTIVE", 10, 0, 10));

    let approved = booked(&alice, &studio, TEN).await;
    let confirmed = act(&studio.owner, "approveBooking", &approved, json!({}))
        .await
        .expect_done("approveBooking");
    assert_eq!(confirmed.text("approveBooking.booking.status"), "CONFIRMED");
    act(&studio.owner, "cancelBooking", &approved, json!({}))
        .await
        .expect_done("cancelBooking");

    // Swept by a worker, or found in the way by the next writer: it comes back once.
    let hold = json!({ "usePackage": true, "hold": true });
    book(&alice, &studio, TEN, hold.clone())
        .await
        .expect_done("createBooking");
    app.advance(TimeDelta::minutes(11));
    let gateway = app.gateway.clone();
    booking_gateway::domain::worker::tick(&gateway)
        .await
        .unwrap();
    booking_gateway::domain::worker::tick(&gateway)
        .await
        .unwrap();
    assert_eq!(counts(&seen(&alice, &id).await), ("ACTIVE", 10, 0, 10));
    book(&alice, &studio, TEN, hold)
        .await
        .expect_done("createBooking");
    app.advance(TimeDelta::minutes(11));
    booked(&alice, &studio, TEN).await;
    let purchase = seen(&alice, &id).await;
    assert_eq!(counts(&purchase), ("ACTIVE", 10, 1, 9));
    let kinds: Vec<_> = ledger(&purchase).iter().map(|entry| entry.0).collect();
    assert_eq!(
        kinds,
        [
            "PURCHASE", "REDEEM", "RETURN", "REDEEM", "RETURN", "REDEEM", "RETURN", "REDEEM",
            "RETURN", "REDEEM"
        ]
    );
}

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
async fn a_session_that_comes_back_to_an_exhausted_package_can_be_used_again(app: TestApp) {
    let studio = app.studio("yoga").build().await;
    let one = product(&studio, "one", json!({ "sessionCount": 1 })).await;
    let alice = app.as_user("alice");
    let id = bought(&studio, &alice, &one).await;
    let booking = booked(&alice, &studio, TEN).await;
    assert_eq!(counts(&seen(&alice, &id).await), ("EXHAUSTED", 1, 1, 0));

    act(&alice, "cancelBooking", &booking, json!({}))
        .await
        .expect_done("cancelBooking");

    assert_eq!(counts(&seen(&alice, &id).await), ("ACTIVE", 1, 0, 1));
    booked(&alice, &studio, TEN).await;
}

#[apply(on_both_databases!)]
async fn a_session_that_comes_back_to_an_expired_package_lapses_at_once(app: TestApp) {
    let studio = app.studio("yoga").build().await;
    let soon = product(
        &studio,
        "soon",
        json!({ "sessionCount": 2, "expiryType": "FIXED_DATE", "expiryDate": "2026-03-02" }),
    )
    .await;
    let alice = app.as_user("alice");
    let id = bought(&studio, &alice, &soon).await;
    // It is good at the time of booking; that the service comes later does not matter.
    let booking = booked(&alice, &studio, "2026-03-05T10:00:00Z").await;
    app.set_time("2026-03-03T00:00:00Z");

    act(&alice, "cancelBooking", &booking, json!({}))
        .await
        .expect_done("cancelBooking");

    let purchase = seen(&alice, &id).await;
    assert_eq!(counts(&purchase), ("EXPIRED", 0, 0, 0));
    assert_eq!(
        ledger(&purchase),
        [
            ("PURCHASE", 2, 2),
            ("REDEEM", -1, 1),
            ("RETURN", 1, 2),
            ("EXPIRE", -2, 0)
        ]
    );
}

#[apply(on_both_databases!)]
async fn a_session_that_comes_back_revives_what_was_passed_on_or_given_back(app: TestApp) {
    let studio = app.studio("yoga").capacity(20).build().await;
    let three = product(
        &studio,
        "three",
        json!({ "sessionCount": 3, "priceMinor": 1_000 }),
    )
    .await;
    let alice = app.as_user("alice");
    for (given_back, refunded) in [(false, 333), (true, 333)] {
        let id = bought(&studio, &alice, &three).await;
        let booking = book(&alice, &studio, TEN, json!({ "packagePurchaseId": id }))
            .await
            .expect_done("createBooking");
        let booking = booking.text("createBooking.booking.id");
        let status = match given_back {
            true => {
                let back = refund(&studio.owner, &id, json!({}))
                    .await
                    .expect_done("refundPackage");
                assert_eq!(back.data("refundPackage.refund.amount.amountMinor"), 666);
                "CANCELLED"
            }
            false => {
                transfer(&alice, &id, json!({ "toEmail": "bob@example.test" }))
                    .await
                    .expect_done("transferPackage");
                "TRANSFERRED"
            }
        };
        assert_eq!(counts(&seen(&alice, &id).await), (status, 1, 1, 0));

        act(&alice, "cancelBooking", booking, json!({}))
            .await
            .expect_done("cancelBooking");

        assert_eq!(counts(&seen(&alice, &id).await), ("ACTIVE", 1, 0, 1));
        let back = refund(&studio.owner, &id, json!({}))
            .await
            .expect_done("refundPackage");
        assert_eq!(
            back.data("refundPackage.refund.amount.amountMinor"),
            refunded,
            "never more than was paid"
        );
    }
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

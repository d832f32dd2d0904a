//! What becomes of a session when its booking ends: it comes back, or it is forfeited.

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

//! Which payments a booking takes in which state.

use chrono::TimeDelta;
use serde_json::{Value, json};
use tests::*;

use super::{act, booked, seen};

const TEN: &str = "2026-03-03T10:00:00Z";

async fn pay(client: &Client, booking: &str, kind: &str, amount: i32) -> GraphQlResponse {
    let input = json!({ "bookingId": booking, "kind": kind, "amountMinor": amount });
    let selection =
        "payment { id } purchase { id } booking { status deposit { paid { amountMinor } } }";
    client.mutate("recordPayment", input, selection).await
}

#[apply(on_both_databases!)]
async fn on_a_booking_that_ended_only_its_fee_and_money_back_are_recorded(app: TestApp) {
    let policy = json!({ "cutoffMin": 600_000, "lateFeeMinor": 700 });
    let studio = app
        .studio("yoga")
        .capacity(9)
        .term("cancellationPolicy", policy)
        .build()
        .await;
    let approving = app
        .studio("strict")
        .owned_by("strict")
        .term("requiresApproval", json!(true))
        .build()
        .await;
    let alice = app.as_user("alice");
    let (owner, strict) = (&studio.owner, &approving.owner);
    let cancelled = booked(&alice, &studio, TEN, json!({})).await;
    pay(owner, &cancelled, "BALANCE", 1_000)
        .await
        .expect_done("recordPayment");
    act(&alice, "cancelBooking", &cancelled, json!({}))
        .await
        .expect_done("cancelBooking");
    let declined = booked(&alice, &approving, TEN, json!({})).await;
    act(strict, "declineBooking", &declined, json!({}))
        .await
        .expect_done("declineBooking");
    let expired = booked(&alice, &studio, TEN, json!({ "hold": true })).await;
    let missed = booked(&alice, &studio, TEN, json!({})).await;
    let done = booked(&alice, &studio, TEN, json!({})).await;
    app.advance(TimeDelta::minutes(11));
    app.set_time("2026-03-03T10:30:00Z");
    act(owner, "markBookingNoShow", &missed, json!({}))
        .await
        .expect_done("markBookingNoShow");
    for step in ["checkInBooking", "completeBooking"] {
        act(owner, step, &done, json!({})).await.expect_done(step);
    }

    for (staff, booking) in [
        (owner, &cancelled),
        (strict, &declined),
        (owner, &expired),
        (owner, &missed),
    ] {
        for kind in ["DEPOSIT", "BALANCE"] {
            let refused = pay(staff, booking, kind, 1).await;
            assert_eq!(
                refused.user_errors("recordPayment"),
                ["INVALID_STATE"],
                "{kind} {}",
                refused.body
            );
            assert_eq!(super::field(&refused, "recordPayment"), "bookingId");
        }
    }
    pay(owner, &cancelled, "FEE", 700)
        .await
        .expect_done("recordPayment");
    pay(owner, &cancelled, "REFUND", 1_700)
        .await
        .expect_done("recordPayment");
    assert_eq!(
        pay(owner, &cancelled, "REFUND", 1)
            .await
            .user_errors("recordPayment"),
        ["INVALID_INPUT"]
    );
    // What took place is paid for afterwards, too.
    let paid = pay(owner, &done, "BALANCE", 5_000)
        .await
        .expect_done("recordPayment");
    assert_eq!(paid.data("recordPayment.purchase"), &Value::Null);
}

#[apply(on_both_databases!)]
async fn a_balance_that_covers_the_deposit_confirms_the_booking(app: TestApp) {
    let studio = app
        .studio("yoga")
        .capacity(9)
        .term("requiresDeposit", json!(true))
        .term("depositPercentBps", json!(5_000))
        .build()
        .await;
    let (alice, owner) = (app.as_user("alice"), &studio.owner);
    let booking = booked(&alice, &studio, TEN, json!({})).await;
    let part = pay(owner, &booking, "BALANCE", 2_000)
        .await
        .expect_done("recordPayment");
    assert_eq!(
        part.data("recordPayment.booking"),
        &json!({ "status": "AWAITING_DEPOSIT", "deposit": { "paid": { "amountMinor": 2_000 } } })
    );
    let rest = pay(owner, &booking, "BALANCE", 3_000)
        .await
        .expect_done("recordPayment");
    assert_eq!(
        rest.data("recordPayment.booking"),
        &json!({ "status": "CONFIRMED", "deposit": { "paid": { "amountMinor": 2_500 } } })
    );
    // A deposit completes what a balance began.
    let second = booked(&alice, &studio, TEN, json!({})).await;
    pay(owner, &second, "BALANCE", 1_000)
        .await
        .expect_done("recordPayment");
    pay(owner, &second, "DEPOSIT", 1_500)
        .await
        .expect_done("recordPayment");
    assert_eq!(seen(&alice, &second).await["status"], "CONFIRMED");
    // What was paid while it was only held counts when it is confirmed.
    let held = booked(&alice, &studio, TEN, json!({ "hold": true })).await;
    pay(owner, &held, "BALANCE", 2_500)
        .await
        .expect_done("recordPayment");
    act(&alice, "confirmBooking", &held, json!({}))
        .await
        .expect_done("confirmBooking");
    assert_eq!(seen(&alice, &held).await["status"], "CONFIRMED");
}

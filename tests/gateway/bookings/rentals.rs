//! Rentals: for days, with a gap for the next customer, and a deposit.

use chrono::TimeDelta;
use serde_json::{Value, json};
use tests::*;

use super::{act, booked, claims, field, input, seen};

const OUT: &str = "2026-03-03T09:00:00Z";

/// A van for EUR 33.33 a day, of which a third is paid ahead, with two hours between customers.
async fn vans(app: &TestApp) -> Studio {
    app.studio("vans")
        .price(0)
        .duration(1440)
        .flexible(60, 14 * 1440, 60)
        .term("durationMode", json!("MULTI_DAY"))
        .term("unitPriceMinor", json!(3333))
        .term("unitMin", json!(1440))
        .term("minGapBetweenBookingsMin", json!(120))
        .term("requiresDeposit", json!(true))
        .term("depositPercentBps", json!(3333))
        .build()
        .await
}

async fn pay(client: &Client, id: &str, amount: i64) -> GraphQlResponse {
    let input = json!({ "bookingId": id, "kind": "DEPOSIT", "amountMinor": amount });
    client
        .mutate(
            "recordPayment",
            input,
            "payment { id } booking { status deposit { paid { amountMinor } } }",
        )
        .await
}

#[apply(on_both_databases!)]
async fn a_van_comes_back_when_the_house_opens_or_closes_or_in_between(app: TestApp) {
    let studio = vans(&app).await;
    let alice = app.as_user("alice");
    // From opening to opening, to the middle of a day, to closing; not to an hour after closing.
    for (hours, open) in [
        (24, true),
        (48, true),
        (27, true),
        (32, true),
        (33, false),
        (71, false),
    ] {
        let more = json!({ "durationMin": hours * 60, "dryRun": true });
        let answer = alice
            .mutate(
                "createBooking",
                input(&studio, OUT, more),
                "booking { endAt }",
            )
            .await;
        let expected: &[&str] = if open { &[] } else { &["OUTSIDE_HOURS"] };
        assert_eq!(
            answer.user_errors("createBooking"),
            expected,
            "{hours} hours"
        );
    }
}

#[apply(on_both_databases!)]
async fn the_gap_is_kept_between_two_rentals(app: TestApp) {
    let studio = vans(&app).await;
    let (alice, bob) = (app.as_user("alice"), app.as_user("bob"));
    booked(&alice, &studio, OUT, json!({ "durationMin": 27 * 60 })).await;

    // It is back on the next day at 12.
    let mut tried = Vec::new();
    for start in [
        "2026-03-04T12:00:00Z",
        "2026-03-04T13:45:00Z",
        "2026-03-04T14:00:00Z",
    ] {
        let more = json!({ "durationMin": 60, "dryRun": true });
        let answer = bob
            .mutate(
                "createBooking",
                input(&studio, start, more),
                "booking { id }",
            )
            .await;
        tried.push(answer.user_errors("createBooking").is_empty());
    }
    assert_eq!(tried, [false, false, true]);
    // Before it, too: a rental must be back two hours before the next begins.
    let more = json!({ "durationMin": 60, "dryRun": true });
    let close = bob
        .mutate(
            "createBooking",
            input(&studio, "2026-03-02T16:00:00Z", more),
            "booking { id }",
        )
        .await;
    close.expect_done("createBooking");
}

#[apply(on_both_databases!)]
async fn a_deposit_is_a_share_of_the_total_rounded_half_up(app: TestApp) {
    // 33.33 % of EUR 99.99 is EUR 33.326667; of EUR 33.33, EUR 11.108889. Half a cent goes up.
    for (slug, price, bps, deposit) in [
        ("a", 9999, 3333, 3333),
        ("b", 3333, 3333, 1111),
        ("c", 1, 5000, 1),
        ("d", 10_001, 5000, 5001),
        ("e", 100, 10_000, 100),
    ] {
        let studio = app
            .studio(slug)
            .price(price)
            .term("requiresDeposit", json!(true))
            .term("depositPercentBps", json!(bps))
            .build()
            .await;
        let id = booked(
            &app.as_user("alice"),
            &studio,
            "2026-03-03T10:00:00Z",
            json!({}),
        )
        .await;
        let shown = seen(&app.as_user("alice"), &id).await;
        assert_eq!(
            shown["deposit"]["required"]["amountMinor"], deposit,
            "{slug}"
        );
        assert_eq!(shown["status"], "AWAITING_DEPOSIT");
    }
}

#[apply(on_both_databases!)]
async fn a_deposit_that_is_paid_in_full_confirms(app: TestApp) {
    let studio = vans(&app).await;
    let alice = app.as_user("alice");
    let id = booked(&alice, &studio, OUT, json!({ "durationMin": 3 * 1440 })).await;
    let shown = seen(&alice, &id).await;
    assert_eq!(shown["total"]["amountMinor"], 9999);
    assert_eq!(shown["deposit"]["required"]["amountMinor"], 3333);
    assert_eq!(shown["deposit"]["dueAt"], "2026-03-03T09:00:00Z");

    let backend = app.as_service("bank", "payments:write");
    let part = pay(&backend, &id, 3332).await.expect_done("recordPayment");
    assert_eq!(
        part.text("recordPayment.booking.status"),
        "AWAITING_DEPOSIT"
    );
    let rest = pay(&studio.owner, &id, 1)
        .await
        .expect_done("recordPayment");
    assert_eq!(rest.text("recordPayment.booking.status"), "CONFIRMED");
    assert_eq!(
        rest.data("recordPayment.booking.deposit.paid.amountMinor"),
        3333
    );
}

#[apply(on_both_databases!)]
async fn more_than_is_owed_is_refused(app: TestApp) {
    let studio = vans(&app).await;
    let id = booked(&app.as_user("alice"), &studio, OUT, json!({})).await;

    for (kind, amount) in [
        ("DEPOSIT", 3334),
        ("BALANCE", 3334),
        ("FEE", 1),
        ("REFUND", 1),
        ("DEPOSIT", 0),
        ("DEPOSIT", -5),
        ("BALANCE", i32::MAX),
    ] {
        let input = json!({ "bookingId": id, "kind": kind, "amountMinor": amount });
        let refused = studio
            .owner
            .mutate("recordPayment", input, "payment { id }")
            .await;
        assert_eq!(
            refused.user_errors("recordPayment"),
            ["INVALID_INPUT"],
            "{kind} {amount}"
        );
        assert_eq!(field(&refused, "recordPayment"), "amountMinor");
    }
}

#[apply(on_both_databases!)]
async fn two_payments_at_once_do_not_pay_twice(app: TestApp) {
    let studio = vans(&app).await;
    let id = booked(&app.as_user("alice"), &studio, OUT, json!({})).await;

    let answers = together(20, |_| {
        let (owner, id) = (studio.owner.clone(), id.clone());
        async move {
            pay(&owner, &id, 3333)
                .await
                .expect_ok()
                .user_errors("recordPayment")
                .is_empty()
        }
    })
    .await;

    assert_eq!(answers.into_iter().filter(|paid| *paid).count(), 1);
}

#[apply(on_both_databases!)]
async fn an_unpaid_deposit_runs_out_and_frees_the_time(app: TestApp) {
    let studio = vans(&app).await;
    let (alice, bob) = (app.as_user("alice"), app.as_user("bob"));
    let start = "2026-03-05T09:00:00Z";
    let id = booked(&alice, &studio, start, json!({})).await;

    app.advance(TimeDelta::hours(24));
    assert_eq!(seen(&alice, &id).await["status"], "EXPIRED");
    let late = pay(&studio.owner, &id, 1111).await;
    assert_eq!(late.user_errors("recordPayment"), ["INVALID_STATE"]);
    booked(&bob, &studio, start, json!({})).await;
    assert_eq!(claims(&app).await, 1);
}

#[apply(on_both_databases!)]
async fn terms_are_granted_by_staff_and_waive_the_deposit(app: TestApp) {
    let studio = vans(&app).await;
    let alice = app.as_user("alice");
    let id = booked(&alice, &studio, OUT, json!({})).await;
    let terms = |terms: &str| json!({ "paymentTerms": terms });

    let refused = act(&alice, "setPaymentTerms", &id, terms("NET_30")).await;
    assert_eq!(refused.error_code(), "FORBIDDEN");
    let granted = act(&studio.owner, "setPaymentTerms", &id, terms("NET_30"))
        .await
        .expect_done("setPaymentTerms");
    assert_eq!(granted.text("setPaymentTerms.booking.status"), "CONFIRMED");
    assert_eq!(
        granted.data("setPaymentTerms.booking.deposit"),
        &Value::Null
    );

    for (terms, due) in [
        ("DUE_NOW", "2026-03-02T09:00:00Z"),
        ("ON_SITE", "2026-03-10T09:00:00Z"),
        ("NET_15", "2026-03-26T09:00:00Z"),
        ("NET_60", "2026-05-10T09:00:00Z"),
    ] {
        let more = json!({ "paymentTerms": terms, "dryRun": true });
        let input = input(&studio, "2026-03-10T09:00:00Z", more);
        let made = studio
            .owner
            .mutate(
                "createBooking",
                input,
                "booking { status paymentTerms paymentDueAt deposit { dueAt } }",
            )
            .await;
        let made = made.expect_done("createBooking");
        assert_eq!(made.text("createBooking.booking.status"), "CONFIRMED");
        assert_eq!(
            made.text("createBooking.booking.paymentDueAt"),
            due,
            "{terms}"
        );
    }
}

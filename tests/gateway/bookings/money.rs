//! Money adds up, in the answers and in the database, and never overflows.

use serde_json::{Value, json};
use tests::*;

use super::{booked, bookings, input, run};

const TEN: &str = "2026-03-03T10:00:00Z";
const BILL: &str = "booking { subtotal { amountMinor } fee { amountMinor } discount { amountMinor } tax { amountMinor } total { amountMinor }
    lines { quantity unitAmount { amountMinor } total { amountMinor } } }";

#[apply(on_both_databases!)]
async fn the_quote_and_the_bill_are_rate_times_duration_and_the_lines_add_up(app: TestApp) {
    for (slug, base, unit, unit_min) in [
        ("a", 0, 1, 7),
        ("b", 1000, 333, 30),
        ("c", 5, 0, 15),
        ("d", 99_999, 12_345, 60),
    ] {
        let studio = app
            .studio(slug)
            .price(base)
            .flexible(15, 240, 15)
            .term("unitPriceMinor", json!(unit))
            .term("unitMin", json!(unit_min))
            .build()
            .await;
        for minutes in (15..=240).step_by(15) {
            let expected = i64::from(base) + unit * ((minutes + unit_min - 1) / unit_min);
            let query = "query ($id: ID!, $input: AvailabilityInput!) { offer(id: $id) { availability(input: $input) { slots { price { amountMinor } } } } }";
            let window = json!({ "from": "2026-03-03T09:00:00Z", "to": "2026-03-03T12:00:00Z" });
            let variables = json!({ "id": studio.offer_id, "input": { "window": window, "durationMin": minutes, "limit": 1 } });
            let quoted = app.anonymous().graphql(query, variables).await.expect_ok();
            assert_eq!(
                quoted.data("offer.availability.slots.0.price.amountMinor"),
                expected
            );
            let more = json!({ "durationMin": minutes, "dryRun": true });
            let answer = app
                .as_user("alice")
                .mutate("createBooking", input(&studio, TEN, more), BILL)
                .await;
            let answer = answer.expect_done("createBooking");
            let amount = |value: &Value| value["amountMinor"].as_i64().unwrap();
            let booking = answer.data("createBooking.booking");
            let lines = booking["lines"].as_array().unwrap();
            let sum: i64 = lines
                .iter()
                .map(|line| {
                    assert_eq!(
                        amount(&line["total"]),
                        line["quantity"].as_i64().unwrap() * amount(&line["unitAmount"])
                    );
                    amount(&line["total"])
                })
                .sum();
            assert_eq!(sum, amount(&booking["subtotal"]));
            assert_eq!(amount(&booking["total"]), expected, "{slug} {minutes}");
            let rest =
                amount(&booking["tax"]) + amount(&booking["fee"]) - amount(&booking["discount"]);
            assert_eq!(
                amount(&booking["total"]),
                amount(&booking["subtotal"]) + rest
            );
        }
    }
}

#[apply(on_both_databases!)]
async fn the_database_refuses_a_bill_that_does_not_add_up(app: TestApp) {
    let studio = app.studio("yoga").build().await;
    booked(&app.as_user("alice"), &studio, TEN, json!({})).await;

    for sql in [
        "UPDATE booking_orders SET total_minor = total_minor + 1",
        "UPDATE booking_orders SET discount_minor = 1",
        "UPDATE booking_orders SET tax_minor = -1, subtotal_minor = subtotal_minor + 1",
        "UPDATE booking_orders SET cancellation_fee_minor = 1, session_forfeited = TRUE",
        "UPDATE booking_orders SET end_at = start_at",
        "UPDATE booking_order_lines SET total_minor = total_minor + 1",
        "UPDATE booking_order_lines SET quantity = 0, total_minor = 0",
    ] {
        let refused = run(&app, sql).await;
        assert!(refused.is_err(), "{sql}");
    }
}

#[apply(on_both_databases!)]
async fn a_price_beyond_all_measure_is_refused(app: TestApp) {
    let studio = app
        .studio("vans")
        .price(2_000_000_000)
        .flexible(60, 100_000, 1)
        .term("durationMode", json!("MULTI_DAY"))
        .term("unitPriceMinor", json!(2_000_000_000))
        .term("unitMin", json!(1))
        .term("requiresDeposit", json!(true))
        .term("depositPercentBps", json!(10_000))
        .build()
        .await;
    let alice = app.as_user("alice");

    let refused = alice
        .mutate(
            "createBooking",
            input(&studio, TEN, json!({ "durationMin": 1440 })),
            BILL,
        )
        .await;
    assert_eq!(refused.user_errors("createBooking"), ["NOT_BOOKABLE"]);
    assert_eq!(super::field(&refused, "createBooking"), "durationMin");
    assert_eq!(bookings(&app).await, 0);
    let query = "query ($id: ID!, $input: AvailabilityInput!) { offer(id: $id) { availability(input: $input) { slots { startAt } } } }";
    let window = json!({ "from": "2026-03-03T09:00:00Z", "to": "2026-03-03T12:00:00Z" });
    let search = alice
        .graphql(
            query,
            json!({ "id": studio.offer_id, "input": { "window": window, "durationMin": 1440 } }),
        )
        .await;
    assert_eq!(search.error_code(), "BAD_REQUEST", "{}", search.body);
}

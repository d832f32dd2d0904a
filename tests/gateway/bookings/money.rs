//! Money adds up, in the answers and in the database, and never overflows.

use serde_json::{Value, json};
use tests::*;

use super::{booked, input, run};

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
async fn terms_whose_price_could_overflow_are_refused(app: TestApp) {
    let studio = app.studio("vans").build().await;
    let terms = |base: i32, unit: i32, longest: i32| {
        json!({ "offerId": studio.offer_id, "durationMode": "MULTI_DAY", "defaultDurationMin": 60, "minDurationMin": 60,
            "maxDurationMin": longest, "durationStepMin": 1, "basePriceMinor": base, "unitPriceMinor": unit, "unitMin": 1,
            "requiresDeposit": true, "depositPercentBps": 10_000, "primaryResourceIds": studio.resource_ids })
    };
    for (base, unit, longest) in [
        (i32::MAX, 1, 61),
        (0, i32::MAX, 60),
        (2_000_000_000, 10_000, 100_000),
    ] {
        let refused = studio
            .owner
            .mutate(
                "createOfferVersion",
                terms(base, unit, longest),
                "offerVersion { id }",
            )
            .await;
        assert_eq!(
            refused.user_errors("createOfferVersion"),
            ["INVALID_INPUT"],
            "{base} {unit}"
        );
    }
    let largest = terms(i32::MAX - 120, 2, 60);
    let version = studio
        .owner
        .mutate("createOfferVersion", largest, "offerVersion { id }")
        .await
        .expect_done("createOfferVersion");
    let publish = json!({ "offerVersionId": version.text("createOfferVersion.offerVersion.id") });
    studio
        .owner
        .mutate("publishOfferVersion", publish, "offerVersion { id }")
        .await
        .expect_done("publishOfferVersion");

    let made = app
        .as_user("alice")
        .mutate(
            "createBooking",
            input(&studio, TEN, json!({})),
            "booking { total { amountMinor } deposit { required { amountMinor } } }",
        )
        .await;
    let made = made.expect_done("createBooking");
    assert_eq!(
        made.data("createBooking.booking.total.amountMinor"),
        i32::MAX
    );
    assert_eq!(
        made.data("createBooking.booking.deposit.required.amountMinor"),
        i32::MAX
    );
}

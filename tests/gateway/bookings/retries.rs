//! Retries: a phone that lost its connection sends the same again.

use chrono::TimeDelta;
use serde_json::{Value, json};
use tests::*;

use super::{bookings, claims, input, number};

const TEN: &str = "2026-03-03T10:00:00Z";
const ANSWER: &str = "booking { id status version startAt endAt createdAt updatedAt total { amountMinor } units { id resource { id } } lines { id total { amountMinor } } customer { name } } replayed";

fn keyed(studio: &Studio, start: &str, key: &str) -> Value {
    input(studio, start, json!({ "idempotencyKey": key }))
}

#[apply(on_both_databases!)]
async fn fifty_at_once_under_one_key_make_one_booking_and_fifty_equal_answers(app: TestApp) {
    let studio = app.studio("yoga").rooms(3).build().await;
    let alice = app.as_user("alice");

    let answers = together(50, |_| {
        let (alice, input) = (alice.clone(), keyed(&studio, TEN, "tap"));
        async move {
            alice
                .mutate("createBooking", input, ANSWER)
                .await
                .expect_done("createBooking")
        }
    })
    .await;

    let first = answers[0].data("createBooking.booking");
    assert!(
        answers
            .iter()
            .all(|answer| answer.data("createBooking.booking") == first)
    );
    let fresh = answers
        .iter()
        .filter(|answer| answer.data("createBooking.replayed") == false);
    assert_eq!(fresh.count(), 1);
    assert_eq!((bookings(&app).await, claims(&app).await), (1, 1));
    assert_eq!(
        number(
            &app,
            "SELECT COUNT(*) FROM domain_events WHERE kind = 'booking.created'"
        )
        .await,
        1
    );
}

#[apply(on_both_databases!)]
async fn another_input_under_the_key_is_refused(app: TestApp) {
    let studio = app.studio("yoga").build().await;
    let alice = app.as_user("alice");
    alice
        .mutate("createBooking", keyed(&studio, TEN, "k"), ANSWER)
        .await
        .expect_done("createBooking");

    let other = alice
        .mutate(
            "createBooking",
            keyed(&studio, "2026-03-03T12:00:00Z", "k"),
            ANSWER,
        )
        .await;

    assert_eq!(
        other.user_errors("createBooking"),
        ["IDEMPOTENCY_KEY_MISMATCH"]
    );
    assert_eq!(super::field(&other, "createBooking"), "idempotencyKey");
    assert_eq!(bookings(&app).await, 1);
}

#[apply(on_both_databases!)]
async fn a_refused_booking_keeps_no_key(app: TestApp) {
    let studio = app.studio("yoga").build().await;
    let (alice, bob) = (app.as_user("alice"), app.as_user("bob"));
    let taken = super::booked(&bob, &studio, TEN, json!({})).await;
    let refused = alice
        .mutate("createBooking", keyed(&studio, TEN, "k"), ANSWER)
        .await;
    assert_eq!(refused.user_errors("createBooking"), ["SLOT_TAKEN"]);
    assert_eq!(
        number(
            &app,
            "SELECT COUNT(*) FROM idempotency_keys WHERE key = 'k'"
        )
        .await,
        0
    );

    super::act(&bob, "cancelBooking", &taken, json!({}))
        .await
        .expect_done("cancelBooking");
    let made = alice
        .mutate("createBooking", keyed(&studio, TEN, "k"), ANSWER)
        .await
        .expect_done("createBooking");

    assert_eq!(made.data("createBooking.replayed"), false);
}

#[apply(on_both_databases!)]
async fn a_dry_run_keeps_no_key(app: TestApp) {
    let studio = app.studio("yoga").build().await;
    let alice = app.as_user("alice");
    let dry = input(
        &studio,
        TEN,
        json!({ "idempotencyKey": "k", "dryRun": true }),
    );
    alice
        .mutate("createBooking", dry, ANSWER)
        .await
        .expect_done("createBooking");

    let real = alice
        .mutate("createBooking", keyed(&studio, TEN, "k"), ANSWER)
        .await
        .expect_done("createBooking");

    assert_eq!(real.data("createBooking.replayed"), false);
    assert_eq!(bookings(&app).await, 1);
}

#[apply(on_both_databases!)]
async fn a_key_belongs_to_one_person_and_one_mutation(app: TestApp) {
    let studio = app.studio("yoga").rooms(2).build().await;
    let mut ids = Vec::new();
    for name in ["alice", "bob"] {
        let made = app
            .as_user(name)
            .mutate("createBooking", keyed(&studio, TEN, "k"), ANSWER)
            .await;
        let made = made.expect_done("createBooking");
        assert_eq!(made.data("createBooking.replayed"), false);
        ids.push(made.text("createBooking.booking.id").to_owned());
    }
    let cancel = json!({ "bookingId": ids[0], "idempotencyKey": "k" });
    for replayed in [false, true] {
        let answer = app
            .as_user("alice")
            .mutate(
                "cancelBooking",
                cancel.clone(),
                "booking { status } replayed",
            )
            .await;
        let answer = answer.expect_done("cancelBooking");
        assert_eq!(answer.data("cancelBooking.replayed"), replayed);
        assert_eq!(answer.text("cancelBooking.booking.status"), "CANCELLED");
    }
}

#[apply(on_both_databases!)]
async fn a_key_is_kept_for_days_and_then_forgotten(app: TestApp) {
    let studio = app.studio("yoga").build().await;
    let alice = app.as_user("alice");
    let send = || {
        alice.mutate(
            "createBooking",
            keyed(&studio, "2026-03-20T10:00:00Z", "k"),
            ANSWER,
        )
    };
    send().await.expect_done("createBooking");

    app.advance(TimeDelta::days(6));
    assert_eq!(
        send()
            .await
            .expect_done("createBooking")
            .data("createBooking.replayed"),
        true
    );
    app.advance(TimeDelta::days(2));
    assert_eq!(send().await.user_errors("createBooking"), ["SLOT_TAKEN"]);
}

#[apply(on_both_databases!)]
async fn a_key_has_1_to_255_characters(app: TestApp) {
    let studio = app.studio("yoga").build().await;
    let alice = app.as_user("alice");
    for bad in ["".to_owned(), "k".repeat(256), "a\0b".to_owned()] {
        let refused = alice
            .mutate("createBooking", keyed(&studio, TEN, &bad), ANSWER)
            .await;
        assert_eq!(
            refused.user_errors("createBooking"),
            ["INVALID_INPUT"],
            "{bad:?}"
        );
        assert_eq!(super::field(&refused, "createBooking"), "idempotencyKey");
    }
    let good = alice
        .mutate(
            "createBooking",
            keyed(&studio, TEN, &"☂".repeat(255)),
            ANSWER,
        )
        .await;
    good.expect_done("createBooking");
}

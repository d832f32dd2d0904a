//! Holds: time that is taken for a while.

use std::time::Duration;

use chrono::TimeDelta;
use sea_orm::{ConnectionTrait, TransactionTrait};
use serde_json::json;
use tests::*;

use super::{act, booked, bookings, claims, input, run, seen, waiting};

const SLOT: &str = "2026-03-03T10:00:00Z";

#[apply(on_both_databases!)]
async fn a_hold_takes_the_time_for_ten_minutes(app: TestApp) {
    let studio = app.studio("yoga").build().await;
    let (alice, bob) = (app.as_user("alice"), app.as_user("bob"));

    let hold = booked(&alice, &studio, SLOT, json!({ "hold": true })).await;

    let shown = seen(&alice, &hold).await;
    assert_eq!(shown["status"], "HELD");
    assert_eq!(shown["holdExpiresAt"], "2026-03-02T09:10:00Z");
    app.advance(TimeDelta::minutes(10) - TimeDelta::microseconds(1));
    let refused = studio.book(&bob, SLOT).await;
    assert_eq!(refused.user_errors("createBooking"), ["SLOT_TAKEN"]);
}

#[apply(on_both_databases!)]
async fn a_hold_that_ran_out_frees_its_time_for_the_next_writer_without_any_worker(app: TestApp) {
    let studio = app.studio("yoga").build().await;
    let (alice, bob) = (app.as_user("alice"), app.as_user("bob"));
    let hold = booked(&alice, &studio, SLOT, json!({ "hold": true })).await;

    app.advance(TimeDelta::minutes(10));
    assert_eq!(seen(&alice, &hold).await["status"], "EXPIRED");
    let next = booked(&bob, &studio, SLOT, json!({})).await;

    assert_eq!(seen(&bob, &next).await["status"], "CONFIRMED");
    assert_eq!((bookings(&app).await, claims(&app).await), (2, 1));
    let late = act(&alice, "confirmBooking", &hold, json!({})).await;
    assert_eq!(late.user_errors("confirmBooking"), ["HOLD_EXPIRED"]);
}

#[apply(on_both_databases!)]
async fn a_pair_that_is_held_is_freed_whole(app: TestApp) {
    let studio = app.studio("clinic").people(1).build().await;
    booked(
        &app.as_user("alice"),
        &studio,
        SLOT,
        json!({ "hold": true }),
    )
    .await;

    app.advance(TimeDelta::minutes(10));
    // It only touches the time of the first; both of its resources are needed.
    booked(
        &app.as_user("bob"),
        &studio,
        "2026-03-03T09:15:00Z",
        json!({}),
    )
    .await;

    assert_eq!(claims(&app).await, 2);
}

#[apply(on_both_databases!)]
async fn confirming_before_the_limit_succeeds_to_the_last_microsecond(app: TestApp) {
    let studio = app.studio("yoga").build().await;
    let alice = app.as_user("alice");
    let hold = booked(&alice, &studio, SLOT, json!({ "hold": true })).await;

    app.advance(TimeDelta::minutes(10) - TimeDelta::microseconds(1));
    let confirmed = act(&alice, "confirmBooking", &hold, json!({})).await;

    let confirmed = confirmed.expect_done("confirmBooking");
    assert_eq!(confirmed.text("confirmBooking.booking.status"), "CONFIRMED");
    assert!(
        confirmed
            .data("confirmBooking.booking.holdExpiresAt")
            .is_null()
    );
    app.advance(TimeDelta::hours(1));
    let refused = studio.book(&app.as_user("bob"), SLOT).await;
    assert_eq!(refused.user_errors("createBooking"), ["SLOT_TAKEN"]);
}

#[apply(on_both_databases!)]
async fn of_a_confirmation_and_fifty_rivals_in_the_last_second_the_confirmation_wins(app: TestApp) {
    let studio = app.studio("yoga").build().await;
    let alice = app.as_user("alice");
    let hold = booked(&alice, &studio, SLOT, json!({ "hold": true })).await;
    app.advance(TimeDelta::minutes(10) - TimeDelta::microseconds(1));

    let answers = together(51, |number| {
        let (app, alice, studio, hold) = (app.clone(), alice.clone(), studio.clone(), hold.clone());
        async move {
            match number {
                25 => act(&alice, "confirmBooking", &hold, json!({})).await,
                _ => {
                    studio
                        .book(&app.as_user(&format!("rival{number}")), SLOT)
                        .await
                }
            }
        }
    })
    .await;

    for (number, answer) in answers.into_iter().enumerate() {
        match number {
            25 => assert!(
                answer
                    .expect_done("confirmBooking")
                    .body
                    .contains("CONFIRMED")
            ),
            _ => assert_eq!(answer.user_errors("createBooking"), ["SLOT_TAKEN"]),
        }
    }
    assert_eq!((bookings(&app).await, claims(&app).await), (1, 1));
}

/// The confirmation has locked the hold in time, and is still at work when the limit passes.
#[apply(on_postgres!)]
async fn a_confirmation_that_began_in_time_keeps_the_time_against_a_later_rival(app: TestApp) {
    let studio = app.studio("yoga").build().await;
    let (alice, bob) = (app.as_user("alice"), app.as_user("bob"));
    let hold = booked(&alice, &studio, SLOT, json!({ "hold": true })).await;
    let confirming = app.db().begin().await.unwrap();
    let now = app.now().to_rfc3339();
    let confirm = format!(
        "UPDATE booking_orders SET status = 'confirmed', hold_expires_at = NULL, version = 2, updated_at = '{now}' WHERE id = '{hold}'"
    );
    confirming.execute_unprepared(&confirm).await.unwrap();

    app.advance(TimeDelta::minutes(10));
    let rival = tokio::spawn({
        let (studio, bob) = (studio.clone(), bob.clone());
        async move { studio.book(&bob, SLOT).await }
    });
    while waiting(&confirming).await == 0 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let firm = format!(
        "UPDATE resource_claims SET expires_at = NULL, kind = 'booking' WHERE booking_order_id = '{hold}'"
    );
    confirming.execute_unprepared(&firm).await.unwrap();
    confirming.commit().await.unwrap();

    let refused = rival.await.unwrap();
    assert_eq!(
        refused.user_errors("createBooking"),
        ["SLOT_TAKEN"],
        "{}",
        refused.body
    );
    assert_eq!(seen(&alice, &hold).await["status"], "CONFIRMED");
    assert_eq!(claims(&app).await, 1);
}

#[apply(on_both_databases!)]
async fn fifty_rivals_for_a_hold_that_ran_out_are_decided_like_any_other(app: TestApp) {
    let studio = app.studio("clinic").rooms(2).people(2).build().await;
    for name in ["alice", "anna"] {
        booked(&app.as_user(name), &studio, SLOT, json!({ "hold": true })).await;
    }
    app.advance(TimeDelta::minutes(10));

    let answers = together(50, |number| {
        let (rival, input) = (
            app.as_user(&format!("rival{number}")),
            input(&studio, SLOT, json!({})),
        );
        async move { rival.mutate("createBooking", input, "booking { id }").await }
    })
    .await;

    let lost = answers.iter().filter(|answer| {
        assert!(answer.error_codes().is_empty(), "{}", answer.body);
        answer.user_errors("createBooking") == ["SLOT_TAKEN"]
    });
    assert_eq!(lost.count(), 48);
    assert_eq!(claims(&app).await, 4);
}

#[apply(on_both_databases!)]
async fn nobody_else_confirms_a_hold(app: TestApp) {
    let studio = app.studio("yoga").build().await;
    let hold = booked(
        &app.as_user("alice"),
        &studio,
        SLOT,
        json!({ "hold": true }),
    )
    .await;

    let refused = act(&app.as_user("mallory"), "confirmBooking", &hold, json!({})).await;

    assert_eq!(refused.user_errors("confirmBooking"), ["NOT_FOUND"]);
    let stolen = run(&app, "UPDATE booking_orders SET status = 'stolen'").await;
    assert!(stolen.is_err(), "only the states of the machine are stored");
}

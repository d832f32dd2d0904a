//! The state machine, through the API: what is not legal is refused, and changes nothing.

use serde_json::{Value, json};
use tests::*;

use super::{act, booked, run, seen};

const SLOT: &str = "2026-03-03T10:00:00Z";

const STATES: [&str; 10] = [
    "HELD",
    "PENDING_APPROVAL",
    "AWAITING_DEPOSIT",
    "CONFIRMED",
    "CHECKED_IN",
    "COMPLETED",
    "CANCELLED",
    "DECLINED",
    "EXPIRED",
    "NO_SHOW",
];

/// From a state to a state; `""` is the state itself.
type Way = (&'static str, &'static str);

/// The steps, what they take, and the ways that they lead.
const STEPS: [(&str, &str, &[Way]); 11] = [
    ("confirmBooking", "{}", &[("HELD", "AWAITING_DEPOSIT")]),
    (
        "approveBooking",
        "{}",
        &[("PENDING_APPROVAL", "AWAITING_DEPOSIT")],
    ),
    ("declineBooking", "{}", &[("PENDING_APPROVAL", "DECLINED")]),
    (
        "recordPayment",
        r#"{ "kind": "DEPOSIT", "amountMinor": 500 }"#,
        &[("AWAITING_DEPOSIT", "CONFIRMED")],
    ),
    ("checkInBooking", "{}", &[("CONFIRMED", "CHECKED_IN")]),
    ("completeBooking", "{}", &[("CHECKED_IN", "COMPLETED")]),
    ("markBookingNoShow", "{}", &[("CONFIRMED", "NO_SHOW")]),
    (
        "cancelBooking",
        "{}",
        &[
            ("HELD", "CANCELLED"),
            ("PENDING_APPROVAL", "CANCELLED"),
            ("AWAITING_DEPOSIT", "CANCELLED"),
            ("CONFIRMED", "CANCELLED"),
        ],
    ),
    (
        "rescheduleBooking",
        r#"{ "startAt": "2026-03-03T14:00:00Z" }"#,
        &[
            ("HELD", ""),
            ("PENDING_APPROVAL", ""),
            ("AWAITING_DEPOSIT", ""),
            ("CONFIRMED", ""),
        ],
    ),
    (
        "setBookingDuration",
        r#"{ "durationMin": 60 }"#,
        &[
            ("HELD", ""),
            ("PENDING_APPROVAL", ""),
            ("AWAITING_DEPOSIT", ""),
            ("CONFIRMED", ""),
            ("CHECKED_IN", ""),
        ],
    ),
    (
        "setPaymentTerms",
        r#"{ "paymentTerms": "ON_SITE" }"#,
        &[
            ("HELD", ""),
            ("PENDING_APPROVAL", ""),
            ("AWAITING_DEPOSIT", "CONFIRMED"),
            ("CONFIRMED", ""),
            ("CHECKED_IN", ""),
            ("COMPLETED", ""),
        ],
    ),
];

/// A booking in that state, with a deposit of EUR 5.00 that has not been paid.
async fn in_state(app: &TestApp, studio: &Studio, state: &str) -> String {
    let id = booked(&app.as_user("alice"), studio, SLOT, json!({})).await;
    let later = "'2026-03-03T09:59:00+00:00'";
    let sql = format!(
        "UPDATE booking_orders SET status = '{}', hold_expires_at = {later}, approval_due_at = {later}, deposit_due_at = {later} WHERE id = '{id}'",
        state.to_lowercase()
    );
    run(app, &sql).await.unwrap();
    if ["COMPLETED", "CANCELLED", "DECLINED", "EXPIRED", "NO_SHOW"].contains(&state) {
        run(
            app,
            &format!("DELETE FROM resource_claims WHERE booking_order_id = '{id}'"),
        )
        .await
        .unwrap();
    }
    id
}

async fn studio(app: &TestApp) -> Studio {
    app.studio("yoga")
        .capacity(60)
        .term("requiresDeposit", json!(true))
        .term("depositPercentBps", json!(1000))
        .build()
        .await
}

async fn take(studio: &Studio, step: &str, id: &str, more: &str) -> GraphQlResponse {
    let more: Value = serde_json::from_str(more).unwrap();
    act(&studio.owner, step, id, more).await.expect_ok()
}

#[apply(on_both_databases!)]
async fn every_step_that_is_not_legal_is_refused(app: TestApp) {
    let studio = studio(&app).await;
    let mut refused = 0;
    for state in STATES {
        let id = in_state(&app, &studio, state).await;
        let before = seen(&studio.owner, &id).await;
        for (step, more, legal) in STEPS {
            // Before the start nobody has failed to show up.
            if legal.iter().any(|(from, _)| *from == state) && step != "markBookingNoShow" {
                continue;
            }
            let answer = take(&studio, step, &id, more).await;
            let expected = match (step, state) {
                ("confirmBooking", "EXPIRED") => "HOLD_EXPIRED",
                _ => "INVALID_STATE",
            };
            assert_eq!(answer.user_errors(step), [expected], "{step} when {state}");
            assert_eq!(
                super::field(&answer, step),
                "bookingId",
                "{step} when {state}"
            );
            assert_eq!(
                seen(&studio.owner, &id).await,
                before,
                "{step} when {state}"
            );
            refused += 1;
        }
    }
    assert_eq!(refused, 110 - 26 + 1);
}

#[apply(on_both_databases!)]
async fn every_legal_step_leads_where_the_table_says(app: TestApp) {
    let studio = studio(&app).await;
    for (step, more, legal) in STEPS {
        for (from, to) in legal {
            app.set_time(MONDAY);
            let id = in_state(&app, &studio, from).await;
            if step == "markBookingNoShow" {
                app.set_time("2026-03-03T10:00:00Z");
            }
            let answer = take(&studio, step, &id, more).await.expect_done(step);
            let booking = answer.data(&format!("{step}.booking"));
            let to = if to.is_empty() { from } else { to };
            assert_eq!(booking["status"], *to, "{step} from {from}");
            assert_eq!(booking["version"], 2, "{step} from {from}");
            assert_eq!(
                seen(&studio.owner, &id).await,
                *booking,
                "{step} from {from}"
            );
        }
    }
}

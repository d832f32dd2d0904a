//! Leaving: free before the cut-off, and for a fee or the session after it, never both.

use chrono::TimeDelta;
use serde_json::json;
use tests::*;

use super::*;

/// A gym that asks for a fee of 7.00 and the session within a day of the class, which begins in 33 hours.
async fn strict(app: &TestApp) -> Gym {
    let terms = app.studio("gym").term(
        "cancellationPolicy",
        json!({ "cutoffMin": 24 * 60, "lateFeeMinor": 700, "forfeitsSession": true }),
    );
    gym_of(terms, json!({})).await
}

#[apply(on_both_databases!)]
async fn before_the_cut_off_it_is_free(app: TestApp) {
    let gym = strict(&app).await;
    let alice = app.as_user("alice");
    let id = gym.enrolled(&alice, json!({ "places": 2 })).await;

    let left = act(&alice, "cancelEnrollment", &id, json!({}))
        .await
        .expect_done("cancelEnrollment");

    let enrollment = left.data("cancelEnrollment.enrollment");
    assert_eq!(enrollment["status"], "CANCELLED");
    assert_eq!(
        enrollment["cancellation"],
        json!({ "late": false, "fee": null, "sessionForfeited": false })
    );
    assert_eq!(enrollment["occurrence"]["spotsLeft"], 10);
    assert_eq!(enrollment["booking"]["status"], "CANCELLED");
    let again = act(&alice, "cancelEnrollment", &id, json!({})).await;
    assert_eq!(again.user_errors("cancelEnrollment"), ["INVALID_STATE"]);
    counts_are_right(&app).await;
}

#[apply(on_both_databases!)]
async fn after_the_cut_off_it_costs_the_fee_and_a_dry_run_says_so(app: TestApp) {
    let gym = strict(&app).await;
    let alice = app.as_user("alice");
    let id = gym.enrolled(&alice, json!({})).await;
    app.advance(TimeDelta::hours(10));

    let dry = act(&alice, "cancelEnrollment", &id, json!({ "dryRun": true })).await;
    let expected =
        json!({ "late": true, "fee": { "amountMinor": 700 }, "sessionForfeited": false });
    assert_eq!(
        dry.expect_done("cancelEnrollment")
            .data("cancelEnrollment.enrollment.cancellation"),
        &expected
    );
    let left = act(&alice, "cancelEnrollment", &id, json!({}))
        .await
        .expect_done("cancelEnrollment");
    assert_eq!(
        left.text("cancelEnrollment.enrollment.status"),
        "LATE_CANCELLED"
    );
    assert_eq!(
        left.data("cancelEnrollment.enrollment.cancellation"),
        &expected
    );
    counts_are_right(&app).await;
}

#[apply(on_both_databases!)]
async fn what_was_paid_beyond_the_fee_is_due_back_until_it_is_given_back(app: TestApp) {
    let gym = strict(&app).await;
    let (alice, owner) = (app.as_user("alice"), &gym.studio.owner);
    let enrolled = gym.enroll(&alice, json!({})).await.expect_done("enroll");
    let (id, booking) = (
        enrolled.text("enroll.enrollment.id").to_owned(),
        enrolled.text("enroll.enrollment.booking.id").to_owned(),
    );
    let pay = |kind: &str, amount: i32| {
        let input = json!({ "bookingId": booking, "kind": kind, "amountMinor": amount });
        owner.mutate(
            "recordPayment",
            input,
            "booking { refundDue { amountMinor } }",
        )
    };
    pay("BALANCE", 2000).await.expect_done("recordPayment");
    app.advance(TimeDelta::hours(10));

    let left = act(&alice, "cancelEnrollment", &id, json!({}))
        .await
        .expect_done("cancelEnrollment");
    assert_eq!(
        left.data("cancelEnrollment.enrollment.booking.refundDue.amountMinor"),
        1300
    );
    let due = "query ($id: ID!) { business(by: { id: $id }) { bookings(filter: { refundDue: true }) { nodes { id } } } }";
    let due = async || {
        let answer = owner
            .graphql(due, json!({ "id": gym.studio.business_id }))
            .await
            .expect_ok();
        answer.list("business.bookings.nodes").len()
    };
    assert_eq!(due().await, 1);
    let part = pay("REFUND", 300).await.expect_done("recordPayment");
    assert_eq!(
        part.data("recordPayment.booking.refundDue.amountMinor"),
        1000
    );
    pay("REFUND", 1000).await.expect_done("recordPayment");
    assert_eq!(due().await, 0);
}

#[apply(on_both_databases!)]
async fn staff_call_it_off_for_free_and_nobody_after_the_start_but_they(app: TestApp) {
    let gym = strict(&app).await;
    let (alice, bob) = (app.as_user("alice"), app.as_user("bob"));
    let desk = gym.studio.member("desk", "STAFF").await;
    let (first, second) = (
        gym.enrolled(&alice, json!({})).await,
        gym.enrolled(&bob, json!({})).await,
    );
    app.advance(TimeDelta::hours(32));
    let left = act(&desk, "cancelEnrollment", &first, json!({}))
        .await
        .expect_done("cancelEnrollment");
    assert_eq!(left.text("cancelEnrollment.enrollment.status"), "CANCELLED");

    app.advance(TimeDelta::minutes(61));
    let late = act(&bob, "cancelEnrollment", &second, json!({})).await;
    assert_eq!(late.user_errors("cancelEnrollment"), ["INVALID_STATE"]);
    act(&desk, "cancelEnrollment", &second, json!({}))
        .await
        .expect_done("cancelEnrollment");
    counts_are_right(&app).await;
}

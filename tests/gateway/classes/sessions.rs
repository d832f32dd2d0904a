//! Places that a package's sessions pay for, and what becomes of the sessions.

use chrono::TimeDelta;
use serde_json::{Value, json};
use tests::*;

use super::*;
use crate::packages::{bought, product};

/// A gym that keeps the session, and asks for a fee of 7.00 else, within a day of the class, which begins in 33 hours.
async fn strict(app: &TestApp) -> Gym {
    let policy = json!({ "cutoffMin": 24 * 60, "lateFeeMinor": 700, "forfeitsSession": true });
    gym_of(
        app.studio("gym").term("cancellationPolicy", policy),
        json!({}),
    )
    .await
}

/// Sells a package of sessions to somebody, paid at once. Answers the id of the purchase.
async fn sell(gym: &Gym, customer: &Client, sessions: i32) -> String {
    let more = json!({ "sessionCount": sessions, "priceMinor": 9000 });
    let product = product(&gym.studio, "pass", more).await;
    bought(&gym.studio, customer, &product).await
}

/// How many sessions are left.
async fn left(client: &Client, purchase: &str) -> Value {
    let document = "query ($id: ID!) { packagePurchase(id: $id) { sessionsRemaining } }";
    let answer = client
        .graphql(document, json!({ "id": purchase }))
        .await
        .expect_ok();
    answer.data("packagePurchase.sessionsRemaining").clone()
}

#[apply(on_both_databases!)]
async fn a_session_pays_for_each_place_and_comes_back_when_one_leaves_in_time(app: TestApp) {
    let gym = strict(&app).await;
    let alice = app.as_user("alice");
    let purchase = sell(&gym, &alice, 5).await;

    let more = json!({ "places": 2, "usePackage": true });
    let answer = gym.enroll(&alice, more).await.expect_done("enroll");

    let booking = answer.data("enroll.enrollment.booking");
    assert_eq!(booking["total"]["amountMinor"], 0);
    assert_eq!(booking["discount"]["amountMinor"], 4000);
    assert_eq!(left(&alice, &purchase).await, 3);
    let id = answer.text("enroll.enrollment.id");
    let by = "query ($id: ID!) { node(id: $id) { ... on Enrollment { packagePurchase { id } } } }";
    let by = alice.graphql(by, json!({ "id": id })).await.expect_ok();
    assert_eq!(by.text("node.packagePurchase.id"), purchase);
    act(&alice, "cancelEnrollment", id, json!({}))
        .await
        .expect_done("cancelEnrollment");
    assert_eq!(left(&alice, &purchase).await, 5);
}

#[apply(on_both_databases!)]
async fn leaving_late_keeps_the_session_and_never_asks_for_the_fee_too(app: TestApp) {
    let gym = strict(&app).await;
    let alice = app.as_user("alice");
    let purchase = sell(&gym, &alice, 5).await;
    let named = json!({ "packagePurchaseId": purchase });
    let id = gym.enrolled(&alice, named).await;
    app.advance(TimeDelta::hours(10));

    let answer = act(&alice, "cancelEnrollment", &id, json!({}))
        .await
        .expect_done("cancelEnrollment");

    assert_eq!(
        answer.data("cancelEnrollment.enrollment.cancellation"),
        &json!({ "late": true, "fee": null, "sessionForfeited": true })
    );
    assert_eq!(left(&alice, &purchase).await, 4);
}

#[apply(on_both_databases!)]
async fn a_no_show_keeps_the_session_too(app: TestApp) {
    let gym = strict(&app).await;
    let alice = app.as_user("alice");
    let purchase = sell(&gym, &alice, 5).await;
    let id = gym.enrolled(&alice, json!({ "usePackage": true })).await;
    app.advance(TimeDelta::hours(33));
    let gone = act(&gym.studio.owner, "markEnrollmentNoShow", &id, json!({})).await;
    gone.expect_done("markEnrollmentNoShow");
    assert_eq!(left(&alice, &purchase).await, 4);
    counts_are_right(&app).await;
}

#[apply(on_both_databases!)]
async fn every_session_comes_back_when_the_class_is_called_off_however_late(app: TestApp) {
    let gym = strict(&app).await;
    let alice = app.as_user("alice");
    let purchase = sell(&gym, &alice, 5).await;
    gym.enrolled(&alice, json!({ "usePackage": true, "places": 3 }))
        .await;
    assert_eq!(left(&alice, &purchase).await, 2);
    app.advance(TimeDelta::hours(32));
    let off = json!({ "occurrenceId": gym.classes[0] });
    let off = gym
        .studio
        .owner
        .mutate("cancelClassOccurrence", off, "occurrence { status }")
        .await;
    off.expect_done("cancelClassOccurrence");
    assert_eq!(left(&alice, &purchase).await, 5);
}

#[apply(on_both_databases!)]
async fn without_enough_sessions_nobody_is_enrolled(app: TestApp) {
    let gym = strict(&app).await;
    let (alice, bob) = (app.as_user("alice"), app.as_user("bob"));
    let purchase = sell(&gym, &alice, 1).await;
    let short = gym
        .enroll(&alice, json!({ "usePackage": true, "places": 2 }))
        .await;
    assert_eq!(short.user_errors("enroll"), ["PACKAGE_EXHAUSTED"]);
    let foreign = gym
        .enroll(&bob, json!({ "packagePurchaseId": purchase }))
        .await;
    assert_eq!(foreign.user_errors("enroll"), ["NOT_FOUND"]);
    assert_eq!(class(&alice, &gym.classes[0]).await["enrolledCount"], 0);
    counts_are_right(&app).await;
}

#[apply(on_both_databases!)]
async fn the_last_session_puts_one_of_many_thumbs_into_one_class(app: TestApp) {
    let gym = strict(&app).await;
    let alice = app.as_user("alice");
    let purchase = sell(&gym, &alice, 1).await;
    let classes = gym.classes.clone();

    let client = alice.clone();
    let answers = together(12, move |number| {
        let (client, class) = (client.clone(), classes[number].clone());
        async move { enroll(&client, &class, json!({ "usePackage": true })).await }
    })
    .await;

    let done = answers
        .iter()
        .filter(|answer| answer.user_errors("enroll").is_empty());
    assert_eq!(done.count(), 1);
    assert_eq!(left(&alice, &purchase).await, 0);
    counts_are_right(&app).await;
}

#[apply(on_both_databases!)]
async fn a_dry_run_names_the_package_and_takes_no_session(app: TestApp) {
    let gym = strict(&app).await;
    let alice = app.as_user("alice");
    let purchase = sell(&gym, &alice, 5).await;
    let input = json!({
        "occurrenceId": gym.classes[0], "places": 2, "usePackage": true, "dryRun": true,
    });
    let selection =
        "enrollment { places packagePurchase { id } booking { total { amountMinor } } }";

    let dry = alice.mutate("enroll", input, selection).await;

    assert_eq!(
        dry.expect_done("enroll").data("enroll.enrollment"),
        &json!({ "places": 2, "packagePurchase": { "id": purchase }, "booking": { "total": { "amountMinor": 0 } } })
    );
    assert_eq!(left(&alice, &purchase).await, 5);
    assert_eq!(number(&app, "SELECT COUNT(*) FROM enrollments").await, 0);
    // What would be kept is said before anybody leaves late.
    let id = gym.enrolled(&alice, json!({ "usePackage": true })).await;
    app.advance(TimeDelta::hours(10));
    let dry = act(&alice, "cancelEnrollment", &id, json!({ "dryRun": true })).await;
    assert_eq!(
        dry.expect_done("cancelEnrollment")
            .data("cancelEnrollment.enrollment.cancellation"),
        &json!({ "late": true, "fee": null, "sessionForfeited": true })
    );
    assert_eq!(left(&alice, &purchase).await, 4);
}

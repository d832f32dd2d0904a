//! Who came and who did not.

use booking_gateway::domain::worker;
use chrono::TimeDelta;
use serde_json::json;
use tests::*;

use super::*;

#[apply(on_both_databases!)]
async fn whoever_is_checked_in_has_attended_once_the_class_is_over(app: TestApp) {
    let gym = gym(&app, json!({})).await;
    let (alice, desk) = (
        app.as_user("alice"),
        gym.studio.member("desk", "STAFF").await,
    );
    let id = gym.enrolled(&alice, json!({})).await;
    let status = async || {
        let document = "query ($id: ID!) { node(id: $id) { ... on Enrollment { status } } }";
        let answer = alice
            .graphql(document, json!({ "id": id }))
            .await
            .expect_ok();
        answer.text("node.status").to_owned()
    };

    let there = act(&desk, "checkInEnrollment", &id, json!({}))
        .await
        .expect_done("checkInEnrollment");
    assert_eq!(
        there.text("checkInEnrollment.enrollment.status"),
        "CHECKED_IN"
    );
    assert_eq!(
        there.text("checkInEnrollment.enrollment.booking.status"),
        "CHECKED_IN"
    );
    let left = act(&alice, "cancelEnrollment", &id, json!({})).await;
    assert_eq!(left.user_errors("cancelEnrollment"), ["INVALID_STATE"]);

    app.advance(TimeDelta::hours(34));
    // By the clock, before anybody has written so.
    assert_eq!(status().await, "ATTENDED");
    let attended = "{ viewer { enrollments(filter: { status: [ATTENDED] }) { totalCount } } }";
    let attended = alice.graphql(attended, json!({})).await.expect_ok();
    assert_eq!(attended.data("viewer.enrollments.totalCount"), 1);
    worker::tick(&app.gateway).await.unwrap();
    assert_eq!(status().await, "ATTENDED");
    assert_eq!(class(&alice, &gym.classes[0]).await["status"], "COMPLETED");
    let claims = "SELECT COUNT(*) FROM resource_claims WHERE kind = 'class'";
    assert_eq!(number(&app, claims).await, 34);
    counts_are_right(&app).await;
}

#[apply(on_both_databases!)]
async fn a_no_show_is_noted_from_the_start_on(app: TestApp) {
    let gym = gym(&app, json!({})).await;
    let (alice, bob, desk) = (
        app.as_user("alice"),
        app.as_user("bob"),
        gym.studio.member("desk", "STAFF").await,
    );
    let (first, second) = (
        gym.enrolled(&alice, json!({})).await,
        gym.enrolled(&bob, json!({})).await,
    );
    let early = act(&desk, "markEnrollmentNoShow", &first, json!({})).await;
    assert_eq!(early.user_errors("markEnrollmentNoShow"), ["INVALID_STATE"]);

    app.advance(TimeDelta::hours(33));
    let gone = act(&desk, "markEnrollmentNoShow", &first, json!({}))
        .await
        .expect_done("markEnrollmentNoShow");
    assert_eq!(
        gone.text("markEnrollmentNoShow.enrollment.status"),
        "NO_SHOW"
    );
    assert_eq!(
        gone.text("markEnrollmentNoShow.enrollment.booking.status"),
        "NO_SHOW"
    );
    // The place was kept for them: it stays taken.
    assert_eq!(
        gone.data("markEnrollmentNoShow.enrollment.occurrence.enrolledCount"),
        2
    );
    // Late bookkeeping: the class is over.
    app.advance(TimeDelta::hours(5));
    let came = act(&desk, "checkInEnrollment", &second, json!({}))
        .await
        .expect_done("checkInEnrollment");
    assert_eq!(came.text("checkInEnrollment.enrollment.status"), "ATTENDED");
    counts_are_right(&app).await;
}

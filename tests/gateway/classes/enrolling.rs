//! Enrolling: a place, a price, a booking.

use chrono::TimeDelta;
use serde_json::json;
use tests::*;

use super::*;

#[apply(on_both_databases!)]
async fn an_enrolment_is_a_place_and_a_booking(app: TestApp) {
    let gym = gym(&app, json!({})).await;
    let alice = app.as_user("alice");

    let answer = gym
        .enroll(&alice, json!({ "places": 3 }))
        .await
        .expect_done("enroll");

    let enrollment = answer.data("enroll.enrollment");
    assert_eq!(enrollment["status"], "ENROLLED");
    assert_eq!(enrollment["occurrence"]["enrolledCount"], 3);
    assert_eq!(enrollment["occurrence"]["spotsLeft"], 7);
    assert_eq!(enrollment["booking"]["status"], "CONFIRMED");
    assert_eq!(enrollment["booking"]["total"]["amountMinor"], 6000);
    assert_eq!(
        enrollment["booking"]["lines"],
        json!([{ "label": "Evening yoga", "quantity": 3, "total": { "amountMinor": 6000 } }])
    );
    let mine = "{ viewer { bookings { nodes { id startAt occurrence { id } } }
        enrollments { totalCount nodes { id places } } memberships { role } } }";
    let mine = alice.graphql(mine, json!({})).await.expect_ok();
    assert_eq!(
        mine.data("viewer.bookings.nodes.0.id"),
        &enrollment["booking"]["id"]
    );
    assert_eq!(
        mine.text("viewer.bookings.nodes.0.occurrence.id"),
        gym.classes[0]
    );
    assert_eq!(
        mine.text("viewer.bookings.nodes.0.startAt"),
        "2026-03-03T18:00:00Z"
    );
    assert_eq!(mine.data("viewer.enrollments.totalCount"), 1);
    assert_eq!(mine.text("viewer.memberships.0.role"), "CUSTOMER");
    let seen = class(&alice, &gym.classes[0]).await;
    assert_eq!(seen["viewerEnrollment"]["id"], enrollment["id"]);
    counts_are_right(&app).await;
}

#[apply(on_both_databases!)]
async fn a_customer_enrols_once_and_again_after_leaving(app: TestApp) {
    let gym = gym(&app, json!({})).await;
    let alice = app.as_user("alice");
    let id = gym.enrolled(&alice, json!({})).await;

    let again = gym.enroll(&alice, json!({})).await;
    assert_eq!(again.user_errors("enroll"), ["ALREADY_ENROLLED"]);

    act(&alice, "cancelEnrollment", &id, json!({}))
        .await
        .expect_done("cancelEnrollment");
    gym.enroll(&alice, json!({})).await.expect_done("enroll");
    counts_are_right(&app).await;
}

#[apply(on_both_databases!)]
async fn a_class_is_full_when_its_places_are_taken(app: TestApp) {
    let gym = gym(&app, json!({ "capacity": 3 })).await;
    gym.enroll(&app.as_user("alice"), json!({ "places": 2 }))
        .await
        .expect_done("enroll");

    let too_many = gym
        .enroll(&app.as_user("bob"), json!({ "places": 2 }))
        .await;
    assert_eq!(too_many.user_errors("enroll"), ["CAPACITY_FULL"]);
    assert_eq!(field(&too_many, "enroll"), "places");
    gym.enroll(&app.as_user("bob"), json!({}))
        .await
        .expect_done("enroll");
    let full = class(&app.anonymous(), &gym.classes[0]).await;
    assert_eq!(
        (&full["spotsLeft"], &full["enrolledCount"]),
        (&json!(0), &json!(3))
    );
    assert_ne!(full["availability"], "OPEN");
    counts_are_right(&app).await;
}

#[apply(on_both_databases!)]
async fn a_dry_run_tells_and_leaves_nothing(app: TestApp) {
    let gym = gym(&app, json!({})).await;
    let alice = app.as_user("alice");

    let answer = gym
        .enroll(&alice, json!({ "dryRun": true }))
        .await
        .expect_done("enroll");

    assert_eq!(
        answer.data("enroll.enrollment.booking.total.amountMinor"),
        2000
    );
    assert_eq!(answer.data("enroll.enrollment.occurrence.spotsLeft"), 9);
    assert_eq!(number(&app, "SELECT COUNT(*) FROM enrollments").await, 0);
    assert_eq!(number(&app, "SELECT COUNT(*) FROM booking_orders").await, 0);
    assert_eq!(class(&alice, &gym.classes[0]).await["spotsLeft"], 10);
}

#[apply(on_both_databases!)]
async fn a_retried_enrolment_is_one(app: TestApp) {
    let gym = gym(&app, json!({})).await;
    let alice = app.as_user("alice");
    let key = json!({ "idempotencyKey": "tap-tap" });

    let first = gym.enroll(&alice, key.clone()).await.expect_done("enroll");
    let again = gym.enroll(&alice, key).await.expect_done("enroll");

    assert_eq!(
        first.text("enroll.enrollment.id"),
        again.text("enroll.enrollment.id")
    );
    assert_eq!(number(&app, "SELECT COUNT(*) FROM enrollments").await, 1);
    let other = gym
        .enroll(&alice, json!({ "idempotencyKey": "tap-tap", "places": 2 }))
        .await;
    assert_eq!(other.user_errors("enroll"), ["IDEMPOTENCY_KEY_MISMATCH"]);
}

#[apply(on_both_databases!)]
async fn a_class_opens_and_closes_by_the_clock(app: TestApp) {
    let terms = app
        .studio("gym")
        .term("leadTimeMin", json!(60))
        .term("horizonDays", json!(7));
    let gym = gym_of(terms, json!({})).await;
    let alice = app.as_user("alice");
    let far = gym.classes.last().unwrap();
    let refused = enroll(&alice, far, json!({})).await;
    assert_eq!(refused.user_errors("enroll"), ["TOO_FAR"]);
    assert_eq!(class(&alice, far).await["availability"], "CLOSED");
    assert_eq!(class(&alice, &gym.classes[0]).await["availability"], "OPEN");

    // The class is on Tuesday at 18:00.
    app.advance(TimeDelta::minutes(32 * 60 + 1));
    let refused = gym.enroll(&alice, json!({})).await;
    assert_eq!(refused.user_errors("enroll"), ["TOO_SOON"]);
    assert_eq!(
        class(&alice, &gym.classes[0]).await["availability"],
        "CLOSED"
    );
    // The desk still lets people in.
    user_id(&alice).await;
    let desk = gym.studio.member("desk", "STAFF").await;
    gym.enroll(&desk, json!({})).await.expect_done("enroll");

    app.advance(TimeDelta::minutes(61));
    let refused = gym.enroll(&alice, json!({})).await;
    assert_eq!(refused.user_errors("enroll"), ["INVALID_STATE"]);
    app.advance(TimeDelta::minutes(60));
    assert_eq!(class(&alice, &gym.classes[0]).await["status"], "COMPLETED");
    let refused = gym.enroll(&gym.studio.owner, json!({})).await;
    assert_eq!(refused.user_errors("enroll"), ["INVALID_STATE"]);
}

#[apply(on_both_databases!)]
async fn staff_enrol_their_customers_and_nobody_elses(app: TestApp) {
    let gym = gym(&app, json!({})).await;
    let (alice, bob) = (app.as_user("alice"), app.as_user("bob"));
    let desk = gym.studio.member("desk", "STAFF").await;
    let bob_id = user_id(&bob).await;
    let stranger = gym.enroll(&desk, json!({ "customerId": bob_id })).await;
    assert_eq!(stranger.user_errors("enroll"), ["NOT_FOUND"]);
    let by_customer = gym.enroll(&alice, json!({ "customerId": bob_id })).await;
    assert_eq!(by_customer.error_codes(), ["FORBIDDEN"]);

    enroll(&bob, &gym.classes[1], json!({}))
        .await
        .expect_done("enroll");
    gym.enroll(&desk, json!({ "customerId": bob_id }))
        .await
        .expect_done("enroll");
    assert!(class(&bob, &gym.classes[0]).await["viewerEnrollment"].is_object());
}

#[apply(on_both_databases!)]
async fn what_happens_to_a_place_happens_by_the_enrolment_and_not_by_its_booking(app: TestApp) {
    let gym = gym(&app, json!({})).await;
    let alice = app.as_user("alice");
    let answer = gym.enroll(&alice, json!({})).await.expect_done("enroll");
    let booking = answer.text("enroll.enrollment.booking.id").to_owned();
    app.advance(TimeDelta::hours(34));

    for (mutation, more, says) in [
        ("cancelBooking", json!({}), "cancelEnrollment"),
        ("checkInBooking", json!({}), "checkInEnrollment"),
        ("markBookingNoShow", json!({}), "markEnrollmentNoShow"),
        ("completeBooking", json!({}), "completed with the class"),
        ("confirmBooking", json!({}), "nothing of the kind"),
        (
            "rescheduleBooking",
            json!({ "startAt": "2026-03-05T10:00:00Z" }),
            "updateClassOccurrence",
        ),
        (
            "setBookingDuration",
            json!({ "durationMin": 30 }),
            "updateClassOccurrence",
        ),
    ] {
        let input = with(json!({ "bookingId": booking }), more);
        let refused = gym
            .studio
            .owner
            .mutate(mutation, input, "booking { id }")
            .await;
        assert_eq!(
            refused.user_errors(mutation),
            ["INVALID_STATE"],
            "{mutation}"
        );
        assert!(refused.body.contains(says), "{}", refused.body);
    }
    counts_are_right(&app).await;
}

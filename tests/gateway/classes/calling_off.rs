//! Calling a class off: everything comes back, once.

use booking_gateway::domain::worker;
use chrono::TimeDelta;
use serde_json::json;
use tests::*;

use super::*;

async fn call_off(client: &Client, class: &str) -> GraphQlResponse {
    let input = json!({ "occurrenceId": class, "reason": "Ines is ill." });
    let selection = "occurrence { status cancelledAt cancellationReason enrolledCount }";
    client
        .mutate("cancelClassOccurrence", input, selection)
        .await
}

#[apply(on_both_databases!)]
async fn everybody_gets_back_what_they_paid_and_the_room_is_free(app: TestApp) {
    let terms = app.studio("gym").term(
        "cancellationPolicy",
        json!({ "cutoffMin": 10_000, "lateFeeMinor": 700 }),
    );
    let gym = gym_of(terms, json!({ "startTime": "10:00" })).await;
    let (alice, bob, desk) = (
        app.as_user("alice"),
        app.as_user("bob"),
        gym.studio.member("desk", "STAFF").await,
    );
    let paid = gym
        .enroll(&alice, json!({ "places": 2 }))
        .await
        .expect_done("enroll");
    let booking = paid.text("enroll.enrollment.booking.id").to_owned();
    let pay = json!({ "bookingId": booking, "kind": "BALANCE", "amountMinor": 4000 });
    desk.mutate("recordPayment", pay, "payment { id }")
        .await
        .expect_done("recordPayment");
    gym.enroll(&bob, json!({})).await.expect_done("enroll");

    let off = call_off(&desk, &gym.classes[0])
        .await
        .expect_done("cancelClassOccurrence");

    assert_eq!(
        off.text("cancelClassOccurrence.occurrence.status"),
        "CANCELLED"
    );
    assert_eq!(
        off.data("cancelClassOccurrence.occurrence.enrolledCount"),
        0
    );
    let mine =
        "{ viewer { enrollments { nodes { status cancellation { late fee { amountMinor } reason }
        booking { status refundDue { amountMinor } } } } } }";
    let hers = alice.graphql(mine, json!({})).await.expect_ok();
    assert_eq!(
        hers.data("viewer.enrollments.nodes.0"),
        &json!({ "status": "CANCELLED", "cancellation": { "late": false, "fee": null, "reason": "Ines is ill." },
            "booking": { "status": "CANCELLED", "refundDue": { "amountMinor": 4000 } } })
    );
    let his = bob.graphql(mine, json!({})).await.expect_ok();
    assert!(
        his.data("viewer.enrollments.nodes.0.booking.refundDue")
            .is_null()
    );
    gym.studio
        .book(&bob, "2026-03-03T10:00:00Z")
        .await
        .expect_done("createBooking");
    let again = call_off(&desk, &gym.classes[0]).await;
    assert_eq!(
        again.user_errors("cancelClassOccurrence"),
        ["INVALID_STATE"]
    );
    let late = enroll(&alice, &gym.classes[0], json!({})).await;
    assert_eq!(late.user_errors("enroll"), ["INVALID_STATE"]);
    counts_are_right(&app).await;
}

#[apply(on_both_databases!)]
async fn of_many_who_call_it_off_at_once_one_does(app: TestApp) {
    let gym = gym(&app, json!({})).await;
    for number in 0..5 {
        let customer = app.as_user(&format!("customer{number}"));
        gym.enroll(&customer, json!({})).await.expect_done("enroll");
    }
    let both = [app.clone(), app.another_instance().await];
    let first = gym.classes[0].clone();

    let answers = together(12, move |number| {
        let (app, class) = (both[number % 2].clone(), first.clone());
        async move {
            match number {
                // Some come in the way.
                0..4 => enroll(&app.as_user(&format!("late{number}")), &class, json!({})).await,
                _ => call_off(&app.as_user("owner"), &class).await,
            }
        }
    })
    .await;

    let done = |answer: &&GraphQlResponse| {
        assert!(answer.error_codes().is_empty(), "{}", answer.body);
        answer.body.contains("cancelClassOccurrence")
            && answer.user_errors("cancelClassOccurrence").is_empty()
    };
    assert_eq!(answers.iter().filter(done).count(), 1);
    let told = "SELECT COUNT(*) FROM domain_events WHERE kind = 'class_occurrence.cancelled'";
    assert_eq!(number(&app, told).await, 1);
    let live = "SELECT COUNT(*) FROM enrollments WHERE status <> 'cancelled'";
    assert_eq!(number(&app, live).await, 0);
    let bookings = "SELECT COUNT(*) FROM enrollments";
    let ended = "SELECT COUNT(*) FROM domain_events WHERE kind = 'booking.cancelled'";
    assert_eq!(number(&app, ended).await, number(&app, bookings).await);
    counts_are_right(&app).await;
}

/// Six places are needed by 16:00 for the class at 18:00 on Tuesday.
fn demanding() -> serde_json::Value {
    json!({ "minEnrollment": 2, "autoCancelIfUnder": true, "autoCancelLeadMin": 120 })
}

#[apply(on_both_databases!)]
async fn a_class_under_its_minimum_is_called_off_in_time_by_however_many_workers(app: TestApp) {
    let gym = gym(&app, demanding()).await;
    let alice = app.as_user("alice");
    gym.enroll(&alice, json!({})).await.expect_done("enroll");
    app.advance(TimeDelta::hours(30));
    worker::tick(&app.gateway).await.unwrap();
    assert_eq!(class(&alice, &gym.classes[0]).await["status"], "SCHEDULED");

    app.advance(TimeDelta::hours(1));
    let workers = [app.clone(), app.another_instance().await];
    together(6, move |number| {
        let gateway = workers[number % 2].gateway.clone();
        async move { worker::tick(&gateway).await.unwrap() }
    })
    .await;

    let off = class(&alice, &gym.classes[0]).await;
    assert_eq!(off["status"], "CANCELLED");
    assert_eq!(off["cancellationReason"], "Fewer than 2 places were taken.");
    let told = "SELECT COUNT(*) FROM domain_events WHERE kind = 'class_occurrence.cancelled'";
    assert_eq!(number(&app, told).await, 1);
    let status = "{ viewer { enrollments { nodes { status booking { status } } } } }";
    let status = alice.graphql(status, json!({})).await.expect_ok();
    assert_eq!(
        status.data("viewer.enrollments.nodes.0"),
        &json!({ "status": "CANCELLED", "booking": { "status": "CANCELLED" } })
    );
    counts_are_right(&app).await;
}

#[apply(on_both_databases!)]
async fn without_a_worker_the_clock_decides_the_same(app: TestApp) {
    let gym = gym(&app, demanding()).await;
    let (alice, bob) = (app.as_user("alice"), app.as_user("bob"));
    let id = gym.enrolled(&alice, json!({})).await;
    app.advance(TimeDelta::hours(31));

    let off = class(&alice, &gym.classes[0]).await;
    assert_eq!(
        (&off["status"], &off["availability"]),
        (&json!("CANCELLED"), &json!("CLOSED"))
    );
    assert_eq!(off["cancelledAt"], "2026-03-03T16:00:00Z");
    let mine = "query ($id: ID!) { node(id: $id) { ... on Enrollment { status } } }";
    let mine = alice.graphql(mine, json!({ "id": id })).await.expect_ok();
    assert_eq!(mine.text("node.status"), "CANCELLED");
    // Nobody rescues it any more.
    assert_eq!(
        gym.enroll(&bob, json!({})).await.user_errors("enroll"),
        ["INVALID_STATE"]
    );
    let left = act(&alice, "cancelEnrollment", &id, json!({})).await;
    assert_eq!(left.user_errors("cancelEnrollment"), ["INVALID_STATE"]);
}

#[apply(on_both_databases!)]
async fn a_minimum_that_was_met_is_done_with_whoever_leaves_then(app: TestApp) {
    let gym = gym(&app, demanding()).await;
    let (alice, bob) = (app.as_user("alice"), app.as_user("bob"));
    let id = gym.enrolled(&alice, json!({})).await;
    gym.enroll(&bob, json!({})).await.expect_done("enroll");
    app.advance(TimeDelta::hours(31) + TimeDelta::minutes(30));

    act(&alice, "cancelEnrollment", &id, json!({}))
        .await
        .expect_done("cancelEnrollment");

    assert_eq!(class(&bob, &gym.classes[0]).await["status"], "SCHEDULED");
    worker::tick(&app.gateway).await.unwrap();
    assert_eq!(class(&bob, &gym.classes[0]).await["status"], "SCHEDULED");
}

/// Waits until a watched class has so many places taken.
async fn until(watch: &mut Subscription, enrolled: i64) {
    loop {
        let told = watch.next().await.expect("a change");
        if told["data"]["classOccurrenceChanged"]["enrolledCount"] == enrolled {
            return;
        }
    }
}

#[apply(on_both_databases!)]
async fn whoever_watches_is_told(app: TestApp) {
    let gym = gym(&app, json!({})).await;
    let document = "subscription ($id: ID!) { classOccurrenceChanged(occurrenceId: $id) {
        status enrolledCount spotsLeft schedule { name } } }";
    // Anybody may watch what is in the timetable.
    let mut watch = app
        .anonymous()
        .subscribe(document, json!({ "id": gym.classes[0] }))
        .await;
    let first = watch.next().await.unwrap();
    assert_eq!(
        first["data"]["classOccurrenceChanged"]["spotsLeft"], 10,
        "{first}"
    );

    let other = app.another_instance().await;
    let id = gym
        .enrolled(&other.as_user("alice"), json!({ "places": 2 }))
        .await;
    until(&mut watch, 2).await;
    act(&other.as_user("alice"), "cancelEnrollment", &id, json!({}))
        .await
        .expect_done("cancelEnrollment");
    until(&mut watch, 0).await;
    call_off(&gym.studio.owner, &gym.classes[0])
        .await
        .expect_done("cancelClassOccurrence");
    watch
        .next_with("/data/classOccurrenceChanged/status", "CANCELLED")
        .await;
}

//! The studio's week: every kind of class that there is.

use std::collections::BTreeMap;

use booking_gateway::demo::load;
use booking_gateway::domain::worker;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use tests::*;

use super::person;

#[apply(on_both_databases!)]
async fn somebody_can_choose_a_mat_where_others_sit(app: TestApp) {
    load(&app.gateway).await.unwrap();
    let query = "query ($window: TimeRange!) { business(by: { slug: \"sunrise-yoga\" }) {
        classOccurrences(window: $window) { nodes { id enrolledCount spotsLeft
            schedule { slug seatMap { name seats { id } } } seats { state heldByViewer seat { id } } } } } }";
    let window = json!({ "from": app.now(), "to": app.now() + TimeDelta::days(10) });
    let carla = person(&app, "demo|customer-1");
    let answer = carla
        .graphql(query, json!({ "window": window }))
        .await
        .expect_ok();
    let mut classes = answer.list("business.classOccurrences.nodes").iter();
    let taken =
        |class: &&Value| class["schedule"]["slug"] == "sound-bath" && class["enrolledCount"] == 2;
    let class = classes
        .find(taken)
        .expect("a class that somebody is enrolled on");
    let count = |state: &str| {
        let seats = class["seats"].as_array().unwrap().iter();
        seats.filter(|seat| seat["state"] == state).count()
    };
    let states = ["TAKEN", "HELD", "BLOCKED", "AVAILABLE"].map(count);
    assert_eq!(states, [2, 1, 1, 18]);
    let own = class["seats"].as_array().unwrap().iter();
    assert_eq!(own.filter(|seat| seat["heldByViewer"] == true).count(), 2);

    let input =
        json!({ "occurrenceId": class["id"], "bestAvailable": { "count": 2, "accessible": true } });
    let dana = app.as_user("dana");
    let hold = dana
        .mutate(
            "holdSeats",
            input,
            "seatHold { id seats { rowLabel seatNumber } }",
        )
        .await;
    let hold = hold.expect_done("holdSeats");
    let input = json!({
        "occurrenceId": class["id"], "seatHoldId": hold.data("holdSeats.seatHold.id"),
    });
    let enrolled = dana
        .mutate("enroll", input, "enrollment { places seats { id } }")
        .await;
    let enrolled = enrolled.expect_done("enroll");
    assert_eq!(enrolled.data("enroll.enrollment.places"), 2);
}

/// The classes of the studio, as somebody sees them, by the slugs of their schedules; the first of each within the
/// days from `from` to `to`, counted from now.
async fn classes(app: &TestApp, client: &Client, from: i64, to: i64) -> BTreeMap<String, Value> {
    let query = "query ($window: TimeRange!) { business(by: { slug: \"sunrise-yoga\" }) {
        classOccurrences(window: $window, first: 100) { nodes { id startAt status availability capacity
            enrolledCount waitlistCount spotsLeft price { amountMinor } seats { state }
            schedule { slug minEnrollment autoCancelIfUnder offer { name } location { name } }
            instructor { name } room { name } viewerEnrollment { id status }
            viewerWaitlistEntry { status position } waitlist { id } } } } }";
    let days = |days: i64| app.now() + TimeDelta::days(days);
    let window = json!({ "from": days(from), "to": days(to) });
    let answer = client.graphql(query, json!({ "window": window })).await;
    let answer = answer.expect_ok();
    let mut classes = BTreeMap::new();
    for class in answer.list("business.classOccurrences.nodes") {
        let slug = class["schedule"]["slug"].as_str().unwrap().to_owned();
        classes.entry(slug).or_insert_with(|| class.clone());
    }
    classes
}

#[apply(on_both_databases!)]
async fn the_week_has_a_class_with_places_a_full_one_one_under_its_minimum_and_one_with_seats(
    app: TestApp,
) {
    load(&app.gateway).await.unwrap();
    let carla = person(&app, "demo|customer-1");
    let week = classes(&app, &carla, 1, 8).await;
    let names: Vec<_> = week.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "aerial-yoga",
            "candlelight-yin",
            "sound-bath",
            "sunrise-flow"
        ]
    );

    let open = &week["sunrise-flow"];
    assert_eq!(
        (&open["availability"], &open["spotsLeft"]),
        (&json!("OPEN"), &json!(10))
    );
    assert_eq!(open["price"]["amountMinor"], 2400);
    assert_eq!(open["instructor"]["name"], "Maya Okafor");
    let full = &week["aerial-yoga"];
    assert_eq!(
        (&full["availability"], &full["spotsLeft"]),
        (&json!("WAITLIST"), &json!(0))
    );
    assert_eq!(
        (&full["enrolledCount"], &full["waitlistCount"]),
        (&json!(3), &json!(3))
    );
    assert_eq!(
        full["viewerWaitlistEntry"],
        json!({ "status": "WAITING", "position": 1 })
    );
    let few = &week["candlelight-yin"];
    assert_eq!(
        (&few["enrolledCount"], &few["schedule"]["minEnrollment"]),
        (&json!(1), &json!(4))
    );
    assert_eq!(few["schedule"]["autoCancelIfUnder"], true);
    assert_eq!(few["viewerEnrollment"]["status"], "ENROLLED");
    assert_eq!(week["sound-bath"]["seats"].as_array().unwrap().len(), 22);
    let past = &classes(&app, &carla, -8, 0).await["sunrise-flow"];
    assert_eq!(
        (&past["status"], &past["enrolledCount"]),
        (&json!("COMPLETED"), &json!(2))
    );
    assert_eq!(past["viewerEnrollment"]["status"], "ATTENDED");
}

#[apply(on_both_databases!)]
async fn a_place_of_the_full_class_goes_to_whoever_waits_for_it(app: TestApp) {
    load(&app.gateway).await.unwrap();
    let (carla, charlie) = (
        person(&app, "demo|customer-1"),
        person(&app, "demo|customer-2"),
    );
    let his = &classes(&app, &charlie, 1, 8).await["aerial-yoga"];
    let input = json!({ "enrollmentId": his["viewerEnrollment"]["id"] });
    let left = charlie
        .mutate("cancelEnrollment", input, "enrollment { status }")
        .await;
    let left = left.expect_done("cancelEnrollment");
    // In good time.
    assert_eq!(left.text("cancelEnrollment.enrollment.status"), "CANCELLED");

    let hers = &classes(&app, &carla, 1, 8).await["aerial-yoga"];
    assert_eq!(hers["viewerEnrollment"]["status"], "ENROLLED");
    assert_eq!(
        (&hers["enrolledCount"], &hers["waitlistCount"]),
        (&json!(3), &json!(2))
    );
    let next = person(&app, "demo|instructor");
    let next = &classes(&app, &next, 1, 8).await["aerial-yoga"];
    assert_eq!(next["viewerWaitlistEntry"]["position"], 1);
}

#[apply(on_both_databases!)]
async fn a_class_to_which_too_few_come_is_called_off_half_a_day_before(app: TestApp) {
    load(&app.gateway).await.unwrap();
    let carla = person(&app, "demo|customer-1");
    let few = classes(&app, &carla, 1, 8).await["candlelight-yin"].clone();
    let start: DateTime<Utc> = few["startAt"].as_str().unwrap().parse().unwrap();
    app.advance(start - TimeDelta::hours(12) - app.now());

    worker::tick(&app.gateway).await.unwrap();

    let mine =
        "{ viewer { enrollments(first: 100) { nodes { occurrence { id status cancellationReason }
        status cancellation { late sessionForfeited fee { amountMinor } } } } } }";
    let mine = carla.graphql(mine, json!({})).await.expect_ok();
    let mut mine = mine.list("viewer.enrollments.nodes").iter();
    let off = mine.find(|it| it["occurrence"]["id"] == few["id"]).unwrap();
    assert_eq!(off["occurrence"]["status"], "CANCELLED");
    assert_eq!(off["status"], "CANCELLED");
    assert_eq!(
        off["cancellation"],
        json!({ "late": false, "sessionForfeited": false, "fee": null })
    );
}

//! A class without places: what is said of it, and that whoever comes too late is told the same in any way.

use chrono::TimeDelta;
use serde_json::{Value, json};
use tests::*;

use super::*;

/// A gym with a class of two places, which somebody has taken. Answers their enrolment.
async fn full(app: &TestApp) -> (Gym, String) {
    let terms = app.studio("gym").term("leadTimeMin", json!(60));
    let gym = gym_of(terms, json!({ "capacity": 2 })).await;
    let id = gym
        .enrolled(&app.as_user("alice"), json!({ "places": 2 }))
        .await;
    (gym, id)
}

/// Lets somebody wait for a place in the first class. Answers the waitlist.
async fn waits(gym: &Gym, client: &Client) -> String {
    let input = json!({ "occurrenceId": gym.classes[0], "joinWaitlistIfFull": true });
    let answer = client
        .mutate("enroll", input, "waitlistEntry { queue { id } }")
        .await;
    let answer = answer.expect_done("enroll");
    answer.text("enroll.waitlistEntry.queue.id").to_owned()
}

/// Changes how a waitlist is run.
async fn run(gym: &Gym, queue: &str, more: Value) {
    let input = with(json!({ "queueId": queue }), more);
    let owner = &gym.studio.owner;
    let changed = owner.mutate("updateQueue", input, "queue { id }").await;
    changed.expect_done("updateQueue");
}

async fn availability(client: &Client, class_id: &str) -> String {
    let seen = class(client, class_id).await;
    seen["availability"].as_str().unwrap().to_owned()
}

#[apply(on_both_databases!)]
async fn a_full_class_says_whether_one_can_wait_for_it(app: TestApp) {
    let (gym, _) = full(&app).await;
    let (bob, carol) = (app.as_user("bob"), app.as_user("carol"));
    let first = &gym.classes[0];
    assert_eq!(availability(&bob, first).await, "WAITLIST");
    let queue = waits(&gym, &bob).await;
    assert_eq!(availability(&carol, first).await, "WAITLIST");
    let join = json!({ "occurrenceId": first });

    for (closed, refused) in [
        (json!({ "status": "PAUSED" }), "QUEUE_CLOSED"),
        (
            json!({ "status": "ACTIVE", "maxCapacity": 1 }),
            "QUEUE_FULL",
        ),
        // The class begins in 33 hours.
        (
            json!({ "maxCapacity": null, "cutoffMin": 34 * 60 }),
            "QUEUE_CLOSED",
        ),
    ] {
        run(&gym, &queue, closed.clone()).await;
        assert_eq!(availability(&carol, first).await, "FULL", "{closed}");
        let late = carol
            .mutate("joinWaitlist", join.clone(), "entry { id }")
            .await;
        assert_eq!(late.user_errors("joinWaitlist"), [refused], "{closed}");
    }
    // The next class of the schedule has no waitlist yet: it would be run like this one.
    let second = &gym.classes[1];
    enroll(&app.as_user("alice"), second, json!({ "places": 2 }))
        .await
        .expect_done("enroll");
    assert_eq!(availability(&carol, second).await, "WAITLIST");
    run(&gym, &queue, json!({ "cutoffMin": 5 * 24 * 60 })).await;
    assert_eq!(availability(&carol, second).await, "FULL");
    let late = carol.mutate(
        "joinWaitlist",
        json!({ "occurrenceId": second }),
        "entry { id }",
    );
    assert_eq!(late.await.user_errors("joinWaitlist"), ["QUEUE_CLOSED"]);
    run(&gym, &queue, json!({ "cutoffMin": 60 })).await;
    let waits = carol.mutate("joinWaitlist", join, "entry { id }").await;
    waits.expect_done("joinWaitlist");
}

/// The refusals of a full class come without waiting for those who change it; whoever is refused for another
/// reason is told that.
#[apply(on_both_databases!)]
async fn being_full_hides_no_other_reason(app: TestApp) {
    let (gym, id) = full(&app).await;
    let (alice, bob, carol) = (
        app.as_user("alice"),
        app.as_user("bob"),
        app.as_user("carol"),
    );
    let first = gym.enroll(&bob, json!({})).await;
    assert_eq!(first.user_errors("enroll"), ["CAPACITY_FULL"]);
    assert_eq!(field(&first, "enroll"), "places");
    let again = gym.enroll(&alice, json!({})).await;
    assert_eq!(again.user_errors("enroll"), ["ALREADY_ENROLLED"]);
    for places in [0, 51] {
        let refused = gym.enroll(&bob, json!({ "places": places })).await;
        assert_eq!(refused.user_errors("enroll"), ["INVALID_INPUT"], "{places}");
    }
    let seats = json!({ "seatIds": ["seat_01kgk3rmb7fs1bk8g1r0zbjzce"] });
    let seats = gym.enroll(&bob, seats).await;
    assert_ne!(seats.user_errors("enroll"), Vec::<String>::new());

    // A place that is promised to somebody is nobody else's, and theirs.
    let queue = waits(&gym, &carol).await;
    run(&gym, &queue, json!({ "promotion": "OFFER" })).await;
    let left = act(&alice, "cancelEnrollment", &id, json!({})).await;
    left.expect_done("cancelEnrollment");
    let two = gym.enroll(&bob, json!({ "places": 2 })).await;
    assert_eq!(two.user_errors("enroll"), ["CAPACITY_FULL"]);
    gym.enroll(&bob, json!({})).await.expect_done("enroll");
    let refused = gym.enroll(&alice, json!({})).await;
    assert_eq!(refused.user_errors("enroll"), ["CAPACITY_FULL"]);
    let offer = "query ($id: ID!) { classOccurrence(id: $id) { viewerWaitlistEntry { waitlistOffer { id } } } }";
    let offer = carol
        .graphql(offer, json!({ "id": gym.classes[0] }))
        .await
        .expect_ok();
    let offer = offer.text("classOccurrence.viewerWaitlistEntry.waitlistOffer.id");
    let claimed = carol
        .mutate(
            "claimWaitlistOffer",
            json!({ "offerId": offer }),
            "entry { status }",
        )
        .await;
    claimed.expect_done("claimWaitlistOffer");
    counts_are_right(&app).await;

    // Full or not: when it is too late, that is what is said.
    app.advance(TimeDelta::minutes(32 * 60 + 1));
    let late = gym.enroll(&alice, json!({})).await;
    assert_eq!(late.user_errors("enroll"), ["TOO_SOON"]);
    app.advance(TimeDelta::minutes(61));
    let late = gym.enroll(&alice, json!({})).await;
    assert_eq!(late.user_errors("enroll"), ["INVALID_STATE"]);
}

#[apply(on_both_databases!)]
async fn trying_to_wait_leaves_nothing(app: TestApp) {
    let (gym, _) = full(&app).await;
    let bob = app.as_user("bob");
    let input = json!({
        "occurrenceId": gym.classes[0], "joinWaitlistIfFull": true, "dryRun": true,
    });

    let dry = bob
        .mutate(
            "enroll",
            input,
            "enrollment { id } waitlistEntry { status position queue { name waitingCount } }",
        )
        .await;

    let dry = dry.expect_done("enroll");
    assert!(dry.data("enroll.enrollment").is_null());
    assert_eq!(
        dry.data("enroll.waitlistEntry"),
        &json!({ "status": "WAITING", "position": 1,
            "queue": { "name": "Evening yoga", "waitingCount": 1 } })
    );
    for table in ["queues", "queue_entries", "queue_events"] {
        let rows = format!("SELECT COUNT(*) FROM {table}");
        assert_eq!(number(&app, &rows).await, 0, "{table}");
    }
}

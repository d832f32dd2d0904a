//! Waiting for a place in a class.

use booking_gateway::domain::worker;
use chrono::TimeDelta;
use serde_json::{Value, json};
use tests::*;

use super::{claim, decline, is_untold, offered, run_as, seen};
use crate::bookings::number;
use crate::classes::{Gym, gym};

/// Waits for a place in the first class. Answers the id of the entry.
async fn wait(client: &Client, gym: &Gym, more: Value) -> String {
    let mut input = json!({ "occurrenceId": gym.classes[0] });
    for (field, value) in more.as_object().unwrap() {
        input[field] = value.clone();
    }
    let answer = client
        .mutate("joinWaitlist", input, "entry { id position }")
        .await;
    let answer = answer.expect_done("joinWaitlist");
    answer.text("joinWaitlist.entry.id").to_owned()
}

async fn leave(client: &Client, enrollment: &str) {
    let input = json!({ "enrollmentId": enrollment });
    client
        .mutate("cancelEnrollment", input, "enrollment { status }")
        .await
        .expect_done("cancelEnrollment");
}

/// The class, as somebody sees it.
async fn class(client: &Client, gym: &Gym) -> Value {
    let document = "query ($id: ID!) { classOccurrence(id: $id) { capacity enrolledCount waitlistCount spotsLeft
        waitlist { kind promotion waitingCount } viewerWaitlistEntry { id status position enrollment { id } } } }";
    let answer = client
        .graphql(document, json!({ "id": gym.classes[0] }))
        .await;
    answer.expect_ok().data("classOccurrence").clone()
}

/// The counts are those of the rows.
async fn counts_are_right(app: &TestApp) {
    let wrong = "SELECT COUNT(*) FROM class_occurrences o WHERE
        enrolled_count <> (SELECT COALESCE(SUM(places), 0) FROM enrollments WHERE class_occurrence_id = o.id AND status NOT IN ('cancelled', 'late_cancelled'))
        OR reserved_count <> (SELECT COALESCE(SUM(places), 0) FROM place_reservations WHERE class_occurrence_id = o.id)
        OR waitlist_count <> (SELECT COALESCE(SUM(party_size), 0) FROM queue_entries e JOIN queues q ON q.id = e.queue_id WHERE q.class_occurrence_id = o.id AND e.status IN ('waiting', 'notified'))";
    assert_eq!(number(app, wrong).await, 0);
}

#[apply(on_both_databases!)]
async fn a_freed_place_goes_to_the_first_who_waits(app: TestApp) {
    let gym = gym(&app, json!({ "capacity": 1 })).await;
    let (alice, bob, carol) = (
        app.as_user("alice"),
        app.as_user("bob"),
        app.as_user("carol"),
    );
    let alices = gym.enrolled(&alice, json!({})).await;
    let bobs = wait(&bob, &gym, json!({})).await;
    let carols = wait(&carol, &gym, json!({})).await;
    let before = class(&carol, &gym).await;
    assert_eq!(before["waitlistCount"], 2, "{before}");
    assert_eq!(before["waitlist"]["promotion"], "AUTO");
    assert_eq!(before["waitlist"]["waitingCount"], 2);
    assert_eq!(before["viewerWaitlistEntry"]["id"], *carols);
    assert_eq!(before["viewerWaitlistEntry"]["position"], 2);

    leave(&alice, &alices).await;

    let document = "query ($id: ID!) { queueEntry(id: $id) { status enrollment { id status places occurrence { id } }
        booking { status total { amountMinor } } } }";
    let placed = bob
        .graphql(document, json!({ "id": bobs }))
        .await
        .expect_ok();
    assert_eq!(placed.text("queueEntry.status"), "PLACED");
    assert_eq!(placed.text("queueEntry.enrollment.status"), "ENROLLED");
    assert_eq!(
        placed.text("queueEntry.enrollment.occurrence.id"),
        gym.classes[0]
    );
    assert_eq!(placed.text("queueEntry.booking.status"), "CONFIRMED");
    assert!(is_untold(&carol, &carols).await);
    let after = class(&bob, &gym).await;
    assert_eq!(
        (&after["enrolledCount"], &after["waitlistCount"]),
        (&json!(1), &json!(1))
    );
    assert!(after["viewerWaitlistEntry"].is_null());
    counts_are_right(&app).await;
}

#[apply(on_both_databases!)]
async fn an_offered_place_is_blocked_and_goes_round_until_it_is_the_publics(app: TestApp) {
    let gym = gym(&app, json!({ "capacity": 1 })).await;
    let (alice, bob, carol) = (
        app.as_user("alice"),
        app.as_user("bob"),
        app.as_user("carol"),
    );
    let alices = gym.enrolled(&alice, json!({})).await;
    let bobs = wait(&bob, &gym, json!({})).await;
    let carols = wait(&carol, &gym, json!({})).await;
    run_as(&gym.studio.owner, &bobs, json!({ "promotion": "OFFER" })).await;
    leave(&alice, &alices).await;

    let offer = offered(&bob, &bobs, "OPEN").await;
    let dave = app.as_user("dave");
    let refused = gym.enroll(&dave, json!({})).await;
    assert_eq!(refused.user_errors("enroll"), ["CAPACITY_FULL"]);
    assert_eq!(class(&bob, &gym).await["spotsLeft"], 0);
    // Nobody sweeps. The next comes first all the same, and a late claim is too late.
    app.advance(TimeDelta::minutes(30));
    let late = claim(&bob, &offer).await;
    assert_eq!(late.user_errors("claimWaitlistOffer"), ["OFFER_EXPIRED"]);
    let refused = gym.enroll(&dave, json!({})).await;
    assert_eq!(refused.user_errors("enroll"), ["CAPACITY_FULL"]);
    worker::tick(&app.gateway).await.unwrap();
    let offer = offered(&carol, &carols, "OPEN").await;
    decline(&carol, &offer)
        .await
        .expect_done("declineWaitlistOffer");
    // All have had their turn.
    let daves = gym.enrolled(&dave, json!({})).await;
    counts_are_right(&app).await;

    leave(&dave, &daves).await;
    let offer = offered(&bob, &bobs, "OPEN").await;
    let claimed = claim(&bob, &offer).await.expect_done("claimWaitlistOffer");
    assert_eq!(
        claimed.text("claimWaitlistOffer.booking.status"),
        "CONFIRMED"
    );
    assert_eq!(seen(&bob, &bobs).await["status"], "PLACED");
    counts_are_right(&app).await;
}

#[apply(on_both_databases!)]
async fn of_a_hundred_who_claim_at_once_one_gets_the_place(app: TestApp) {
    let gym = gym(&app, json!({ "capacity": 1 })).await;
    let alice = app.as_user("alice");
    let alices = gym.enrolled(&alice, json!({})).await;
    let mut waiting = Vec::new();
    for number in 0..100 {
        let customer = app.as_user(&format!("customer{number}"));
        let entry = wait(&customer, &gym, json!({})).await;
        if number == 0 {
            run_as(&gym.studio.owner, &entry, json!({ "promotion": "RACE" })).await;
        }
        waiting.push((customer, entry));
    }
    leave(&alice, &alices).await;
    let mut told = Vec::new();
    for (customer, entry) in waiting {
        let offer = offered(&customer, &entry, "OPEN").await;
        told.push((customer, offer));
    }

    let answers = together(100, move |number| {
        let (customer, offer) = told[number].clone();
        async move { claim(&customer, &offer).await }
    })
    .await;

    let mut winners = 0;
    for answer in &answers {
        let errors = answer.user_errors("claimWaitlistOffer");
        assert!(
            errors.is_empty() || errors == ["OFFER_TAKEN"],
            "{}",
            answer.body
        );
        winners += usize::from(errors.is_empty());
    }
    assert_eq!(winners, 1);
    let live = "SELECT COUNT(*) FROM enrollments WHERE status = 'enrolled'";
    assert_eq!(number(&app, live).await, 1);
    counts_are_right(&app).await;
}

#[apply(on_both_databases!)]
async fn more_capacity_is_more_places_for_those_who_wait(app: TestApp) {
    let gym = gym(&app, json!({ "capacity": 2 })).await;
    gym.enrolled(&app.as_user("alice"), json!({ "places": 2 }))
        .await;
    let people = ["bob", "carol", "dave"].map(|name| app.as_user(name));
    let mut entries = Vec::new();
    for (person, party) in people.iter().zip([2, 1, 1]) {
        entries.push(wait(person, &gym, json!({ "partySize": party })).await);
    }
    assert_eq!(class(&people[0], &gym).await["waitlistCount"], 4);
    let raise = async |capacity: i32| {
        let input = json!({ "occurrenceId": gym.classes[0], "capacity": capacity });
        let raised = gym
            .studio
            .owner
            .mutate("updateClassOccurrence", input, "occurrence { id }")
            .await;
        raised.expect_done("updateClassOccurrence");
    };

    // Bob's party of two does not fit yet.
    raise(3).await;
    let states = async || {
        let mut states = Vec::new();
        for (person, entry) in people.iter().zip(&entries) {
            states.push(
                seen(person, entry).await["status"]
                    .as_str()
                    .unwrap()
                    .to_owned(),
            );
        }
        states
    };
    assert_eq!(states().await, ["WAITING", "PLACED", "WAITING"]);
    raise(6).await;
    assert_eq!(states().await, ["PLACED", "PLACED", "PLACED"]);
    assert_eq!(class(&people[0], &gym).await["enrolledCount"], 6);
    counts_are_right(&app).await;
}

#[apply(on_both_databases!)]
async fn a_race_for_two_places_has_two_winners(app: TestApp) {
    let gym = gym(&app, json!({ "capacity": 2 })).await;
    let alices = gym.enrolled(&app.as_user("alice"), json!({})).await;
    let erins = gym.enrolled(&app.as_user("erin"), json!({})).await;
    let people = ["bob", "carol", "dave"].map(|name| app.as_user(name));
    let mut entries = Vec::new();
    for person in &people {
        entries.push(wait(person, &gym, json!({})).await);
    }
    run_as(
        &gym.studio.owner,
        &entries[0],
        json!({ "promotion": "RACE" }),
    )
    .await;
    leave(&app.as_user("alice"), &alices).await;
    leave(&app.as_user("erin"), &erins).await;
    let mut offers = Vec::new();
    for (person, entry) in people.iter().zip(&entries) {
        offers.push(offered(person, entry, "OPEN").await);
    }
    counts_are_right(&app).await;

    claim(&people[2], &offers[2])
        .await
        .expect_done("claimWaitlistOffer");
    assert_eq!(class(&people[0], &gym).await["spotsLeft"], 0);
    claim(&people[0], &offers[0])
        .await
        .expect_done("claimWaitlistOffer");
    let late = claim(&people[1], &offers[1]).await;
    assert_eq!(late.user_errors("claimWaitlistOffer"), ["OFFER_TAKEN"]);
    assert_eq!(seen(&people[1], &entries[1]).await["status"], "WAITING");
    counts_are_right(&app).await;
}

#[apply(on_both_databases!)]
async fn whoever_finds_it_full_can_wait_at_once_and_nobody_waits_without_need(app: TestApp) {
    let gym = gym(&app, json!({ "capacity": 1 })).await;
    let (alice, bob) = (app.as_user("alice"), app.as_user("bob"));
    let input = json!({ "occurrenceId": gym.classes[0] });
    let room = bob
        .mutate("joinWaitlist", input.clone(), "entry { id }")
        .await;
    assert_eq!(room.user_errors("joinWaitlist"), ["INVALID_STATE"]);
    gym.enrolled(&alice, json!({})).await;
    let mine = alice
        .mutate("joinWaitlist", input.clone(), "entry { id }")
        .await;
    assert_eq!(mine.user_errors("joinWaitlist"), ["ALREADY_ENROLLED"]);

    let full = json!({ "occurrenceId": gym.classes[0], "joinWaitlistIfFull": true });
    let selection = "enrollment { id } waitlistEntry { id status position }";
    let waits = bob
        .mutate("enroll", full, selection)
        .await
        .expect_done("enroll");
    assert!(waits.data("enroll.enrollment").is_null());
    assert_eq!(waits.text("enroll.waitlistEntry.status"), "WAITING");
    assert_eq!(waits.data("enroll.waitlistEntry.position"), 1);
    let twice = bob.mutate("joinWaitlist", input, "entry { id }").await;
    assert_eq!(twice.user_errors("joinWaitlist"), ["ALREADY_QUEUED"]);
    let much = json!({ "occurrenceId": gym.classes[0], "partySize": 2 });
    let much = app
        .as_user("carol")
        .mutate("joinWaitlist", much, "entry { id }")
        .await;
    assert_eq!(much.user_errors("joinWaitlist"), ["INVALID_INPUT"]);
}

#[apply(on_both_databases!)]
async fn the_end_of_a_class_is_the_end_of_its_waitlist(app: TestApp) {
    let gym = gym(&app, json!({ "capacity": 1 })).await;
    gym.enrolled(&app.as_user("alice"), json!({})).await;
    let bob = app.as_user("bob");
    let bobs = wait(&bob, &gym, json!({})).await;

    let input = json!({ "occurrenceId": gym.classes[0], "reason": "The roof leaks." });
    let off = gym
        .studio
        .owner
        .mutate("cancelClassOccurrence", input, "occurrence { status }")
        .await;
    off.expect_done("cancelClassOccurrence");

    assert_eq!(seen(&bob, &bobs).await["status"], "EXPIRED");
    assert_eq!(class(&bob, &gym).await["waitlistCount"], 0);
    counts_are_right(&app).await;
}

#[apply(on_both_databases!)]
async fn who_is_elsewhere_is_passed_over_and_who_leaves_passes_it_on(app: TestApp) {
    let gym = gym(&app, json!({ "capacity": 1 })).await;
    let elsewhere = app
        .studio("other")
        .owned_by("other")
        .open("09:00", "20:00")
        .build()
        .await;
    let (alice, bob, carol) = (
        app.as_user("alice"),
        app.as_user("bob"),
        app.as_user("carol"),
    );
    let alices = gym.enrolled(&alice, json!({})).await;
    let bobs = wait(&bob, &gym, json!({})).await;
    let carols = wait(&carol, &gym, json!({})).await;
    let queue = run_as(&gym.studio.owner, &bobs, json!({ "promotion": "OFFER" })).await;
    leave(&alice, &alices).await;
    offered(&bob, &bobs, "OPEN").await;
    let input = json!({ "entryId": bobs });
    bob.mutate("leaveQueue", input, "entry { status }")
        .await
        .expect_done("leaveQueue");
    let offer = offered(&carol, &carols, "OPEN").await;
    claim(&carol, &offer)
        .await
        .expect_done("claimWaitlistOffer");

    // Dave waits, and books something else for that time: he waits no more.
    let dave = app.as_user("dave");
    let daves = wait(&dave, &gym, json!({})).await;
    super::book(&dave, &elsewhere, "2026-03-03T18:00:00Z").await;
    assert_eq!(seen(&dave, &daves).await["status"], "REMOVED");
    let told = super::story(&gym.studio.owner, &queue).await;
    assert_eq!(told.last().unwrap(), "WITHDRAWN", "{told:?}");
    counts_are_right(&app).await;
}

#[apply(on_both_databases!)]
async fn a_week_of_waitlists_takes_a_constant_number_of_statements(app: TestApp) {
    let gym = gym(
        &app,
        json!({ "capacity": 1, "recurrenceRule": "FREQ=DAILY" }),
    )
    .await;
    let bob = app.as_user("bob");
    for id in &gym.classes[..7] {
        crate::classes::enroll(&app.as_user("alice"), id, json!({}))
            .await
            .expect_done("enroll");
        let input = json!({ "occurrenceId": id });
        bob.mutate("joinWaitlist", input, "entry { id }")
            .await
            .expect_done("joinWaitlist");
    }
    let document = "query ($id: ID!, $first: Int) { classSchedule(id: $id) { occurrences(first: $first) { nodes {
        id waitlistCount waitlist { id waitingCount } viewerWaitlistEntry { id position waitlistOffer { id } enrollment { id } booking { id } queue { name } } } } } }";
    let ask = |first: usize| {
        let variables = json!({ "id": gym.schedule, "first": first });
        bob.graphql(document, variables)
    };
    let (_, one) = app.counted(ask(1)).await;
    let (answer, seven) = app.counted(ask(7)).await;
    let answer = answer.expect_ok();
    let nodes = answer.list("classSchedule.occurrences.nodes");
    assert!(
        nodes
            .iter()
            .all(|node| node["viewerWaitlistEntry"]["position"] == 1),
        "{nodes:?}"
    );
    assert_eq!(seven.len(), one.len(), "{seven}");
}

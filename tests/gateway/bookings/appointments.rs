//! Appointments: pairs of a room and a person, lengths of the customer's choice, approval.

use chrono::TimeDelta;
use serde_json::{Value, json};
use tests::*;

use super::{act, booked, bookings, claims, input, seen};

const TEN: &str = "2026-03-03T10:00:00Z";

async fn starts(app: &TestApp, studio: &Studio) -> Vec<String> {
    let query = "query ($id: ID!, $input: AvailabilityInput!) { offer(id: $id) { availability(input: $input) { slots { startAt } } } }";
    let window = json!({ "from": "2026-03-03T00:00:00Z", "to": "2026-03-04T00:00:00Z" });
    let answer = app
        .anonymous()
        .graphql(
            query,
            json!({ "id": studio.offer_id, "input": { "window": window } }),
        )
        .await;
    let slots = answer.expect_ok().list("offer.availability.slots").to_vec();
    slots
        .iter()
        .map(|slot| slot["startAt"].as_str().unwrap().to_owned())
        .collect()
}

#[apply(on_both_databases!)]
async fn a_blocked_room_removes_the_slot_of_the_pair(app: TestApp) {
    let studio = app.studio("clinic").people(1).build().await;
    assert!(starts(&app, &studio).await.contains(&TEN.to_owned()));
    let window = json!({ "from": "2026-03-03T10:30:00Z", "to": "2026-03-03T10:31:00Z" });
    let block = json!({ "resourceId": studio.secondary_ids[0], "window": window });
    studio
        .owner
        .mutate("blockResource", block, "busy { startAt }")
        .await
        .expect_done("blockResource");

    let after = starts(&app, &studio).await;
    assert!(
        !after.contains(&TEN.to_owned()) && after.contains(&"2026-03-03T09:30:00Z".to_owned()),
        "{after:?}"
    );
    let refused = studio.book(&app.as_user("alice"), TEN).await;
    assert_eq!(refused.user_errors("createBooking"), ["SLOT_TAKEN"]);
    assert_eq!(
        (bookings(&app).await, claims(&app).await),
        (0, 1),
        "neither of the two is claimed"
    );
}

#[apply(on_both_databases!)]
async fn both_of_a_pair_are_claimed_and_shown(app: TestApp) {
    let studio = app.studio("clinic").rooms(2).people(2).build().await;
    let alice = app.as_user("alice");
    let id = booked(
        &alice,
        &studio,
        TEN,
        json!({ "secondaryResourceId": studio.secondary_ids[1] }),
    )
    .await;

    let unit = &seen(&alice, &id).await["units"][0];
    assert_eq!(unit["resource"]["id"], json!(studio.resource_ids[0]));
    assert_eq!(
        unit["secondaryResource"]["id"],
        json!(studio.secondary_ids[1])
    );
    assert_eq!(claims(&app).await, 2);
    act(&alice, "cancelBooking", &id, json!({}))
        .await
        .expect_done("cancelBooking");
    assert_eq!(claims(&app).await, 0);
}

#[apply(on_both_databases!)]
async fn lengths_go_from_the_shortest_to_the_longest_in_steps(app: TestApp) {
    let studio = app.studio("massage").flexible(30, 120, 30).build().await;
    for (minutes, allowed) in [
        (29, false),
        (30, true),
        (45, false),
        (60, true),
        (120, true),
        (121, false),
        (150, false),
    ] {
        let more = json!({ "durationMin": minutes, "dryRun": true });
        let answer = app
            .as_user("alice")
            .mutate(
                "createBooking",
                input(&studio, TEN, more),
                "booking { startAt endAt requestedDurationMin }",
            )
            .await;
        let errors: &[&str] = if allowed {
            &[]
        } else {
            &["DURATION_NOT_ALLOWED"]
        };
        assert_eq!(answer.user_errors("createBooking"), errors, "{minutes}");
        if allowed {
            let end = moment(TEN) + TimeDelta::minutes(minutes);
            assert_eq!(moment(answer.text("createBooking.booking.endAt")), end);
            assert_eq!(
                answer.data("createBooking.booking.requestedDurationMin"),
                minutes
            );
        }
    }
}

#[apply(on_both_databases!)]
async fn a_request_holds_its_time_until_it_is_answered_or_the_deadline_passes(app: TestApp) {
    let studio = app
        .studio("salon")
        .term("requiresApproval", json!(true))
        .build()
        .await;
    let (alice, bob) = (app.as_user("alice"), app.as_user("bob"));
    let ask = |client: &Client, start: &str| {
        let (client, studio, start) = (client.clone(), studio.clone(), start.to_owned());
        async move { booked(&client, &studio, &start, json!({})).await }
    };
    let one = ask(&alice, TEN).await;
    assert_eq!(seen(&alice, &one).await["status"], "PENDING_APPROVAL");
    let taken = studio.book(&bob, TEN).await;
    assert_eq!(taken.user_errors("createBooking"), ["SLOT_TAKEN"]);

    let approved = act(&studio.owner, "approveBooking", &one, json!({}))
        .await
        .expect_done("approveBooking");
    assert_eq!(approved.text("approveBooking.booking.status"), "CONFIRMED");
    let two = ask(&alice, "2026-03-03T12:00:00Z").await;
    let reason = json!({ "reason": "full" });
    let declined = act(&studio.owner, "declineBooking", &two, reason)
        .await
        .expect_done("declineBooking");
    assert_eq!(declined.text("declineBooking.booking.status"), "DECLINED");
    ask(&bob, "2026-03-03T12:00:00Z").await;

    let three = ask(&alice, "2026-03-10T12:00:00Z").await;
    app.advance(TimeDelta::hours(24) - TimeDelta::seconds(1));
    assert_eq!(seen(&alice, &three).await["status"], "PENDING_APPROVAL");
    app.advance(TimeDelta::seconds(1));
    assert_eq!(seen(&alice, &three).await["status"], "DECLINED");
    let late = act(&studio.owner, "approveBooking", &three, json!({})).await;
    assert_eq!(late.user_errors("approveBooking"), ["INVALID_STATE"]);
    ask(&bob, "2026-03-10T12:00:00Z").await;
}

#[apply(on_both_databases!)]
async fn a_request_that_is_moved_closer_is_answered_before_it_begins(app: TestApp) {
    let studio = app
        .studio("salon")
        .term("requiresApproval", json!(true))
        .build()
        .await;
    let alice = app.as_user("alice");
    let id = booked(&alice, &studio, "2026-03-10T12:00:00Z", json!({})).await;
    let soon = json!({ "startAt": "2026-03-02T12:00:00Z" });
    act(&alice, "rescheduleBooking", &id, soon)
        .await
        .expect_done("rescheduleBooking");

    app.set_time("2026-03-02T12:00:00Z");

    assert_eq!(seen(&alice, &id).await["status"], Value::from("DECLINED"));
}

#[apply(on_both_databases!)]
async fn staff_who_may_approve_need_not_ask(app: TestApp) {
    let studio = app
        .studio("salon")
        .term("requiresApproval", json!(true))
        .build()
        .await;
    let id = booked(&studio.owner, &studio, TEN, json!({})).await;
    assert_eq!(seen(&studio.owner, &id).await["status"], "CONFIRMED");
}

//! What no way round may reach: places that are promised, and what the terms of a business keep from somebody.

use booking_gateway::domain::worker;
use chrono::TimeDelta;
use serde_json::{Value, json};
use tests::*;

use super::{claim, is_untold, offered, run_as, seen, story};
use crate::bookings::{user_id, with};
use crate::classes::{Gym, class, enroll, gym, gym_of};
use crate::packages::{bought, product};
use crate::queues::{act, join, open_queue};
use crate::seating::Class;

/// Asks to wait for a place in a class.
async fn ask(client: &Client, class: &str, more: Value) -> GraphQlResponse {
    let input = with(json!({ "occurrenceId": class }), more);
    client
        .mutate("joinWaitlist", input, "entry { id position }")
        .await
}

/// Waits for a place in a class. Answers the id of the entry.
async fn wait(client: &Client, class: &str, more: Value) -> String {
    let answer = ask(client, class, more).await.expect_done("joinWaitlist");
    answer.text("joinWaitlist.entry.id").to_owned()
}

async fn leave(client: &Client, enrollment: &str) {
    let input = json!({ "enrollmentId": enrollment });
    client
        .mutate("cancelEnrollment", input, "enrollment { status }")
        .await
        .expect_done("cancelEnrollment");
}

async fn block(studio: &Studio, customer: &Client) {
    let input = json!({
        "businessId": studio.business_id, "userId": user_id(customer).await, "blocked": true,
    });
    studio
        .owner
        .mutate("setCustomerBlocked", input, "membership { blockedAt }")
        .await
        .expect_done("setCustomerBlocked");
}

/// The place of the first class is offered to somebody, who is answered with the offer.
async fn offered_to(gym: &Gym, app: &TestApp, client: &Client) -> String {
    let eve = app.as_user("eve");
    let eves = gym.enrolled(&eve, json!({})).await;
    let entry = wait(client, &gym.classes[0], json!({})).await;
    run_as(&gym.studio.owner, &entry, json!({ "promotion": "OFFER" })).await;
    leave(&eve, &eves).await;
    offered(client, &entry, "OPEN").await
}

#[apply(on_both_databases!)]
async fn a_blocked_customer_joins_no_queue_and_no_waitlist_and_no_class(app: TestApp) {
    let gym = gym(&app, json!({ "capacity": 1 })).await;
    let (alice, bob) = (app.as_user("alice"), app.as_user("bob"));
    let queue = open_queue(&gym.studio, json!({})).await;
    act(
        &alice,
        "leaveQueue",
        &crate::queues::joined(&alice, &queue).await,
        json!({}),
    )
    .await;
    block(&gym.studio, &alice).await;

    let refused = enroll(&alice, &gym.classes[0], json!({})).await;
    assert_eq!(refused.user_errors("enroll"), ["INVALID_STATE"]);
    let refused = join(&alice, &queue, json!({})).await;
    assert_eq!(refused.user_errors("joinQueue"), ["INVALID_STATE"]);
    gym.enrolled(&bob, json!({})).await;
    let refused = ask(&alice, &gym.classes[0], json!({})).await;
    assert_eq!(refused.user_errors("joinWaitlist"), ["INVALID_STATE"]);
    let refused = gym
        .enroll(&alice, json!({ "joinWaitlistIfFull": true }))
        .await;
    assert_eq!(refused.user_errors("enroll"), ["INVALID_STATE"]);
}

#[apply(on_both_databases!)]
async fn a_blocked_customer_holds_no_seat(app: TestApp) {
    let class = Class::new(&app, &["..."], 3).await;
    let alice = app.as_user("alice");
    let hold = class.held(&alice, "A1").await;
    class
        .release(&alice, &hold)
        .await
        .expect_done("releaseSeatHold");
    crate::queues::joined(&alice, &open_queue(&class.studio, json!({})).await).await;
    block(&class.studio, &alice).await;
    let refused = class.hold(&alice, "A1").await;
    assert_eq!(refused.user_errors("holdSeats"), ["INVALID_STATE"]);
}

#[apply(on_both_databases!)]
async fn who_is_blocked_while_they_wait_is_passed_over_and_claims_nothing(app: TestApp) {
    let gym = gym(&app, json!({ "capacity": 1 })).await;
    let (alice, bob, carol) = (
        app.as_user("alice"),
        app.as_user("bob"),
        app.as_user("carol"),
    );
    let carols = gym.enrolled(&carol, json!({})).await;
    let alices = wait(&alice, &gym.classes[0], json!({})).await;
    let bobs = wait(&bob, &gym.classes[0], json!({})).await;
    block(&gym.studio, &alice).await;
    leave(&carol, &carols).await;
    assert!(is_untold(&alice, &alices).await);
    assert_eq!(seen(&bob, &bobs).await["status"], "PLACED");
}

#[apply(on_both_databases!)]
async fn who_is_blocked_after_they_were_told_of_a_place_claims_nothing(app: TestApp) {
    let gym = gym(&app, json!({ "capacity": 1 })).await;
    let alice = app.as_user("alice");
    let offer = offered_to(&gym, &app, &alice).await;
    block(&gym.studio, &alice).await;
    let refused = claim(&alice, &offer).await;
    assert_eq!(refused.user_errors("claimWaitlistOffer"), ["INVALID_STATE"]);
}

/// A time that comes free is no way round either.
#[apply(on_both_databases!)]
async fn who_is_blocked_while_they_wait_for_a_time_is_passed_over(app: TestApp) {
    let studio = app.studio("barber").build().await;
    let (alice, bob, carol) = (
        app.as_user("alice"),
        app.as_user("bob"),
        app.as_user("carol"),
    );
    let booking = super::book(&carol, &studio, super::TEN).await;
    let alices = super::wait(&alice, &studio, super::hour(super::TEN)).await;
    let bobs = super::wait(&bob, &studio, super::hour(super::TEN)).await;
    run_as(&studio.owner, &alices, json!({ "promotion": "AUTO" })).await;
    block(&studio, &alice).await;
    super::cancel(&carol, &booking).await;
    assert!(is_untold(&alice, &alices).await);
    assert_eq!(seen(&bob, &bobs).await["status"], "PLACED");
}

#[apply(on_both_databases!)]
async fn nobody_waits_for_a_class_that_they_may_not_enrol_on(app: TestApp) {
    let terms = app.studio("gym").term("horizonDays", json!(7));
    let gym = gym_of(terms, json!({ "capacity": 1 })).await;
    let far = gym.classes.last().unwrap();
    enroll(&gym.studio.owner, far, json!({}))
        .await
        .expect_done("enroll");
    let alice = app.as_user("alice");
    let refused = ask(&alice, far, json!({})).await;
    assert_eq!(refused.user_errors("joinWaitlist"), ["TOO_FAR"]);
}

#[apply(on_both_databases!)]
async fn a_place_that_is_offered_is_kept_from_everybody_else(app: TestApp) {
    let gym = gym(&app, json!({ "capacity": 1 })).await;
    let (alice, bob) = (app.as_user("alice"), app.as_user("bob"));
    let offer = offered_to(&gym, &app, &alice).await;
    for client in [&bob, &gym.studio.owner] {
        let refused = gym.enroll(client, json!({})).await;
        assert_eq!(refused.user_errors("enroll"), ["CAPACITY_FULL"]);
    }
    assert_eq!(class(&bob, &gym.classes[0]).await["spotsLeft"], 0);
    claim(&alice, &offer)
        .await
        .expect_done("claimWaitlistOffer");
}

#[apply(on_both_databases!)]
async fn a_seat_cannot_be_held_for_a_place_that_is_offered(app: TestApp) {
    let class = Class::new(&app, &["..."], 1).await;
    let (alice, bob, eve) = (app.as_user("alice"), app.as_user("bob"), app.as_user("eve"));
    let eves = class
        .enroll(&eve, json!({ "seatIds": [class.seat("A1")] }))
        .await;
    let eves = eves
        .expect_done("enroll")
        .text("enroll.enrollment.id")
        .to_owned();
    let entry = wait(&alice, &class.id, json!({})).await;
    run_as(&class.studio.owner, &entry, json!({ "promotion": "OFFER" })).await;
    leave(&eve, &eves).await;
    let offer = offered(&alice, &entry, "OPEN").await;
    for client in [&bob, &class.studio.owner] {
        let refused = class.hold(client, "A2").await;
        assert_eq!(refused.user_errors("holdSeats"), ["CAPACITY_FULL"]);
    }
    claim(&alice, &offer)
        .await
        .expect_done("claimWaitlistOffer");
}

/// A package that was good when they joined, and has run out since.
#[apply(on_both_databases!)]
async fn a_package_that_has_run_out_places_nobody_and_the_next_gets_the_place(app: TestApp) {
    let gym = gym(&app, json!({ "capacity": 1 })).await;
    let day = json!({ "expiryType": "DAYS_FROM_PURCHASE", "expiryDays": 0 });
    let (alice, bob, eve) = (app.as_user("alice"), app.as_user("bob"), app.as_user("eve"));
    let pass = product(&gym.studio, "today", with(day, json!({ "expiryDays": 1 }))).await;
    let purchase = bought(&gym.studio, &alice, &pass).await;
    let class = &gym.classes[1];
    let eves = enroll(&eve, class, json!({})).await.expect_done("enroll");
    let paid = json!({ "packagePurchaseId": purchase });
    let alices = wait(&alice, class, paid).await;
    let bobs = wait(&bob, class, json!({})).await;
    let queue = run_as(&gym.studio.owner, &alices, json!({ "promotion": "AUTO" })).await;
    // The class is on Thursday, and the package ended with Tuesday. Nobody has swept it away.
    app.set_time("2026-03-04T09:00:00Z");
    leave(&eve, eves.text("enroll.enrollment.id")).await;
    assert!(is_untold(&alice, &alices).await);
    assert_eq!(seen(&bob, &bobs).await["status"], "PLACED");
    let story = story(&gym.studio.owner, &queue).await;
    assert_eq!(story[story.len() - 2..], ["PASSED_OVER", "PLACED"]);
}

#[apply(on_both_databases!)]
async fn the_cutoff_of_a_class_gives_the_place_to_the_public(app: TestApp) {
    let gym = gym(&app, json!({ "capacity": 1 })).await;
    let (alice, bob, eve) = (app.as_user("alice"), app.as_user("bob"), app.as_user("eve"));
    let eves = gym.enrolled(&eve, json!({})).await;
    let alices = wait(&alice, &gym.classes[0], json!({})).await;
    run_as(&gym.studio.owner, &alices, json!({ "cutoffMin": 90 })).await;
    // The class is at six.
    app.set_time("2026-03-03T16:30:00Z");
    let late = ask(&bob, &gym.classes[0], json!({})).await;
    assert_eq!(late.user_errors("joinWaitlist"), ["QUEUE_CLOSED"]);
    leave(&eve, &eves).await;
    assert!(is_untold(&alice, &alices).await);
    gym.enrolled(&bob, json!({})).await;
}

/// Whoever takes one place gives up the other that they were told of at that time, and it goes to the next.
#[apply(on_both_databases!)]
async fn an_offer_that_clashes_with_a_claim_goes_to_the_next(app: TestApp) {
    let first = gym(&app, json!({ "capacity": 1 })).await;
    let other = gym_of(
        app.studio("other"),
        json!({ "capacity": 1, "startTime": "18:30" }),
    )
    .await;
    let (alice, bob) = (app.as_user("alice"), app.as_user("bob"));
    let offer = offered_to(&first, &app, &alice).await;
    let clashing = offered_to(&other, &app, &alice).await;
    let bobs = wait(&bob, &other.classes[0], json!({})).await;
    claim(&alice, &offer)
        .await
        .expect_done("claimWaitlistOffer");
    let late = claim(&alice, &clashing).await;
    assert_eq!(late.user_errors("claimWaitlistOffer"), ["OFFER_EXPIRED"]);
    // The public does not get it first, whether the worker has been here or not.
    let refused = other.enroll(&app.as_user("carol"), json!({})).await;
    assert_eq!(refused.user_errors("enroll"), ["CAPACITY_FULL"]);
    app.advance(TimeDelta::seconds(5));
    worker::tick(&app.gateway).await.unwrap();
    offered(&bob, &bobs, "OPEN").await;
}

/// Who took a place that was offered to them is told apart from who was given one.
#[apply(on_both_databases!)]
async fn the_log_tells_who_claimed_a_place(app: TestApp) {
    let gym = gym(&app, json!({ "capacity": 1 })).await;
    let alice = app.as_user("alice");
    let offer = offered_to(&gym, &app, &alice).await;
    let claimed = claim(&alice, &offer).await;
    let entry = claimed.expect_done("claimWaitlistOffer");
    let entry = entry.text("claimWaitlistOffer.entry.id").to_owned();
    let document = "query ($id: ID!) { queueEntry(id: $id) { queue { events(first: 100) { nodes {
        kind actor { name } entry { id } } } } } }";
    let owner = &gym.studio.owner;
    let log = owner.graphql(document, json!({ "id": entry })).await;
    let last = log.expect_ok();
    let last = last.list("queueEntry.queue.events.nodes").last().cloned();
    let expected =
        json!({ "kind": "PLACED", "actor": { "name": "Alice" }, "entry": { "id": entry } });
    assert_eq!(last, Some(expected));
}

//! Watching seats change hands: all of them first, then those that changed, through whichever instance.

use booking_gateway::domain::ids::Kind;
use chrono::TimeDelta;
use serde_json::{Value, json};
use tests::*;

use super::{Class, state};

const CHANGED: &str = "subscription ($id: ID!) { seatMapChanged(occurrenceId: $id) {
    state heldByViewer seat { rowLabel seatNumber } } }";

/// What was told, in short.
fn told(message: &Value) -> String {
    let seats = message["data"]["seatMapChanged"].as_array();
    let seats = seats.unwrap_or_else(|| panic!("no seats in {message}"));
    seats.iter().map(state).collect::<Vec<_>>().join(" ")
}

/// Waits until that is told. The same state may come twice.
async fn until(watch: &mut Subscription, expected: &str) {
    let mut seen = Vec::new();
    while let Some(message) = watch.next().await {
        let told = told(&message);
        if told == expected {
            return;
        }
        seen.push(told);
    }
    panic!("no {expected} in {seen:?}");
}

#[apply(on_both_databases!)]
async fn seats_are_told_as_they_are_and_then_those_that_change_in_another_instance(app: TestApp) {
    let class = Class::new(&app, &["...."], 3).await;
    let other = app.another_instance().await;
    let (alice, bob) = (app.as_user("alice"), other.as_user("bob"));
    class.held(&alice, "A1").await;

    let mut watch = alice.subscribe(CHANGED, json!({ "id": class.id })).await;
    let first = watch.next().await.unwrap();
    assert_eq!(
        told(&first),
        "A1=HELD* A2=AVAILABLE A3=AVAILABLE A4=AVAILABLE"
    );

    let hold = class.held(&bob, "A2 A3").await;
    until(&mut watch, "A2=HELD A3=HELD").await;
    class
        .release(&bob, &hold)
        .await
        .expect_done("releaseSeatHold");
    until(&mut watch, "A2=AVAILABLE A3=AVAILABLE").await;
    let block = json!({ "seatIds": class.hall.ids("A4"), "blocked": true });
    let owner = &class.studio.owner;
    owner
        .mutate("setSeatsBlocked", block, "")
        .await
        .expect_done("setSeatsBlocked");
    until(&mut watch, "A4=BLOCKED").await;
    app.advance(TimeDelta::minutes(10));
    booking_gateway::domain::worker::tick(&other.gateway)
        .await
        .unwrap();
    until(&mut watch, "A1=AVAILABLE").await;
}

#[apply(on_both_databases!)]
async fn whoever_looks_without_signing_in_learns_no_more_than_the_state(app: TestApp) {
    let class = Class::new(&app, &[".."], 2).await;
    let mut watch = app
        .anonymous()
        .subscribe(CHANGED, json!({ "id": class.id }))
        .await;
    let first = watch.next().await.unwrap();
    assert_eq!(told(&first), "A1=AVAILABLE A2=AVAILABLE");
    class.held(&app.as_user("alice"), "A2").await;
    until(&mut watch, "A2=HELD").await;
}

#[apply(on_both_databases!)]
async fn only_a_class_with_a_map_that_one_sees_can_be_watched(app: TestApp) {
    let class = Class::new(&app, &[".."], 2).await;
    let free = class.another(&app, None, 2).await;
    let missing = Kind::ClassOccurrence.mint(app.now());
    for (id, code) in [
        (&missing, "NOT_FOUND"),
        (&free.id, "BAD_REQUEST"),
        (&class.hall.map_id, "BAD_REQUEST"),
    ] {
        let mut refused = app
            .anonymous()
            .subscribe(CHANGED, json!({ "id": id }))
            .await;
        let answer = refused.next().await.unwrap();
        assert_eq!(
            answer.pointer("/errors/0/extensions/code"),
            Some(&json!(code)),
            "{answer}"
        );
        assert_eq!(refused.next().await, None);
    }
}

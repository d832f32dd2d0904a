//! What is read of seats costs a number of statements that does not grow with the seats or the classes.

use serde_json::json;
use tests::*;

use super::{Class, Hall};

#[apply(on_both_databases!)]
async fn the_seats_of_a_class_cost_the_same_for_any_number(app: TestApp) {
    let small = Class::new(&app, &["..", ".."], 4).await;
    let large = [".................................................."; 26];
    let rival = app.studio("rival").owned_by("rival").build().await;
    let hall = Hall::draw(&rival, &large).await;
    let id = super::schedule(
        &app,
        &rival,
        Some(&hall.map_id),
        1_000,
        "2026-03-03T10:00:00Z",
    )
    .await;
    let large = Class {
        studio: rival,
        hall,
        id,
    };
    let ask = async |class: &Class| {
        let document = "query ($id: ID!) { classOccurrence(id: $id) { seats { state heldByViewer seat { id x y } } } }";
        let alice = app.as_user("alice");
        let answer = alice.graphql(document, json!({ "id": class.id }));
        answer.await.expect_ok()
    };
    ask(&small).await;
    small.held(&app.as_user("alice"), "A1 A2").await;
    let owner = &large.studio.owner;
    for _ in 0..4 {
        let input = json!({ "occurrenceId": large.id, "bestAvailable": { "count": 50 } });
        owner
            .mutate("holdSeats", input, "")
            .await
            .expect_done("holdSeats");
    }

    let (few, for_few) = app.counted(ask(&small)).await;
    let (many, for_many) = app.counted(ask(&large)).await;

    assert_eq!(few.list("classOccurrence.seats").len(), 4);
    assert_eq!(many.list("classOccurrence.seats").len(), 1_300);
    let held = many.list("classOccurrence.seats").iter();
    assert_eq!(held.filter(|seat| seat["state"] == "HELD").count(), 200);
    assert_eq!(for_few.len(), for_many.len(), "{for_few}{for_many}");
}

#[apply(on_both_databases!)]
async fn the_seats_of_many_classes_cost_the_same_as_those_of_one(app: TestApp) {
    let class = Class::new(&app, &["..", ".."], 4).await;
    let mut ids = vec![class.id.clone()];
    class.held(&app.as_user("alice"), "A1 A2").await;
    let document = "query ($ids: [ID!]!) { nodes(ids: $ids) { ... on ClassOccurrence {
        schedule { seatMap { name seats { id } } } seats { state seat { id } } } } }";
    let ask = async |ids: &[String]| {
        let anybody = app.anonymous();
        let answer = anybody.graphql(document, json!({ "ids": ids }));
        answer.await.expect_ok()
    };
    let (_, for_one) = app.counted(ask(&ids)).await;
    for _ in 0..20 {
        ids.push(class.at(&app, "2026-03-04T10:00:00Z").await);
    }
    ids.push(class.another(&app, None, 1).await.id);
    let (many, for_many) = app.counted(ask(&ids)).await;

    assert_eq!(many.list("nodes.20.seats").len(), 4);
    assert!(many.data("nodes.21.seats").is_null());
    // The classes, three for their seats; the schedules, their maps, the seats of these.
    assert_eq!(
        (for_one.len(), for_many.len()),
        (7, 7),
        "{for_one}{for_many}"
    );
}

#[apply(on_both_databases!)]
async fn holding_costs_the_same_for_any_number_of_seats(app: TestApp) {
    let row = "..........";
    let class = Class::new(&app, &[row; 5], 50).await;
    let owner = &class.studio.owner;
    let hold = async |names: &str| class.hold(owner, names).await.expect_done("holdSeats");
    let twelve = "B1 B2 B3 B4 B5 B6 B7 B8 B9 B10 C1 C2";
    hold("A1").await;
    let (_, for_one) = app.counted(hold("A2")).await;
    let (_, for_many) = app.counted(hold(twelve)).await;
    assert_eq!(for_one.len(), for_many.len(), "{for_one}{for_many}");
}

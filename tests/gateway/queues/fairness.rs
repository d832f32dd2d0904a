//! What happened in a queue can be read, in order, and never rewritten.

use sea_orm::ConnectionTrait;
use serde_json::json;
use tests::*;

use super::{act, call_next, joined, open_queue, update};

#[apply(on_both_databases!)]
async fn the_staff_can_read_what_happened_by_whom_and_in_which_order(app: TestApp) {
    let studio = app.studio("barber").build().await;
    let desk = studio.member("desk", "STAFF").await;
    let queue = open_queue(&studio, json!({})).await;
    let alice = app.as_user("alice");
    let first = joined(&alice, &queue).await;
    let second = joined(&app.as_user("bob"), &queue).await;
    let third = joined(&desk, &queue).await;
    act(&desk, "moveQueueEntry", &third, json!({ "toPosition": 1 }))
        .await
        .expect_done("moveQueueEntry");
    act(&alice, "leaveQueue", &first, json!({})).await;
    call_next(&studio.owner, &queue).await;
    act(&desk, "startService", &third, json!({})).await;
    act(&desk, "finishService", &third, json!({})).await;
    call_next(&desk, &queue).await;
    act(
        &desk,
        "removeQueueEntry",
        &second,
        json!({ "noShow": true }),
    )
    .await;
    update(&desk, &queue, json!({ "status": "CLOSED" })).await;

    let document = "query ($id: ID!, $first: Int, $after: String) { queue(id: $id) { events(first: $first, after: $after) {
        totalCount pageInfo { endCursor } nodes { sequence kind actor { name } entry { id } fromPosition toPosition at } } } }";
    let variables = json!({ "id": queue, "first": 100 });
    let events = desk.graphql(document, variables).await.expect_ok();
    let told: Vec<(String, String, i64)> = events
        .list("queue.events.nodes")
        .iter()
        .map(|event| {
            let text = |pointer: &str| {
                event
                    .pointer(pointer)
                    .and_then(|it| it.as_str())
                    .unwrap_or("")
                    .to_owned()
            };
            (
                text("/kind"),
                text("/actor/name"),
                event["sequence"].as_i64().unwrap(),
            )
        })
        .collect();
    let expected = [
        ("CREATED", "Owner"),
        ("JOINED", "Alice"),
        ("JOINED", "Bob"),
        ("JOINED", "desk"),
        ("MOVED", "desk"),
        ("LEFT", "Alice"),
        ("CALLED", "Owner"),
        ("STARTED", "desk"),
        ("FINISHED", "desk"),
        ("CALLED", "desk"),
        ("NO_SHOW", "desk"),
        ("UPDATED", "desk"),
    ];
    let expected: Vec<_> = (1..)
        .zip(expected)
        .map(|(number, (kind, actor))| (kind.to_owned(), actor.to_owned(), number))
        .collect();
    assert_eq!(told, expected);
    let moved = &events.list("queue.events.nodes")[4];
    assert_eq!(moved["entry"]["id"], third);
    assert_eq!(
        (&moved["fromPosition"], &moved["toPosition"]),
        (&json!(3), &json!(1))
    );

    let page = desk
        .graphql(document, json!({ "id": queue, "first": 5 }))
        .await;
    let after = page.text("queue.events.pageInfo.endCursor");
    let rest = desk
        .graphql(document, json!({ "id": queue, "after": after }))
        .await;
    assert_eq!(rest.list("queue.events.nodes")[0]["sequence"], 6);

    for sql in [
        "UPDATE queue_events SET kind = 'queue.left'",
        "DELETE FROM queue_events",
    ] {
        assert!(app.db().execute_unprepared(sql).await.is_err(), "{sql}");
    }
}

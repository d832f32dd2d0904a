//! The desk: calling, serving, and those who do not come.

use chrono::TimeDelta;
use serde_json::json;
use tests::*;

use super::{act, call_next, join, joined, open_queue};

#[apply(on_both_databases!)]
async fn a_visit_from_the_door_to_the_end(app: TestApp) {
    let studio = app.studio("barber").build().await;
    let queue = open_queue(&studio, json!({ "locationId": studio.location_id })).await;
    let desk = studio.member("desk", "STAFF").await;
    let alice = app.as_user("alice");
    let entry = joined(&alice, &queue).await;

    app.advance(TimeDelta::minutes(5));
    let called = call_next(&desk, &queue).await.expect_done("callNext");
    assert_eq!(called.text("callNext.entry.id"), entry);
    assert_eq!(called.text("callNext.entry.status"), "NOTIFIED");
    assert_eq!(
        called.text("callNext.entry.notifiedAt"),
        "2026-03-02T09:05:00Z"
    );
    let started = act(&desk, "startService", &entry, json!({})).await;
    assert_eq!(started.text("startService.entry.status"), "SERVING");
    app.advance(TimeDelta::minutes(20));
    let served = act(&desk, "finishService", &entry, json!({})).await;
    assert_eq!(served.text("finishService.entry.status"), "SERVED");
    assert_eq!(
        served.text("finishService.entry.servedAt"),
        "2026-03-02T09:25:00Z"
    );

    let empty = call_next(&desk, &queue).await;
    assert_eq!(empty.user_errors("callNext"), ["INVALID_STATE"]);
    let document = "query ($id: ID!) { queue(id: $id) { kind status name slug location { id } business { id } waitingCount
        maxCapacity estimatedServiceTimeMin estimatedWaitMin } node(id: $id) { ... on Queue { name } } }";
    let seen = app
        .anonymous()
        .graphql(document, json!({ "id": queue }))
        .await;
    let seen = seen.expect_ok();
    assert_eq!(seen.text("queue.kind"), "WALK_IN");
    assert_eq!(seen.data("queue.estimatedServiceTimeMin"), 15);
    assert_eq!(seen.data("queue.waitingCount"), 0);
    assert_eq!(seen.text("queue.location.id"), studio.location_id);
    assert_eq!(seen.text("node.name"), "Walk-in");
    // She is a customer now, whom the staff can find.
    let members =
        "query ($id: ID!) { business(by: { id: $id }) { members { nodes { role user { name } } }
        queues(kind: WALK_IN) { totalCount nodes { id } } } }";
    let members = desk
        .graphql(members, json!({ "id": studio.business_id }))
        .await;
    assert!(members.body.contains("Alice"), "{}", members.body);
    assert_eq!(members.text("business.queues.nodes.0.id"), queue);
}

#[apply(on_both_databases!)]
async fn whoever_does_not_come_is_a_no_show_and_nobody_else_is(app: TestApp) {
    let studio = app.studio("barber").build().await;
    let queue = open_queue(&studio, json!({})).await;
    let (first, second) = (
        joined(&app.as_user("alice"), &queue).await,
        joined(&app.as_user("bob"), &queue).await,
    );
    let remove = async |entry: &str, no_show: bool| {
        let more = json!({ "noShow": no_show });
        act(&studio.owner, "removeQueueEntry", entry, more).await
    };
    let early = remove(&first, true).await;
    assert_eq!(early.user_errors("removeQueueEntry"), ["INVALID_STATE"]);
    call_next(&studio.owner, &queue)
        .await
        .expect_done("callNext");
    let missed = remove(&first, true).await;
    assert_eq!(missed.text("removeQueueEntry.entry.status"), "NO_SHOW");
    let removed = remove(&second, false).await;
    assert_eq!(removed.text("removeQueueEntry.entry.status"), "REMOVED");
    for entry in [&first, &second] {
        let over = remove(entry, false).await;
        assert_eq!(over.user_errors("removeQueueEntry"), ["INVALID_STATE"]);
    }
}

#[apply(on_both_databases!)]
async fn staff_add_parties_without_an_account_and_customers_by_their_id(app: TestApp) {
    let studio = app.studio("barber").build().await;
    let queue = open_queue(&studio, json!({})).await;
    let desk = studio.member("desk", "STAFF").await;
    let guest =
        json!({ "businessId": studio.business_id, "name": "Guest", "email": "guest@example.test" });
    let guest = desk.mutate("createCustomer", guest, "user { id }").await;
    let guest = guest.text("createCustomer.user.id").to_owned();

    for _ in 0..2 {
        let more = json!({ "partySize": 2, "notes": "Red scarf" });
        join(&desk, &queue, more).await.expect_done("joinQueue");
    }
    let more = json!({ "customerId": guest });
    join(&desk, &queue, more.clone())
        .await
        .expect_done("joinQueue");
    let again = join(&desk, &queue, more).await;
    assert_eq!(again.user_errors("joinQueue"), ["ALREADY_QUEUED"]);

    let document = "query ($id: ID!) { queue(id: $id) { entries { nodes { customer { name } partySize notes position } } } }";
    let seen = desk
        .graphql(document, json!({ "id": queue }))
        .await
        .expect_ok();
    let entries = seen.list("queue.entries.nodes");
    assert_eq!(
        entries[0],
        json!({ "customer": null, "partySize": 2, "notes": "Red scarf", "position": 1 })
    );
    assert_eq!(entries[2]["customer"]["name"], "Guest");
}

#[apply(on_both_databases!)]
async fn a_call_that_is_sent_again_calls_nobody_else(app: TestApp) {
    let studio = app.studio("barber").build().await;
    let queue = open_queue(&studio, json!({})).await;
    let first = joined(&app.as_user("alice"), &queue).await;
    joined(&app.as_user("bob"), &queue).await;
    let input = json!({ "queueId": queue, "idempotencyKey": "tap" });
    let tap = || {
        studio
            .owner
            .mutate("callNext", input.clone(), "entry { id } replayed")
    };

    let (once, twice) = (tap().await, tap().await);

    assert_eq!(once.text("callNext.entry.id"), first);
    assert_eq!(twice.text("callNext.entry.id"), first);
    assert_eq!(twice.data("callNext.replayed"), true);
    let join = json!({ "queueId": queue, "idempotencyKey": "door" });
    let carol = app.as_user("carol");
    for replayed in [false, true] {
        let joined = carol
            .mutate("joinQueue", join.clone(), "entry { position } replayed")
            .await;
        assert_eq!(joined.data("joinQueue.replayed"), replayed);
        assert_eq!(joined.data("joinQueue.entry.position"), 2);
    }
}

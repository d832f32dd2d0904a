//! The line: joining, leaving, moving, and what there is room for.

use serde_json::json;
use tests::*;

use super::{act, call_next, dense, join, joined, open_queue, update};

#[apply(on_both_databases!)]
async fn places_are_one_to_n_whoever_leaves(app: TestApp) {
    let studio = app.studio("barber").build().await;
    let queue = open_queue(&studio, json!({})).await;
    let mut entries = Vec::new();
    for (number, party) in [1, 3, 2, 1].into_iter().enumerate() {
        let customer = app.as_user(&format!("customer{number}"));
        let answer = join(&customer, &queue, json!({ "partySize": party })).await;
        let answer = answer.expect_done("joinQueue");
        assert_eq!(answer.data("joinQueue.entry.position"), number as i64 + 1);
        entries.push((answer.text("joinQueue.entry.id").to_owned(), customer));
    }
    let own = "query ($id: ID!) { queueEntry(id: $id) { position peopleAhead status queue { waitingCount } } }";
    let (last, last_customer) = &entries[3];
    let seen = last_customer.graphql(own, json!({ "id": last })).await;
    let seen = seen.expect_ok();
    assert_eq!(seen.data("queueEntry.peopleAhead"), 6);
    assert_eq!(seen.data("queueEntry.queue.waitingCount"), 4);

    let (second, customer) = &entries[1];
    let left = act(customer, "leaveQueue", second, json!({})).await;
    let left = left.expect_done("leaveQueue");
    assert_eq!(left.text("leaveQueue.entry.status"), "LEFT");
    assert!(left.data("leaveQueue.entry.position").is_null());

    let expected = [&entries[0].0, &entries[2].0, &entries[3].0].map(Clone::clone);
    assert_eq!(dense(&studio.owner, &queue).await, expected);
    let seen = last_customer.graphql(own, json!({ "id": last })).await;
    assert_eq!(seen.data("queueEntry.position"), 3);
    assert_eq!(seen.data("queueEntry.peopleAhead"), 3);
}

#[apply(on_both_databases!)]
async fn whoever_is_in_a_queue_cannot_join_it_again_and_may_come_back(app: TestApp) {
    let studio = app.studio("barber").build().await;
    let queue = open_queue(&studio, json!({})).await;
    let alice = app.as_user("alice");
    let entry = joined(&alice, &queue).await;

    for _ in ["waiting", "called", "being served"] {
        let again = join(&alice, &queue, json!({})).await;
        assert_eq!(again.user_errors("joinQueue"), ["ALREADY_QUEUED"]);
        match call_next(&studio.owner, &queue).await {
            called if called.user_errors("callNext").is_empty() => {}
            _ => {
                act(&studio.owner, "startService", &entry, json!({})).await;
            }
        }
    }
    act(&studio.owner, "finishService", &entry, json!({}))
        .await
        .expect_done("finishService");
    joined(&alice, &queue).await;
    let mine = "{ viewer { all: queueEntries { totalCount } live: queueEntries(live: true) { nodes { status } }
        over: queueEntries(live: false) { nodes { status id } } } }";
    let mine = alice.graphql(mine, json!({})).await.expect_ok();
    assert_eq!(mine.data("viewer.all.totalCount"), 2);
    assert_eq!(
        mine.list("viewer.live.nodes"),
        [json!({ "status": "WAITING" })]
    );
    assert_eq!(mine.text("viewer.over.nodes.0.id"), entry);
}

#[apply(on_both_databases!)]
async fn a_party_that_finds_no_room_is_refused(app: TestApp) {
    let studio = app.studio("barber").build().await;
    let queue = open_queue(&studio, json!({ "maxCapacity": 4 })).await;
    let party = async |name: &str, size: i32| {
        join(&app.as_user(name), &queue, json!({ "partySize": size })).await
    };
    let first = party("alice", 3).await.expect_done("joinQueue");
    let refused = party("bob", 2).await;
    assert_eq!(refused.user_errors("joinQueue"), ["QUEUE_FULL"]);
    assert_eq!(
        refused.data("joinQueue.userErrors.0.field"),
        &json!(["partySize"])
    );
    party("carol", 1).await.expect_done("joinQueue");
    assert_eq!(
        party("dave", 1).await.user_errors("joinQueue"),
        ["QUEUE_FULL"]
    );

    // Who was called stands there still; who is being served has left the room.
    call_next(&studio.owner, &queue)
        .await
        .expect_done("callNext");
    assert_eq!(
        party("dave", 1).await.user_errors("joinQueue"),
        ["QUEUE_FULL"]
    );
    let entry = first.text("joinQueue.entry.id");
    act(&studio.owner, "startService", entry, json!({}))
        .await
        .expect_done("startService");
    party("dave", 3).await.expect_done("joinQueue");

    // A lower capacity sends nobody away.
    update(&studio.owner, &queue, json!({ "maxCapacity": 1 }))
        .await
        .expect_done("updateQueue");
    assert_eq!(dense(&studio.owner, &queue).await.len(), 2);
    update(&studio.owner, &queue, json!({ "maxCapacity": null }))
        .await
        .expect_done("updateQueue");
    party("erin", 100).await.expect_done("joinQueue");
}

#[apply(on_both_databases!)]
async fn a_moved_entry_has_the_place_that_it_was_moved_to(app: TestApp) {
    let studio = app.studio("barber").build().await;
    let queue = open_queue(&studio, json!({})).await;
    let mut expected = Vec::new();
    for _ in 0..6 {
        expected.push(joined(&studio.owner, &queue).await);
    }
    for (from, to) in [(5, 1), (0, 6), (3, 3), (1, 2), (4, 99), (2, 1), (5, 4)] {
        let id = expected.remove(from);
        let place = (to - 1).min(expected.len());
        expected.insert(place, id.clone());
        let moved = act(
            &studio.owner,
            "moveQueueEntry",
            &id,
            json!({ "toPosition": to }),
        )
        .await;
        let moved = moved.expect_done("moveQueueEntry");
        assert_eq!(
            moved.data("moveQueueEntry.entry.position"),
            place as i64 + 1
        );
        assert_eq!(dense(&studio.owner, &queue).await, expected);
    }
}

/// Always into the same gap, until it is used up again and again.
#[apply(on_both_databases!)]
async fn a_gap_that_is_used_up_is_made_anew(app: TestApp) {
    let studio = app.studio("barber").build().await;
    let queue = open_queue(&studio, json!({})).await;
    let mut expected = Vec::new();
    for _ in 0..60 {
        expected.push(joined(&studio.owner, &queue).await);
    }
    for round in 0..60 {
        let id = expected.pop().unwrap();
        expected.insert(1, id.clone());
        act(
            &studio.owner,
            "moveQueueEntry",
            &id,
            json!({ "toPosition": 2 }),
        )
        .await
        .expect_done("moveQueueEntry");
        if round % 12 == 11 {
            assert_eq!(dense(&studio.owner, &queue).await, expected, "{round}");
        }
    }
}

/// The keys of the line are 32-bit numbers, and a queue is open for years.
#[apply(on_both_databases!)]
async fn keys_that_run_out_are_dealt_anew(app: TestApp) {
    use sea_orm::ConnectionTrait;
    let studio = app.studio("barber").build().await;
    let queue = open_queue(&studio, json!({})).await;
    let mut expected = Vec::new();
    for _ in 0..5 {
        expected.push(joined(&studio.owner, &queue).await);
    }
    for shifted in ["position + 2147479000", "position - 2147483000"] {
        let sql = format!("UPDATE queue_entries SET position = {shifted}");
        app.db().execute_unprepared(&sql).await.unwrap();
        expected.push(joined(&studio.owner, &queue).await);
        let last = expected.pop().unwrap();
        act(
            &studio.owner,
            "moveQueueEntry",
            &last,
            json!({ "toPosition": 1 }),
        )
        .await
        .expect_done("moveQueueEntry");
        expected.insert(0, last);
        assert_eq!(dense(&studio.owner, &queue).await, expected, "{shifted}");
        // Back to the middle for the second round.
        let sql = "UPDATE queue_entries SET position = position - (SELECT MIN(position) FROM queue_entries)";
        app.db().execute_unprepared(sql).await.unwrap();
    }
}

#[apply(on_both_databases!)]
async fn a_paused_queue_takes_nobody_in_and_a_closed_one_calls_nobody_either(app: TestApp) {
    let studio = app.studio("barber").build().await;
    let queue = open_queue(&studio, json!({})).await;
    let alice = app.as_user("alice");
    let first = joined(&alice, &queue).await;
    let second = joined(&app.as_user("bob"), &queue).await;
    let desk = studio.member("desk", "STAFF").await;

    let paused = update(&desk, &queue, json!({ "status": "PAUSED" })).await;
    assert_eq!(paused.text("updateQueue.queue.status"), "PAUSED");
    for client in [&app.as_user("carol"), &desk] {
        let refused = join(client, &queue, json!({})).await;
        assert_eq!(refused.user_errors("joinQueue"), ["QUEUE_CLOSED"]);
    }
    let called = call_next(&desk, &queue).await.expect_done("callNext");
    assert_eq!(called.text("callNext.entry.id"), first);

    update(&desk, &queue, json!({ "status": "CLOSED" })).await;
    let refused = join(&app.as_user("carol"), &queue, json!({})).await;
    assert_eq!(refused.user_errors("joinQueue"), ["QUEUE_CLOSED"]);
    let refused = call_next(&desk, &queue).await;
    assert_eq!(refused.user_errors("callNext"), ["QUEUE_CLOSED"]);
    // Whoever is at the desk is finished with, and whoever waits keeps their place.
    for mutation in ["startService", "finishService"] {
        act(&desk, mutation, &first, json!({}))
            .await
            .expect_done(mutation);
    }
    update(&desk, &queue, json!({ "status": "ACTIVE" })).await;
    assert_eq!(dense(&desk, &queue).await, [second]);
    joined(&alice, &queue).await;
}

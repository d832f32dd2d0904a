//! Watching a queue and one's place in it, through whichever instance it changes.

use serde_json::{Value, json};
use tests::*;

use super::{act, call_next, joined, open_queue, update};

const ENTRY: &str = "subscription ($id: ID!) { queueEntryChanged(entryId: $id) { id status position peopleAhead estimatedWaitMin queue { waitingCount } } }";
const QUEUE: &str = "subscription ($id: ID!) { queueChanged(queueId: $id) { id status waitingCount estimatedWaitMin } }";
const CODE: &str = "/errors/0/extensions/code";

/// Waits until what is told fits.
async fn until(watch: &mut Subscription, pointer: &str, expected: Value) -> Value {
    for _ in 0..20 {
        let told = watch.next().await.expect("more should be told");
        if told.pointer(pointer) == Some(&expected) {
            return told;
        }
    }
    panic!("{expected} never came at {pointer}");
}

#[apply(on_both_databases!)]
async fn those_behind_are_told_when_somebody_leaves_in_another_instance(app: TestApp) {
    let studio = app.studio("barber").build().await;
    let queue = open_queue(&studio, json!({})).await;
    let other = app.another_instance().await;
    let (alice, bob) = (app.as_user("alice"), app.as_user("bob"));
    let alices = joined(&alice, &queue).await;
    let bobs = joined(&bob, &queue).await;

    let mut watch = bob.subscribe(ENTRY, json!({ "id": bobs })).await;
    let first = watch.next().await.unwrap();
    assert_eq!(first["data"]["queueEntryChanged"]["position"], 2, "{first}");
    let waited = first["data"]["queueEntryChanged"]["estimatedWaitMin"]
        .as_i64()
        .unwrap();
    let mut board = app
        .anonymous()
        .subscribe(QUEUE, json!({ "id": queue }))
        .await;
    let first = board.next().await.unwrap();
    assert_eq!(first["data"]["queueChanged"]["waitingCount"], 2, "{first}");

    act(&other.as_user("alice"), "leaveQueue", &alices, json!({}))
        .await
        .expect_done("leaveQueue");

    let told = until(&mut watch, "/data/queueEntryChanged/position", json!(1)).await;
    let entry = &told["data"]["queueEntryChanged"];
    assert_eq!(entry["peopleAhead"], 0);
    assert!(
        entry["estimatedWaitMin"].as_i64().unwrap() < waited,
        "{told}"
    );
    until(&mut board, "/data/queueChanged/waitingCount", json!(1)).await;

    call_next(&other.as_user("owner"), &queue)
        .await
        .expect_done("callNext");
    until(
        &mut watch,
        "/data/queueEntryChanged/status",
        json!("NOTIFIED"),
    )
    .await;
    update(
        &other.as_user("owner"),
        &queue,
        json!({ "status": "PAUSED" }),
    )
    .await;
    until(&mut board, "/data/queueChanged/status", json!("PAUSED")).await;

    // Whoever connects again has missed nothing.
    act(&studio.owner, "startService", &bobs, json!({})).await;
    let mut again = bob.subscribe(ENTRY, json!({ "id": bobs })).await;
    let first = again.next().await.unwrap();
    assert_eq!(
        first["data"]["queueEntryChanged"]["status"], "SERVING",
        "{first}"
    );
}

#[apply(on_both_databases!)]
async fn nobody_is_told_of_the_places_of_others(app: TestApp) {
    let studio = app.studio("barber").build().await;
    let queue = open_queue(&studio, json!({})).await;
    let alice = app.as_user("alice");
    let alices = joined(&alice, &queue).await;
    let missing = format!("qen_{}", "0".repeat(32));
    for (client, document, id, code) in [
        (&app.as_user("bob"), ENTRY, &alices, "NOT_FOUND"),
        (&app.as_user("bob"), ENTRY, &missing, "NOT_FOUND"),
        (&app.anonymous(), ENTRY, &alices, "UNAUTHENTICATED"),
        (&alice, ENTRY, &queue, "BAD_REQUEST"),
        (&alice, QUEUE, &alices, "BAD_REQUEST"),
    ] {
        let mut refused = client.subscribe(document, json!({ "id": id })).await;
        let answer = refused.next().await.unwrap();
        assert_eq!(answer.pointer(CODE), Some(&json!(code)), "{answer}");
        assert_eq!(refused.next().await, None);
    }
    let mut watch = studio.owner.subscribe(ENTRY, json!({ "id": alices })).await;
    let first = watch.next().await.unwrap();
    assert_eq!(first["data"]["queueEntryChanged"]["position"], 1, "{first}");
    use sea_orm::ConnectionTrait;
    let demoted = "UPDATE memberships SET role = 'customer' WHERE role = 'owner'";
    app.db().execute_unprepared(demoted).await.unwrap();
    joined(&app.as_user("carol"), &queue).await;
    until(&mut watch, CODE, json!("FORBIDDEN")).await;
    assert_eq!(watch.next().await, None);
}

//! Queues: who is next, how long it takes, and who is told.

mod desk;
mod estimates;
mod fairness;
mod line;
mod nonsense;
mod permissions;
mod race;
mod statements;
mod undone;
mod watching;

use serde_json::{Value, json};
use tests::*;

/// What is looked at of an entry.
const ENTRY: &str = "entry { id status position peopleAhead partySize estimatedWaitMin joinedAt notifiedAt servedAt }";

/// A walk-in queue of a studio, with more fields of `CreateQueueInput`. Answers its id.
pub async fn open_queue(studio: &Studio, more: Value) -> String {
    let input = json!({ "businessId": studio.business_id, "name": "Walk-in", "slug": "walk-in" });
    let answer = studio
        .owner
        .mutate("createQueue", with(input, more), "queue { id }")
        .await
        .expect_done("createQueue");
    answer.text("createQueue.queue.id").to_owned()
}

/// One object with the fields of both.
pub fn with(mut input: Value, more: Value) -> Value {
    let fields = input.as_object_mut().expect("an object");
    fields.extend(more.as_object().expect("an object").clone());
    input
}

/// Joins a queue.
pub async fn join(client: &Client, queue: &str, more: Value) -> GraphQlResponse {
    let input = with(json!({ "queueId": queue }), more);
    client.mutate("joinQueue", input, ENTRY).await
}

/// Joins a queue, and answers the id of the entry.
pub async fn joined(client: &Client, queue: &str) -> String {
    let answer = join(client, queue, json!({}))
        .await
        .expect_done("joinQueue");
    answer.text("joinQueue.entry.id").to_owned()
}

/// Calls whose turn it is.
pub async fn call_next(client: &Client, queue: &str) -> GraphQlResponse {
    client
        .mutate("callNext", json!({ "queueId": queue }), ENTRY)
        .await
}

/// Does something to an entry that takes nothing but its id, and what is in `more`.
pub async fn act(client: &Client, mutation: &str, entry: &str, more: Value) -> GraphQlResponse {
    let input = with(json!({ "entryId": entry }), more);
    client.mutate(mutation, input, ENTRY).await
}

/// Changes a queue.
pub async fn update(client: &Client, queue: &str, more: Value) -> GraphQlResponse {
    let input = with(json!({ "queueId": queue }), more);
    client
        .mutate(
            "updateQueue",
            input,
            "queue { id status maxCapacity estimatedServiceTimeMin waitingCount }",
        )
        .await
}

/// Who waits, in order, as the staff see it: id and position of each.
pub async fn line(staff: &Client, queue: &str) -> Vec<(String, i64)> {
    let document = "query ($id: ID!, $after: String) { queue(id: $id) { waitingCount
        entries(status: [WAITING], first: 100, after: $after) { totalCount pageInfo { hasNextPage endCursor } nodes { id position } } } }";
    let (mut line, mut after) = (Vec::new(), Value::Null);
    loop {
        let variables = json!({ "id": queue, "after": after });
        let answer = staff.graphql(document, variables).await.expect_ok();
        let count = answer.data("queue.waitingCount");
        assert_eq!(count, answer.data("queue.entries.totalCount"));
        for node in answer.list("queue.entries.nodes") {
            let id = node["id"].as_str().unwrap().to_owned();
            line.push((id, node["position"].as_i64().unwrap()));
        }
        if answer.data("queue.entries.pageInfo.hasNextPage") == false {
            assert_eq!(count.as_u64(), Some(line.len() as u64));
            return line;
        }
        after = answer.data("queue.entries.pageInfo.endCursor").clone();
    }
}

/// Insists that places are 1…n in the order of the line, and answers the ids.
pub async fn dense(staff: &Client, queue: &str) -> Vec<String> {
    let line = line(staff, queue).await;
    let places: Vec<i64> = line.iter().map(|(_, position)| *position).collect();
    let expected: Vec<i64> = (1..).take(line.len()).collect();
    assert_eq!(places, expected);
    line.into_iter().map(|(id, _)| id).collect()
}

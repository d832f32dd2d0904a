//! Bad input: refused with the field's name, and nothing is left behind.

use serde_json::json;
use tests::*;

use super::{act, join, joined, open_queue, update, with};
use crate::bookings::number;

#[apply(on_both_databases!)]
async fn what_makes_no_sense_is_refused_at_its_field(app: TestApp) {
    let studio = app.studio("barber").build().await;
    let queue = open_queue(&studio, json!({})).await;
    let entry = joined(&app.as_user("alice"), &queue).await;
    let before = number(&app, "SELECT COUNT(*) FROM queue_events").await;
    let refused = |answer: GraphQlResponse, mutation: &str, field: &str, code: &str| {
        assert_eq!(
            answer.user_errors(mutation),
            [code],
            "{field} {}",
            answer.body
        );
        let path = format!("{mutation}.userErrors.0.field");
        assert_eq!(answer.data(&path), &json!([field]), "{}", answer.body);
    };
    let create = json!({ "businessId": studio.business_id, "name": "Q", "slug": "q" });
    let missing = format!("loc_{}", "0".repeat(32));
    for (more, field, code) in [
        (json!({ "name": "" }), "name", "INVALID_INPUT"),
        (json!({ "name": " \u{0} " }), "name", "INVALID_INPUT"),
        (json!({ "name": "x".repeat(201) }), "name", "INVALID_INPUT"),
        (json!({ "slug": "Not a slug" }), "slug", "INVALID_INPUT"),
        (json!({ "slug": "walk-in" }), "slug", "INVALID_INPUT"),
        (json!({ "maxCapacity": -1 }), "maxCapacity", "INVALID_INPUT"),
        (
            json!({ "maxCapacity": i32::MAX }),
            "maxCapacity",
            "INVALID_INPUT",
        ),
        (
            json!({ "estimatedServiceTimeMin": 0 }),
            "estimatedServiceTimeMin",
            "INVALID_INPUT",
        ),
        (
            json!({ "estimatedServiceTimeMin": i32::MAX }),
            "estimatedServiceTimeMin",
            "INVALID_INPUT",
        ),
        (json!({ "locationId": missing }), "locationId", "NOT_FOUND"),
        (
            json!({ "locationId": "nonsense" }),
            "locationId",
            "INVALID_INPUT",
        ),
        (
            json!({ "businessId": "nonsense" }),
            "businessId",
            "INVALID_INPUT",
        ),
    ] {
        let input = with(create.clone(), more);
        let answer = studio
            .owner
            .mutate("createQueue", input, "queue { id }")
            .await;
        refused(answer, "createQueue", field, code);
    }
    let bob = app.as_user("bob");
    let gone = format!("que_{}", "0".repeat(32));
    for (more, field, code) in [
        (json!({ "partySize": 0 }), "partySize", "INVALID_INPUT"),
        (
            json!({ "partySize": i32::MIN }),
            "partySize",
            "INVALID_INPUT",
        ),
        (json!({ "partySize": 1_001 }), "partySize", "INVALID_INPUT"),
        (json!({ "queueId": entry }), "queueId", "INVALID_INPUT"),
        (json!({ "queueId": gone }), "queueId", "NOT_FOUND"),
        (json!({ "customerId": "x" }), "customerId", "INVALID_INPUT"),
    ] {
        refused(join(&bob, &queue, more).await, "joinQueue", field, code);
    }
    for notes in ["x".repeat(2_001), "a\u{0}b".to_owned()] {
        let answer = join(&studio.owner, &queue, json!({ "notes": notes })).await;
        refused(answer, "joinQueue", "notes", "INVALID_INPUT");
    }
    for to in [0, -1, i32::MIN] {
        let answer = act(
            &studio.owner,
            "moveQueueEntry",
            &entry,
            json!({ "toPosition": to }),
        )
        .await;
        refused(answer, "moveQueueEntry", "toPosition", "INVALID_INPUT");
    }
    for (more, field) in [
        (json!({ "maxCapacity": -5 }), "maxCapacity"),
        (
            json!({ "estimatedServiceTimeMin": -5 }),
            "estimatedServiceTimeMin",
        ),
    ] {
        let answer = update(&studio.owner, &queue, more).await;
        refused(answer, "updateQueue", field, "INVALID_INPUT");
    }
    let missing = format!("qen_{}", "0".repeat(32));
    for mutation in [
        "leaveQueue",
        "startService",
        "finishService",
        "removeQueueEntry",
    ] {
        for (id, code) in [
            (missing.as_str(), "NOT_FOUND"),
            ("", "INVALID_INPUT"),
            (queue.as_str(), "INVALID_INPUT"),
        ] {
            let answer = act(&studio.owner, mutation, id, json!({})).await;
            refused(answer, mutation, "entryId", code);
        }
    }
    for document in [
        "query ($id: ID!) { queue(id: $id) { id } }",
        "query ($id: ID!) { queueEntry(id: $id) { id } }",
    ] {
        let answer = bob.graphql(document, json!({ "id": "nonsense" })).await;
        assert_eq!(answer.error_code(), "BAD_REQUEST");
    }
    assert_eq!(
        number(&app, "SELECT COUNT(*) FROM queue_events").await,
        before
    );
    assert_eq!(number(&app, "SELECT COUNT(*) FROM queue_entries").await, 1);
    let cursor = "query ($id: ID!, $after: String) { queue(id: $id) { entries(after: $after) { totalCount } } }";
    for after in ["", "x", "cXVldWVzCngKeA"] {
        let variables = json!({ "id": queue, "after": after });
        let answer = studio.owner.graphql(cursor, variables).await;
        assert_eq!(answer.error_code(), "BAD_REQUEST", "{after}");
        assert!(answer.json()["data"]["queue"].is_null());
    }
}

//! Searches that make no sense.

use serde_json::json;
use tests::*;

const TEN: &str = "2026-03-03T10:00:00Z";

#[apply(on_both_databases!)]
async fn a_search_that_makes_no_sense_is_a_bad_request(app: TestApp) {
    let studio = app.studio("yoga").build().await;
    let query = "query ($id: ID!, $input: AvailabilityInput!) { offer(id: $id) { availability(input: $input) { slots { startAt } nextAvailable { startAt } } } }";
    let window = |from: &str, to: &str| json!({ "from": from, "to": to });
    let day = window("2026-03-03T00:00:00Z", "2026-03-04T00:00:00Z");
    for search in [
        json!({ "window": window("2026-03-04T00:00:00Z", "2026-03-03T00:00:00Z") }),
        json!({ "window": window("2026-03-04T00:00:00Z", "2026-03-04T00:00:00Z") }),
        json!({ "window": window("1970-01-01T00:00:00Z", "9999-12-31T23:59:59Z") }),
        json!({ "window": day, "limit": 0 }),
        json!({ "window": day, "limit": -1 }),
        json!({ "window": day, "limit": 501 }),
        json!({ "window": day, "limit": i32::MAX }),
        json!({ "window": day, "durationMin": -60 }),
        json!({ "window": day, "durationMin": 0 }),
        json!({ "window": day, "resourceId": "x" }),
        json!({ "window": day, "locationId": studio.offer_id }),
        json!({ "window": day, "serviceAddress": { "line1": "\u{0}" } }),
        json!({ "window": { "from": TEN } }),
        json!({}),
    ] {
        let answer = app
            .anonymous()
            .graphql(query, json!({ "id": studio.offer_id, "input": search }))
            .await;
        assert_eq!(
            answer.error_code(),
            "BAD_REQUEST",
            "{search} {}",
            answer.body
        );
    }
    // At the ends of time there is nothing, and that is no error.
    for window in [
        window("1970-01-01T00:00:00Z", "1970-03-01T00:00:00Z"),
        window("9999-10-01T00:00:00Z", "9999-12-31T23:59:59Z"),
    ] {
        let answer = app
            .anonymous()
            .graphql(
                query,
                json!({ "id": studio.offer_id, "input": { "window": window } }),
            )
            .await;
        assert!(
            answer
                .expect_ok()
                .list("offer.availability.slots")
                .is_empty()
        );
    }
}

//! Adding, changing and blocking resources.

use serde_json::{Value, json};
use tests::*;

use super::refusal;

const RESOURCE: &str = "resource { id version name slug type isMobile maxSimultaneousBookings \
    bufferBeforeMin bufferAfterMin serviceRadiusKm location { id } openingHours { weekly { weekday } } }";

async fn update(studio: &Studio, fields: Value) -> GraphQlResponse {
    let mut input = fields;
    input["resourceId"] = json!(studio.resource_ids[0]);
    studio.owner.mutate("updateResource", input, RESOURCE).await
}

#[apply(on_both_databases!)]
async fn only_the_given_fields_change(app: TestApp) {
    let studio = app.studio("yoga").buffers(5, 10).build().await;
    let resource = json!({
        "id": studio.resource_ids[0], "version": 2, "name": "Big room", "slug": super::slug(&studio).await,
        "type": "VENUE", "isMobile": false, "maxSimultaneousBookings": 3, "bufferBeforeMin": 5,
        "bufferAfterMin": 10, "serviceRadiusKm": null, "location": { "id": studio.location_id },
        "openingHours": null,
    });

    let fields = json!({ "name": " Big room ", "maxSimultaneousBookings": 3 });
    let answer = update(&studio, fields).await.expect_done("updateResource");
    assert_eq!(answer.data("updateResource.resource"), &resource);

    let fields = json!({
        "maxSimultaneousBookings": null, "locationId": null, "isMobile": true,
        "serviceRadiusKm": 12.5, "bufferBeforeMin": 0, "slug": "van",
    });
    let answer = update(&studio, fields).await.expect_done("updateResource");
    let mut changed = resource.clone();
    for (field, value) in [
        ("version", json!(3)),
        ("maxSimultaneousBookings", Value::Null),
        ("location", Value::Null),
        ("isMobile", json!(true)),
        ("serviceRadiusKm", json!(12.5)),
        ("bufferBeforeMin", json!(0)),
        ("slug", json!("van")),
    ] {
        changed[field] = value;
    }
    assert_eq!(answer.data("updateResource.resource"), &changed);
}

#[apply(on_both_databases!)]
async fn a_change_decided_on_an_old_version_is_refused(app: TestApp) {
    let studio = app.studio("yoga").build().await;

    let answers = together(8, |number| {
        let studio = studio.clone();
        async move {
            let fields = json!({ "name": format!("Room {number}"), "expectedVersion": 1 });
            update(&studio, fields).await
        }
    })
    .await;

    let refused: Vec<_> = answers
        .iter()
        .filter(|answer| !answer.user_errors("updateResource").is_empty())
        .map(|answer| refusal(answer, "updateResource"))
        .collect();
    assert_eq!(refused.len(), 7);
    let expected = ("VERSION_CONFLICT".to_owned(), "expectedVersion".to_owned());
    assert!(
        refused.iter().all(|refusal| *refusal == expected),
        "{refused:?}"
    );
}

#[apply(on_both_databases!)]
async fn changes_at_once_are_all_counted(app: TestApp) {
    let studio = app.studio("yoga").build().await;

    let answers = together(8, |number| {
        let studio = studio.clone();
        async move { update(&studio, json!({ "bufferAfterMin": number })).await }
    })
    .await;

    let mut versions: Vec<_> = answers
        .into_iter()
        .map(|answer| {
            let answer = answer.expect_done("updateResource");
            let version = answer.data("updateResource.resource.version");
            version.as_i64().unwrap()
        })
        .collect();
    versions.sort_unstable();
    assert_eq!(versions, [2, 3, 4, 5, 6, 7, 8, 9]);
}

async fn block(studio: &Studio, from: &str, to: &str) -> GraphQlResponse {
    let input = json!({
        "resourceId": studio.resource_ids[0], "window": { "from": from, "to": to },
        "reason": "Painting",
    });
    let selection = "busy { startAt endAt }";
    studio.owner.mutate("blockResource", input, selection).await
}

#[apply(on_both_databases!)]
async fn a_blocked_resource_cannot_be_booked(app: TestApp) {
    let studio = app.studio("yoga").capacity(2).build().await;
    let alice = app.as_user("alice");

    let answer = block(&studio, "2026-03-03T09:00:00+01:00", "2026-03-03T12:00:00Z")
        .await
        .expect_done("blockResource");
    assert_eq!(
        answer.data("blockResource.busy"),
        &json!({ "startAt": "2026-03-03T08:00:00Z", "endAt": "2026-03-03T12:00:00Z" })
    );

    let answer = studio.book(&alice, "2026-03-03T11:30:00Z").await;
    assert_eq!(answer.user_errors("createBooking"), ["SLOT_TAKEN"]);
    for _ in 0..2 {
        studio
            .book(&alice, "2026-03-03T12:00:00Z")
            .await
            .expect_done("createBooking");
    }
}

#[apply(on_both_databases!)]
async fn a_booked_or_blocked_resource_cannot_be_blocked(app: TestApp) {
    let studio = app.studio("yoga").capacity(2).build().await;
    let alice = app.as_user("alice");
    studio
        .book(&alice, "2026-03-03T10:00:00Z")
        .await
        .expect_done("createBooking");

    let expected = ("SLOT_TAKEN".to_owned(), "window".to_owned());
    let answer = block(&studio, "2026-03-03T10:30:00Z", "2026-03-03T12:00:00Z").await;
    assert_eq!(refusal(&answer, "blockResource"), expected);
    block(&studio, "2026-03-03T11:00:00Z", "2026-03-03T12:00:00Z")
        .await
        .expect_done("blockResource");
    let answer = block(&studio, "2026-03-03T11:59:00Z", "2026-03-03T13:00:00Z").await;
    assert_eq!(refusal(&answer, "blockResource"), expected);
}

#[apply(on_both_databases!)]
async fn a_block_holds_for_places_that_are_added_later(app: TestApp) {
    let studio = app.studio("yoga").build().await;
    let alice = app.as_user("alice");
    block(&studio, "2026-03-03T09:00:00Z", "2026-03-03T12:00:00Z")
        .await
        .expect_done("blockResource");

    let fields = json!({ "maxSimultaneousBookings": 3 });
    update(&studio, fields).await.expect_done("updateResource");

    let answer = studio.book(&alice, "2026-03-03T10:00:00Z").await;
    assert_eq!(answer.user_errors("createBooking"), ["SLOT_TAKEN"]);
}

#[apply(on_both_databases!)]
async fn resources_are_filtered(app: TestApp) {
    let studio = app.studio("yoga").rooms(2).people(1).build().await;
    let fields = json!({ "isMobile": true, "locationId": null });
    update(&studio, fields).await.expect_done("updateResource");
    let document = "query ($id: ID!, $filter: ResourceFilter) { business(by: { id: $id }) { \
        resources(filter: $filter) { totalCount nodes { name } } } }";

    for (filter, expected) in [
        (Value::Null, 3),
        (json!({ "type": ["VENUE"] }), 2),
        (json!({ "type": ["VENUE", "COMPANY_HOST"] }), 3),
        (json!({ "type": [] }), 0),
        (json!({ "isMobile": true }), 1),
        (json!({ "isMobile": false, "type": ["VENUE"] }), 1),
        (json!({ "locationId": studio.location_id }), 2),
    ] {
        let variables = json!({ "id": studio.business_id, "filter": filter });
        let answer = app.anonymous().graphql(document, variables).await;
        let answer = answer.expect_ok();
        let total = answer.data("business.resources.totalCount");
        assert_eq!(total, &json!(expected), "{filter}");
    }
    let variables = json!({ "id": studio.business_id, "filter": { "locationId": "off_1" } });
    let answer = app.anonymous().graphql(document, variables).await;
    assert_eq!(answer.error_code(), "BAD_REQUEST");
}

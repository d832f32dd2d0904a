//! Visits: somebody goes to the customer, within a radius, and the way there and back takes time.

use serde_json::{Value, json};
use tests::*;

use super::{booked, field, input, number, run};

const SLOT: &str = "2026-03-03T12:00:00Z";

/// A groomer at the origin who goes up to 20 km.
async fn groomer(app: &TestApp) -> Studio {
    let studio = app
        .studio("groomer")
        .resource("isMobile", json!(true))
        .resource("serviceRadiusKm", json!(20))
        .build()
        .await;
    let sql = format!(
        "UPDATE locations SET latitude = 0, longitude = 0 WHERE id = '{}'",
        studio.location_id
    );
    run(app, &sql).await.unwrap();
    studio
}

/// That many kilometres north of the origin.
fn at_km(km: f64) -> Value {
    json!({ "line1": "Meadow 1", "latitude": km / 111.195, "longitude": 0 })
}

#[apply(on_both_databases!)]
async fn a_visit_needs_an_address_within_the_radius(app: TestApp) {
    let studio = groomer(&app).await;
    let alice = app.as_user("alice");
    let book = |more: Value| {
        let input = input(&studio, SLOT, more);
        let alice = alice.clone();
        async move {
            alice
                .mutate(
                    "createBooking",
                    input,
                    "booking { serviceAddress { line1 } }",
                )
                .await
        }
    };

    let nowhere = book(json!({})).await;
    assert_eq!(nowhere.user_errors("createBooking"), ["INVALID_INPUT"]);
    assert_eq!(field(&nowhere, "createBooking"), "serviceAddress");
    let unknown = book(json!({ "serviceAddress": { "line1": "Meadow 1" } })).await;
    assert_eq!(field(&unknown, "createBooking"), "serviceAddress");
    let far = book(json!({ "serviceAddress": at_km(20.1) })).await;
    assert_eq!(far.user_errors("createBooking"), ["OUT_OF_AREA"]);
    assert_eq!(field(&far, "createBooking"), "serviceAddress");
    let impossible =
        book(json!({ "serviceAddress": { "line1": "X", "latitude": 91, "longitude": 0 } })).await;
    assert_eq!(
        field(&impossible, "createBooking"),
        "serviceAddress.latitude"
    );
    let near = book(json!({ "serviceAddress": at_km(19.9) }))
        .await
        .expect_done("createBooking");
    assert_eq!(
        near.text("createBooking.booking.serviceAddress.line1"),
        "Meadow 1"
    );
}

#[apply(on_both_databases!)]
async fn the_way_there_and_back_is_claimed(app: TestApp) {
    let studio = groomer(&app).await;
    let alice = app.as_user("alice");
    // 15 km are half an hour.
    booked(
        &alice,
        &studio,
        SLOT,
        json!({ "serviceAddress": at_km(14.99) }),
    )
    .await;

    let around = "SELECT COUNT(*) FROM resource_claims WHERE starts_at = '2026-03-03T11:30:00+00:00' AND ends_at = '2026-03-03T13:30:00+00:00'";
    assert_eq!(number(&app, around).await, 1);
    // Next door to the origin the way takes a minute each way: 13:30 is too early, 13:45 is not.
    for (start, refused) in [
        ("2026-03-03T13:30:00Z", true),
        ("2026-03-03T13:45:00Z", false),
    ] {
        let input = input(
            &studio,
            start,
            json!({ "serviceAddress": at_km(0.4), "dryRun": true }),
        );
        let answer = alice.mutate("createBooking", input, "booking { id }").await;
        let expected: &[&str] = if refused { &["SLOT_TAKEN"] } else { &[] };
        assert_eq!(answer.user_errors("createBooking"), expected, "{start}");
    }
}

#[apply(on_both_databases!)]
async fn the_search_takes_the_way_into_account(app: TestApp) {
    let studio = groomer(&app).await;
    let alice = app.as_user("alice");
    booked(
        &alice,
        &studio,
        SLOT,
        json!({ "serviceAddress": at_km(14.99) }),
    )
    .await;
    let document = "query ($id: ID!, $input: AvailabilityInput!) { offer(id: $id) { availability(input: $input) { slots { startAt } reasons { code } } } }";
    let search = |address: Value| {
        let window = json!({ "from": "2026-03-03T00:00:00Z", "to": "2026-03-04T00:00:00Z" });
        let variables = json!({ "id": studio.offer_id, "input": { "window": window, "serviceAddress": address } });
        let alice = alice.clone();
        async move { alice.graphql(document, variables).await.expect_ok() }
    };

    let near = search(at_km(0.4)).await;
    let starts: Vec<&str> = near
        .list("offer.availability.slots")
        .iter()
        .map(|slot| slot["startAt"].as_str().unwrap())
        .collect();
    assert!(starts.contains(&"2026-03-03T10:15:00Z"), "{starts:?}");
    assert!(!starts.contains(&"2026-03-03T10:30:00Z"), "{starts:?}");
    assert!(!starts.contains(&"2026-03-03T13:30:00Z"), "{starts:?}");
    assert!(starts.contains(&"2026-03-03T13:45:00Z"), "{starts:?}");
    let far = search(at_km(30.0)).await;
    assert_eq!(far.text("offer.availability.reasons.0.code"), "OUT_OF_AREA");
    let nowhere = search(Value::Null).await;
    assert_eq!(nowhere.list("offer.availability.slots").len(), 0);
}

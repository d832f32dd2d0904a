//! Input that makes no sense: each gets a typed answer that names the field, and leaves nothing behind.

use serde_json::{Value, json};
use tests::*;

use super::{booked, bookings, claims, field, input, number};

const TEN: &str = "2026-03-03T10:00:00Z";

#[apply(on_both_databases!)]
async fn a_booking_names_what_makes_no_sense(app: TestApp) {
    let studio = app
        .studio("yoga")
        .zone("Europe/Berlin")
        .open("00:00", "00:00")
        .term("horizonDays", json!(40))
        .build()
        .await;
    let alice = app.as_user("alice");
    let no_offer = "off_019cadcfc24072a281486a2a3c4d3d7d";
    let long = "x".repeat(40_000);
    let cases: [(Value, &str, &str); 26] = [
        (
            json!({ "startAt": "2026-03-02T08:00:00Z" }),
            "TOO_SOON",
            "startAt",
        ),
        (
            json!({ "startAt": "1970-01-01T00:00:00Z" }),
            "TOO_SOON",
            "startAt",
        ),
        (
            json!({ "startAt": "9999-12-31T23:59:00Z" }),
            "TOO_FAR",
            "startAt",
        ),
        (
            json!({ "startAt": "9999-12-31T23:59:59.999999999Z" }),
            "TOO_FAR",
            "startAt",
        ),
        (
            json!({ "startAt": "2026-03-03T10:00:00.000001Z" }),
            "NOT_BOOKABLE",
            "startAt",
        ),
        (
            json!({ "startAt": "2026-03-03T10:00:01Z" }),
            "NOT_BOOKABLE",
            "startAt",
        ),
        (json!({ "offerId": no_offer }), "NOT_FOUND", "offerId"),
        (
            json!({ "offerId": studio.business_id }),
            "INVALID_INPUT",
            "offerId",
        ),
        (json!({ "offerId": "" }), "INVALID_INPUT", "offerId"),
        (
            json!({ "offerId": "off_\u{0}" }),
            "INVALID_INPUT",
            "offerId",
        ),
        (json!({ "offerId": long }), "INVALID_INPUT", "offerId"),
        (
            json!({ "resourceId": studio.offer_id }),
            "INVALID_INPUT",
            "resourceId",
        ),
        (
            json!({ "resourceId": "res_019cadcfc24072a281486a2a3c4d3d7d" }),
            "NOT_BOOKABLE",
            "resourceId",
        ),
        (
            json!({ "secondaryResourceId": "7" }),
            "INVALID_INPUT",
            "secondaryResourceId",
        ),
        (
            json!({ "locationId": "loc" }),
            "INVALID_INPUT",
            "locationId",
        ),
        (json!({ "customerId": "☂" }), "INVALID_INPUT", "customerId"),
        (
            json!({ "durationMin": 0 }),
            "DURATION_NOT_ALLOWED",
            "durationMin",
        ),
        (
            json!({ "durationMin": -60 }),
            "DURATION_NOT_ALLOWED",
            "durationMin",
        ),
        (
            json!({ "durationMin": i32::MAX }),
            "DURATION_NOT_ALLOWED",
            "durationMin",
        ),
        (
            json!({ "durationMin": i32::MIN }),
            "DURATION_NOT_ALLOWED",
            "durationMin",
        ),
        (
            json!({ "serviceAddress": { "line1": "" } }),
            "INVALID_INPUT",
            "serviceAddress.line1",
        ),
        (
            json!({ "serviceAddress": { "line1": long } }),
            "INVALID_INPUT",
            "serviceAddress.line1",
        ),
        (
            json!({ "serviceAddress": { "line1": "a", "city": "a\u{0}b" } }),
            "INVALID_INPUT",
            "serviceAddress.city",
        ),
        (
            json!({ "serviceAddress": { "line1": "a", "latitude": 1e300, "longitude": 0 } }),
            "INVALID_INPUT",
            "serviceAddress.latitude",
        ),
        (
            json!({ "serviceAddress": { "line1": "a", "latitude": 1 } }),
            "INVALID_INPUT",
            "serviceAddress",
        ),
        (
            json!({ "idempotencyKey": "k".repeat(40_000) }),
            "INVALID_INPUT",
            "idempotencyKey",
        ),
    ];
    for (more, code, at) in cases {
        let input = input(&studio, TEN, more.clone());
        let answer = alice
            .mutate("createBooking", input, "booking { id }")
            .await
            .expect_ok();
        let shown = more.to_string().chars().take(100).collect::<String>();
        assert_eq!(answer.user_errors("createBooking"), [code], "{shown}");
        assert_eq!(field(&answer, "createBooking"), at, "{shown}");
    }
    assert_eq!((bookings(&app).await, claims(&app).await), (0, 0));
    assert_eq!(
        number(
            &app,
            "SELECT COUNT(*) FROM idempotency_keys WHERE mutation = 'createBooking'"
        )
        .await,
        0
    );
}

#[apply(on_both_databases!)]
async fn what_is_no_value_of_its_type_is_a_bad_request(app: TestApp) {
    let studio = app.studio("yoga").build().await;
    let alice = app.as_user("alice");
    for more in [
        json!({ "startAt": "2026-03-29T02:30:00" }),
        json!({ "startAt": "+10000-01-01T00:00:00Z" }),
        json!({ "startAt": "1969-12-31T23:59:59Z" }),
        json!({ "startAt": "tomorrow" }),
        json!({ "startAt": "2026-02-30T10:00:00Z" }),
        json!({ "startAt": 7 }),
        json!({ "startAt": null }),
        json!({ "durationMin": 2_147_483_648_i64 }),
        json!({ "durationMin": "60" }),
        json!({ "durationMin": 1.5 }),
        json!({ "hold": "yes" }),
        json!({ "paymentTerms": "NET_90" }),
        json!({ "serviceAddress": {} }),
        json!({ "totalMinor": 1 }),
        json!({ "status": "CONFIRMED" }),
        json!({ "offerId": { "a": 1 } }),
    ] {
        let input = input(&studio, TEN, more.clone());
        let answer = alice.mutate("createBooking", input, "booking { id }").await;
        assert_eq!(answer.error_code(), "BAD_REQUEST", "{more} {}", answer.body);
    }
    assert_eq!(bookings(&app).await, 0);
}

#[apply(on_both_databases!)]
async fn the_other_mutations_name_what_makes_no_sense(app: TestApp) {
    let studio = app.studio("massage").flexible(30, 120, 30).build().await;
    let id = booked(&app.as_user("alice"), &studio, TEN, json!({})).await;
    let before = super::seen(&studio.owner, &id).await;
    let long = "x".repeat(40_000);
    let cases: [(&str, Value, &str, &str); 22] = [
        (
            "cancelBooking",
            json!({ "reason": long }),
            "INVALID_INPUT",
            "reason",
        ),
        (
            "cancelBooking",
            json!({ "reason": "a\u{0}b" }),
            "INVALID_INPUT",
            "reason",
        ),
        (
            "cancelBooking",
            json!({ "bookingId": studio.offer_id }),
            "INVALID_INPUT",
            "bookingId",
        ),
        (
            "cancelBooking",
            json!({ "bookingId": "bkg_019CADCFC24072A281486A2A3C4D3D7D" }),
            "INVALID_INPUT",
            "bookingId",
        ),
        (
            "cancelBooking",
            json!({ "expectedVersion": -1 }),
            "VERSION_CONFLICT",
            "expectedVersion",
        ),
        (
            "cancelBooking",
            json!({ "expectedVersion": 2 }),
            "VERSION_CONFLICT",
            "expectedVersion",
        ),
        (
            "declineBooking",
            json!({ "reason": long }),
            "INVALID_INPUT",
            "reason",
        ),
        (
            "confirmBooking",
            json!({ "bookingId": "x" }),
            "INVALID_INPUT",
            "bookingId",
        ),
        (
            "approveBooking",
            json!({ "bookingId": "" }),
            "INVALID_INPUT",
            "bookingId",
        ),
        (
            "checkInBooking",
            json!({ "bookingId": "☂" }),
            "INVALID_INPUT",
            "bookingId",
        ),
        (
            "completeBooking",
            json!({ "bookingId": long }),
            "INVALID_INPUT",
            "bookingId",
        ),
        (
            "markBookingNoShow",
            json!({ "idempotencyKey": "" }),
            "INVALID_INPUT",
            "idempotencyKey",
        ),
        (
            "rescheduleBooking",
            json!({ "startAt": "9999-12-31T23:59:59Z" }),
            "TOO_FAR",
            "startAt",
        ),
        (
            "rescheduleBooking",
            json!({ "startAt": "1970-01-01T00:00:00Z" }),
            "TOO_SOON",
            "startAt",
        ),
        (
            "rescheduleBooking",
            json!({ "startAt": TEN, "durationMin": -30 }),
            "DURATION_NOT_ALLOWED",
            "durationMin",
        ),
        (
            "rescheduleBooking",
            json!({ "startAt": TEN, "resourceId": studio.location_id }),
            "INVALID_INPUT",
            "resourceId",
        ),
        (
            "setBookingDuration",
            json!({ "durationMin": i32::MIN }),
            "DURATION_NOT_ALLOWED",
            "durationMin",
        ),
        (
            "recordPayment",
            json!({ "kind": "BALANCE", "amountMinor": i32::MIN }),
            "INVALID_INPUT",
            "amountMinor",
        ),
        (
            "recordPayment",
            json!({ "kind": "BALANCE", "amountMinor": 1, "reference": long }),
            "INVALID_INPUT",
            "reference",
        ),
        (
            "recordPayment",
            json!({ "kind": "BALANCE", "amountMinor": 1, "reference": "a\u{0}" }),
            "INVALID_INPUT",
            "reference",
        ),
        (
            "addBookingNote",
            json!({ "note": long }),
            "INVALID_INPUT",
            "note",
        ),
        (
            "addBookingNote",
            json!({ "note": " \u{0}" }),
            "INVALID_INPUT",
            "note",
        ),
    ];
    for (mutation, more, code, at) in cases {
        let input = super::with(json!({ "bookingId": id }), more);
        let answer = studio
            .owner
            .mutate(mutation, input, "replayed")
            .await
            .expect_ok();
        assert_eq!(answer.user_errors(mutation), [code], "{mutation} {at}");
        assert_eq!(field(&answer, mutation), at, "{mutation}");
    }
    assert_eq!(super::seen(&studio.owner, &id).await, before);
    assert_eq!(number(&app, "SELECT COUNT(*) FROM payments").await, 0);
}

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

#[apply(on_both_databases!)]
async fn a_list_that_makes_no_sense_is_a_bad_request(app: TestApp) {
    let alice = app.as_user("alice");
    for arguments in [
        "first: 0",
        "first: 101",
        "first: -1",
        "last: 0",
        "last: 101",
        "first: 1, last: 1",
        r#"filter: { window: { from: "2026-03-04T00:00:00Z", to: "2026-03-03T00:00:00Z" } }"#,
        r#"filter: { resourceId: "x" }"#,
        r#"filter: { customerId: "bkg_019cadcfc24072a281486a2a3c4d3d7d" }"#,
        r#"filter: { status: [WON] }"#,
        "orderBy: BEST",
        r#"first: 99999999999"#,
    ] {
        let document = format!("{{ viewer {{ bookings({arguments}) {{ nodes {{ id }} }} }} }}");
        let answer = alice.graphql(&document, json!({})).await;
        assert_eq!(
            answer.error_code(),
            "BAD_REQUEST",
            "{arguments} {}",
            answer.body
        );
    }
    for id in [
        "",
        "x",
        "off_019cadcfc24072a281486a2a3c4d3d7d",
        "bkg_\u{0}",
        "☂",
    ] {
        let answer = alice
            .graphql(
                "query ($id: ID!) { booking(id: $id) { id } }",
                json!({ "id": id }),
            )
            .await;
        assert_eq!(answer.error_code(), "BAD_REQUEST", "{id:?}");
    }
}

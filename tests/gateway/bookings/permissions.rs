//! Who sees and touches which bookings.

use serde_json::{Value, json};
use tests::*;

use super::{act, booked, bookings, claims, input, seen, user_id};

const TEN: &str = "2026-03-03T10:00:00Z";
const NO_SUCH: &str = "bkg_019cadcfc24072a281486a2a3c4d3d7d";

/// Every mutation of a booking, with what it takes beside the id.
const MUTATIONS: [(&str, &str); 12] = [
    ("confirmBooking", "{}"),
    ("approveBooking", "{}"),
    ("declineBooking", "{}"),
    (
        "rescheduleBooking",
        r#"{ "startAt": "2026-03-03T12:00:00Z" }"#,
    ),
    ("setBookingDuration", r#"{ "durationMin": 60 }"#),
    ("setPaymentTerms", r#"{ "paymentTerms": "NET_30" }"#),
    ("cancelBooking", "{}"),
    ("checkInBooking", "{}"),
    ("completeBooking", "{}"),
    ("markBookingNoShow", "{}"),
    (
        "recordPayment",
        r#"{ "kind": "BALANCE", "amountMinor": 1 }"#,
    ),
    ("addBookingNote", r#"{ "note": "x" }"#),
];

async fn touch(client: &Client, mutation: &str, id: &str, more: &str) -> GraphQlResponse {
    let more: Value = serde_json::from_str(more).unwrap();
    let input = super::with(json!({ "bookingId": id }), more);
    client.mutate(mutation, input, "replayed").await
}

#[apply(on_both_databases!)]
async fn a_booking_of_somebody_else_looks_like_none_at_all(app: TestApp) {
    let studio = app.studio("yoga").build().await;
    let rival = app.studio("rival").owned_by("rival").build().await;
    let id = booked(&app.as_user("alice"), &studio, TEN, json!({})).await;
    let before = seen(&studio.owner, &id).await;
    let query = "query ($id: ID!) { booking(id: $id) { id } node(id: $id) { id } nodes(ids: [$id]) { id } }";

    for stranger in [&app.as_user("mallory"), &rival.owner] {
        let nothing = stranger
            .graphql(query, json!({ "id": NO_SUCH }))
            .await
            .expect_ok();
        let foreign = stranger
            .graphql(query, json!({ "id": id }))
            .await
            .expect_ok();
        assert_eq!(foreign.body, nothing.body);
        for (mutation, more) in MUTATIONS {
            let foreign = touch(stranger, mutation, &id, more).await;
            let nothing = touch(stranger, mutation, NO_SUCH, more).await;
            assert_eq!(foreign.user_errors(mutation), ["NOT_FOUND"], "{mutation}");
            assert_eq!(foreign.body, nothing.body, "{mutation}");
        }
    }
    assert_eq!(seen(&studio.owner, &id).await, before);
}

#[apply(on_both_databases!)]
async fn the_anonymous_neither_see_nor_touch(app: TestApp) {
    let studio = app.studio("yoga").build().await;
    let id = booked(&app.as_user("alice"), &studio, TEN, json!({})).await;
    let nobody = app.anonymous();

    let query =
        "query ($id: ID!) { booking(id: $id) { id } node(id: $id) { id } viewer { user { id } } }";
    let nothing = nobody.graphql(query, json!({ "id": id })).await.expect_ok();
    assert_eq!(
        nothing.json()["data"],
        json!({ "booking": null, "node": null, "viewer": null })
    );
    for (mutation, more) in MUTATIONS {
        assert_eq!(
            touch(&nobody, mutation, &id, more).await.error_code(),
            "UNAUTHENTICATED",
            "{mutation}"
        );
    }
    for dry_run in [true, false] {
        let input = input(
            &studio,
            "2026-03-03T12:00:00Z",
            json!({ "dryRun": dry_run }),
        );
        let answer = nobody
            .mutate("createBooking", input, "booking { id }")
            .await;
        assert_eq!(answer.error_code(), "UNAUTHENTICATED");
    }
    let list = "query ($id: ID!) { business(by: { id: $id }) { bookings { nodes { id } } } }";
    let answer = nobody
        .graphql(list, json!({ "id": studio.business_id }))
        .await;
    assert_eq!(answer.error_code(), "UNAUTHENTICATED");
}

#[apply(on_both_databases!)]
async fn a_customer_does_nothing_that_is_for_staff(app: TestApp) {
    let studio = app.studio("yoga").build().await;
    let alice = app.as_user("alice");
    let id = booked(&alice, &studio, TEN, json!({})).await;
    let before = seen(&alice, &id).await;

    for (mutation, more) in MUTATIONS {
        if ["confirmBooking", "rescheduleBooking", "cancelBooking"].contains(&mutation) {
            continue;
        }
        assert_eq!(
            touch(&alice, mutation, &id, more).await.error_code(),
            "FORBIDDEN",
            "{mutation}"
        );
    }
    let bob = user_id(&app.as_user("bob")).await;
    for more in [
        json!({ "customerId": bob }),
        json!({ "paymentTerms": "NET_60" }),
    ] {
        let input = input(&studio, "2026-03-03T12:00:00Z", more);
        let answer = alice.mutate("createBooking", input, "booking { id }").await;
        assert_eq!(answer.error_code(), "FORBIDDEN");
    }
    assert_eq!(seen(&alice, &id).await, before);
    assert_eq!((bookings(&app).await, claims(&app).await), (1, 1));
}

#[apply(on_both_databases!)]
async fn staff_book_for_customers_whom_they_know(app: TestApp) {
    let studio = app.studio("yoga").build().await;
    let staff = studio.member("desk", "STAFF").await;
    let (alice, stranger) = (app.as_user("alice"), app.as_user("stranger"));
    let made = booked(&alice, &studio, TEN, json!({})).await;
    act(&alice, "cancelBooking", &made, json!({}))
        .await
        .expect_done("cancelBooking");

    let known = json!({ "customerId": user_id(&alice).await, "paymentTerms": "NET_15" });
    let id = booked(&staff, &studio, TEN, known).await;
    assert_eq!(seen(&alice, &id).await["status"], "CONFIRMED");

    let unknown = user_id(&stranger).await;
    for customer in [unknown.as_str(), "usr_019cadcfc24072a281486a2a3c4d3d7d"] {
        let input = input(
            &studio,
            "2026-03-03T12:00:00Z",
            json!({ "customerId": customer }),
        );
        let answer = staff.mutate("createBooking", input, "booking { id }").await;
        assert_eq!(answer.user_errors("createBooking"), ["NOT_FOUND"]);
        assert_eq!(super::field(&answer, "createBooking"), "customerId");
    }
}

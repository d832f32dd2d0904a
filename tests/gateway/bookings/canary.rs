//! Private notes: a marker is planted in one, and every field of the schema is walked in search of it.

use std::collections::HashMap;

use serde_json::json;
use tests::*;

use super::walk::{documents, ways};
use super::{act, booked, number, seen};

const TEN: &str = "2026-03-03T10:00:00Z";
const MARKER: &str = "canary-3141592653";

/// A booking of Alice's with a note, in a house with one more of everything.
struct Planted {
    studio: Studio,
    booking: String,
    ids: HashMap<&'static str, String>,
}

async fn plant(app: &TestApp) -> Planted {
    let studio = app
        .studio("clinic")
        .people(1)
        .term("requiresDeposit", json!(true))
        .term("depositPercentBps", json!(100))
        .build()
        .await;
    let alice = app.as_user("alice");
    let booking = booked(&alice, &studio, TEN, json!({ "hold": true })).await;
    act(&alice, "confirmBooking", &booking, json!({}))
        .await
        .expect_done("confirmBooking");
    let pay = json!({ "bookingId": booking, "kind": "DEPOSIT", "amountMinor": 50 });
    let paid = studio
        .owner
        .mutate("recordPayment", pay, "payment { id }")
        .await
        .expect_done("recordPayment");
    let note = json!({ "bookingId": booking, "note": MARKER, "isPinned": true });
    let note = studio
        .owner
        .mutate("addBookingNote", note, "note { id note }")
        .await
        .expect_done("addBookingNote");
    let parts =
        "query ($id: ID!) { booking(id: $id) { units { id } lines { id } customer { id } } }";
    let parts = alice
        .graphql(parts, json!({ "id": booking }))
        .await
        .expect_ok();
    let ids = HashMap::from([
        ("Booking", booking.clone()),
        (
            "BookingNote",
            note.text("addBookingNote.note.id").to_owned(),
        ),
        ("Payment", paid.text("recordPayment.payment.id").to_owned()),
        (
            "FulfillmentUnit",
            parts.text("booking.units.0.id").to_owned(),
        ),
        ("BookingLine", parts.text("booking.lines.0.id").to_owned()),
        ("User", parts.text("booking.customer.id").to_owned()),
        ("Business", studio.business_id.clone()),
        ("Location", studio.location_id.clone()),
        ("Resource", studio.resource_ids[0].clone()),
        ("Offer", studio.offer_id.clone()),
        ("OfferVersion", studio.offer_version_id.clone()),
    ]);
    Planted {
        studio,
        booking,
        ids,
    }
}

/// How many of the documents told the marker.
async fn told(client: &Client, documents: &[String]) -> usize {
    let mut told = 0;
    for document in documents {
        let answer = client.graphql(document, json!({})).await;
        let known = ["FORBIDDEN", "UNAUTHENTICATED", "BAD_REQUEST", "NOT_FOUND"];
        assert!(
            answer.error_codes().iter().all(|code| known.contains(code)),
            "{document} {}",
            answer.body
        );
        told += usize::from(answer.body.contains(MARKER));
    }
    told
}

#[apply(on_both_databases!)]
async fn no_field_of_the_schema_tells_a_private_note_to_anybody_but_staff(app: TestApp) {
    // A document that looks everywhere is more than is allowed.
    let app = app.with_options(|options| {
        options.limits.cost = usize::MAX;
        options.limits.fields = usize::MAX;
        options.limits.tokens = usize::MAX;
        options.limits.root_fields = usize::MAX;
        options.limits.aliases = usize::MAX;
    });
    let planted = plant(&app).await;
    let ways = ways(&app, &planted.ids).await;
    assert!(ways.len() > 300, "{}", ways.len());
    let documents = documents(&ways);
    let rival = app.studio("rival").owned_by("rival").build().await;

    for outsider in [
        app.as_user("alice"),
        app.anonymous(),
        rival.owner,
        app.as_user("stranger"),
        app.as_service("bank", "payments:write"),
    ] {
        assert_eq!(told(&outsider, &documents).await, 0);
    }
    // The walk finds what there is to find.
    assert!(told(&planted.studio.owner, &documents).await >= 3);
}

#[apply(on_both_databases!)]
async fn neither_mutations_nor_subscriptions_nor_events_tell_it(app: TestApp) {
    let planted = plant(&app).await;
    let alice = app.as_user("alice");
    let notes = "notes { totalCount nodes { id note author { name } } edges { node { note } } }";
    let document =
        format!("subscription ($id: ID!) {{ bookingChanged(bookingId: $id) {{ id {notes} }} }}");
    let mut watch = alice
        .subscribe(&document, json!({ "id": planted.booking }))
        .await;
    let mut staff = planted
        .studio
        .owner
        .subscribe(&document, json!({ "id": planted.booking }))
        .await;
    let first = watch.next().await.unwrap().to_string();
    assert!(
        first.contains(&planted.booking) && !first.contains(MARKER),
        "{first}"
    );
    assert!(staff.next().await.unwrap().to_string().contains(MARKER));

    let selection = format!("booking {{ id {notes} }}");
    for (mutation, more) in [
        (
            "rescheduleBooking",
            json!({ "startAt": "2026-03-03T12:00:00Z" }),
        ),
        ("cancelBooking", json!({})),
    ] {
        let input = super::with(json!({ "bookingId": planted.booking }), more);
        let answer = alice
            .mutate(mutation, input, &selection)
            .await
            .expect_done(mutation);
        assert!(
            answer.data(&format!("{mutation}.booking.notes")).is_null(),
            "{}",
            answer.body
        );
    }
    for changed in watch.rest().await {
        assert!(
            changed["data"]["bookingChanged"]["notes"].is_null(),
            "{changed}"
        );
    }
    assert_eq!(
        number(
            &app,
            &format!(
                "SELECT COUNT(*) FROM domain_events WHERE CAST(payload AS text) LIKE '%{MARKER}%'"
            )
        )
        .await,
        0
    );
}

#[apply(on_both_databases!)]
async fn staff_write_change_pin_and_delete_notes_and_nobody_else_does(app: TestApp) {
    let planted = plant(&app).await;
    let (owner, note) = (&planted.studio.owner, planted.ids["BookingNote"].clone());
    let desk = planted.studio.member("desk", "STAFF").await;
    let rival = app.studio("rival").owned_by("rival").build().await;
    for outsider in [&app.as_user("alice"), &rival.owner] {
        let change = json!({ "noteId": note, "note": "mine" });
        let refused = outsider
            .mutate("updateBookingNote", change, "note { note }")
            .await;
        assert_eq!(refused.user_errors("updateBookingNote"), ["NOT_FOUND"]);
        let refused = outsider
            .mutate(
                "deleteBookingNote",
                json!({ "noteId": note }),
                "deletedNoteId",
            )
            .await;
        assert_eq!(refused.user_errors("deleteBookingNote"), ["NOT_FOUND"]);
    }

    let change = json!({ "noteId": note, "note": "changed", "isPinned": false });
    let changed = desk
        .mutate(
            "updateBookingNote",
            change,
            "note { note isPinned author { name } }",
        )
        .await;
    let changed = changed.expect_done("updateBookingNote");
    assert_eq!(
        changed.data("updateBookingNote.note"),
        &json!({ "note": "changed", "isPinned": false, "author": { "name": "Owner" } })
    );
    let deleted = desk
        .mutate(
            "deleteBookingNote",
            json!({ "noteId": note }),
            "deletedNoteId",
        )
        .await;
    assert_eq!(
        deleted
            .expect_done("deleteBookingNote")
            .text("deleteBookingNote.deletedNoteId"),
        note
    );
    let list = "query ($id: ID!, $note: ID!) { booking(id: $id) { notes { totalCount } } node(id: $note) { id } }";
    let list = owner
        .graphql(list, json!({ "id": planted.booking, "note": note }))
        .await
        .expect_ok();
    assert_eq!(
        list.json()["data"],
        json!({ "booking": { "notes": { "totalCount": 0 } }, "node": null })
    );
    assert_eq!(seen(owner, &planted.booking).await["status"], "CONFIRMED");
}

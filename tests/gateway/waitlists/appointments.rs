//! Waiting for a time of an offer, within a window.

use booking_gateway::domain::worker;
use chrono::TimeDelta;
use serde_json::json;
use tests::*;

use super::{
    TEN, book, cancel, claim, decline, hour, is_untold, offered, run_as, seen, story, wait,
};
use crate::bookings::{bookings, claims};

#[apply(on_both_databases!)]
async fn a_cancelled_time_is_offered_to_the_first_and_blocked_until_they_answer(app: TestApp) {
    let studio = app.studio("barber").build().await;
    let (alice, bob, carol) = (
        app.as_user("alice"),
        app.as_user("bob"),
        app.as_user("carol"),
    );
    let booking = book(&alice, &studio, TEN).await;
    let bobs = wait(&bob, &studio, hour(TEN)).await;
    let carols = wait(&carol, &studio, hour(TEN)).await;

    cancel(&alice, &booking).await;

    let entry = seen(&bob, &bobs).await;
    assert_eq!(entry["status"], "NOTIFIED", "{entry}");
    assert_eq!(entry["queue"]["kind"], "WAITLIST");
    assert_eq!(entry["queue"]["promotion"], "OFFER");
    assert_eq!(entry["waitlistOffer"]["slot"]["startAt"], TEN, "{entry}");
    assert_eq!(
        entry["waitlistOffer"]["slot"]["resource"]["id"],
        *studio.resource_ids[0]
    );
    assert_eq!(entry["waitlistOffer"]["expiresAt"], "2026-03-02T09:30:00Z");
    assert!(is_untold(&carol, &carols).await);
    let dave = studio.book(&app.as_user("dave"), TEN).await;
    assert_eq!(dave.user_errors("createBooking"), ["SLOT_TAKEN"]);

    let offer = offered(&bob, &bobs, "OPEN").await;
    let claimed = claim(&bob, &offer).await.expect_done("claimWaitlistOffer");
    assert_eq!(
        claimed.text("claimWaitlistOffer.booking.status"),
        "CONFIRMED"
    );
    assert_eq!(claimed.text("claimWaitlistOffer.booking.startAt"), TEN);
    let entry = seen(&bob, &bobs).await;
    assert_eq!(entry["status"], "PLACED");
    assert_eq!(entry["booking"]["customer"]["name"], "Bob", "{entry}");
    assert_eq!(entry["waitlistOffer"]["status"], "ACCEPTED");
    assert_eq!(claims(&app).await, 1);
    let again = claim(&bob, &offer).await;
    assert_eq!(again.user_errors("claimWaitlistOffer"), ["INVALID_STATE"]);
}

#[apply(on_both_databases!)]
async fn it_goes_on_to_the_next_until_all_have_had_their_turn_and_then_to_the_public(app: TestApp) {
    let studio = app.studio("barber").build().await;
    let people = ["bob", "carol", "dave"].map(|name| app.as_user(name));
    let booking = book(&app.as_user("alice"), &studio, TEN).await;
    let mut entries = Vec::new();
    for person in &people {
        entries.push(wait(person, &studio, hour(TEN)).await);
    }
    let queue = run_as(&studio.owner, &entries[0], json!({})).await;
    cancel(&app.as_user("alice"), &booking).await;

    // The first declines.
    let offer = offered(&people[0], &entries[0], "OPEN").await;
    let declined = decline(&people[0], &offer)
        .await
        .expect_done("declineWaitlistOffer");
    assert_eq!(
        declined.text("declineWaitlistOffer.entry.status"),
        "WAITING"
    );
    assert_eq!(declined.data("declineWaitlistOffer.entry.position"), 1);
    // The second lets it run out, and the worker passes it on.
    let second = offered(&people[1], &entries[1], "OPEN").await;
    assert!(is_untold(&people[2], &entries[2]).await);
    app.advance(TimeDelta::minutes(30));
    assert_eq!(
        seen(&people[1], &entries[1]).await["waitlistOffer"]["status"],
        "EXPIRED"
    );
    let report = worker::tick(&app.gateway).await.unwrap();
    assert_eq!(report.rounds, 1);
    let late = claim(&people[1], &second).await;
    assert_eq!(late.user_errors("claimWaitlistOffer"), ["OFFER_EXPIRED"]);
    let late = decline(&people[1], &second).await;
    assert_eq!(late.user_errors("declineWaitlistOffer"), ["OFFER_EXPIRED"]);
    // The third leaves the waitlist with the offer in hand: now everybody may book.
    offered(&people[2], &entries[2], "OPEN").await;
    let refused = studio.book(&app.as_user("erin"), TEN).await;
    assert_eq!(refused.user_errors("createBooking"), ["SLOT_TAKEN"]);
    let leave = json!({ "entryId": entries[2] });
    people[2]
        .mutate("leaveQueue", leave, "entry { id }")
        .await
        .expect_done("leaveQueue");
    let erins = book(&app.as_user("erin"), &studio, TEN).await;

    // The next freed place starts from the top.
    cancel(&app.as_user("erin"), &erins).await;
    offered(&people[0], &entries[0], "OPEN").await;
    let told = story(&studio.owner, &queue).await;
    let told: Vec<&str> = told.iter().map(String::as_str).collect();
    assert_eq!(
        told[4..],
        [
            "UPDATED", "OFFERED", "DECLINED", "OFFERED", "LAPSED", "OFFERED", "LEFT", "DECLINED",
            "OFFERED"
        ],
        "{told:?}"
    );
}

/// Nobody sweeps: whoever wants the time finds that it is the next one's turn.
#[apply(on_both_databases!)]
async fn the_next_comes_before_the_public_also_without_the_worker(app: TestApp) {
    let studio = app.studio("barber").build().await;
    let (bob, carol) = (app.as_user("bob"), app.as_user("carol"));
    let booking = book(&app.as_user("alice"), &studio, TEN).await;
    let bobs = wait(&bob, &studio, hour(TEN)).await;
    let carols = wait(&carol, &studio, hour(TEN)).await;
    cancel(&app.as_user("alice"), &booking).await;
    let offer = offered(&bob, &bobs, "OPEN").await;

    app.advance(TimeDelta::minutes(31));
    let late = claim(&bob, &offer).await;
    assert_eq!(late.user_errors("claimWaitlistOffer"), ["OFFER_EXPIRED"]);
    worker::tick(&app.gateway).await.unwrap();
    let offer = offered(&carol, &carols, "OPEN").await;
    claim(&carol, &offer)
        .await
        .expect_done("claimWaitlistOffer");
    assert_eq!(seen(&bob, &bobs).await["status"], "WAITING");
    assert_eq!(bookings(&app).await, 2);
}

#[apply(on_both_databases!)]
async fn the_first_who_can_is_placed_at_once(app: TestApp) {
    let studio = app.studio("barber").build().await;
    let elsewhere = app.studio("yoga").owned_by("other").build().await;
    let (bob, carol) = (app.as_user("bob"), app.as_user("carol"));
    let booking = book(&app.as_user("alice"), &studio, TEN).await;
    let bobs = wait(&bob, &studio, hour(TEN)).await;
    let carols = wait(&carol, &studio, hour(TEN)).await;
    let queue = run_as(&studio.owner, &bobs, json!({ "promotion": "AUTO" })).await;
    // Bob is somewhere else by then.
    book(&bob, &elsewhere, "2026-03-03T10:30:00Z").await;

    cancel(&app.as_user("alice"), &booking).await;

    assert!(is_untold(&bob, &bobs).await || seen(&bob, &bobs).await["status"] == "REMOVED");
    let entry = seen(&carol, &carols).await;
    assert_eq!(entry["status"], "PLACED", "{entry}");
    assert_eq!(entry["booking"]["status"], "CONFIRMED");
    assert!(
        story(&studio.owner, &queue)
            .await
            .contains(&"PLACED".to_owned())
    );
    assert_eq!(claims(&app).await, 2);
}

#[apply(on_both_databases!)]
async fn the_cutoff_stops_promotion(app: TestApp) {
    let studio = app.studio("barber").build().await;
    let (alice, bob) = (app.as_user("alice"), app.as_user("bob"));
    let booking = book(&alice, &studio, TEN).await;
    let bobs = wait(&bob, &studio, hour(TEN)).await;
    run_as(
        &studio.owner,
        &bobs,
        json!({ "cutoffMin": 120, "offerWindowMin": 600 }),
    )
    .await;

    // An offer never stands beyond the cut-off.
    app.set_time("2026-03-03T07:30:00Z");
    cancel(&alice, &booking).await;
    let entry = seen(&bob, &bobs).await;
    assert_eq!(
        entry["waitlistOffer"]["expiresAt"], "2026-03-03T08:00:00Z",
        "{entry}"
    );
    app.set_time("2026-03-03T08:00:00Z");
    let offer = offered(&bob, &bobs, "EXPIRED").await;
    let late = claim(&bob, &offer).await;
    assert_eq!(late.user_errors("claimWaitlistOffer"), ["OFFER_EXPIRED"]);
    worker::tick(&app.gateway).await.unwrap();
    assert_eq!(claims(&app).await, 0);
    let carols = book(&app.as_user("carol"), &studio, TEN).await;
    cancel(&app.as_user("carol"), &carols).await;
    assert_eq!(seen(&bob, &bobs).await["status"], "WAITING");
    assert_eq!(claims(&app).await, 0);
}

/// Whatever frees time: a hold that runs out, a booking that moves away, one that staff decline.
#[apply(on_both_databases!)]
async fn every_way_of_freeing_time_feeds_the_waitlist(app: TestApp) {
    let studio = app
        .studio("barber")
        .term("requiresApproval", json!(true))
        .build()
        .await;
    let owner = &studio.owner;
    let bob = app.as_user("bob");
    let input = json!({ "startAt": TEN, "hold": true });
    studio
        .book_with(&app.as_user("alice"), input)
        .await
        .expect_done("createBooking");
    let bobs = wait(&bob, &studio, hour(TEN)).await;
    app.advance(TimeDelta::minutes(11));
    worker::tick(&app.gateway).await.unwrap();
    let offer = offered(&bob, &bobs, "OPEN").await;
    decline(&bob, &offer)
        .await
        .expect_done("declineWaitlistOffer");

    let carols = book(&app.as_user("carol"), &studio, TEN).await;
    let moved = json!({ "bookingId": carols, "startAt": "2026-03-03T14:00:00Z" });
    owner
        .mutate("rescheduleBooking", moved, "booking { id }")
        .await
        .expect_done("rescheduleBooking");
    let offer = offered(&bob, &bobs, "OPEN").await;
    decline(&bob, &offer)
        .await
        .expect_done("declineWaitlistOffer");

    let daves = book(&app.as_user("dave"), &studio, TEN).await;
    let declined = json!({ "bookingId": daves });
    owner
        .mutate("declineBooking", declined, "booking { id }")
        .await
        .expect_done("declineBooking");
    let offer = offered(&bob, &bobs, "OPEN").await;
    // Where the business approves, it approves of who waited too.
    let claimed = claim(&bob, &offer).await.expect_done("claimWaitlistOffer");
    assert_eq!(
        claimed.text("claimWaitlistOffer.booking.status"),
        "PENDING_APPROVAL"
    );
}

/// An expired hold that nobody has swept: whoever asks for its time finds that somebody waits for it.
#[apply(on_both_databases!)]
async fn time_that_has_run_out_unseen_goes_to_the_waitlist_first(app: TestApp) {
    let studio = app.studio("barber").build().await;
    let bob = app.as_user("bob");
    let input = json!({ "startAt": TEN, "hold": true });
    studio
        .book_with(&app.as_user("alice"), input)
        .await
        .expect_done("createBooking");
    let bobs = wait(&bob, &studio, hour(TEN)).await;
    run_as(&studio.owner, &bobs, json!({ "promotion": "AUTO" })).await;
    app.advance(TimeDelta::minutes(11));

    let carol = studio.book(&app.as_user("carol"), TEN).await;

    // She may be refused, and then the time is promoted by whoever sweeps; it is never hers.
    assert_eq!(carol.user_errors("createBooking"), ["SLOT_TAKEN"]);
    worker::tick(&app.gateway).await.unwrap();
    assert_eq!(seen(&bob, &bobs).await["status"], "PLACED");
}

#[apply(on_both_databases!)]
async fn being_placed_withdraws_what_clashes_and_nothing_else(app: TestApp) {
    let studio = app.studio("barber").build().await;
    let second = app.studio("salon").owned_by("other").build().await;
    let third = app.studio("spa").owned_by("third").build().await;
    let (alice, bob) = (app.as_user("alice"), app.as_user("bob"));
    let mut bookings = Vec::new();
    for studio in [&studio, &second, &third] {
        for start in [TEN, "2026-03-03T11:00:00Z"] {
            bookings.push(
                book(
                    &app.as_user(&format!("{start}{}", studio.offer_id)),
                    studio,
                    start,
                )
                .await,
            );
        }
    }
    let first = wait(&bob, &studio, hour(TEN)).await;
    let clashing = wait(&bob, &second, hour(TEN)).await;
    let wide = json!({ "from": TEN, "to": "2026-03-03T12:00:00Z" });
    let flexible = wait(&bob, &third, wide).await;
    run_as(&studio.owner, &first, json!({ "promotion": "AUTO" })).await;
    drop(alice);

    cancel(
        &app.as_user(&format!("{TEN}{}", studio.offer_id)),
        &bookings[0],
    )
    .await;

    assert_eq!(seen(&bob, &first).await["status"], "PLACED");
    assert_eq!(seen(&bob, &clashing).await["status"], "REMOVED");
    assert_eq!(seen(&bob, &flexible).await["status"], "WAITING");
}

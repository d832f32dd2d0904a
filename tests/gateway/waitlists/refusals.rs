//! What is refused, and to whom.

use chrono::TimeDelta;
use serde_json::{Value, json};
use tests::*;

use super::{TEN, book, cancel, claim, decline, hour, offered, seen, wait};

#[apply(on_both_databases!)]
async fn nobody_waits_while_there_is_room_nor_twice(app: TestApp) {
    let studio = app.studio("barber").build().await;
    let bob = app.as_user("bob");
    let join = async |more: Value| {
        let mut input = json!({ "offerId": studio.offer_id, "window": hour(TEN) });
        for (field, value) in more.as_object().unwrap() {
            input[field] = value.clone();
        }
        bob.mutate("joinWaitlist", input, "entry { id }").await
    };
    let room = join(json!({})).await;
    assert_eq!(room.user_errors("joinWaitlist"), ["INVALID_STATE"]);
    assert_eq!(
        room.data("joinWaitlist.userErrors.0.field"),
        &json!(["window"])
    );
    book(&app.as_user("alice"), &studio, TEN).await;
    join(json!({})).await.expect_done("joinWaitlist");
    let twice = join(json!({})).await;
    assert_eq!(twice.user_errors("joinWaitlist"), ["ALREADY_QUEUED"]);

    let gone = format!("off_{}", "0".repeat(32));
    let class = format!("occ_{}", "0".repeat(32));
    for (more, field, code) in [
        (
            json!({ "window": { "from": TEN, "to": TEN } }),
            "window",
            "INVALID_INPUT",
        ),
        (json!({ "window": null }), "window", "INVALID_INPUT"),
        (
            json!({ "window": { "from": TEN, "to": "2026-03-03T10:30:00Z" } }),
            "window",
            "INVALID_INPUT",
        ),
        (
            json!({ "window": { "from": "2026-03-01T10:00:00Z", "to": "2026-03-01T12:00:00Z" } }),
            "window",
            "INVALID_INPUT",
        ),
        (
            json!({ "window": { "from": TEN, "to": "9999-12-31T10:00:00Z" } }),
            "window",
            "INVALID_INPUT",
        ),
        (json!({ "partySize": 2 }), "partySize", "INVALID_INPUT"),
        (json!({ "partySize": 0 }), "partySize", "INVALID_INPUT"),
        (json!({ "offerId": gone }), "offerId", "NOT_FOUND"),
        (json!({ "offerId": "x" }), "offerId", "INVALID_INPUT"),
        (
            json!({ "occurrenceId": class }),
            "occurrenceId",
            "INVALID_INPUT",
        ),
        (
            json!({ "packagePurchaseId": "x" }),
            "packagePurchaseId",
            "INVALID_INPUT",
        ),
    ] {
        let refused = join(more.clone()).await;
        assert_eq!(
            refused.user_errors("joinWaitlist"),
            [code],
            "{more} {}",
            refused.body
        );
        let at = refused.data("joinWaitlist.userErrors.0.field");
        assert_eq!(at, &json!([field]), "{more}");
    }
    let input = json!({ "occurrenceId": class });
    let missing = bob.mutate("joinWaitlist", input, "entry { id }").await;
    assert_eq!(missing.user_errors("joinWaitlist"), ["NOT_FOUND"]);
    let nobody = app.anonymous();
    let input = json!({ "offerId": studio.offer_id, "window": hour(TEN) });
    let nobody = nobody.mutate("joinWaitlist", input, "entry { id }").await;
    assert_eq!(nobody.error_code(), "UNAUTHENTICATED");
}

#[apply(on_both_databases!)]
async fn nobody_answers_the_offers_of_others(app: TestApp) {
    let studio = app.studio("barber").build().await;
    let (bob, carol) = (app.as_user("bob"), app.as_user("carol"));
    let booking = book(&app.as_user("alice"), &studio, TEN).await;
    let bobs = wait(&bob, &studio, hour(TEN)).await;
    wait(&carol, &studio, hour(TEN)).await;
    cancel(&app.as_user("alice"), &booking).await;
    let offer = offered(&bob, &bobs, "OPEN").await;
    let missing = format!("wlo_{}", "0".repeat(32));

    for (client, id) in [(&carol, &offer), (&bob, &missing)] {
        let refused = claim(client, id).await;
        assert_eq!(refused.user_errors("claimWaitlistOffer"), ["NOT_FOUND"]);
        let refused = decline(client, id).await;
        assert_eq!(refused.user_errors("declineWaitlistOffer"), ["NOT_FOUND"]);
    }
    let nobody = claim(&app.anonymous(), &offer).await;
    assert_eq!(nobody.error_code(), "UNAUTHENTICATED");
    let node =
        "query ($id: ID!) { node(id: $id) { ... on WaitlistOffer { status entry { id } } } }";
    for (client, sees) in [
        (&bob, true),
        (&studio.owner, true),
        (&carol, false),
        (&app.anonymous(), false),
    ] {
        let answer = client
            .graphql(node, json!({ "id": offer }))
            .await
            .expect_ok();
        assert_eq!(!answer.data("node").is_null(), sees);
    }
    // Sent again under the same key, a claim gives the same booking.
    let input = json!({ "offerId": offer, "idempotencyKey": "tap" });
    let mut bookings = Vec::new();
    for replayed in [false, true] {
        let claimed = bob
            .mutate(
                "claimWaitlistOffer",
                input.clone(),
                "booking { id } replayed",
            )
            .await;
        assert_eq!(claimed.data("claimWaitlistOffer.replayed"), replayed);
        bookings.push(claimed.text("claimWaitlistOffer.booking.id").to_owned());
    }
    assert_eq!(bookings[0], bookings[1]);
}

/// Settings of a waitlist are checked, and a walk-in queue has none of them.
#[apply(on_both_databases!)]
async fn settings_that_make_no_sense_are_refused(app: TestApp) {
    let studio = app.studio("barber").build().await;
    book(&app.as_user("alice"), &studio, TEN).await;
    let bobs = wait(&app.as_user("bob"), &studio, hour(TEN)).await;
    let queue = super::run_as(&studio.owner, &bobs, json!({})).await;
    let walk_in = crate::queues::open_queue(&studio, json!({})).await;
    for (queue, more, field) in [
        (&queue, json!({ "offerWindowMin": 0 }), "offerWindowMin"),
        (
            &queue,
            json!({ "offerWindowMin": i32::MAX }),
            "offerWindowMin",
        ),
        (&queue, json!({ "cutoffMin": -1 }), "cutoffMin"),
        (&walk_in, json!({ "promotion": "AUTO" }), "promotion"),
        (&walk_in, json!({ "cutoffMin": 5 }), "cutoffMin"),
    ] {
        let refused = crate::queues::update(&studio.owner, queue, more).await;
        assert_eq!(refused.user_errors("updateQueue"), ["INVALID_INPUT"]);
        assert_eq!(
            refused.data("updateQueue.userErrors.0.field"),
            &json!([field])
        );
    }
    let bob = app.as_user("bob");
    let refused = crate::queues::join(&bob, &queue, json!({})).await;
    assert_eq!(refused.user_errors("joinQueue"), ["INVALID_INPUT"]);
    let refused = crate::queues::call_next(&studio.owner, &queue).await;
    assert_eq!(refused.user_errors("callNext"), ["INVALID_STATE"]);
    crate::queues::update(&studio.owner, &queue, json!({ "status": "PAUSED" })).await;
    let input = json!({ "offerId": studio.offer_id, "window": hour(TEN) });
    let refused = app
        .as_user("carol")
        .mutate("joinWaitlist", input, "entry { id }")
        .await;
    assert_eq!(refused.user_errors("joinWaitlist"), ["QUEUE_CLOSED"]);
    app.advance(TimeDelta::zero());
    assert_eq!(seen(&bob, &bobs).await["status"], "WAITING");
}

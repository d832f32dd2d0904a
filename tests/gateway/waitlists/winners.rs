//! One place, one winner.

use serde_json::json;
use tests::*;

use super::{TEN, book, cancel, claim, decline, hour, offered, run_as, seen, wait};
use crate::bookings::{bookings, claims, number, run};

/// Everybody is told of the time; answers their entries and offers.
async fn told(app: &TestApp, studio: &Studio, people: usize) -> Vec<(Client, String, String)> {
    let alice = app.as_user("alice");
    let booking = book(&alice, studio, TEN).await;
    let mut waiting = Vec::new();
    for number in 0..people {
        let customer = app.as_user(&format!("customer{number}"));
        let entry = wait(&customer, studio, hour(TEN)).await;
        if number == 0 {
            run_as(&studio.owner, &entry, json!({ "promotion": "RACE" })).await;
        }
        waiting.push((customer, entry));
    }
    cancel(&alice, &booking).await;
    let mut told = Vec::new();
    for (customer, entry) in waiting {
        let offer = offered(&customer, &entry, "OPEN").await;
        told.push((customer, entry, offer));
    }
    told
}

#[apply(on_both_databases!)]
async fn of_a_hundred_who_claim_at_once_one_gets_the_time(app: TestApp) {
    let studio = app.studio("barber").build().await;
    let told = told(&app, &studio, 100).await;
    assert_eq!(claims(&app).await, 1);
    let other = app.another_instance().await;

    let answers = together(100, {
        let told = told.clone();
        move |number| {
            let (customer, _, offer) = told[number].clone();
            let name = format!("customer{number}");
            let customer = if number % 2 == 0 {
                customer
            } else {
                other.as_user(&name)
            };
            async move { claim(&customer, &offer).await }
        }
    })
    .await;

    let mut winners = 0;
    for answer in &answers {
        let errors = answer.user_errors("claimWaitlistOffer");
        assert!(
            errors.is_empty() || errors == ["OFFER_TAKEN"],
            "{}",
            answer.body
        );
        winners += usize::from(errors.is_empty());
    }
    assert_eq!(winners, 1);
    assert_eq!((bookings(&app).await, claims(&app).await), (2, 1));
    let accepted = "SELECT COUNT(*) FROM waitlist_offers WHERE status = 'accepted'";
    assert_eq!(number(&app, accepted).await, 1);
    let taken = "SELECT COUNT(*) FROM waitlist_offers WHERE status = 'taken'";
    assert_eq!(number(&app, taken).await, 99);
    let waiting = "SELECT COUNT(*) FROM queue_entries WHERE status = 'waiting'";
    assert_eq!(number(&app, waiting).await, 99);
}

#[apply(on_both_databases!)]
async fn a_race_goes_on_while_somebody_can_still_claim(app: TestApp) {
    let studio = app.studio("barber").build().await;
    let told = told(&app, &studio, 3).await;
    for (customer, entry, offer) in &told[..2] {
        decline(customer, offer)
            .await
            .expect_done("declineWaitlistOffer");
        assert_eq!(seen(customer, entry).await["status"], "WAITING");
        assert_eq!(claims(&app).await, 1);
    }
    let (customer, entry, offer) = &told[2];
    let again = claim(&told[0].0, &told[0].2).await;
    assert_eq!(again.user_errors("claimWaitlistOffer"), ["INVALID_STATE"]);
    claim(customer, offer)
        .await
        .expect_done("claimWaitlistOffer");
    assert_eq!(seen(customer, entry).await["status"], "PLACED");
}

/// Whoever writes past the gateway meets the database.
#[apply(on_both_databases!)]
async fn it_is_the_database_that_lets_no_two_have_the_same_place(app: TestApp) {
    let studio = app.studio("barber").build().await;
    let told = told(&app, &studio, 3).await;
    claim(&told[0].0, &told[0].2)
        .await
        .expect_done("claimWaitlistOffer");
    let again =
        "UPDATE waitlist_offers SET status = 'accepted', first_place = 0 WHERE status = 'taken'
        AND id = (SELECT MIN(id) FROM waitlist_offers WHERE status = 'taken')";
    let refused = run(&app, again).await.unwrap_err().to_string();
    assert!(refused.to_lowercase().contains("unique"), "{refused}");
    let more = "UPDATE waitlist_rounds SET taken = taken + 1";
    let refused = run(&app, more).await.unwrap_err().to_string();
    assert!(
        refused.contains("waitlist_rounds_places_check"),
        "{refused}"
    );

    app.drop_constraint(
        "waitlist_offers",
        "waitlist_offers_waitlist_round_id_first_place_key",
    )
    .await;
    app.drop_constraint("waitlist_rounds", "waitlist_rounds_places_check")
        .await;
    run(&app, more).await.unwrap();
    assert_eq!(run(&app, again).await.unwrap(), 1);
}

/// Nobody has two offers to answer at a time.
#[apply(on_both_databases!)]
async fn it_is_the_index_that_lets_nobody_have_two_open_offers(app: TestApp) {
    let studio = app.studio("barber").build().await;
    told(&app, &studio, 2).await;
    let again = "INSERT INTO waitlist_offers
        (id, biz_id, queue_id, queue_entry_id, waitlist_round_id, status, offered_at, expires_at)
        SELECT id || '-again', biz_id, queue_id, queue_entry_id, waitlist_round_id, status, offered_at, expires_at
        FROM waitlist_offers";
    // That nobody is told twice of the same place is another promise.
    app.drop_constraint(
        "waitlist_offers",
        "waitlist_offers_waitlist_round_id_queue_entry_id_key",
    )
    .await;
    assert!(run(&app, again).await.is_err());
    run(&app, "DROP INDEX waitlist_offers_one_open_key")
        .await
        .unwrap();
    assert_eq!(run(&app, again).await.unwrap(), 2);
}

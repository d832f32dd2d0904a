//! Many at once for one slot. The database decides, and one wins.

use std::collections::BTreeSet;
use std::time::Duration;

use sea_orm::{ConnectionTrait, TransactionTrait};
use serde_json::{Value, json};
use tests::*;

use super::{bookings, claims, input, number, run, waiting};

const SLOT: &str = "2026-03-03T10:00:00Z";
const ANSWER: &str =
    "booking { id } alternatives { startAt resource { id } secondaryResource { id } }";

/// `count` different customers ask for one slot at once, of the studios in turn.
async fn race(app: &TestApp, studios: &[&Studio], count: usize) -> Vec<GraphQlResponse> {
    let offers: Vec<Studio> = studios.iter().map(|studio| (*studio).clone()).collect();
    together(count, |number| {
        let customer = app.as_user(&format!("customer{number}"));
        let input = input(&offers[number % offers.len()], SLOT, json!({}));
        async move { customer.mutate("createBooking", input, ANSWER).await }
    })
    .await
}

/// How many won; everybody else must have lost to `SLOT_TAKEN`, and to nothing else.
fn winners(answers: &[GraphQlResponse]) -> usize {
    let won = |answer: &&GraphQlResponse| {
        assert!(answer.error_codes().is_empty(), "{}", answer.body);
        let errors = answer.user_errors("createBooking");
        assert!(
            errors.is_empty() || errors == ["SLOT_TAKEN"],
            "{}",
            answer.body
        );
        assert_eq!(
            answer.data("createBooking.booking").is_null(),
            !errors.is_empty()
        );
        errors.is_empty()
    };
    answers.iter().filter(won).count()
}

#[apply(on_both_databases!)]
async fn of_two_hundred_customers_one_gets_the_slot(app: TestApp) {
    let studio = app.studio("yoga").build().await;

    let answers = race(&app, &[&studio], 200).await;

    assert_eq!(winners(&answers), 1);
    assert_eq!((bookings(&app).await, claims(&app).await), (1, 1));
    let mut others = BTreeSet::new();
    for loser in answers
        .iter()
        .filter(|answer| answer.data("createBooking.booking").is_null())
    {
        let offered = loser.list("createBooking.alternatives");
        assert_eq!(offered.len(), 3, "{}", loser.body);
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        others.extend(
            offered
                .iter()
                .map(|it| (text(&it["startAt"]), text(&it["resource"]["id"]))),
        );
    }
    let late = app.as_user("late");
    for (start, resource) in others {
        let more = json!({ "dryRun": true, "resourceId": resource });
        let again = late.mutate(
            "createBooking",
            input(&studio, &start, more),
            "booking { id }",
        );
        again.await.expect_done("createBooking");
    }
}

#[apply(on_both_databases!)]
async fn as_many_win_as_the_resource_serves_at_a_time(app: TestApp) {
    let studio = app.studio("pool").capacity(3).build().await;

    let answers = race(&app, &[&studio], 60).await;

    assert_eq!(winners(&answers), 3);
    assert_eq!((bookings(&app).await, claims(&app).await), (3, 3));
}

#[apply(on_both_databases!)]
async fn as_many_win_as_there_are_pairs(app: TestApp) {
    let studio = app.studio("clinic").rooms(3).people(2).build().await;

    let answers = race(&app, &[&studio], 60).await;

    assert_eq!(winners(&answers), 2);
    assert_eq!((bookings(&app).await, claims(&app).await), (2, 4));
}

#[apply(on_both_databases!)]
async fn two_offers_of_one_resource_share_its_time(app: TestApp) {
    let [short, long] = sharing(&app, 1, 0).await;

    let answers = race(&app, &[&short, &long], 60).await;

    assert_eq!(winners(&answers), 1);
    assert_eq!((bookings(&app).await, claims(&app).await), (1, 1));
}

#[apply(on_both_databases!)]
async fn two_offers_that_try_pairs_in_opposite_orders_do_not_wait_for_each_other(app: TestApp) {
    let [one, other] = sharing(&app, 3, 3).await;

    let answers = race(&app, &[&one, &other], 60).await;

    assert_eq!(winners(&answers), 3);
    assert_eq!((bookings(&app).await, claims(&app).await), (3, 6));
}

/// Two offers of the same resources, which the second tries in the opposite order.
async fn sharing(app: &TestApp, rooms: usize, people: usize) -> [Studio; 2] {
    let first = app
        .studio("house")
        .rooms(rooms)
        .people(people)
        .build()
        .await;
    let mut second = first.clone();
    let input = json!({ "businessId": first.business_id, "name": "Other", "slug": "other" });
    let offer = first
        .owner
        .mutate("createOffer", input, "offer { id }")
        .await;
    second.offer_id = offer
        .expect_done("createOffer")
        .text("createOffer.offer.id")
        .to_owned();
    second.resource_ids.reverse();
    second.secondary_ids.reverse();
    let input = json!({
        "offerId": second.offer_id, "defaultDurationMin": 90, "basePriceMinor": 1, "horizonDays": 90,
        "primaryResourceIds": second.resource_ids, "secondaryResourceIds": second.secondary_ids,
    });
    let version = first
        .owner
        .mutate("createOfferVersion", input, "offerVersion { id }")
        .await;
    let version = version.expect_done("createOfferVersion");
    second.offer_version_id = version
        .text("createOfferVersion.offerVersion.id")
        .to_owned();
    let input = json!({ "offerVersionId": second.offer_version_id });
    let published = first
        .owner
        .mutate("publishOfferVersion", input, "offerVersion { id }")
        .await;
    published.expect_done("publishOfferVersion");
    [first, second]
}

/// Copies the one claim that there is.
const CLAIM_AGAIN: &str = "INSERT INTO resource_claims
    (id, biz_id, resource_id, unit, starts_at, ends_at, service_starts_at, service_ends_at, kind, created_at)
    SELECT 'again', biz_id, resource_id, unit, starts_at, ends_at, service_starts_at, service_ends_at, 'block', created_at
    FROM resource_claims";

async fn drop_the_constraint(app: &TestApp) {
    let statements: &[&str] = match app.backend() {
        Backend::Postgres => {
            &["ALTER TABLE resource_claims DROP CONSTRAINT resource_claims_no_overlap"]
        }
        Backend::Sqlite => &[
            "DROP TRIGGER resource_claims_no_overlap_insert",
            "DROP TRIGGER resource_claims_no_overlap_update",
        ],
    };
    for sql in statements {
        run(app, sql).await.unwrap();
    }
}

#[apply(on_both_databases!)]
async fn it_is_the_constraint_that_refuses_a_second_claim(app: TestApp) {
    let studio = app.studio("yoga").build().await;
    studio
        .book(&app.as_user("alice"), SLOT)
        .await
        .expect_done("createBooking");

    let refused = run(&app, CLAIM_AGAIN).await.unwrap_err().to_string();
    assert!(refused.contains("resource_claims_no_overlap"), "{refused}");

    drop_the_constraint(&app).await;
    run(&app, CLAIM_AGAIN).await.unwrap();
    let same = "SELECT COUNT(*) FROM resource_claims a JOIN resource_claims b
        ON a.id < b.id AND a.resource_id = b.resource_id AND a.unit = b.unit AND a.starts_at < b.ends_at AND b.starts_at < a.ends_at";
    assert_eq!(number(&app, same).await, 1);
}

/// The race on PostgreSQL, with everybody held up just before they claim the slot until several have
/// found it free. (On SQLite there is one writer, who reads what every other has written: there the
/// trigger guards against what is written past the gateway.)
async fn neck_and_neck(app: &TestApp, studio: &Studio) -> Vec<GraphQlResponse> {
    let gate = app.db().begin().await.unwrap();
    let close = "LOCK TABLE resource_claims IN SHARE ROW EXCLUSIVE MODE";
    gate.execute_unprepared(close).await.unwrap();
    let racing = tokio::spawn({
        let (app, studio) = (app.clone(), studio.clone());
        async move { race(&app, &[&studio], 200).await }
    });
    while waiting(&gate).await < 3 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    gate.commit().await.unwrap();
    racing.await.unwrap()
}

#[apply(on_postgres!)]
async fn of_those_who_all_found_the_slot_free_one_gets_it(app: TestApp) {
    let studio = app.studio("yoga").build().await;

    let answers = neck_and_neck(&app, &studio).await;

    assert_eq!(winners(&answers), 1);
    assert_eq!((bookings(&app).await, claims(&app).await), (1, 1));
}

#[apply(on_postgres!)]
async fn without_the_constraint_several_get_it(app: TestApp) {
    let studio = app.studio("yoga").build().await;
    drop_the_constraint(&app).await;

    let answers = neck_and_neck(&app, &studio).await;

    assert!(
        winners(&answers) > 1,
        "it is not the constraint that decides"
    );
}

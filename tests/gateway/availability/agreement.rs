//! The search, the booking and the model agree: what is offered is accepted, and nothing else is.

use std::collections::BTreeSet;

use booking_gateway::domain::clock::Moment;
use chrono::TimeDelta;
use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};
use tests::*;

use super::model::{At, Choice, Minutes, Model};
use super::world::{Random, any_minute, world};
use crate::bookings::input;

/// How many worlds each database sees.
const WORLDS: u64 = 40;
/// What each of them asks of the gateway beside the search.
const STARTS: usize = 25;

/// Per database and run: more than 100,000 starts are judged by the search and the model alike, and 2,000
/// by a dry run of the booking and the model.
#[apply(on_both_databases!)]
async fn what_is_offered_is_accepted_and_nothing_else_is(app: TestApp) {
    let (mut searched, mut tried, mut offered) = (0, 0, 0);
    for number in 0..WORLDS {
        let mut random = Random(number);
        let (studio, mut model) = world(&app, &mut random, number).await;
        for _ in 0..2 {
            let minutes = model.all_minutes();
            let slots = search_agrees(&app, &studio, &model, &minutes, &mut random).await;
            searched += slots.1;
            offered += slots.0.len();
            tried += bookings_agree(&app, &studio, &model, &minutes, &mut random, &slots.0).await;
            drop(minutes);
            live(&app, &studio, &mut model, &mut random, &slots.0).await;
        }
    }
    assert!(
        searched > 100_000 && tried >= 2_000 && offered > 1_000,
        "{searched} {tried} {offered}"
    );
}

type Slots = BTreeSet<(At, Choice)>;

/// Searches a window, and compares with the model at each of its minutes.
async fn search_agrees(
    app: &TestApp,
    studio: &Studio,
    model: &Model,
    minutes: &(Vec<Minutes<'_>>, Vec<Minutes<'_>>),
    random: &mut Random,
) -> (Slots, i64) {
    let from = any_minute(random, model);
    let length = 1000 + random.below(1500);
    let found = search(app, studio, from, from + TimeDelta::minutes(length)).await;
    let (primaries, secondaries) = minutes;
    let mut expected = Slots::new();
    for minute in 0..length {
        let start = from + TimeDelta::minutes(minute);
        let choices = model.choices(primaries, secondaries, start);
        expected.extend(choices.into_iter().map(|choice| (start, choice)));
    }
    // A search gives 500 at most: compare up to the last start of which all are there.
    let cut = |slots: &Slots| -> Slots {
        let last = found.iter().next_back().filter(|_| found.len() == 500);
        slots
            .iter()
            .filter(|slot| last.is_none_or(|last| slot.0 < last.0))
            .cloned()
            .collect()
    };
    let (missing, invented) = (&cut(&expected) - &found, &cut(&found) - &expected);
    assert!(
        missing.is_empty() && invented.is_empty(),
        "missing {missing:?}\ninvented {invented:?}\n{model:#?}"
    );
    (found, length)
}

async fn search(app: &TestApp, studio: &Studio, from: Moment, to: Moment) -> Slots {
    let document = "query ($id: ID!, $input: AvailabilityInput!) { offer(id: $id) { availability(input: $input) {
        slots { startAt resource { id } secondaryResource { id } } reasons { code } } } }";
    let input = json!({ "window": { "from": from, "to": to }, "limit": 500 });
    let answer = app
        .anonymous()
        .graphql(document, json!({ "id": studio.offer_id, "input": input }))
        .await
        .expect_ok();
    let slots = answer.list("offer.availability.slots");
    assert_eq!(
        answer.list("offer.availability.reasons").is_empty(),
        !slots.is_empty(),
        "{}",
        answer.body
    );
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let slots = slots.iter().map(|slot| {
        let choice = (
            text(&slot["resource"]["id"]).unwrap(),
            text(&slot["secondaryResource"]["id"]),
        );
        (moment(slot["startAt"].as_str().unwrap()), choice)
    });
    slots.collect()
}

/// Tries to book at some of the offered times, and at others.
async fn bookings_agree(
    app: &TestApp,
    studio: &Studio,
    model: &Model,
    minutes: &(Vec<Minutes<'_>>, Vec<Minutes<'_>>),
    random: &mut Random,
    slots: &Slots,
) -> usize {
    let (primaries, secondaries) = minutes;
    let alice = app.as_user("alice");
    for number in 0..STARTS {
        let some = slots
            .iter()
            .nth(usize::try_from(random.below(slots.len().max(1) as i64)).unwrap());
        let (start, wanted) = match some {
            Some((start, choice)) if number % 3 == 0 => (*start, Some(choice.clone())),
            _ => (any_minute(random, model), None),
        };
        let mut more = json!({ "dryRun": true });
        if let Some((primary, secondary)) = &wanted {
            more["resourceId"] = json!(primary);
            more["secondaryResourceId"] = json!(secondary);
        }
        let input = input(studio, &start.to_rfc3339(), more);
        let answer = alice
            .mutate("createBooking", input, "booking { id }")
            .await
            .expect_ok();
        let accepted = answer.user_errors("createBooking").is_empty();
        let choices = model.choices(primaries, secondaries, start);
        assert_eq!(
            accepted,
            !choices.is_empty(),
            "{start} {}\n{model:#?}",
            answer.body
        );
        assert!(accepted || wanted.is_none(), "{start} is offered");
    }
    STARTS
}

/// Lets some time pass in which some book and some hold, and tells the model.
async fn live(
    app: &TestApp,
    studio: &Studio,
    model: &mut Model,
    random: &mut Random,
    slots: &Slots,
) {
    for (number, (start, (primary, secondary))) in slots.iter().enumerate() {
        if !random.one_in(6) || number > 100 {
            continue;
        }
        let more = json!({ "hold": random.one_in(2), "resourceId": primary, "secondaryResourceId": secondary });
        let input = input(studio, &start.to_rfc3339(), more);
        let answer = app
            .as_user("bob")
            .mutate("createBooking", input, "booking { id }")
            .await;
        // It may be taken by now, by the one before.
        let errors = answer.user_errors("createBooking");
        assert!(
            errors.is_empty() || errors == ["SLOT_TAKEN"] || errors == ["TOO_SOON"],
            "{}",
            answer.body
        );
        app.advance(TimeDelta::minutes(random.below(3)));
    }
    let from = model.now + TimeDelta::minutes(random.below(2000));
    let window = json!({ "from": from, "to": from + TimeDelta::minutes(1 + random.below(300)) });
    let input = json!({ "resourceId": model.primaries[0].id, "window": window });
    studio
        .owner
        .mutate("blockResource", input, "busy { startAt }")
        .await
        .expect_ok();
    app.advance(TimeDelta::minutes(random.below(8)));
    model.now = app.now();
    let multi = model.gap_min;
    for resource in model.primaries.iter_mut().chain(&mut model.secondaries) {
        let (before, after) = (resource.before_min, resource.after_min + multi);
        resource.claims = claims(app, &resource.id, model.now, before, after).await;
    }
}

/// The claims of a resource that have not run out, each checked to be as long as its buffers ask.
async fn claims(
    app: &TestApp,
    resource: &str,
    now: At,
    before: i64,
    after: i64,
) -> Vec<(i64, At, At)> {
    let sql = format!(
        "SELECT unit, starts_at, ends_at, service_starts_at, service_ends_at, kind, expires_at FROM resource_claims WHERE resource_id = '{resource}'"
    );
    let statement = Statement::from_string(app.db().get_database_backend(), sql);
    let rows = app.db().query_all_raw(statement).await.unwrap();
    let claims = rows.iter().filter_map(|row| {
        let at = |column: &str| row.try_get::<At>("", column).unwrap();
        let (from, to) = (at("starts_at"), at("ends_at"));
        if row.try_get::<String>("", "kind").unwrap() != "block" {
            assert_eq!(at("service_starts_at") - from, TimeDelta::minutes(before));
            assert_eq!(to - at("service_ends_at"), TimeDelta::minutes(after));
        }
        let expires: Option<At> = row.try_get("", "expires_at").unwrap();
        let unit = i64::from(row.try_get::<i32>("", "unit").unwrap());
        expires
            .is_none_or(|expires| expires > now)
            .then_some((unit, from, to))
    });
    claims.collect()
}

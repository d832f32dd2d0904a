//! The demo: loaded whole, once, and never on top of anything else.

mod classes;

use std::collections::BTreeSet;

use booking_gateway::demo::{BUSINESSES, LoadError, PEOPLE, load};
use booking_gateway::domain::people::sign_in;
use chrono::TimeDelta;
use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};
use tests::*;

/// The tables that the demo fills.
const TABLES: [&str; 26] = [
    "bizes",
    "booking_order_lines",
    "booking_order_private_notes",
    "booking_orders",
    "class_occurrences",
    "class_schedules",
    "domain_events",
    "enrollments",
    "fulfillment_units",
    "locations",
    "memberships",
    "occurrence_seats",
    "offer_version_resources",
    "offer_versions",
    "offers",
    "opening_hours",
    "opening_hours_exceptions",
    "payments",
    "place_reservations",
    "resource_claims",
    "resources",
    "seat_holds",
    "seat_map_seats",
    "seat_maps",
    "users",
    "venues",
];

async fn rows(app: &TestApp) -> Vec<i64> {
    let mut counts = Vec::new();
    for table in TABLES {
        let sql = format!("SELECT count(*) AS n FROM {table}");
        let count = Statement::from_string(app.db().get_database_backend(), sql);
        let count = app.db().query_one_raw(count).await.unwrap().unwrap();
        counts.push(count.try_get("", "n").unwrap());
    }
    counts
}

/// The person of the demo with that subject.
fn person(app: &TestApp, subject: &str) -> Client {
    let person = PEOPLE.iter().find(|person| person.subject == subject);
    let person = person.expect("somebody of the demo");
    app.anonymous().with_claims(Claims {
        name: Some(person.name.to_owned()),
        email: Some(person.email.to_owned()),
        email_verified: true,
        ..Claims::service(subject)
    })
}

#[apply(on_both_databases!)]
async fn it_is_loaded_once(app: TestApp) {
    let first = load(&app.gateway).await.unwrap();
    let before = rows(&app).await;
    app.advance(TimeDelta::days(30));
    let second = load(&app.gateway).await.unwrap();

    assert!(first.is_new && !second.is_new);
    assert_eq!(rows(&app).await, before);
}

#[apply(on_both_databases!)]
async fn what_was_done_in_it_does_not_keep_it_from_being_found(app: TestApp) {
    load(&app.gateway).await.unwrap();
    app.studio("mine").owned_by("alice").build().await;
    let before = rows(&app).await;

    assert!(!load(&app.gateway).await.unwrap().is_new);
    assert_eq!(rows(&app).await, before);
}

#[apply(on_both_databases!)]
async fn loaded_by_two_instances_at_once_it_is_there_once(app: TestApp) {
    let loads = together(2, |_| {
        let gateway = app.gateway.clone();
        async move { load(&gateway).await.unwrap().is_new }
    })
    .await;

    assert_eq!(loads.iter().filter(|is_new| **is_new).count(), 1);
    assert_eq!(rows(&app).await[0], 6);
}

#[apply(on_both_databases!)]
async fn a_database_with_another_business_is_left_alone(app: TestApp) {
    app.studio("other").build().await;
    let before = rows(&app).await;

    let refused = load(&app.gateway).await;

    assert!(matches!(refused, Err(LoadError::OtherData)), "{refused:?}");
    assert_eq!(rows(&app).await, before);
}

#[apply(on_both_databases!)]
async fn a_database_with_a_user_is_left_alone(app: TestApp) {
    sign_in(&app.gateway, &PEOPLE[0].identity()).await.unwrap();
    let before = rows(&app).await;

    let refused = load(&app.gateway).await;

    assert!(matches!(refused, Err(LoadError::OtherData)), "{refused:?}");
    assert_eq!(rows(&app).await, before);
}

#[apply(on_both_databases!)]
async fn every_offer_has_a_free_time_in_the_next_two_weeks(app: TestApp) {
    load(&app.gateway).await.unwrap();
    let query =
        "query ($slug: String!, $input: AvailabilityInput!) { business(by: { slug: $slug }) {
        offers { nodes { name availability(input: $input) { slots { startAt } } } } } }";
    let window = json!({ "from": app.now(), "to": app.now() + TimeDelta::days(14) });
    let input = json!({
        "window": window,
        "limit": 1,
        // For the groomer, who comes.
        "serviceAddress": { "line1": "1 Bloor Street", "latitude": 43.67, "longitude": -79.387 },
    });
    let mut offers = 0;
    for slug in BUSINESSES {
        let variables = json!({ "slug": slug, "input": input });
        let answer = app.anonymous().graphql(query, variables).await.expect_ok();
        for offer in answer.list("business.offers.nodes") {
            let slots = offer["availability"]["slots"].as_array().unwrap();
            assert_eq!(slots.len(), 1, "{slug}: {offer}");
            offers += 1;
        }
    }
    assert_eq!(offers, 13);
}

#[apply(on_both_databases!)]
async fn everybody_has_their_part(app: TestApp) {
    load(&app.gateway).await.unwrap();
    let users = rows(&app).await;
    let query = "{ viewer { user { name email }
                   memberships { role business { slug } } bookings { totalCount } } }";
    for (subject, name, role, businesses) in [
        ("demo|owner", "Olivia Owner", "OWNER", 6..=6),
        ("demo|front-desk", "Frank Desk", "STAFF", 6..=6),
        ("demo|instructor", "Ines Instructor", "HOST", 1..=1),
        ("demo|customer-1", "Carla Customer", "CUSTOMER", 4..=6),
        ("demo|customer-2", "Charlie Customer", "CUSTOMER", 4..=6),
    ] {
        let client = person(&app, subject);
        let answer = client.graphql(query, json!({})).await.expect_ok();
        let memberships = answer.list("viewer.memberships");
        assert_eq!(answer.text("viewer.user.name"), name);
        assert!(businesses.contains(&memberships.len()), "{}", answer.body);
        assert!(memberships.iter().all(|it| it["role"] == role));
        let bookings = answer.data("viewer.bookings.totalCount").as_i64().unwrap();
        assert_eq!(bookings > 0, role == "CUSTOMER", "{}", answer.body);
    }
    assert_eq!(rows(&app).await, users, "nobody is somebody else");
}

#[apply(on_both_databases!)]
async fn bookings_are_in_every_state(app: TestApp) {
    load(&app.gateway).await.unwrap();
    let query = "query ($slug: String!) { business(by: { slug: $slug }) { bookings(first: 100) {
        nodes { status cancellation { late fee { amountMinor } } } } } }";
    let mut seen = BTreeSet::new();
    for slug in BUSINESSES {
        let desk = person(&app, "demo|front-desk");
        let answer = desk
            .graphql(query, json!({ "slug": slug }))
            .await
            .expect_ok();
        for booking in answer.list("business.bookings.nodes") {
            let fee = !booking["cancellation"]["fee"].is_null();
            seen.insert((booking["status"].as_str().unwrap().to_owned(), fee));
        }
    }
    let state = |state: &str, fee: bool| (state.to_owned(), fee);
    let mut expected: BTreeSet<_> = [
        "HELD",
        "PENDING_APPROVAL",
        "AWAITING_DEPOSIT",
        "CONFIRMED",
        "CHECKED_IN",
        "COMPLETED",
        "CANCELLED",
        "DECLINED",
        "EXPIRED",
        "NO_SHOW",
    ]
    .map(|name| state(name, false))
    .into();
    expected.insert(state("CANCELLED", true));
    assert_eq!(seen, expected);
}

#[apply(on_both_databases!)]
async fn what_is_left_free_can_be_booked(app: TestApp) {
    load(&app.gateway).await.unwrap();
    let query = "query ($input: AvailabilityInput!) { business(by: { slug: \"atelier-lumiere\" }) {
        offers { nodes { id availability(input: $input) { slots { startAt } } } } } }";
    let window = json!({ "from": app.now(), "to": app.now() + TimeDelta::days(7) });
    let carla = person(&app, "demo|customer-1");
    let variables = json!({ "input": { "window": window, "limit": 1 } });
    let answer = carla.graphql(query, variables).await.expect_ok();
    for offer in answer.list("business.offers.nodes") {
        let start: &Value = &offer["availability"]["slots"][0]["startAt"];
        let input = json!({ "offerId": offer["id"], "startAt": start });
        let booked = carla
            .mutate("createBooking", input, "booking { status }")
            .await;
        let booked = booked.expect_done("createBooking");
        assert_eq!(booked.text("createBooking.booking.status"), "CONFIRMED");
    }
}

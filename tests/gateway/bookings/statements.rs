//! How many SQL statements a page of bookings takes: as many for one booking as for a hundred.

use futures_util::future::join_all;
use serde_json::{Value, json};
use tests::*;

use super::{booked, input};

const PAGE: &str = "query ($id: ID!, $first: Int) { business(by: { id: $id }) { bookings(first: $first) { nodes {
    units { location { name } resource { name } } id offer { name } offerVersion { basePrice { amountMinor } }
    customer { name } lines { label } deposit { paid { amountMinor } } payments { id } } } } }";

/// A hundred bookings of as many customers.
async fn full(app: &TestApp) -> Studio {
    let studio = app.studio("pool").rooms(4).capacity(30).build().await;
    for number in 0..100 {
        let start = format!("2026-03-{:02}T10:00:00Z", 3 + number % 5);
        let more = json!({ "resourceId": studio.resource_ids[number % 4] });
        booked(
            &app.as_user(&format!("customer{number}")),
            &studio,
            &start,
            more,
        )
        .await;
    }
    studio
}

#[apply(on_both_databases!)]
async fn a_page_of_bookings_takes_the_same_number_of_statements_whatever_its_size(app: TestApp) {
    let studio = full(&app).await;
    let page = |first: usize| {
        studio
            .owner
            .graphql(PAGE, json!({ "id": studio.business_id, "first": first }))
    };
    page(1).await.expect_ok();

    let (one, statements) = app.counted(page(1)).await;
    assert_eq!(one.expect_ok().list("business.bookings.nodes").len(), 1);
    for first in [20, 100] {
        let (answer, more) = app.counted(page(first)).await;
        assert_eq!(
            answer.expect_ok().list("business.bookings.nodes").len(),
            first
        );
        assert_eq!(more.len(), statements.len(), "{more}");
    }
    assert!(statements.len() <= 9, "{statements}");
    let (answers, together) = app.counted(join_all((0..32).map(|_| page(100)))).await;
    assert!(
        answers
            .into_iter()
            .all(|answer| answer.expect_ok().body.len() > 1000)
    );
    assert_eq!(together.len(), 32 * statements.len(), "32 clients at once");
}

/// Two notes on every booking of a page, asked for one at a time.
#[apply(on_both_databases!)]
async fn the_notes_of_a_page_are_read_together(app: TestApp) {
    const NOTES: &str = "query ($id: ID!, $first: Int) { business(by: { id: $id }) { bookings(first: $first) {
        nodes { id notes(first: 1) { totalCount pageInfo { hasNextPage endCursor } nodes { note author { name } } } }
    } } }";
    let studio = full(&app).await;
    let page = |first: usize| {
        let variables = json!({ "id": studio.business_id, "first": first });
        studio.owner.graphql(NOTES, variables)
    };
    let bookings = page(20).await.expect_ok();
    for booking in bookings.list("business.bookings.nodes") {
        for note in ["first", "second"] {
            let input = json!({ "bookingId": booking["id"], "note": note });
            let added = studio.owner.mutate("addBookingNote", input, "note { id }");
            added.await.expect_done("addBookingNote");
        }
    }

    let (_, one) = app.counted(page(1)).await;
    let (answer, twenty) = app.counted(page(20)).await;

    assert_eq!(twenty.len(), one.len(), "{twenty}");
    for booking in answer.expect_ok().list("business.bookings.nodes") {
        let notes = &booking["notes"];
        assert_eq!(notes["totalCount"], 2);
        assert_eq!(notes["pageInfo"]["hasNextPage"], true);
        assert_eq!(notes["nodes"][0]["note"], "first");
    }
}

#[apply(on_both_databases!)]
async fn keys_come_in_the_order_in_which_they_are_selected(app: TestApp) {
    let studio = full(&app).await;
    let answer = studio
        .owner
        .graphql(PAGE, json!({ "id": studio.business_id, "first": 100 }))
        .await
        .expect_ok();

    let keys = [
        "units",
        "location",
        "resource",
        "id",
        "offer",
        "offerVersion",
        "customer",
        "lines",
        "deposit",
        "payments",
    ];
    let bookings: Vec<&str> = answer.body.split(r#"{"units":["#).skip(1).collect();
    assert_eq!(bookings.len(), 100);
    for booking in bookings {
        let booking = format!("\"units\":[{booking}");
        let places: Vec<_> = keys
            .iter()
            .map(|key| booking.find(&format!("\"{key}\":")).unwrap())
            .collect();
        assert!(places.is_sorted(), "{booking}");
    }
}

#[apply(on_both_databases!)]
async fn nodes_by_their_ids_are_read_together(app: TestApp) {
    let studio = full(&app).await;
    let page = studio
        .owner
        .graphql(PAGE, json!({ "id": studio.business_id, "first": 100 }))
        .await;
    let ids: Vec<Value> = page
        .list("business.bookings.nodes")
        .iter()
        .map(|node| node["id"].clone())
        .collect();
    let document = "query ($ids: [ID!]!) { nodes(ids: $ids) { id ... on Booking { offer { name } customer { name } units { resource { name } } } } }";
    let nodes = |ids: &[Value]| studio.owner.graphql(document, json!({ "ids": ids }));

    let (one, statements) = app.counted(nodes(&ids[..1])).await;
    let (all, more) = app.counted(nodes(&ids)).await;

    assert_eq!(more.len(), statements.len(), "{more}");
    assert_eq!(one.expect_ok().list("nodes").len(), 1);
    let found: Vec<Value> = all
        .expect_ok()
        .list("nodes")
        .iter()
        .map(|node| node["id"].clone())
        .collect();
    assert_eq!(found, ids);
}

#[apply(on_both_databases!)]
async fn a_search_takes_the_same_number_of_statements_for_any_days_and_resources(app: TestApp) {
    let document = "query ($id: ID!, $input: AvailabilityInput!) { offer(id: $id) { availability(input: $input) {
        slots { startAt price { amountMinor } resource { name } secondaryResource { name } location { name } } nextAvailable { startAt } reasons { code } } } }";
    let mut counts = Vec::new();
    for (slug, rooms, people) in [("one", 1, 1), ("many", 20, 3)] {
        let studio = app.studio(slug).rooms(rooms).people(people).build().await;
        for day in 3..8 {
            let start = format!("2026-03-0{day}T10:00:00Z");
            let input = input(&studio, &start, json!({}));
            app.as_user("alice")
                .mutate("createBooking", input, "booking { id }")
                .await
                .expect_done("createBooking");
        }
        for to in ["2026-03-04T00:00:00Z", "2026-05-25T00:00:00Z"] {
            let window = json!({ "from": "2026-03-03T00:00:00Z", "to": to });
            let variables =
                json!({ "id": studio.offer_id, "input": { "window": window, "limit": 500 } });
            let (answer, statements) = app
                .counted(app.anonymous().graphql(document, variables))
                .await;
            assert!(answer.expect_ok().list("offer.availability.slots").len() > 10);
            counts.push(statements);
        }
    }
    for other in &counts[1..] {
        assert_eq!(other.len(), counts[0].len(), "{}{other}", counts[0]);
    }
}

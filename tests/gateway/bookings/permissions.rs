//! Who sees and touches which bookings.

use std::collections::BTreeSet;

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

/// The ids of a list, page by page, forward or backward.
async fn paged(
    client: &Client,
    list: &str,
    order: &str,
    forward: bool,
    size: usize,
) -> Vec<String> {
    let (mut ids, mut cursor) = (Vec::new(), Value::Null);
    loop {
        let page = match forward {
            true => format!("first: {size}, after: $cursor"),
            false => format!("last: {size}, before: $cursor"),
        };
        let fields = "nodes { id } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } totalCount";
        let document = format!(
            "query ($cursor: String) {{ {} }}",
            list.replace(
                "BOOKINGS",
                &format!("bookings(orderBy: {order}, {page}) {{ {fields} }}")
            )
        );
        let answer = client
            .graphql(&document, json!({ "cursor": cursor }))
            .await
            .expect_ok();
        let root = answer.json()["data"]
            .as_object()
            .unwrap()
            .values()
            .next()
            .unwrap();
        let page = &root["bookings"];
        assert_eq!(page["totalCount"], 23);
        let mut these: Vec<String> = page["nodes"]
            .as_array()
            .unwrap()
            .iter()
            .map(|node| node["id"].as_str().unwrap().to_owned())
            .collect();
        let (more, next) = match forward {
            true => ("hasNextPage", "endCursor"),
            false => ("hasPreviousPage", "startCursor"),
        };
        cursor = page["pageInfo"][next].clone();
        match forward {
            true => ids.append(&mut these),
            false => ids.splice(0..0, these).for_each(drop),
        }
        if page["pageInfo"][more] == false {
            return ids;
        }
    }
}

#[apply(on_both_databases!)]
async fn pages_in_both_directions_hold_every_booking_once_also_among_equal_starts(app: TestApp) {
    let studio = app.studio("pool").capacity(30).build().await;
    let alice = app.as_user("alice");
    for number in 0..23 {
        let start = [
            "2026-03-03T10:00:00Z",
            "2026-03-03T10:00:00Z",
            "2026-03-04T10:00:00Z",
        ][number % 3];
        booked(&alice, &studio, start, json!({})).await;
    }
    let of_business = format!(
        "business(by: {{ id: \"{}\" }}) {{ BOOKINGS }}",
        studio.business_id
    );
    for (client, list) in [
        (&alice, "viewer { BOOKINGS }"),
        (&studio.owner, of_business.as_str()),
    ] {
        let mut lists = Vec::new();
        for order in ["START_ASC", "START_DESC", "CREATED_DESC"] {
            let forward = paged(client, list, order, true, 4).await;
            assert_eq!(forward.iter().collect::<BTreeSet<_>>().len(), 23);
            assert_eq!(
                paged(client, list, order, false, 5).await,
                forward,
                "{order}"
            );
            lists.push(forward);
        }
        lists[0].reverse();
        assert_eq!(lists[0], lists[1]);
    }
}

#[apply(on_both_databases!)]
async fn a_cursor_of_another_list_is_refused(app: TestApp) {
    let studio = app.studio("pool").build().await;
    let alice = app.as_user("alice");
    booked(&alice, &studio, TEN, json!({})).await;
    let cursor = alice
        .graphql(
            "{ viewer { bookings { pageInfo { endCursor } } } }",
            json!({}),
        )
        .await;
    let ours = cursor.text("viewer.bookings.pageInfo.endCursor").to_owned();
    let cursor = alice
        .graphql("{ businesses { pageInfo { endCursor } } }", json!({}))
        .await;
    let theirs = cursor.text("businesses.pageInfo.endCursor").to_owned();

    for (order, cursor) in [
        ("START_DESC", ours.as_str()),
        ("CREATED_DESC", &ours),
        ("START_ASC", &theirs),
        ("START_ASC", "garbage"),
        ("START_ASC", ""),
        ("START_ASC", "☂"),
    ] {
        for (size, at) in [("first", "after"), ("last", "before")] {
            let document = format!(
                "query ($cursor: String) {{ viewer {{ bookings(orderBy: {order}, {size}: 1, {at}: $cursor) {{ nodes {{ id }} }} }} }}"
            );
            let answer = alice.graphql(&document, json!({ "cursor": cursor })).await;
            assert_eq!(answer.error_code(), "BAD_REQUEST", "{order} {cursor:?}");
        }
    }
}

#[apply(on_both_databases!)]
async fn filters_narrow_a_list(app: TestApp) {
    let studio = app.studio("yoga").rooms(2).build().await;
    let (alice, bob) = (app.as_user("alice"), app.as_user("bob"));
    let first = booked(
        &alice,
        &studio,
        TEN,
        json!({ "resourceId": studio.resource_ids[0] }),
    )
    .await;
    let second = booked(
        &bob,
        &studio,
        "2026-03-04T10:00:00Z",
        json!({ "resourceId": studio.resource_ids[1] }),
    )
    .await;
    let held = booked(
        &bob,
        &studio,
        "2026-03-05T10:00:00Z",
        json!({ "hold": true }),
    )
    .await;
    app.advance(chrono::TimeDelta::minutes(10));
    let document = "query ($id: ID!, $filter: BookingFilter) { business(by: { id: $id }) { bookings(filter: $filter) { nodes { id } totalCount } } }";
    let all = [&first, &second, &held];
    for (filter, expected) in [
        (json!({}), &all[..]),
        (json!({ "status": ["CONFIRMED"] }), &[&first, &second]),
        (json!({ "status": ["HELD"] }), &[]),
        (json!({ "status": ["EXPIRED", "CANCELLED"] }), &[&held]),
        (json!({ "status": [] }), &[]),
        (json!({ "resourceId": studio.resource_ids[1] }), &[&second]),
        (json!({ "customerId": user_id(&alice).await }), &[&first]),
        (json!({ "offerId": studio.offer_id }), &all[..]),
        (
            json!({ "window": { "from": "2026-03-03T10:59:59Z", "to": "2026-03-04T10:00:01Z" } }),
            &[&first, &second],
        ),
        (
            json!({ "window": { "from": "2026-03-03T11:00:00Z", "to": "2026-03-04T10:00:00Z" } }),
            &[],
        ),
    ] {
        let variables = json!({ "id": studio.business_id, "filter": filter });
        let answer = studio.owner.graphql(document, variables).await.expect_ok();
        let ids: Vec<&str> = answer
            .list("business.bookings.nodes")
            .iter()
            .map(|node| node["id"].as_str().unwrap())
            .collect();
        if filter["resourceId"].is_null() {
            assert_eq!(ids, expected.to_vec(), "{filter}");
        } else {
            assert!(
                ids.contains(&second.as_str()) && !ids.contains(&first.as_str()),
                "{filter}"
            );
        }
        assert_eq!(answer.data("business.bookings.totalCount"), ids.len());
    }
}

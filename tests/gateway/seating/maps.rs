//! Seat maps: drawn by managers, seen by everybody, no two seats alike.

use booking_gateway::domain::ids::Kind;
use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};
use tests::*;

use super::{Hall, MAP, drawn, expect_refused, input, name, venue};

#[apply(on_both_databases!)]
async fn a_map_is_drawn_and_everybody_sees_it(app: TestApp) {
    let studio = app.studio("theatre").build().await;
    let venue = venue(&studio, "hall").await;
    let mut map = input(&studio, &venue, &["a.", ".b"]);
    map["seats"][3]["seatType"] = json!("sofa");
    map["seats"][0]["rowLabel"] = json!("  A ");

    let drawn = studio.owner.mutate("createSeatMap", map, MAP).await;
    let drawn = drawn.expect_done("createSeatMap");
    let map = drawn.data("createSeatMap.seatMap");

    assert_eq!((&map["width"], &map["height"]), (&json!(2), &json!(2)));
    assert_eq!(
        (&map["status"], &map["venue"]["id"]),
        (&json!("ACTIVE"), &json!(venue))
    );
    let seats = map["seats"].as_array().unwrap();
    assert_eq!(
        seats.iter().map(name).collect::<Vec<_>>(),
        ["A1", "A2", "B1", "B2"]
    );
    let all = |field: &str| {
        seats
            .iter()
            .map(|seat| seat[field].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(all("isAccessible"), [true, false, false, false]);
    assert_eq!(all("isBlocked"), [false, false, false, true]);
    assert_eq!(
        all("seatType"),
        ["standard", "standard", "standard", "sofa"]
    );
    assert_eq!(all("x"), [0, 1, 0, 1]);

    let everywhere = format!(
        "query ($business: ID!, $ids: [ID!]!) {{
            business(by: {{ id: $business }}) {{
                seatMaps {{ totalCount nodes {{ ...M }} }}
                venues {{ nodes {{ seatMaps {{ totalCount nodes {{ ...M }} }} }} }}
            }}
            nodes(ids: $ids) {{ ... on SeatMap {{ ...M }} ... on Seat {{ rowLabel seatNumber }} }}
        }}
        fragment M on SeatMap {}",
        MAP.trim_start_matches("seatMap")
    );
    let variables = json!({ "business": studio.business_id, "ids": [map["id"], seats[2]["id"]] });
    let seen = app
        .anonymous()
        .graphql(&everywhere, variables)
        .await
        .expect_ok();
    for path in [
        "business.seatMaps.nodes.0",
        "business.venues.nodes.0.seatMaps.nodes.0",
        "nodes.0",
    ] {
        assert_eq!(seen.data(path), map, "{path}");
    }
    assert_eq!(seen.data("business.seatMaps.totalCount"), 1);
    assert_eq!(seen.data("business.venues.nodes.0.seatMaps.totalCount"), 1);
    assert_eq!(name(seen.data("nodes.1")), "B1");
}

#[apply(on_both_databases!)]
async fn a_draft_is_for_staff(app: TestApp) {
    let studio = app.studio("theatre").build().await;
    let venue = venue(&studio, "hall").await;
    let mut map = input(&studio, &venue, &[".."]);
    map["status"] = json!("DRAFT");
    let drawn = studio.owner.mutate("createSeatMap", map, MAP).await;
    let drawn = drawn.expect_done("createSeatMap");
    let ids = [
        drawn.data("createSeatMap.seatMap.id"),
        drawn.data("createSeatMap.seatMap.seats.0.id"),
    ];

    let document = "query ($business: ID!, $ids: [ID!]!) { nodes(ids: $ids) { id }
        business(by: { id: $business }) { seatMaps { nodes { id } } venues { nodes { seatMaps { nodes { id } } } } } }";
    let variables = json!({ "business": studio.business_id, "ids": ids });
    for (client, count) in [
        (&studio.member("desk", "STAFF").await, 1),
        (&app.as_user("alice"), 0),
        (&app.anonymous(), 0),
    ] {
        let seen = client
            .graphql(document, variables.clone())
            .await
            .expect_ok();
        let nodes = seen.list("nodes").iter().filter(|node| !node.is_null());
        assert_eq!(nodes.count(), 2 * count, "{}", seen.body);
        assert_eq!(seen.list("business.seatMaps.nodes").len(), count);
        assert_eq!(
            seen.list("business.venues.nodes.0.seatMaps.nodes").len(),
            count
        );
    }
}

#[apply(on_both_databases!)]
async fn a_map_is_taken_into_use_and_out_of_it(app: TestApp) {
    let studio = app.studio("theatre").build().await;
    let rival = app.studio("rival").owned_by("rival").build().await;
    let venue = venue(&studio, "hall").await;
    let mut map = input(&studio, &venue, &[".."]);
    map["status"] = json!("DRAFT");
    let drawn = studio.owner.mutate("createSeatMap", map, MAP).await;
    let drawn = drawn.expect_done("createSeatMap");
    let id = drawn.data("createSeatMap.seatMap.id");
    let update = async |client: &Client, more: Value| {
        let input = crate::bookings::with(json!({ "seatMapId": id }), more);
        let selection = "seatMap { name status }";
        client.mutate("updateSeatMap", input, selection).await
    };

    let answer = update(&rival.owner, json!({ "name": "Mine" })).await;
    expect_refused(&answer, "updateSeatMap", "NOT_FOUND", "seatMapId");
    let staff = studio.member("desk", "STAFF").await;
    let answer = update(&staff, json!({ "name": "Mine" })).await;
    assert_eq!(answer.error_code(), "FORBIDDEN");
    let answer = update(&studio.owner, json!({ "name": " " })).await;
    expect_refused(&answer, "updateSeatMap", "INVALID_INPUT", "name");
    for (change, expected) in [
        (json!({ "status": "ACTIVE" }), ["Hall", "ACTIVE"]),
        (json!({ "name": "Great hall" }), ["Great hall", "ACTIVE"]),
        (json!({ "status": "INACTIVE" }), ["Great hall", "INACTIVE"]),
    ] {
        let answer = update(&studio.owner, change).await;
        let answer = answer.expect_done("updateSeatMap");
        let map = answer.data("updateSeatMap.seatMap");
        assert_eq!([&map["name"], &map["status"]], expected);
    }
    let answer = update(&studio.owner, json!({ "status": "DRAFT" })).await;
    expect_refused(&answer, "updateSeatMap", "INVALID_STATE", "status");
    // Who is not of the house sees it now, and still may not change it.
    let answer = update(&rival.owner, json!({ "name": "Mine" })).await;
    expect_refused(&answer, "updateSeatMap", "NOT_FOUND", "seatMapId");
}

#[apply(on_both_databases!)]
async fn a_map_that_cannot_be_is_refused_whole(app: TestApp) {
    let studio = app.studio("theatre").build().await;
    let rival = app.studio("rival").owned_by("rival").build().await;
    let venue_id = venue(&studio, "hall").await;
    let foreign = venue(&rival, "hall").await;
    let plain = input(&studio, &venue_id, &["...", "..."]);
    let long = "x".repeat(201);
    for (field, pointer, bad) in [
        ("name", "/name", json!("  ")),
        ("name", "/name", json!(long)),
        ("name", "/name", json!("a\u{0}")),
        ("slug", "/slug", json!("No Slug")),
        ("width", "/width", json!(0)),
        ("width", "/width", json!(i32::MAX)),
        ("height", "/height", json!(-1)),
        ("height", "/height", json!(10_001)),
        ("seats", "/seats", json!([])),
        ("seats.0.rowLabel", "/seats/0/rowLabel", json!("")),
        ("seats.2.seatNumber", "/seats/2/seatNumber", json!("\n")),
        ("seats.2.seatNumber", "/seats/2/seatNumber", json!("1")),
        ("seats.1.x", "/seats/1/x", json!(3)),
        ("seats.1.x", "/seats/1/x", json!(0)),
        ("seats.1.y", "/seats/1/y", json!(i32::MIN)),
        (
            "seats.5.seatType",
            "/seats/5/seatType",
            json!("x".repeat(51)),
        ),
        ("venueId", "/venueId", json!(studio.offer_id)),
    ] {
        let mut input = plain.clone();
        *input.pointer_mut(pointer).unwrap() = bad;
        let answer = studio.owner.mutate("createSeatMap", input, "").await;
        expect_refused(&answer, "createSeatMap", "INVALID_INPUT", field);
    }
    for venue in [foreign, Kind::Venue.mint(app.now())] {
        let mut input = plain.clone();
        input["venueId"] = json!(venue);
        let answer = studio.owner.mutate("createSeatMap", input, "").await;
        expect_refused(&answer, "createSeatMap", "NOT_FOUND", "venueId");
    }
    let many: Vec<Value> = (0..2_501)
        .map(|n| json!({ "rowLabel": "A", "seatNumber": n.to_string(), "x": n, "y": 0 }))
        .collect();
    let mut large = plain.clone();
    (large["seats"], large["width"]) = (json!(many), json!(3_000));
    let answer = studio
        .owner
        .mutate("createSeatMap", large.clone(), "")
        .await;
    expect_refused(&answer, "createSeatMap", "INVALID_INPUT", "seats");
    assert_eq!(
        super::number(&app, "SELECT COUNT(*) FROM seat_map_seats").await,
        0
    );

    large["seats"] = json!(many[..2_500]);
    let answer = studio.owner.mutate("createSeatMap", large, MAP).await;
    let answer = answer.expect_done("createSeatMap");
    assert_eq!(answer.list("createSeatMap.seatMap.seats").len(), 2_500);

    let answer = studio.owner.mutate("createSeatMap", plain, "").await;
    expect_refused(&answer, "createSeatMap", "INVALID_INPUT", "slug");
}

#[apply(on_both_databases!)]
async fn maps_are_drawn_by_managers_and_seats_blocked_by_staff(app: TestApp) {
    let studio = app.studio("theatre").build().await;
    let rival = app.studio("rival").owned_by("rival").build().await;
    let hall = Hall::draw(&studio, &[".."]).await;
    let mut map = input(&studio, &hall.venue_id, &["."]);
    let block = json!({ "seatIds": [hall.seat("A1")], "blocked": true });
    for (role, draws) in [
        ("ADMIN", true),
        ("MANAGER", true),
        ("STAFF", false),
        ("HOST", false),
    ] {
        map["slug"] = json!(role.to_lowercase());
        let member = studio.member(&role.to_lowercase(), role).await;
        let answer = member.mutate("createSeatMap", map.clone(), "").await;
        match draws {
            true => drop(answer.expect_done("createSeatMap")),
            false => assert_eq!(answer.error_code(), "FORBIDDEN"),
        }
        let answer = member.mutate("setSeatsBlocked", block.clone(), "").await;
        answer.expect_done("setSeatsBlocked");
    }
    for client in [&rival.owner, &app.as_user("alice")] {
        let answer = client.mutate("createSeatMap", map.clone(), "").await;
        expect_refused(&answer, "createSeatMap", "NOT_FOUND", "businessId");
        let answer = client.mutate("setSeatsBlocked", block.clone(), "").await;
        expect_refused(&answer, "setSeatsBlocked", "NOT_FOUND", "seatIds.0");
    }
    for (mutation, input) in [("createSeatMap", &map), ("setSeatsBlocked", &block)] {
        let answer = app.anonymous().mutate(mutation, input.clone(), "").await;
        assert_eq!(answer.error_code(), "UNAUTHENTICATED");
    }
}

#[apply(on_both_databases!)]
async fn seats_are_blocked_and_let_go_again(app: TestApp) {
    let studio = app.studio("theatre").build().await;
    let rival = app.studio("rival").owned_by("rival").build().await;
    let hall = Hall::draw(&studio, &["..", ".."]).await;
    let foreign = Hall::draw(&rival, &["."]).await;
    let blocked = async |names: &str, blocked: bool| {
        let input = json!({ "seatIds": hall.ids(names), "blocked": blocked });
        let selection = "seats { rowLabel seatNumber isBlocked }";
        let answer = studio
            .owner
            .mutate("setSeatsBlocked", input, selection)
            .await;
        let answer = answer.expect_done("setSeatsBlocked");
        let seats = answer.list("setSeatsBlocked.seats").iter();
        seats
            .map(|seat| (name(seat), seat["isBlocked"] == true))
            .collect::<Vec<_>>()
    };
    let expected = |seats: &[(&str, bool)]| -> Vec<(String, bool)> {
        seats
            .iter()
            .map(|(name, it)| ((*name).to_owned(), *it))
            .collect()
    };
    assert_eq!(
        blocked("B1 A2", true).await,
        expected(&[("B1", true), ("A2", true)])
    );
    assert_eq!(
        blocked("A1 B1", false).await,
        expected(&[("A1", false), ("B1", false)])
    );

    let seat = hall.seat("A1");
    let missing = Kind::Seat.mint(app.now());
    for (ids, code, field) in [
        (json!([]), "INVALID_INPUT", "seatIds"),
        (json!([seat, seat]), "INVALID_INPUT", "seatIds.1"),
        (json!([hall.map_id]), "INVALID_INPUT", "seatIds.0"),
        (json!([seat, foreign.seat("A1")]), "NOT_FOUND", "seatIds.1"),
        (json!([seat, missing]), "NOT_FOUND", "seatIds.1"),
    ] {
        let input = json!({ "seatIds": ids, "blocked": true });
        let answer = studio.owner.mutate("setSeatsBlocked", input, "").await;
        expect_refused(&answer, "setSeatsBlocked", code, field);
    }
    // Nothing was half done.
    assert_eq!(blocked("A1", false).await, expected(&[("A1", false)]));
    let events = "SELECT COUNT(*) FROM domain_events WHERE kind = 'seat_map.changed'";
    assert_eq!(super::number(&app, events).await, 2);
}

#[apply(on_both_databases!)]
async fn a_map_drawn_twice_with_one_key_is_drawn_once(app: TestApp) {
    let studio = app.studio("theatre").build().await;
    let venue = venue(&studio, "hall").await;
    let mut map = input(&studio, &venue, &["..", ".."]);
    map["idempotencyKey"] = json!("once");
    let answers = together(8, |_| {
        let (owner, map) = (studio.owner.clone(), map.clone());
        async move {
            owner
                .mutate("createSeatMap", map, "seatMap { id seats { id } } replayed")
                .await
        }
    })
    .await;

    let mut ids: Vec<_> = answers
        .into_iter()
        .map(|it| {
            it.expect_done("createSeatMap")
                .data("createSeatMap.seatMap")
                .to_string()
        })
        .collect();
    ids.dedup();
    assert_eq!(ids.len(), 1);
    assert_eq!(
        super::number(&app, "SELECT COUNT(*) FROM seat_map_seats").await,
        4
    );

    map["seats"] = drawn(&["."]);
    let other = studio.owner.mutate("createSeatMap", map, "").await;
    expect_refused(
        &other,
        "createSeatMap",
        "IDEMPOTENCY_KEY_MISMATCH",
        "idempotencyKey",
    );
}

/// Copies every seat of the one map, moved by a row or a step.
fn again(row: &str, by: i32) -> String {
    format!(
        "INSERT INTO seat_map_seats (id, biz_id, seat_map_id, row_label, seat_number, x_position, y_position)
         SELECT id || '-again', biz_id, seat_map_id, {row}, seat_number, x_position + {by}, y_position FROM seat_map_seats"
    )
}

/// The ids of all seats, as a list in SQL.
async fn seat_ids(app: &TestApp) -> String {
    let rows = app.db().query_all_raw(Statement::from_string(
        app.db().get_database_backend(),
        "SELECT id FROM seat_map_seats",
    ));
    let rows = rows.await.unwrap();
    let ids = rows
        .iter()
        .map(|row| format!("'{}'", row.try_get::<String>("", "id").unwrap()));
    ids.collect::<Vec<_>>().join(", ")
}

#[apply(on_both_databases!)]
async fn it_is_the_index_that_keeps_two_seats_apart(app: TestApp) {
    let studio = app.studio("theatre").build().await;
    let hall = Hall::draw(&studio, &["..."]).await;
    let drawn = seat_ids(&app).await;
    for (index, copy) in [
        (
            "seat_map_seats_seat_map_id_row_label_seat_number_key",
            again("row_label", 10),
        ),
        (
            "seat_map_seats_seat_map_id_x_position_y_position_key",
            again("row_label || 'b'", 0),
        ),
    ] {
        assert!(super::run(&app, &copy).await.is_err(), "{index}");
        super::run(&app, &format!("DROP INDEX {index}"))
            .await
            .unwrap();
        assert_eq!(super::run(&app, &copy).await.unwrap(), 3, "{index}");
        let copies = format!("DELETE FROM seat_map_seats WHERE id NOT IN ({drawn})");
        assert_eq!(super::run(&app, &copies).await.unwrap(), 3, "{index}");
    }
    let map = format!(
        "INSERT INTO seat_maps (id, biz_id, venue_id, name, slug, width, height)
         SELECT 'again', biz_id, venue_id, name, slug, width, height FROM seat_maps WHERE id = '{}'",
        hall.map_id
    );
    assert!(super::run(&app, &map).await.is_err());
    super::run(&app, "DROP INDEX seat_maps_biz_id_slug_key")
        .await
        .unwrap();
    super::run(&app, &map).await.unwrap();
}

#[apply(on_both_databases!)]
async fn the_maps_of_all_venues_cost_the_same_for_any_number(app: TestApp) {
    // All that there is at once, which nobody is allowed to ask for.
    let app = app.with_options(|options| options.limits.cost = 1_000_000);
    let studio = app.studio("theatre").build().await;
    let document = "query ($business: ID!) { business(by: { id: $business }) {
        venues(first: 50) { nodes { name seatMaps { totalCount nodes { name venue { name } seats { rowLabel } } } } } } }";
    let ask = async || {
        let variables = json!({ "business": studio.business_id });
        app.anonymous()
            .graphql(document, variables)
            .await
            .expect_ok()
    };
    let add = async |number: usize| {
        let slug = format!("hall-{number}");
        let venue = venue(&studio, &slug).await;
        let mut map = input(&studio, &venue, &["....", "...."]);
        map["slug"] = json!(slug);
        studio
            .owner
            .mutate("createSeatMap", map, "")
            .await
            .expect_done("createSeatMap");
    };
    add(0).await;
    let (_, for_few) = app.counted(ask()).await;
    for number in 1..12 {
        add(number).await;
    }
    let (many, for_many) = app.counted(ask()).await;

    assert_eq!(many.list("business.venues.nodes").len(), 12);
    assert_eq!(
        many.list("business.venues.nodes.11.seatMaps.nodes.0.seats")
            .len(),
        8
    );
    assert_eq!(for_few.len(), for_many.len(), "{for_few}{for_many}");
    // The business, its venues, their maps and how many, the venues again, the seats.
    assert_eq!(for_many.len(), 6, "{for_many}");
}

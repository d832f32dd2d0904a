//! Holding seats: all or none, for a while, by one alone.

use booking_gateway::domain::ids::Kind;
use chrono::TimeDelta;
use serde_json::{Value, json};
use tests::*;

use super::{Class, expect_refused, name, number, states, text};

#[apply(on_both_databases!)]
async fn named_seats_are_held_and_nobody_else_gets_them(app: TestApp) {
    let class = Class::new(&app, &["...", ".b."], 5).await;
    let (alice, bob) = (app.as_user("alice"), app.as_user("bob"));

    let hold = class.hold(&alice, "A2 A1").await.expect_done("holdSeats");
    let hold = hold.data("holdSeats.seatHold");
    let seats = hold["seats"].as_array().unwrap().iter();
    assert_eq!(seats.map(name).collect::<Vec<_>>(), ["A1", "A2"]);
    assert_eq!(hold["occurrence"]["id"], *class.id);
    assert_eq!(hold["expiresAt"], "2026-03-02T09:10:00Z");

    assert_eq!(
        states(&alice, &class).await,
        "A1=HELD* A2=HELD* A3=AVAILABLE B1=AVAILABLE B2=BLOCKED B3=AVAILABLE"
    );
    for other in [&bob, &class.studio.owner, &app.anonymous()] {
        assert_eq!(
            states(other, &class).await,
            "A1=HELD A2=HELD A3=AVAILABLE B1=AVAILABLE B2=BLOCKED B3=AVAILABLE"
        );
    }
    // All or none.
    let answer = class.hold(&bob, "A3 B1 A2").await;
    expect_refused(&answer, "holdSeats", "SEAT_TAKEN", "seatIds.2");
    let answer = class.hold(&bob, "A3 B2").await;
    expect_refused(&answer, "holdSeats", "SEAT_TAKEN", "seatIds.1");
    assert_eq!(
        number(&app, "SELECT COUNT(*) FROM occurrence_seats").await,
        2
    );
    assert_eq!(number(&app, "SELECT COUNT(*) FROM seat_holds").await, 1);
    assert_eq!(class.reserved(&app).await, 2);
    class.hold(&bob, "A3 B1").await.expect_done("holdSeats");
    assert_eq!(class.reserved(&app).await, 4);
}

#[apply(on_both_databases!)]
async fn the_best_seats_are_held_together(app: TestApp) {
    let class = Class::new(&app, &[".....", ".aa..", "....."], 15).await;
    let alice = app.as_user("alice");
    let best = async |client: &Client, best: Value| {
        let input = json!({ "occurrenceId": class.id, "bestAvailable": best });
        let answer = client.mutate("holdSeats", input, super::HOLD).await;
        let answer = answer.expect_done("holdSeats");
        let seats = answer.list("holdSeats.seatHold.seats").iter();
        seats.map(name).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(
        best(&alice, json!({ "count": 2, "accessible": true })).await,
        "B2 B3"
    );
    assert_eq!(best(&alice, json!({ "count": 3 })).await, "A2 A3 A4");
    assert_eq!(
        best(&app.as_user("bob"), json!({ "count": 3 })).await,
        "C2 C3 C4"
    );
    // No row has room for three any more.
    assert_eq!(
        best(&app.as_user("bob"), json!({ "count": 3 })).await,
        "A5 B4 B5"
    );

    let carol = app.as_user("carol");
    for (wanted, code, field) in [
        (
            json!({ "count": 1, "accessible": true }),
            "SEAT_TAKEN",
            "bestAvailable.count",
        ),
        (json!({ "count": 5 }), "CAPACITY_FULL", "occurrenceId"),
        (
            json!({ "count": 0 }),
            "INVALID_INPUT",
            "bestAvailable.count",
        ),
        (
            json!({ "count": 51 }),
            "INVALID_INPUT",
            "bestAvailable.count",
        ),
        (
            json!({ "count": i32::MIN }),
            "INVALID_INPUT",
            "bestAvailable.count",
        ),
    ] {
        let input = json!({ "occurrenceId": class.id, "bestAvailable": wanted });
        let answer = carol.mutate("holdSeats", input, "").await;
        expect_refused(&answer, "holdSeats", code, field);
    }
    assert_eq!(best(&carol, json!({ "count": 4 })).await, "A1 B1 C1 C5");
}

#[apply(on_both_databases!)]
async fn what_cannot_be_held_is_refused(app: TestApp) {
    let class = Class::new(&app, &["..."], 3).await;
    let alice = app.as_user("alice");
    let rival = app.studio("rival").owned_by("rival").build().await;
    let foreign = super::Hall::draw(&rival, &["..."]).await;
    let free = class.another(&app, None, 3).await;
    let past = class.at(&app, "2026-03-02T09:00:00Z").await;
    let cancelled = class.at(&app, "2026-03-03T11:00:00Z").await;
    let cancel =
        format!("UPDATE class_occurrences SET status = 'cancelled' WHERE id = '{cancelled}'");
    super::run(&app, &cancel).await.unwrap();
    let draft = class.at(&app, "2026-03-03T13:00:00Z").await;
    let unpublish = format!(
        "UPDATE class_schedules SET status = 'draft' WHERE id = (SELECT class_schedule_id FROM class_occurrences WHERE id = '{draft}')"
    );
    super::run(&app, &unpublish).await.unwrap();

    let seat = class.seat("A1");
    let nobodys = Kind::Seat.mint(app.now());
    let nowhere = Kind::ClassOccurrence.mint(app.now());
    for (occurrence, seats, code, field) in [
        (&class.id, json!([]), "INVALID_INPUT", "seatIds"),
        (&class.id, json!([seat, seat]), "INVALID_INPUT", "seatIds.1"),
        (
            &class.id,
            json!([seat, class.id]),
            "INVALID_INPUT",
            "seatIds.1",
        ),
        (&class.id, json!(vec![seat; 51]), "INVALID_INPUT", "seatIds"),
        (
            &class.id,
            json!([seat, foreign.seat("A1")]),
            "NOT_FOUND",
            "seatIds.1",
        ),
        (&class.id, json!([seat, nobodys]), "NOT_FOUND", "seatIds.1"),
        (&nowhere, json!([seat]), "NOT_FOUND", "occurrenceId"),
        (&draft, json!([seat]), "NOT_FOUND", "occurrenceId"),
        (
            &class.hall.map_id,
            json!([seat]),
            "INVALID_INPUT",
            "occurrenceId",
        ),
        (&free.id, json!([seat]), "INVALID_INPUT", "occurrenceId"),
        (&past, json!([seat]), "INVALID_STATE", "occurrenceId"),
        (&cancelled, json!([seat]), "INVALID_STATE", "occurrenceId"),
    ] {
        let input = json!({ "occurrenceId": occurrence, "seatIds": seats });
        let answer = alice.mutate("holdSeats", input, "").await;
        expect_refused(&answer, "holdSeats", code, field);
    }
    for both in [
        json!({ "occurrenceId": class.id }),
        json!({ "occurrenceId": class.id, "seatIds": [seat], "bestAvailable": { "count": 1 } }),
    ] {
        let answer = alice.mutate("holdSeats", both, "").await;
        expect_refused(&answer, "holdSeats", "INVALID_INPUT", "seatIds");
    }
    let answer = class.hold(&app.anonymous(), "A1").await;
    assert_eq!(answer.error_code(), "UNAUTHENTICATED");
    assert_eq!(
        number(&app, "SELECT COUNT(*) FROM occurrence_seats").await,
        0
    );
    assert_eq!(class.reserved(&app).await, 0);
}

#[apply(on_both_databases!)]
async fn places_run_out_before_seats_do(app: TestApp) {
    let class = Class::new(&app, &["....."], 3).await;
    class
        .hold(&app.as_user("alice"), "A1 A2")
        .await
        .expect_done("holdSeats");
    let answer = class.hold(&app.as_user("bob"), "A3 A4").await;
    expect_refused(&answer, "holdSeats", "CAPACITY_FULL", "occurrenceId");
    class
        .hold(&app.as_user("bob"), "A3")
        .await
        .expect_done("holdSeats");
}

#[apply(on_both_databases!)]
async fn a_customer_does_not_hold_half_the_hall_but_staff_do(app: TestApp) {
    let rows = ["..........", ".........."];
    let class = Class::new(&app, &rows, 20).await;
    let alice = app.as_user("alice");
    let best = async |client: &Client, count: u32| {
        let input = json!({ "occurrenceId": class.id, "bestAvailable": { "count": count } });
        client.mutate("holdSeats", input, "seatHold { id }").await
    };
    expect_refused(
        &best(&alice, 13).await,
        "holdSeats",
        "INVALID_STATE",
        "occurrenceId",
    );
    let eight = best(&alice, 8).await.expect_done("holdSeats");
    expect_refused(
        &best(&alice, 5).await,
        "holdSeats",
        "INVALID_STATE",
        "occurrenceId",
    );
    best(&alice, 4).await.expect_done("holdSeats");
    // What is given back counts no more, nor what has run out.
    let released = class
        .release(&alice, eight.data("holdSeats.seatHold.id"))
        .await;
    released.expect_done("releaseSeatHold");
    best(&alice, 8).await.expect_done("holdSeats");
    app.advance(TimeDelta::minutes(10));
    best(&alice, 12).await.expect_done("holdSeats");
    app.advance(TimeDelta::minutes(10));
    best(&class.studio.owner, 10).await.expect_done("holdSeats");
    best(&class.studio.owner, 10).await.expect_done("holdSeats");
}

#[apply(on_both_databases!)]
async fn a_hold_runs_out_by_the_clock(app: TestApp) {
    let class = Class::new(&app, &[".."], 2).await;
    let (alice, bob) = (app.as_user("alice"), app.as_user("bob"));
    let hold = class.held(&alice, "A1 A2").await;

    app.advance(TimeDelta::seconds(599));
    assert_eq!(states(&alice, &class).await, "A1=HELD* A2=HELD*");
    let answer = class.hold(&bob, "A1").await;
    expect_refused(&answer, "holdSeats", "CAPACITY_FULL", "occurrenceId");
    app.advance(TimeDelta::seconds(1));
    // No sweep has been.
    for client in [&alice, &bob] {
        assert_eq!(states(client, &class).await, "A1=AVAILABLE A2=AVAILABLE");
    }
    let seen = class.seen(&alice, &hold).await;
    assert_eq!(seen["seats"], json!([]));
    let answer = class.extend(&alice, &hold).await;
    expect_refused(&answer, "extendSeatHold", "HOLD_EXPIRED", "seatHoldId");
    class.hold(&bob, "A1").await.expect_done("holdSeats");
    assert_eq!(states(&alice, &class).await, "A1=HELD A2=AVAILABLE");
    assert_eq!(class.reserved(&app).await, 1);
    // It is known to have run out, not unknown, also now that its seats are gone.
    let answer = class.extend(&alice, &hold).await;
    expect_refused(&answer, "extendSeatHold", "HOLD_EXPIRED", "seatHoldId");
    class
        .release(&alice, &hold)
        .await
        .expect_done("releaseSeatHold");
    assert_eq!(class.reserved(&app).await, 1);
}

#[apply(on_both_databases!)]
async fn a_hold_is_extended_up_to_a_cap(app: TestApp) {
    let class = Class::new(&app, &[".."], 2).await;
    let alice = app.as_user("alice");
    let hold = class.held(&alice, "A1").await;
    let extended = async || {
        let answer = class
            .extend(&alice, &hold)
            .await
            .expect_done("extendSeatHold");
        text(answer.data("extendSeatHold.seatHold.expiresAt"))
    };
    assert_eq!(extended().await, "2026-03-02T09:10:00Z");
    app.set_time("2026-03-02T09:09:59Z");
    assert_eq!(extended().await, "2026-03-02T09:19:59Z");
    app.set_time("2026-03-02T09:19:58Z");
    assert_eq!(extended().await, "2026-03-02T09:29:58Z");
    app.set_time("2026-03-02T09:25:00Z");
    assert_eq!(extended().await, "2026-03-02T09:30:00Z");
    let answer = class.extend(&alice, &hold).await;
    expect_refused(&answer, "extendSeatHold", "INVALID_STATE", "seatHoldId");
    app.set_time("2026-03-02T09:29:59Z");
    assert_eq!(states(&alice, &class).await, "A1=HELD* A2=AVAILABLE");
    let answer = class.hold(&app.as_user("bob"), "A1").await;
    expect_refused(&answer, "holdSeats", "SEAT_TAKEN", "seatIds.0");
    app.set_time("2026-03-02T09:30:00Z");
    class
        .hold(&app.as_user("bob"), "A1")
        .await
        .expect_done("holdSeats");
}

#[apply(on_both_databases!)]
async fn a_hold_does_not_outlast_the_beginning(app: TestApp) {
    let class = Class::new(&app, &[".."], 2).await;
    app.set_time("2026-03-03T09:55:00Z");
    let alice = app.as_user("alice");
    let hold = class.hold(&alice, "A1").await.expect_done("holdSeats");
    assert_eq!(
        hold.text("holdSeats.seatHold.expiresAt"),
        "2026-03-03T10:00:00Z"
    );
    let answer = class
        .extend(&alice, hold.data("holdSeats.seatHold.id"))
        .await;
    expect_refused(&answer, "extendSeatHold", "INVALID_STATE", "seatHoldId");
    app.set_time("2026-03-03T10:00:00Z");
    let answer = class.hold(&alice, "A2").await;
    expect_refused(&answer, "holdSeats", "INVALID_STATE", "occurrenceId");
}

#[apply(on_both_databases!)]
async fn a_hold_is_its_holders_alone(app: TestApp) {
    let class = Class::new(&app, &[".."], 2).await;
    let alice = app.as_user("alice");
    let hold = class.held(&alice, "A1").await;
    let missing = json!(Kind::SeatHold.mint(app.now()));
    let node = "query ($id: ID!) { node(id: $id) { id } }";
    for other in [&app.as_user("bob"), &class.studio.owner] {
        for mutation in ["extendSeatHold", "releaseSeatHold"] {
            let send = async |id: &Value| {
                other
                    .mutate(mutation, json!({ "seatHoldId": id }), "")
                    .await
            };
            let foreign = send(&hold).await;
            expect_refused(&foreign, mutation, "NOT_FOUND", "seatHoldId");
            assert_eq!(foreign.body, send(&missing).await.body);
        }
        let seen = other.graphql(node, json!({ "id": hold })).await.expect_ok();
        assert!(seen.data("node").is_null());
    }
    let nobody = app.anonymous();
    let seen = nobody
        .graphql(node, json!({ "id": hold }))
        .await
        .expect_ok();
    assert!(seen.data("node").is_null());
    let answer = class.release(&nobody, &hold).await;
    assert_eq!(answer.error_code(), "UNAUTHENTICATED");
    assert_eq!(states(&alice, &class).await, "A1=HELD* A2=AVAILABLE");

    let done = class
        .release(&alice, &hold)
        .await
        .expect_done("releaseSeatHold");
    assert_eq!(done.data("releaseSeatHold.seatHold.seats"), &json!([]));
    assert_eq!(states(&alice, &class).await, "A1=AVAILABLE A2=AVAILABLE");
    assert_eq!(class.reserved(&app).await, 0);
    // Once more changes nothing; but it is over.
    class
        .release(&alice, &hold)
        .await
        .expect_done("releaseSeatHold");
    let answer = class.extend(&alice, &hold).await;
    expect_refused(&answer, "extendSeatHold", "HOLD_EXPIRED", "seatHoldId");
}

#[apply(on_both_databases!)]
async fn a_hold_asked_for_twice_with_one_key_is_made_once(app: TestApp) {
    let class = Class::new(&app, &["...."], 4).await;
    let input = json!({
        "occurrenceId": class.id, "bestAvailable": { "count": 2 }, "idempotencyKey": "tap",
    });
    let answers = together(8, |_| {
        let (alice, input) = (app.as_user("alice"), input.clone());
        async move { alice.mutate("holdSeats", input, super::HOLD).await }
    })
    .await;
    let holds: Vec<_> = answers
        .into_iter()
        .map(|it| {
            it.expect_done("holdSeats")
                .data("holdSeats.seatHold")
                .to_string()
        })
        .collect();
    assert!(holds.iter().all(|hold| *hold == holds[0]), "{holds:?}");
    assert_eq!(number(&app, "SELECT COUNT(*) FROM seat_holds").await, 1);
    assert_eq!(class.reserved(&app).await, 2);
}

#[apply(on_both_databases!)]
async fn the_worker_lets_go_of_what_has_run_out_and_forgets_it_later(app: TestApp) {
    let class = Class::new(&app, &["...."], 4).await;
    let alice = app.as_user("alice");
    let hold = class.held(&alice, "A1 A2").await;
    let lasting = class.held(&app.as_user("bob"), "A3").await;
    app.set_time("2026-03-02T09:09:00Z");
    class
        .extend(&app.as_user("bob"), &lasting)
        .await
        .expect_done("extendSeatHold");
    app.set_time("2026-03-02T09:10:00Z");
    let tick = async || {
        booking_gateway::domain::worker::tick(&app.gateway)
            .await
            .unwrap()
    };

    assert_eq!(tick().await.settled, 1);
    assert_eq!(
        number(&app, "SELECT COUNT(*) FROM occurrence_seats").await,
        1
    );
    assert_eq!(class.reserved(&app).await, 1);
    assert_eq!(tick().await.settled, 0);
    let answer = class.extend(&alice, &hold).await;
    expect_refused(&answer, "extendSeatHold", "HOLD_EXPIRED", "seatHoldId");

    app.advance(TimeDelta::days(8));
    let report = tick().await;
    assert_eq!(report.holds, 2);
    let answer = class.extend(&alice, &hold).await;
    expect_refused(&answer, "extendSeatHold", "NOT_FOUND", "seatHoldId");
}

#[apply(on_both_databases!)]
async fn seats_that_somebody_has_are_not_blocked_under_them(app: TestApp) {
    let class = Class::new(&app, &["....", "...."], 6).await;
    let (owner, alice) = (&class.studio.owner, app.as_user("alice"));
    let block = async |names: &str| {
        let input = json!({ "seatIds": class.hall.ids(names), "blocked": true });
        owner.mutate("setSeatsBlocked", input, "").await
    };
    let hold = class.held(&alice, "A2").await;
    expect_refused(
        &block("A1 A2").await,
        "setSeatsBlocked",
        "SEAT_TAKEN",
        "seatIds.1",
    );
    // Six places want six seats.
    expect_refused(
        &block("A1 A3 A4").await,
        "setSeatsBlocked",
        "INVALID_STATE",
        "seatIds",
    );
    block("A1 A3").await.expect_done("setSeatsBlocked");
    block("A1 A3").await.expect_done("setSeatsBlocked");
    expect_refused(
        &block("A4").await,
        "setSeatsBlocked",
        "INVALID_STATE",
        "seatIds",
    );
    super::run(&app, "UPDATE class_schedules SET capacity = 5")
        .await
        .unwrap();
    expect_refused(
        &block("A4").await,
        "setSeatsBlocked",
        "INVALID_STATE",
        "seatIds",
    );
    super::run(&app, "UPDATE class_occurrences SET capacity = 5")
        .await
        .unwrap();
    block("A4").await.expect_done("setSeatsBlocked");
    super::run(&app, "UPDATE class_schedules SET capacity = 1")
        .await
        .unwrap();
    super::run(&app, "UPDATE class_occurrences SET capacity = 1")
        .await
        .unwrap();
    expect_refused(
        &block("A2").await,
        "setSeatsBlocked",
        "SEAT_TAKEN",
        "seatIds.0",
    );
    class
        .release(&alice, &hold)
        .await
        .expect_done("releaseSeatHold");
    let again = class.held(&alice, "B4").await;
    block("A2").await.expect_done("setSeatsBlocked");
    // What has run out keeps nobody from anything, nor does a class that is over.
    app.advance(TimeDelta::minutes(10));
    class.extend(&alice, &again).await;
    block("B4").await.expect_done("setSeatsBlocked");
}

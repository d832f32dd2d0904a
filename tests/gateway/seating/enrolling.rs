//! Enrolling with seats: a seat for each place, by a hold or by name.

use booking_gateway::domain::ids::Kind;
use chrono::TimeDelta;
use serde_json::{Value, json};
use tests::*;

use super::{Class, Hall, expect_refused, name, number, scheduled, states, user_errors_of};

/// The seats of an enrolment, in short.
fn seats(answer: &GraphQlResponse) -> String {
    let seats = answer.list("enroll.enrollment.seats").iter();
    seats.map(name).collect::<Vec<_>>().join(" ")
}

/// How many places of the class are taken, as the database counts.
async fn enrolled(app: &TestApp, class: &Class) -> i64 {
    let sql = "SELECT CAST(enrolled_count AS BIGINT) FROM class_occurrences WHERE id = ";
    number(app, &format!("{sql}'{}'", class.id)).await
}

#[apply(on_both_databases!)]
async fn a_hold_becomes_an_enrolment_with_its_seats(app: TestApp) {
    let class = Class::new(&app, &["..."], 3).await;
    let (alice, bob) = (app.as_user("alice"), app.as_user("bob"));
    let hold = class.held(&alice, "A1 A2").await;
    let answer = class.enroll(&alice, json!({ "seatHoldId": hold })).await;
    let answer = answer.expect_done("enroll");

    assert_eq!(seats(&answer), "A1 A2");
    assert_eq!(answer.data("enroll.enrollment.places"), 2);
    assert_eq!(
        states(&alice, &class).await,
        "A1=TAKEN* A2=TAKEN* A3=AVAILABLE"
    );
    assert_eq!(states(&bob, &class).await, "A1=TAKEN A2=TAKEN A3=AVAILABLE");
    assert_eq!(
        (enrolled(&app, &class).await, class.reserved(&app).await),
        (2, 0)
    );
    let mine = "{ viewer { enrollments { nodes { seats { rowLabel seatNumber } } } } }";
    let mine = alice.graphql(mine, json!({})).await.expect_ok();
    assert_eq!(mine.list("viewer.enrollments.nodes.0.seats").len(), 2);

    // It is used up.
    let answer = class.extend(&alice, &hold).await;
    expect_refused(&answer, "extendSeatHold", "HOLD_EXPIRED", "seatHoldId");
    let answer = class.release(&alice, &hold).await;
    expect_refused(&answer, "releaseSeatHold", "INVALID_STATE", "seatHoldId");
    app.advance(TimeDelta::hours(1));
    booking_gateway::domain::worker::tick(&app.gateway)
        .await
        .unwrap();
    assert_eq!(states(&bob, &class).await, "A1=TAKEN A2=TAKEN A3=AVAILABLE");
    // Whoever is enrolled has no use for another.
    let answer = class.hold(&alice, "A3").await;
    expect_refused(&answer, "holdSeats", "ALREADY_ENROLLED", "occurrenceId");
}

#[apply(on_both_databases!)]
async fn whoever_holds_the_last_seats_gets_them_in_the_last_second_against_all_rivals(
    app: TestApp,
) {
    let class = Class::new(&app, &["..."], 2).await;
    let alice = app.as_user("alice");
    let hold = class.held(&alice, "A1 A2").await;
    app.advance(TimeDelta::milliseconds(599_999));

    let answers = together(41, |number| {
        let (class, hold) = (class.clone(), hold.clone());
        let client = match number {
            20 => app.as_user("alice"),
            _ => app.as_user(&format!("rival{number}")),
        };
        async move {
            match number {
                20 => class.enroll(&client, json!({ "seatHoldId": hold })).await,
                odd if odd % 2 == 1 => {
                    let seats = class.hall.ids(if odd % 4 == 1 { "A1" } else { "A3" });
                    class.enroll(&client, json!({ "seatIds": seats })).await
                }
                _ => class.hold(&client, "A2").await,
            }
        }
    })
    .await;

    for (number, answer) in answers.iter().enumerate() {
        let mutation = if number % 2 == 1 || number == 20 {
            "enroll"
        } else {
            "holdSeats"
        };
        let refused = !user_errors_of(answer, mutation).is_empty();
        assert_eq!(refused, number != 20, "{}", answer.body);
    }
    assert_eq!(
        states(&alice, &class).await,
        "A1=TAKEN* A2=TAKEN* A3=AVAILABLE"
    );
    assert_eq!(
        (enrolled(&app, &class).await, class.reserved(&app).await),
        (2, 0)
    );
}

#[apply(on_both_databases!)]
async fn seats_are_taken_by_name_one_for_each_place(app: TestApp) {
    let class = Class::new(&app, &["....b"], 4).await;
    let (alice, bob) = (app.as_user("alice"), app.as_user("bob"));
    let ids = |names: &str| json!(class.hall.ids(names));
    let answer = class
        .enroll(&alice, json!({ "seatIds": ids("A3 A2") }))
        .await;
    assert_eq!(seats(&answer.expect_done("enroll")), "A3 A2");
    let held = class.held(&app.as_user("carol"), "A1").await;
    let nobodys = Kind::Seat.mint(app.now());
    let rival = app.studio("rival").owned_by("rival").build().await;
    let foreign = Hall::draw(&rival, &["."]).await;

    for (more, code, field) in [
        (json!({}), "SEAT_REQUIRED", "seatIds"),
        (
            json!({ "places": 1, "seatIds": [] }),
            "INVALID_INPUT",
            "seatIds",
        ),
        (
            json!({ "places": 2, "seatIds": ids("A4") }),
            "INVALID_INPUT",
            "places",
        ),
        (json!({ "seatIds": ids("A2") }), "SEAT_TAKEN", "seatIds.0"),
        (json!({ "seatIds": ids("A1") }), "SEAT_TAKEN", "seatIds.0"),
        (json!({ "seatIds": ids("A5") }), "SEAT_TAKEN", "seatIds.0"),
        (
            json!({ "seatIds": ids("A4 A4") }),
            "INVALID_INPUT",
            "seatIds.1",
        ),
        (json!({ "seatIds": [nobodys] }), "NOT_FOUND", "seatIds.0"),
        (
            json!({ "seatIds": [foreign.seat("A1")] }),
            "NOT_FOUND",
            "seatIds.0",
        ),
        (
            json!({ "seatIds": [class.id] }),
            "INVALID_INPUT",
            "seatIds.0",
        ),
        (json!({ "seatHoldId": held }), "NOT_FOUND", "seatHoldId"),
        (
            json!({ "seatHoldId": Kind::SeatHold.mint(app.now()) }),
            "NOT_FOUND",
            "seatHoldId",
        ),
        (
            json!({ "seatHoldId": held, "seatIds": ids("A4") }),
            "INVALID_INPUT",
            "seatIds",
        ),
    ] {
        let answer = class.enroll(&bob, more.clone()).await;
        expect_refused(&answer, "enroll", code, field);
    }
    assert_eq!(
        (enrolled(&app, &class).await, class.reserved(&app).await),
        (2, 1)
    );
    let answer = class.enroll(&bob, json!({ "seatIds": ids("A4") })).await;
    answer.expect_done("enroll");

    let free = class.another(&app, None, 4).await;
    let answer = free.enroll(&bob, json!({ "seatIds": ids("A1") })).await;
    expect_refused(&answer, "enroll", "INVALID_INPUT", "seatIds");
    let answer = free.enroll(&bob, json!({})).await;
    assert_eq!(seats(&answer.expect_done("enroll")), "");
}

#[apply(on_both_databases!)]
async fn a_hold_that_ran_out_or_is_of_another_class_enrols_nobody(app: TestApp) {
    let class = Class::new(&app, &["..."], 3).await;
    let other = class.another(&app, Some(&class.hall.map_id), 3).await;
    let alice = app.as_user("alice");
    let hold = class.held(&alice, "A1 A2").await;
    let answer = other.enroll(&alice, json!({ "seatHoldId": hold })).await;
    expect_refused(&answer, "enroll", "INVALID_INPUT", "seatHoldId");
    let answer = class
        .enroll(&alice, json!({ "seatHoldId": hold, "places": 1 }))
        .await;
    expect_refused(&answer, "enroll", "INVALID_INPUT", "places");
    app.advance(TimeDelta::minutes(10));
    let answer = class.enroll(&alice, json!({ "seatHoldId": hold })).await;
    expect_refused(&answer, "enroll", "HOLD_EXPIRED", "seatHoldId");
    booking_gateway::domain::worker::tick(&app.gateway)
        .await
        .unwrap();
    let answer = class.enroll(&alice, json!({ "seatHoldId": hold })).await;
    expect_refused(&answer, "enroll", "HOLD_EXPIRED", "seatHoldId");
    assert_eq!(enrolled(&app, &class).await, 0);
}

#[apply(on_both_databases!)]
async fn trying_it_out_shows_the_seats_and_takes_none(app: TestApp) {
    let class = Class::new(&app, &[".."], 2).await;
    let alice = app.as_user("alice");
    let hold = class.held(&alice, "A1 A2").await;
    let dry = json!({ "seatHoldId": hold, "dryRun": true });
    let answer = class.enroll(&alice, dry).await.expect_done("enroll");
    assert_eq!(seats(&answer), "A1 A2");
    assert_eq!(states(&alice, &class).await, "A1=HELD* A2=HELD*");
    let answer = class.enroll(&alice, json!({ "seatHoldId": hold })).await;
    let answer = answer.expect_done("enroll");
    let id = answer.data("enroll.enrollment.id").clone();
    let leave = async |dry_run: bool| {
        let input = json!({ "enrollmentId": id, "dryRun": dry_run });
        let selection = "enrollment { status seats { id } }";
        let answer = alice.mutate("cancelEnrollment", input, selection).await;
        let answer = answer.expect_done("cancelEnrollment");
        assert_eq!(answer.data("cancelEnrollment.enrollment.seats"), &json!([]));
    };
    leave(true).await;
    assert_eq!(states(&alice, &class).await, "A1=TAKEN* A2=TAKEN*");
    leave(false).await;
    assert_eq!(states(&alice, &class).await, "A1=AVAILABLE A2=AVAILABLE");
}

#[apply(on_both_databases!)]
async fn the_desk_holds_seats_for_a_customer(app: TestApp) {
    let class = Class::new(&app, &[".."], 2).await;
    let owner = &class.studio.owner;
    let customer = json!({ "businessId": class.studio.business_id, "name": "Dana" });
    let customer = owner
        .mutate("createCustomer", customer, "user { id }")
        .await;
    let customer = customer.expect_done("createCustomer");
    let hold = class.held(owner, "A2").await;
    let more = json!({
        "seatHoldId": hold, "customerId": customer.data("createCustomer.user.id"),
    });
    let answer = class.enroll(owner, more).await.expect_done("enroll");
    assert_eq!(seats(&answer), "A2");
    assert_eq!(states(owner, &class).await, "A1=AVAILABLE A2=TAKEN");
}

#[apply(on_both_databases!)]
async fn a_class_that_is_called_off_has_no_seats_taken_or_held(app: TestApp) {
    let class = Class::new(&app, &["..."], 3).await;
    let (alice, bob) = (app.as_user("alice"), app.as_user("bob"));
    let ids = json!({ "seatIds": class.hall.ids("A1") });
    class.enroll(&alice, ids).await.expect_done("enroll");
    let hold = class.held(&bob, "A2").await;
    let input = json!({ "occurrenceId": class.id });
    let owner = &class.studio.owner;
    let answer = owner.mutate("cancelClassOccurrence", input, "").await;
    answer.expect_done("cancelClassOccurrence");

    assert_eq!(
        states(&alice, &class).await,
        "A1=AVAILABLE A2=AVAILABLE A3=AVAILABLE"
    );
    assert_eq!(
        (enrolled(&app, &class).await, class.reserved(&app).await),
        (0, 0)
    );
    let answer = class.extend(&bob, &hold).await;
    expect_refused(&answer, "extendSeatHold", "HOLD_EXPIRED", "seatHoldId");
    let told = "SELECT COUNT(*) FROM domain_events WHERE kind = 'class_occurrence.seats_changed'";
    assert_eq!(number(&app, told).await, 3);
}

#[apply(on_both_databases!)]
async fn of_two_hundred_who_enrol_on_one_seat_one_gets_it(app: TestApp) {
    let class = Class::new(&app, &["...."], 4).await;
    let answers = together(200, |number| {
        let (class, customer) = (class.clone(), app.as_user(&format!("customer{number}")));
        async move {
            let ids = json!({ "seatIds": class.hall.ids("A2") });
            class.enroll(&customer, ids).await
        }
    })
    .await;
    let won = answers.iter().filter(|answer| {
        let errors = user_errors_of(answer, "enroll");
        assert!(
            errors.is_empty() || errors == ["SEAT_TAKEN"],
            "{}",
            answer.body
        );
        errors.is_empty()
    });
    assert_eq!(won.count(), 1);
    assert_eq!(enrolled(&app, &class).await, 1);
    assert_eq!(
        number(&app, "SELECT COUNT(*) FROM occurrence_seats").await,
        1
    );
}

#[apply(on_both_databases!)]
async fn nobody_learns_from_a_seat_who_has_it(app: TestApp) {
    let class = Class::new(&app, &["..."], 3).await;
    let alice = app.as_user("alice");
    let id = crate::bookings::user_id(&alice).await;
    let ids = json!({ "seatIds": class.hall.ids("A1") });
    let enrolled = class.enroll(&alice, ids).await.expect_done("enroll");
    let hold = class.held(&app.as_user("carol"), "A2").await;
    let looks = "{ state heldByViewer seat { id rowLabel seatNumber x y seatType isAccessible isBlocked } }";
    let document = format!("query ($id: ID!) {{ classOccurrence(id: $id) {{ seats {looks} }} }}");
    let subscription =
        format!("subscription ($id: ID!) {{ seatMapChanged(occurrenceId: $id) {looks} }}");
    for client in [app.anonymous(), app.as_user("bob")] {
        let answer = client.graphql(&document, json!({ "id": class.id })).await;
        let mut watch = client
            .subscribe(&subscription, json!({ "id": class.id }))
            .await;
        let told = [
            answer.expect_ok().body,
            watch.next().await.unwrap().to_string(),
        ];
        let enrollment = enrolled.text("enroll.enrollment.id").to_owned();
        let secrets = [id.clone(), "Alice".into(), enrollment, super::text(&hold)];
        for secret in secrets {
            assert!(
                told.iter().all(|told| !told.contains(&secret)),
                "{secret} in {told:?}"
            );
        }
    }
    let events = "SELECT COUNT(*) FROM domain_events WHERE kind = 'class_occurrence.seats_changed' AND CAST(payload AS TEXT) LIKE '%usr_%'";
    assert_eq!(number(&app, events).await, 0);
}

#[apply(on_both_databases!)]
async fn a_class_has_no_more_places_than_seats(app: TestApp) {
    let studio = app.studio("theatre").build().await;
    let rival = app.studio("rival").owned_by("rival").build().await;
    let hall = Hall::draw(&studio, &["..b.."]).await;
    let owner = studio.owner.clone();
    let foreign = Hall::draw(&rival, &["....."]).await;
    let at = "2026-03-03T10:00:00Z";
    let map_id = hall.map_id.clone();
    let map = Some(map_id.as_str());
    let answer = scheduled(&studio, map, 5, at).await;
    expect_refused(&answer, "createClassSchedule", "INVALID_INPUT", "capacity");
    let answer = scheduled(&studio, Some(&foreign.map_id), 4, at).await;
    expect_refused(&answer, "createClassSchedule", "NOT_FOUND", "seatMapId");
    let status = async |status: &str| {
        let input = json!({ "seatMapId": map_id, "status": status });
        let answer = owner.mutate("updateSeatMap", input, "").await;
        answer.expect_done("updateSeatMap");
    };
    status("INACTIVE").await;
    let answer = scheduled(&studio, map, 4, at).await;
    expect_refused(&answer, "createClassSchedule", "NOT_FOUND", "seatMapId");
    status("ACTIVE").await;
    let answer = scheduled(&studio, map, 4, at)
        .await
        .expect_done("createClassSchedule");
    let schedule = answer.data("createClassSchedule.schedule.id").clone();
    let id = answer
        .text("createClassSchedule.schedule.occurrences.nodes.0.id")
        .to_owned();
    let class = Class { studio, hall, id };

    let update = async |more: Value| {
        let input = crate::bookings::with(json!({ "scheduleId": schedule }), more);
        owner
            .mutate("updateClassSchedule", input, "schedule { seatMap { id } }")
            .await
    };
    let occurrence = async |capacity: u32| {
        let input = json!({ "occurrenceId": class.id, "capacity": capacity });
        owner.mutate("updateClassOccurrence", input, "").await
    };
    let answer = update(json!({ "capacity": 5 })).await;
    expect_refused(&answer, "updateClassSchedule", "INVALID_INPUT", "capacity");
    expect_refused(
        &occurrence(5).await,
        "updateClassOccurrence",
        "INVALID_INPUT",
        "capacity",
    );
    // A map out of use keeps the classes that it has.
    status("INACTIVE").await;
    update(json!({ "name": "Other", "capacity": 4 }))
        .await
        .expect_done("updateClassSchedule");
    status("ACTIVE").await;

    // Nor does the map go while somebody has a seat.
    let alice = app.as_user("alice");
    let hold = class.held(&alice, "A1").await;
    let answer = update(json!({ "seatMapId": null })).await;
    expect_refused(&answer, "updateClassSchedule", "INVALID_STATE", "seatMapId");
    class
        .release(&alice, &hold)
        .await
        .expect_done("releaseSeatHold");
    let answer = update(json!({ "seatMapId": null }))
        .await
        .expect_done("updateClassSchedule");
    assert!(
        answer
            .data("updateClassSchedule.schedule.seatMap")
            .is_null()
    );
    // Without a map, and then with it again: then its places want seats.
    occurrence(9).await.expect_done("updateClassOccurrence");
    let answer = update(json!({ "seatMapId": class.hall.map_id })).await;
    expect_refused(&answer, "updateClassSchedule", "INVALID_INPUT", "capacity");
    occurrence(4).await.expect_done("updateClassOccurrence");
    let answer = update(json!({ "seatMapId": class.hall.map_id })).await;
    answer.expect_done("updateClassSchedule");
}

#[apply(on_both_databases!)]
async fn a_hold_ends_when_enrolment_does(app: TestApp) {
    let studio = app
        .studio("theatre")
        .term("leadTimeMin", json!(60))
        .build()
        .await;
    let hall = Hall::draw(&studio, &[".."]).await;
    let map = Some(hall.map_id.as_str());
    let id = super::schedule(&app, &studio, map, 2, "2026-03-03T10:00:00Z").await;
    let class = Class { studio, hall, id };
    app.set_time("2026-03-03T08:55:00Z");
    let alice = app.as_user("alice");
    let hold = class.hold(&alice, "A1").await.expect_done("holdSeats");
    assert_eq!(
        hold.text("holdSeats.seatHold.expiresAt"),
        "2026-03-03T09:00:00Z"
    );
    app.set_time("2026-03-03T08:59:59Z");
    let enroll = json!({ "seatHoldId": hold.data("holdSeats.seatHold.id") });
    class.enroll(&alice, enroll).await.expect_done("enroll");
    app.set_time("2026-03-03T09:00:00Z");
    let answer = class.hold(&app.as_user("bob"), "A2").await;
    expect_refused(&answer, "holdSeats", "TOO_SOON", "occurrenceId");
}

#[apply(on_both_databases!)]
async fn the_seats_of_many_enrolments_cost_one_statement(app: TestApp) {
    let class = Class::new(&app, &[".........."], 10).await;
    let document = "query ($id: ID!) { classOccurrence(id: $id) {
        enrollments(first: 50) { nodes { seats { rowLabel } } } } }";
    let ask = async || {
        let owner = &class.studio.owner;
        owner
            .graphql(document, json!({ "id": class.id }))
            .await
            .expect_ok()
    };
    let enroll = async |number: usize| {
        let ids = json!({ "seatIds": class.hall.ids(&format!("A{number}")) });
        let client = app.as_user(&format!("customer{number}"));
        class.enroll(&client, ids).await.expect_done("enroll");
    };
    enroll(1).await;
    ask().await;
    let (_, for_one) = app.counted(ask()).await;
    for number in 2..=10 {
        enroll(number).await;
    }
    let (many, for_many) = app.counted(ask()).await;
    assert_eq!(many.list("classOccurrence.enrollments.nodes").len(), 10);
    assert_eq!(for_one.len(), for_many.len(), "{for_one}{for_many}");
}

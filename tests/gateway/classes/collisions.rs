//! A class and an appointment cannot collide, whichever came first; what collides is told.

use serde_json::json;
use tests::*;

use super::*;

const SLOT: &str = "2026-03-03T10:00:00Z";

/// A class of the studio in its room, every Tuesday at ten.
fn at_ten(studio: &Studio) -> Value {
    json!({ "startTime": "10:00", "recurrenceRule": "FREQ=WEEKLY;BYDAY=TU", "roomId": studio.resource_ids[0] })
}

#[apply(on_both_databases!)]
async fn an_appointment_cannot_be_booked_during_a_class_nor_is_it_offered(app: TestApp) {
    let studio = app.studio("gym").buffers(15, 15).build().await;
    schedule(&studio, at_ten(&studio))
        .await
        .expect_done("createClassSchedule");
    let alice = app.as_user("alice");

    let refused = studio.book(&alice, SLOT).await;
    assert_eq!(refused.user_errors("createBooking"), ["SLOT_TAKEN"]);
    let search = "query ($id: ID!) { offer(id: $id) { availability(input: {
        window: { from: \"2026-03-03T00:00:00Z\", to: \"2026-03-04T00:00:00Z\" } }) { slots { startAt } } } }";
    let slots = alice
        .graphql(search, json!({ "id": studio.offer_id }))
        .await
        .expect_ok();
    let slots = slots.data("offer.availability.slots").to_string();
    // The class takes 9:45 to 11:15, and an appointment a quarter of an hour before and after itself.
    assert!(
        !slots.contains("T10:00") && !slots.contains("T11:00"),
        "{slots}"
    );
    assert!(slots.contains("T12:00"), "{slots}");
    let calendar = "query ($id: ID!) { node(id: $id) { ... on Resource { calendar(window: {
        from: \"2026-03-03T00:00:00Z\", to: \"2026-03-04T00:00:00Z\" }) {
        startAt endAt occurrence { startAt } booking { id } } } } }";
    let id = json!({ "id": studio.resource_ids[0] });
    let desk = studio.owner.graphql(calendar, id.clone()).await.expect_ok();
    assert_eq!(
        desk.data("node.calendar"),
        &json!([{ "startAt": "2026-03-03T09:45:00Z", "endAt": "2026-03-03T11:15:00Z",
            "occurrence": { "startAt": SLOT }, "booking": null }])
    );
    let others = alice.graphql(calendar, id).await.expect_ok();
    assert!(others.data("node.calendar.0.occurrence").is_null());
}

#[apply(on_both_databases!)]
async fn a_class_that_collides_is_told_and_made_once_the_way_is_clear(app: TestApp) {
    let studio = app.studio("gym").build().await;
    let alice = app.as_user("alice");
    let booked = studio.book(&alice, SLOT).await.expect_done("createBooking");

    let answer = schedule(&studio, at_ten(&studio))
        .await
        .expect_done("createClassSchedule");
    assert_eq!(
        answer.data("createClassSchedule.skipped"),
        &json!([{ "occurrenceDate": "2026-03-03", "reason": "COLLISION",
            "collision": { "resource": { "id": studio.resource_ids[0] } } }])
    );
    let id = answer.text("createClassSchedule.schedule.id").to_owned();
    let told = "query ($id: ID!) { classSchedule(id: $id) { collisions { occurrenceDate startAt resource { id } } } }";
    let told = |client: Client| {
        let id = id.clone();
        async move {
            let answer = client.graphql(told, json!({ "id": id })).await.expect_ok();
            answer.list("classSchedule.collisions").len()
        }
    };
    assert_eq!(told(studio.owner.clone()).await, 1);
    assert_eq!(told(alice.clone()).await, 0);
    assert_eq!(
        occurrences(&alice, &id).await[0]["occurrenceDate"],
        "2026-03-10"
    );

    let cancel = json!({ "bookingId": booked.text("createBooking.booking.id") });
    alice
        .mutate("cancelBooking", cancel, "booking { id }")
        .await
        .expect_done("cancelBooking");
    let input = json!({ "scheduleId": id, "until": "2026-03-31" });
    let made = studio
        .owner
        .mutate(
            "generateClassOccurrences",
            input,
            "created { occurrenceDate }",
        )
        .await;
    assert_eq!(
        made.expect_done("generateClassOccurrences")
            .text("generateClassOccurrences.created.0.occurrenceDate"),
        "2026-03-03"
    );
    assert_eq!(told(studio.owner.clone()).await, 0);
}

#[apply(on_both_databases!)]
async fn a_hold_that_has_run_out_is_in_nobodys_way(app: TestApp) {
    let studio = app.studio("gym").build().await;
    let hold = json!({ "startAt": SLOT, "hold": true });
    studio
        .book_with(&app.as_user("alice"), hold)
        .await
        .expect_done("createBooking");

    app.advance(chrono::TimeDelta::minutes(11));
    let answer = schedule(&studio, at_ten(&studio))
        .await
        .expect_done("createClassSchedule");

    assert_eq!(answer.data("createClassSchedule.skipped"), &json!([]));
}

#[apply(on_both_databases!)]
async fn a_class_takes_all_of_its_room_also_what_the_room_serves_only_later(app: TestApp) {
    let studio = app.studio("pool").capacity(2).build().await;
    schedule(&studio, at_ten(&studio))
        .await
        .expect_done("createClassSchedule");
    let alice = app.as_user("alice");
    assert_eq!(
        studio.book(&alice, SLOT).await.user_errors("createBooking"),
        ["SLOT_TAKEN"]
    );

    let more = json!({ "resourceId": studio.resource_ids[0], "maxSimultaneousBookings": 4 });
    studio
        .owner
        .mutate("updateResource", more, "resource { id }")
        .await
        .expect_done("updateResource");

    assert_eq!(
        studio.book(&alice, SLOT).await.user_errors("createBooking"),
        ["SLOT_TAKEN"]
    );
}

#[apply(on_both_databases!)]
async fn of_a_class_and_an_appointment_at_once_one_gets_the_room(app: TestApp) {
    let studio = app.studio("gym").build().await;
    let input = schedule_input(&studio, at_ten(&studio));

    let answers = together(12, {
        let (app, studio) = (app.clone(), studio.clone());
        move |number| {
            let (app, studio, input) = (app.clone(), studio.clone(), input.clone());
            async move {
                match number {
                    0 => {
                        studio
                            .owner
                            .mutate("createClassSchedule", input, "created")
                            .await
                    }
                    _ => {
                        studio
                            .book(&app.as_user(&format!("customer{number}")), SLOT)
                            .await
                    }
                }
            }
        }
    })
    .await;

    assert!(answers.iter().all(|answer| answer.error_codes().is_empty()));
    let claims =
        "SELECT COUNT(*) FROM resource_claims WHERE starts_at < '2026-03-03T11:00:00+00:00'
        AND ends_at > '2026-03-03T10:00:00+00:00'";
    assert_eq!(number(&app, claims).await, 1);
    let classes = "SELECT COUNT(*) FROM class_occurrences WHERE occurrence_date = '2026-03-03'";
    let bookings = "SELECT COUNT(*) FROM booking_orders";
    assert_eq!(
        number(&app, classes).await + number(&app, bookings).await,
        1
    );
}

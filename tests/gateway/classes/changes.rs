//! Edits of a schedule reach the classes to come, and leave alone what was decided about one of them.

use chrono::TimeDelta;
use serde_json::{Value, json};
use tests::*;

use super::*;

/// Changes the schedule of a gym.
async fn edit(gym: &Gym, more: Value) -> GraphQlResponse {
    let input = with(json!({ "scheduleId": gym.schedule }), more);
    let selection = "schedule { id version status exdates } created kept { id }
        skipped { occurrenceDate reason }";
    gym.studio
        .owner
        .mutate("updateClassSchedule", input, selection)
        .await
}

/// Changes one class.
async fn alter(client: &Client, class: &str, more: Value) -> GraphQlResponse {
    let input = with(json!({ "occurrenceId": class }), more);
    let selection = "occurrence { id startAt endAt capacity version instructor { id } }";
    client
        .mutate("updateClassOccurrence", input, selection)
        .await
}

#[apply(on_both_databases!)]
async fn the_classes_to_come_follow_their_schedule(app: TestApp) {
    let gym = gym(&app, json!({})).await;
    let owner = &gym.studio.owner;

    let answer = edit(
        &gym,
        json!({ "startTime": "19:30", "durationMin": 45, "capacity": 12 }),
    )
    .await;
    assert_eq!(
        answer
            .expect_done("updateClassSchedule")
            .data("updateClassSchedule.schedule.version"),
        2
    );

    let rows = occurrences(owner, &gym.schedule).await;
    assert_eq!(rows.len(), 18);
    for row in &rows {
        assert!(
            row["startAt"].as_str().unwrap().ends_with("T19:30:00Z"),
            "{row}"
        );
        assert!(
            row["endAt"].as_str().unwrap().ends_with("T20:15:00Z"),
            "{row}"
        );
        assert_eq!(row["capacity"], 12);
    }
    // The same rows, and the time before is free again.
    assert_eq!(rows[0]["id"], gym.classes[0]);
    let claims = "SELECT COUNT(*) FROM resource_claims WHERE kind = 'class'";
    assert_eq!(number(&app, claims).await, 36);
}

#[apply(on_both_databases!)]
async fn what_was_changed_or_called_off_by_itself_stays(app: TestApp) {
    let gym = gym(&app, json!({})).await;
    let owner = &gym.studio.owner;
    let moved = alter(
        owner,
        &gym.classes[0],
        json!({ "startAt": "2026-03-03T12:00:00Z", "capacity": 4 }),
    )
    .await;
    assert_eq!(
        moved
            .expect_done("updateClassOccurrence")
            .text("updateClassOccurrence.occurrence.endAt"),
        "2026-03-03T13:00:00Z"
    );
    let off = json!({ "occurrenceId": gym.classes[1] });
    owner
        .mutate("cancelClassOccurrence", off, "occurrence { id }")
        .await
        .expect_done("cancelClassOccurrence");

    let more = json!({ "startTime": "20:00", "capacity": 20, "recurrenceRule": "FREQ=DAILY" });
    let answer = edit(&gym, more).await.expect_done("updateClassSchedule");

    assert_eq!(
        answer.data("updateClassSchedule.kept"),
        &json!([{ "id": gym.classes[0] }])
    );
    let rows = occurrences(owner, &gym.schedule).await;
    let row = |id: &str| rows.iter().find(|row| row["id"] == id).unwrap();
    assert_eq!(row(&gym.classes[0])["startAt"], "2026-03-03T12:00:00Z");
    assert_eq!(row(&gym.classes[0])["capacity"], 4);
    assert_eq!(row(&gym.classes[1])["status"], "CANCELLED");
    assert_eq!(rows.len(), 61);
    let days = "SELECT COUNT(DISTINCT occurrence_date) FROM class_occurrences";
    assert_eq!(number(&app, days).await, 61);
}

#[apply(on_both_databases!)]
async fn a_class_with_somebody_on_it_keeps_its_time_and_its_place_in_the_timetable(app: TestApp) {
    let gym = gym(&app, json!({})).await;
    let alice = app.as_user("alice");
    gym.enroll(&alice, json!({ "places": 5 }))
        .await
        .expect_done("enroll");

    let answer = edit(&gym, json!({ "startTime": "20:00", "capacity": 3 })).await;
    let answer = answer.expect_done("updateClassSchedule");
    assert_eq!(
        answer.data("updateClassSchedule.kept"),
        &json!([{ "id": gym.classes[0] }])
    );
    let kept = class(&alice, &gym.classes[0]).await;
    assert_eq!(kept["startAt"], "2026-03-03T18:00:00Z");
    assert_eq!(
        (&kept["capacity"], &kept["spotsLeft"]),
        (&json!(5), &json!(0))
    );
    assert_eq!(class(&alice, &gym.classes[1]).await["capacity"], 3);

    let paused = edit(&gym, json!({ "status": "INACTIVE" })).await;
    assert_eq!(
        paused
            .expect_done("updateClassSchedule")
            .list("updateClassSchedule.kept")
            .len(),
        1
    );
    // Out of the timetable, but Alice still has her class.
    assert!(class(&app.anonymous(), &gym.classes[0]).await.is_null());
    assert_eq!(class(&alice, &gym.classes[0]).await["status"], "SCHEDULED");
    assert_eq!(
        class(&alice, &gym.classes[0]).await["availability"],
        "CLOSED"
    );
    assert_eq!(
        enroll(&app.as_user("bob"), &gym.classes[0], json!({}))
            .await
            .user_errors("enroll"),
        ["NOT_FOUND"]
    );
    assert_eq!(occurrences(&gym.studio.owner, &gym.schedule).await.len(), 1);
    let claims = "SELECT COUNT(*) FROM resource_claims WHERE kind = 'class'";
    assert_eq!(number(&app, claims).await, 2);
    counts_are_right(&app).await;

    // Back again, with the same classes on the same days.
    edit(&gym, json!({ "status": "ACTIVE" }))
        .await
        .expect_done("updateClassSchedule");
    assert_eq!(classes(&gym.studio.owner, &gym.schedule).await, gym.classes);
}

#[apply(on_both_databases!)]
async fn an_exception_takes_its_class_away_and_outlives_further_edits(app: TestApp) {
    let gym = gym(&app, json!({ "exdates": ["2026-03-05"] })).await;
    let owner = &gym.studio.owner;
    let days = async || -> Vec<Value> {
        let rows = occurrences(owner, &gym.schedule).await;
        rows.iter()
            .take(3)
            .map(|row| row["occurrenceDate"].clone())
            .collect()
    };
    assert_eq!(days().await, ["2026-03-03", "2026-03-10", "2026-03-12"]);
    let more = json!({ "exdates": ["2026-03-05", "2026-03-10"] });
    edit(&gym, more).await.expect_done("updateClassSchedule");
    assert_eq!(days().await, ["2026-03-03", "2026-03-12", "2026-03-17"]);
    edit(&gym, json!({ "startTime": "07:00" }))
        .await
        .expect_done("updateClassSchedule");
    assert_eq!(days().await, ["2026-03-03", "2026-03-12", "2026-03-17"]);
    let back = edit(&gym, json!({ "exdates": [] }))
        .await
        .expect_done("updateClassSchedule");
    assert_eq!(back.data("updateClassSchedule.created"), 2);
    assert_eq!(days().await, ["2026-03-03", "2026-03-05", "2026-03-10"]);
}

#[apply(on_both_databases!)]
async fn whoever_is_enrolled_moves_along_and_may_leave_free_of_charge(app: TestApp) {
    let terms = app.studio("gym").term(
        "cancellationPolicy",
        json!({ "cutoffMin": 10_000, "lateFeeMinor": 700 }),
    );
    let gym = gym_of(terms, json!({})).await;
    let alice = app.as_user("alice");
    let id = gym.enrolled(&alice, json!({})).await;

    let desk = gym.studio.member("desk", "STAFF").await;
    alter(
        &desk,
        &gym.classes[0],
        json!({ "startAt": "2026-03-03T16:00:00Z" }),
    )
    .await
    .expect_done("updateClassOccurrence");

    let mine = "{ viewer { bookings { nodes { startAt endAt version } } } }";
    let mine = alice.graphql(mine, json!({})).await.expect_ok();
    assert_eq!(
        mine.text("viewer.bookings.nodes.0.startAt"),
        "2026-03-03T16:00:00Z"
    );
    let left = act(&alice, "cancelEnrollment", &id, json!({}))
        .await
        .expect_done("cancelEnrollment");
    assert_eq!(left.text("cancelEnrollment.enrollment.status"), "CANCELLED");
}

#[apply(on_both_databases!)]
async fn a_class_moves_only_to_where_its_instructor_and_room_are_free(app: TestApp) {
    let gym = gym(&app, json!({})).await;
    let owner = &gym.studio.owner;
    gym.studio
        .book(&app.as_user("bob"), "2026-03-03T10:00:00Z")
        .await
        .expect_done("createBooking");

    let refused = alter(
        owner,
        &gym.classes[0],
        json!({ "startAt": "2026-03-03T10:30:00Z" }),
    )
    .await;
    assert_eq!(refused.user_errors("updateClassOccurrence"), ["SLOT_TAKEN"]);
    // Nothing is lost by the attempt.
    assert_eq!(
        class(owner, &gym.classes[0]).await["startAt"],
        "2026-03-03T18:00:00Z"
    );
    let claims = "SELECT COUNT(*) FROM resource_claims WHERE kind = 'class'";
    assert_eq!(number(&app, claims).await, 36);

    let alone = json!({ "startAt": "2026-03-03T10:30:00Z", "instructorId": null, "roomId": null });
    alter(owner, &gym.classes[0], alone)
        .await
        .expect_done("updateClassOccurrence");
    assert_eq!(number(&app, claims).await, 34);
}

#[apply(on_both_databases!)]
async fn a_version_that_has_passed_is_refused(app: TestApp) {
    let gym = gym(&app, json!({})).await;
    let owner = &gym.studio.owner;
    let input = json!({ "capacity": 11, "expectedVersion": 1 });
    edit(&gym, input.clone())
        .await
        .expect_done("updateClassSchedule");
    assert_eq!(
        edit(&gym, input).await.user_errors("updateClassSchedule"),
        ["VERSION_CONFLICT"]
    );

    let version = class(owner, &gym.classes[0]).await["version"].clone();
    let input = json!({ "capacity": 13, "expectedVersion": version });
    alter(owner, &gym.classes[0], input.clone())
        .await
        .expect_done("updateClassOccurrence");
    let refused = alter(owner, &gym.classes[0], input).await;
    assert_eq!(
        refused.user_errors("updateClassOccurrence"),
        ["VERSION_CONFLICT"]
    );
}

#[apply(on_both_databases!)]
async fn what_has_begun_or_ended_stays_as_it_was(app: TestApp) {
    let gym = gym(&app, json!({})).await;
    let owner = &gym.studio.owner;
    app.advance(TimeDelta::hours(33));
    let begun = alter(owner, &gym.classes[0], json!({ "capacity": 20 })).await;
    assert_eq!(
        begun.user_errors("updateClassOccurrence"),
        ["INVALID_STATE"]
    );
    edit(&gym, json!({ "capacity": 25 }))
        .await
        .expect_done("updateClassSchedule");
    assert_eq!(class(owner, &gym.classes[0]).await["capacity"], 10);
    assert_eq!(class(owner, &gym.classes[1]).await["capacity"], 25);

    edit(&gym, json!({ "status": "ARCHIVED" }))
        .await
        .expect_done("updateClassSchedule");
    let refused = edit(&gym, json!({ "name": "Again" })).await;
    assert_eq!(
        refused.user_errors("updateClassSchedule"),
        ["INVALID_STATE"]
    );
}

//! The timetable fills up to a rolling horizon: once, whoever fills it, and in civil time.

use booking_gateway::domain::worker;
use chrono::TimeDelta;
use serde_json::json;
use tests::*;

use super::*;

#[apply(on_both_databases!)]
async fn a_new_schedule_has_its_classes_of_two_months_at_once(app: TestApp) {
    let gym = gym(&app, json!({})).await;

    let rows = occurrences(&app.anonymous(), &gym.schedule).await;

    // Tuesdays and Thursdays from the 3rd of March to the 1st of May.
    assert_eq!(rows.len(), 18);
    assert_eq!(rows[0]["startAt"], "2026-03-03T18:00:00Z");
    assert_eq!(rows[0]["endAt"], "2026-03-03T19:00:00Z");
    assert_eq!(rows[17]["occurrenceDate"], "2026-04-30");
    assert_eq!(rows[0]["capacity"], 10);
    assert_eq!(rows[0]["instructor"]["id"], gym.instructor());
}

#[apply(on_both_databases!)]
async fn an_evening_class_stays_in_the_evening_when_the_clocks_change(app: TestApp) {
    let gym = gym_of(app.studio("gym").zone("Europe/Berlin"), json!({})).await;

    let rows = occurrences(&app.anonymous(), &gym.schedule).await;

    let start = |date: &str| {
        let row = rows
            .iter()
            .find(|row| row["occurrenceDate"] == date)
            .unwrap();
        row["startAt"].clone()
    };
    assert_eq!(start("2026-03-26"), "2026-03-26T17:00:00Z");
    assert_eq!(start("2026-03-31"), "2026-03-31T16:00:00Z");
}

#[apply(on_both_databases!)]
async fn the_worker_keeps_the_horizon_rolling_and_two_of_them_make_each_class_once(app: TestApp) {
    let gym = gym(&app, json!({ "recurrenceRule": "FREQ=DAILY" })).await;
    let before = number(&app, "SELECT COUNT(*) FROM class_occurrences").await;
    assert_eq!(before, 61);
    let workers = [app.clone(), app.another_instance().await];

    app.advance(TimeDelta::days(10));
    let reports = together(8, move |number| {
        let gateway = workers[number % 2].gateway.clone();
        async move { worker::tick(&gateway).await.unwrap() }
    })
    .await;

    let made: u64 = reports.iter().map(|report| report.generated).sum();
    assert_eq!(made, 10, "{reports:?}");
    assert_eq!(
        number(&app, "SELECT COUNT(*) FROM class_occurrences").await,
        71
    );
    let days = "SELECT COUNT(DISTINCT occurrence_date) FROM class_occurrences";
    assert_eq!(number(&app, days).await, 71);
    assert_eq!(
        number(
            &app,
            "SELECT COUNT(*) FROM resource_claims WHERE kind = 'class'"
        )
        .await
            % 2,
        0
    );
    assert!(!gym.classes.is_empty());
}

#[apply(on_both_databases!)]
async fn managers_make_classes_further_ahead_and_again_makes_nothing(app: TestApp) {
    let gym = gym(&app, json!({})).await;
    let input = json!({ "scheduleId": gym.schedule, "until": "2026-07-31" });
    let selection = "created { occurrenceDate } skipped { occurrenceDate }";
    let owner = &gym.studio.owner;
    let both = [owner.clone(), app.another_instance().await.as_user("owner")];

    let answers = together(2, {
        let input = input.clone();
        move |number| {
            let (client, input) = (both[number].clone(), input.clone());
            async move {
                client
                    .mutate("generateClassOccurrences", input, selection)
                    .await
            }
        }
    })
    .await;

    let made: usize = answers
        .iter()
        .map(|answer| answer.list("generateClassOccurrences.created").len())
        .sum();
    // From the 5th of May to the 30th of July.
    assert_eq!(made, 26);
    let again = owner
        .mutate("generateClassOccurrences", input, selection)
        .await;
    assert!(
        again
            .expect_done("generateClassOccurrences")
            .list("generateClassOccurrences.created")
            .is_empty()
    );
}

/// The index is what makes a class once: with it, a second row is refused; without it, it is not.
#[apply(on_both_databases!)]
async fn a_schedule_has_one_class_a_day_by_the_database(app: TestApp) {
    gym(&app, json!({})).await;
    let twice = "INSERT INTO class_occurrences (id, biz_id, class_schedule_id, occurrence_date, start_at, end_at)
        SELECT 'occ_twice', biz_id, class_schedule_id, occurrence_date, start_at, end_at
        FROM class_occurrences ORDER BY id LIMIT 1";
    assert!(app.db().execute_unprepared(twice).await.is_err());
    let drop = "DROP INDEX class_occurrences_class_schedule_id_occurrence_date_key";
    app.db().execute_unprepared(drop).await.unwrap();
    assert!(app.db().execute_unprepared(twice).await.is_ok());
}

#[apply(on_both_databases!)]
async fn a_gap_is_skipped_or_shifted_as_the_schedule_says(app: TestApp) {
    let studio = app
        .studio("gym")
        .zone("Europe/Berlin")
        .people(1)
        .build()
        .await;
    let night = |policy: &str| {
        json!({
            "slug": policy.to_lowercase(), "recurrenceRule": "FREQ=DAILY", "startTime": "02:30", "gapPolicy": policy,
            "instructorId": null, "roomId": null,
        })
    };
    let skipping = schedule(&studio, night("SKIP"))
        .await
        .expect_done("createClassSchedule");
    assert_eq!(
        skipping.data("createClassSchedule.skipped"),
        &json!([{ "occurrenceDate": "2026-03-29", "reason": "GAP", "collision": null }])
    );
    let shifting = schedule(&studio, night("SHIFT"))
        .await
        .expect_done("createClassSchedule");
    assert_eq!(shifting.data("createClassSchedule.skipped"), &json!([]));
    let id = shifting.text("createClassSchedule.schedule.id");
    let rows = occurrences(&studio.owner, id).await;
    let row = rows
        .iter()
        .find(|row| row["occurrenceDate"] == "2026-03-29")
        .unwrap();
    assert_eq!(row["startAt"], "2026-03-29T01:30:00Z");
}

//! Bad input gets a refusal that names the field, and leaves nothing behind.

use serde_json::{Value, json};
use tests::*;

use super::*;

#[apply(on_both_databases!)]
async fn a_schedule_that_makes_no_sense_is_refused_at_the_field(app: TestApp) {
    let studio = app.studio("gym").people(1).build().await;
    let rival = app
        .studio("rival")
        .owned_by("rival")
        .people(1)
        .build()
        .await;
    let many: Vec<String> = (0..367)
        .map(|day| (chrono::NaiveDate::default() + chrono::Days::new(day)).to_string())
        .collect();
    for (more, at, code) in [
        (json!({ "capacity": 0 }), "capacity", "INVALID_INPUT"),
        (json!({ "capacity": -1 }), "capacity", "INVALID_INPUT"),
        (json!({ "capacity": i32::MAX }), "capacity", "INVALID_INPUT"),
        (
            json!({ "minEnrollment": 11 }),
            "minEnrollment",
            "INVALID_INPUT",
        ),
        (
            json!({ "minEnrollment": -1 }),
            "minEnrollment",
            "INVALID_INPUT",
        ),
        (
            json!({ "autoCancelLeadMin": -1 }),
            "autoCancelLeadMin",
            "INVALID_INPUT",
        ),
        (
            json!({ "autoCancelLeadMin": i32::MAX }),
            "autoCancelLeadMin",
            "INVALID_INPUT",
        ),
        (json!({ "durationMin": 0 }), "durationMin", "INVALID_INPUT"),
        (
            json!({ "durationMin": 1441 }),
            "durationMin",
            "INVALID_INPUT",
        ),
        (
            json!({ "startsOn": "9999-12-31" }),
            "startsOn",
            "INVALID_INPUT",
        ),
        (
            json!({ "startsOn": "1970-01-01" }),
            "startsOn",
            "INVALID_INPUT",
        ),
        (
            json!({ "recurrenceRule": "" }),
            "recurrenceRule",
            "INVALID_INPUT",
        ),
        (
            json!({ "recurrenceRule": "FREQ=MINUTELY" }),
            "recurrenceRule",
            "INVALID_INPUT",
        ),
        (
            json!({ "recurrenceRule": "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30" }),
            "recurrenceRule",
            "INVALID_INPUT",
        ),
        (
            json!({ "recurrenceRule": "FREQ=DAILY\u{0}" }),
            "recurrenceRule",
            "INVALID_INPUT",
        ),
        (
            json!({ "recurrenceRule": "X".repeat(10_000) }),
            "recurrenceRule",
            "INVALID_INPUT",
        ),
        (json!({ "name": " " }), "name", "INVALID_INPUT"),
        (json!({ "name": "a\u{0}b" }), "name", "INVALID_INPUT"),
        (json!({ "slug": "Not A Slug" }), "slug", "INVALID_INPUT"),
        (json!({ "exdates": many }), "exdates", "INVALID_INPUT"),
        (json!({ "offerId": rival.offer_id }), "offerId", "NOT_FOUND"),
        (
            json!({ "locationId": rival.location_id }),
            "locationId",
            "NOT_FOUND",
        ),
        (
            json!({ "instructorId": rival.secondary_ids[0] }),
            "instructorId",
            "NOT_FOUND",
        ),
        (
            json!({ "roomId": rival.resource_ids[0] }),
            "roomId",
            "NOT_FOUND",
        ),
        (
            json!({ "instructorId": studio.resource_ids[0] }),
            "instructorId",
            "INVALID_INPUT",
        ),
        (
            json!({ "roomId": studio.secondary_ids[0] }),
            "roomId",
            "INVALID_INPUT",
        ),
        (
            json!({ "roomId": studio.offer_id }),
            "roomId",
            "INVALID_INPUT",
        ),
    ] {
        let refused = schedule(&studio, more.clone()).await;
        assert_eq!(refused.user_errors("createClassSchedule"), [code], "{more}");
        assert_eq!(field(&refused, "createClassSchedule"), at, "{more}");
    }
    let zone = schedule(&studio, json!({ "timeZone": "Europe/Atlantis" })).await;
    assert!(!zone.error_codes().is_empty(), "{}", zone.body);
    assert_eq!(
        number(&app, "SELECT COUNT(*) FROM class_schedules").await,
        0
    );
    schedule(&studio, json!({}))
        .await
        .expect_done("createClassSchedule");
    let taken = schedule(&studio, json!({})).await;
    assert_eq!(field(&taken, "createClassSchedule"), "slug");
}

#[apply(on_both_databases!)]
async fn an_offer_that_wants_a_word_first_is_no_class(app: TestApp) {
    for (slug, terms) in [
        ("approval", "requiresApproval"),
        ("deposit", "requiresDeposit"),
    ] {
        let mut studio = app.studio(slug).owned_by(slug).term(terms, json!(true));
        if terms == "requiresDeposit" {
            studio = studio.term("depositPercentBps", json!(1000));
        }
        let refused = schedule(&studio.build().await, json!({})).await;
        assert_eq!(
            refused.user_errors("createClassSchedule"),
            ["INVALID_INPUT"]
        );
        assert_eq!(field(&refused, "createClassSchedule"), "offerId");
    }
}

#[apply(on_both_databases!)]
async fn what_cannot_be_done_to_a_class_is_refused_at_the_field(app: TestApp) {
    let gym = gym(&app, json!({})).await;
    let rival = app
        .studio("rival")
        .owned_by("rival")
        .people(1)
        .build()
        .await;
    gym.enroll(&app.as_user("alice"), json!({ "places": 4 }))
        .await
        .expect_done("enroll");
    let owner = &gym.studio.owner;
    for (more, at, code) in [
        (json!({ "capacity": 3 }), "capacity", "INVALID_INPUT"),
        (json!({ "capacity": 0 }), "capacity", "INVALID_INPUT"),
        (
            json!({ "startAt": "2026-03-01T10:00:00Z" }),
            "startAt",
            "INVALID_INPUT",
        ),
        (
            json!({ "startAt": "2126-03-01T10:00:00Z" }),
            "startAt",
            "INVALID_INPUT",
        ),
        (
            json!({ "endAt": "2026-03-03T18:00:00Z" }),
            "endAt",
            "INVALID_INPUT",
        ),
        (
            json!({ "endAt": "2026-03-04T18:00:01Z" }),
            "endAt",
            "INVALID_INPUT",
        ),
        (
            json!({ "endAt": "2026-03-04T18:01:00Z" }),
            "endAt",
            "INVALID_INPUT",
        ),
        (
            json!({ "instructorId": rival.secondary_ids[0] }),
            "instructorId",
            "NOT_FOUND",
        ),
        (
            json!({ "roomId": rival.resource_ids[0] }),
            "roomId",
            "NOT_FOUND",
        ),
    ] {
        let input = with(json!({ "occurrenceId": gym.classes[0] }), more.clone());
        let refused = owner
            .mutate("updateClassOccurrence", input, "occurrence { id }")
            .await;
        assert_eq!(
            refused.user_errors("updateClassOccurrence"),
            [code],
            "{more}"
        );
        assert_eq!(field(&refused, "updateClassOccurrence"), at, "{more}");
    }
    for until in ["2026-02-01", "2027-12-31", "9999-12-31"] {
        let input = json!({ "scheduleId": gym.schedule, "until": until });
        let refused = owner
            .mutate("generateClassOccurrences", input, "created { id }")
            .await;
        assert_eq!(field(&refused, "generateClassOccurrences"), "until");
    }
    let bob = app.as_user("bob");
    for (more, at) in [
        (json!({ "places": 0 }), "places"),
        (json!({ "places": -1 }), "places"),
        (json!({ "places": 51 }), "places"),
        (json!({ "places": i32::MAX }), "places"),
        (json!({ "occurrenceId": gym.schedule }), "occurrenceId"),
        (
            json!({ "packagePurchaseId": gym.schedule }),
            "packagePurchaseId",
        ),
    ] {
        let refused = gym.enroll(&bob, more.clone()).await;
        assert_eq!(refused.user_errors("enroll"), ["INVALID_INPUT"], "{more}");
        assert_eq!(field(&refused, "enroll"), at, "{more}");
    }
    let nobody = gym.classes[0].replace(|letter: char| letter.is_ascii_digit(), "0");
    let missing: Value = json!({ "occurrenceId": nobody });
    assert_eq!(
        gym.enroll(&bob, missing).await.user_errors("enroll"),
        ["NOT_FOUND"]
    );
    let window = "query ($id: ID!) { business(by: { id: $id }) { classOccurrences(window: {
        from: \"2026-01-01T00:00:00Z\", to: \"2026-12-31T00:00:00Z\" }) { nodes { id } } } }";
    let refused = bob
        .graphql(window, json!({ "id": gym.studio.business_id }))
        .await;
    assert_eq!(refused.error_codes(), ["BAD_REQUEST"]);
    counts_are_right(&app).await;
}

//! Who may do what, and who sees whom.

use serde_json::json;
use tests::*;

use super::*;

#[apply(on_both_databases!)]
async fn managers_shape_schedules_staff_run_the_door_and_customers_come(app: TestApp) {
    let gym = gym(&app, json!({})).await;
    let alice = app.as_user("alice");
    let id = gym.enrolled(&alice, json!({})).await;
    let desk = gym.studio.member("desk", "STAFF").await;
    let rival = app.studio("rival").owned_by("rival").build().await.owner;
    let (class, schedule) = (gym.classes[0].clone(), gym.schedule.clone());
    let create = schedule_input(&gym.studio, json!({ "slug": "another" }));
    let shaping = [
        ("createClassSchedule", create, "created"),
        (
            "updateClassSchedule",
            json!({ "scheduleId": schedule, "capacity": 9 }),
            "created",
        ),
        (
            "generateClassOccurrences",
            json!({ "scheduleId": schedule, "until": "2026-03-09" }),
            "created { id }",
        ),
    ];
    for (mutation, input, selection) in &shaping {
        let refused = desk.mutate(mutation, input.clone(), selection).await;
        assert_eq!(refused.error_codes(), ["FORBIDDEN"], "{mutation}");
        for outsider in [&alice, &rival] {
            let refused = outsider.mutate(mutation, input.clone(), selection).await;
            assert_eq!(refused.user_errors(mutation), ["NOT_FOUND"], "{mutation}");
        }
        let refused = app
            .anonymous()
            .mutate(mutation, input.clone(), selection)
            .await;
        assert_eq!(refused.error_codes(), ["UNAUTHENTICATED"], "{mutation}");
    }
    for (mutation, input, selection) in [
        (
            "updateClassOccurrence",
            json!({ "occurrenceId": class, "capacity": 8 }),
            "occurrence { id }",
        ),
        (
            "cancelClassOccurrence",
            json!({ "occurrenceId": class }),
            "occurrence { id }",
        ),
        (
            "checkInEnrollment",
            json!({ "enrollmentId": id }),
            "enrollment { id }",
        ),
        (
            "markEnrollmentNoShow",
            json!({ "enrollmentId": id }),
            "enrollment { id }",
        ),
    ] {
        let refused = alice.mutate(mutation, input.clone(), selection).await;
        assert_eq!(refused.error_codes(), ["FORBIDDEN"], "{mutation}");
        let refused = rival.mutate(mutation, input.clone(), selection).await;
        let codes = (refused.error_codes(), refused.body.contains("NOT_FOUND"));
        assert!(
            codes.1 || codes.0 == ["FORBIDDEN"],
            "{mutation} {}",
            refused.body
        );
        let refused = app.anonymous().mutate(mutation, input, selection).await;
        assert!(
            !refused.error_codes().is_empty() || refused.body.contains("NOT_FOUND"),
            "{mutation}"
        );
    }
    let refused = app
        .as_user("bob")
        .mutate(
            "cancelEnrollment",
            json!({ "enrollmentId": id }),
            "enrollment { id }",
        )
        .await;
    assert_eq!(refused.user_errors("cancelEnrollment"), ["NOT_FOUND"]);
    act(&desk, "checkInEnrollment", &id, json!({}))
        .await
        .expect_done("checkInEnrollment");
}

#[apply(on_both_databases!)]
async fn everybody_sees_the_timetable_and_only_staff_see_who_comes(app: TestApp) {
    let gym = gym(&app, json!({})).await;
    let (alice, bob) = (app.as_user("alice"), app.as_user("bob"));
    let id = gym.enrolled(&alice, json!({})).await;
    let week = "query ($id: ID!) { business(by: { id: $id }) {
        classSchedules { nodes { name } }
        classOccurrences(window: { from: \"2026-03-02T00:00:00Z\", to: \"2026-03-09T00:00:00Z\" }) {
            totalCount nodes { startAt enrolledCount viewerEnrollment { id } } } } }";
    let answer = app
        .anonymous()
        .graphql(week, json!({ "id": gym.studio.business_id }))
        .await
        .expect_ok();
    assert_eq!(answer.data("business.classOccurrences.totalCount"), 2);
    assert!(
        answer
            .data("business.classOccurrences.nodes.0.viewerEnrollment")
            .is_null()
    );

    let roster = "query ($id: ID!) { classOccurrence(id: $id) { enrollments { totalCount nodes { id customer { name } } } } }";
    let seen = gym
        .studio
        .owner
        .graphql(roster, json!({ "id": gym.classes[0] }))
        .await
        .expect_ok();
    assert_eq!(
        seen.text("classOccurrence.enrollments.nodes.0.customer.name"),
        "Alice"
    );
    for outsider in [&alice, &bob] {
        let refused = outsider
            .graphql(roster, json!({ "id": gym.classes[0] }))
            .await;
        assert_eq!(refused.error_codes(), ["FORBIDDEN"]);
    }
    assert_eq!(
        app.anonymous()
            .graphql(roster, json!({ "id": gym.classes[0] }))
            .await
            .error_codes(),
        ["UNAUTHENTICATED"]
    );
    let node = "query ($id: ID!) { node(id: $id) { id } }";
    for outsider in [bob, app.anonymous()] {
        let hidden = outsider
            .graphql(node, json!({ "id": id }))
            .await
            .expect_ok();
        assert!(hidden.data("node").is_null());
    }
}

#[apply(on_both_databases!)]
async fn a_draft_is_for_staff_alone_and_has_no_classes(app: TestApp) {
    let gym = gym(&app, json!({ "status": "DRAFT" })).await;
    assert!(gym.classes.is_empty());
    let document = "query ($id: ID!) { classSchedule(id: $id) { status } }";
    let hidden = app
        .as_user("alice")
        .graphql(document, json!({ "id": gym.schedule }))
        .await
        .expect_ok();
    assert!(hidden.data("classSchedule").is_null());
    let seen = gym
        .studio
        .owner
        .graphql(document, json!({ "id": gym.schedule }))
        .await
        .expect_ok();
    assert_eq!(seen.text("classSchedule.status"), "DRAFT");
    let publish = json!({ "scheduleId": gym.schedule, "status": "ACTIVE" });
    let published = gym
        .studio
        .owner
        .mutate("updateClassSchedule", publish, "created")
        .await;
    assert_eq!(
        published
            .expect_done("updateClassSchedule")
            .data("updateClassSchedule.created"),
        18
    );
}

/// Everything that a class tells, with those who sit there, are about to, and wait.
const ALL: &str = "query ($id: ID!, $ids: [ID!]!) { classOccurrence(id: $id) { id enrolledCount waitlistCount
        seats { state heldByViewer seat { rowLabel seatNumber } } viewerEnrollment { customer { name } }
        viewerWaitlistEntry { customer { name } }
        waitlist { waitingCount entries { totalCount nodes { customer { name } } } } }
    nodes(ids: $ids) { __typename id ... on Enrollment { customer { name } } ... on SeatHold { seats { id } }
        ... on QueueEntry { customer { name } } ... on User { name } } }";

#[apply(on_both_databases!)]
async fn nobodys_name_is_told_by_a_class_or_its_seats(app: TestApp) {
    let class = crate::seating::Class::new(&app, &["..."], 2).await;
    let (alice, bob, carol) = (
        app.as_user("alice"),
        app.as_user("bob"),
        app.as_user("carol"),
    );
    let seat = json!({ "seatIds": [class.seat("A1")] });
    let enrolled = class.enroll(&alice, seat).await.expect_done("enroll");
    let hold = class.held(&carol, "A2").await;
    let wait = json!({ "occurrenceId": class.id });
    let waits = app
        .as_user("dora")
        .mutate("joinWaitlist", wait, "entry { id }")
        .await
        .expect_done("joinWaitlist");
    let ids = json!([
        enrolled.data("enroll.enrollment.id"),
        hold,
        waits.data("joinWaitlist.entry.id"),
        user_id(&alice).await,
    ]);
    let variables = json!({ "id": class.id, "ids": ids });
    let all = async |client: &Client| client.graphql(ALL, variables.clone()).await;

    let told = all(&class.studio.owner).await.expect_ok();
    for name in ["Alice", "Dora"] {
        assert!(told.body.contains(name), "{}", told.body);
    }
    for outsider in [bob, app.anonymous()] {
        let told = all(&outsider).await;
        assert!(
            ["FORBIDDEN", "UNAUTHENTICATED"].contains(&told.error_codes()[0]),
            "who waits is for the staff: {}",
            told.body
        );
        assert_eq!(told.data("classOccurrence.seats.0.state"), "TAKEN");
        assert_eq!(told.data("classOccurrence.seats.1.state"), "HELD");
        assert_eq!(told.data("nodes"), &json!([null, null, null, null]));
        for name in ["Alice", "Carol", "Dora"] {
            assert!(!told.body.contains(name), "{}", told.body);
        }
    }
    // Each of them sees their own, and nobody else's.
    let told = all(&carol).await;
    assert_eq!(told.data("nodes.1.__typename"), "SeatHold");
    assert!(!told.body.contains("Alice") && !told.body.contains("Dora"));
}

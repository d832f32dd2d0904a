//! A week of a studio costs as many SQL statements as one class of it.

use futures_util::future::join_all;
use serde_json::json;
use tests::*;

use super::*;
use crate::packages::{bought, product};

const WEEK: &str = "query ($id: ID!, $first: Int) { business(by: { id: $id }) { classOccurrences(
    first: $first, window: { from: \"2026-03-02T00:00:00Z\", to: \"2026-03-09T00:00:00Z\" }) { nodes {
    id startAt status spotsLeft availability price { amountMinor } viewerEnrollment { id }
    schedule { name offer { name currentVersion { defaultDurationMin } } location { name } }
    instructor { name } room { name } } } } }";

#[apply(on_both_databases!)]
async fn a_week_costs_as_many_statements_as_one_class(app: TestApp) {
    let studio = app.studio("gym").people(4).rooms(4).build().await;
    for number in 0..4 {
        let more = json!({
            "slug": format!("class-{number}"), "recurrenceRule": "FREQ=DAILY",
            "instructorId": studio.secondary_ids[number], "roomId": studio.resource_ids[number],
        });
        schedule(&studio, more)
            .await
            .expect_done("createClassSchedule");
    }
    let alice = app.as_user("alice");
    user_id(&alice).await;
    let week =
        |first: usize| alice.graphql(WEEK, json!({ "id": studio.business_id, "first": first }));
    week(1).await.expect_ok();

    let (one, statements) = app.counted(week(1)).await;
    assert_eq!(
        one.expect_ok()
            .list("business.classOccurrences.nodes")
            .len(),
        1
    );
    let (all, more) = app.counted(week(100)).await;
    assert_eq!(
        all.expect_ok()
            .list("business.classOccurrences.nodes")
            .len(),
        28
    );
    assert_eq!(more.len(), statements.len(), "{more}");
    eprintln!("a week of 28 classes takes {} statements", more.len());
    assert!(more.len() <= 10, "{more}");
    let (answers, together) = app.counted(join_all((0..16).map(|_| week(100)))).await;
    assert!(
        answers
            .into_iter()
            .all(|answer| answer.expect_ok().body.len() > 1000)
    );
    assert_eq!(together.len(), 16 * statements.len(), "16 clients at once");
}

#[apply(on_both_databases!)]
async fn the_rosters_of_a_week_are_read_together(app: TestApp) {
    const ROSTERS: &str = "query ($id: ID!, $first: Int) { classSchedule(id: $id) { occurrences(first: $first) {
        nodes { id enrollments(first: 5) { totalCount nodes { status customer { name } booking { status }
            packagePurchase { id } } } } } } }";
    let gym = gym(&app, json!({})).await;
    let pass = product(&gym.studio, "pass", json!({ "sessionCount": 6 })).await;
    for customer in ["alice", "bob", "carla"] {
        let customer = app.as_user(customer);
        bought(&gym.studio, &customer, &pass).await;
        for class in &gym.classes[..6] {
            enroll(&customer, class, json!({ "usePackage": true }))
                .await
                .expect_done("enroll");
        }
    }
    let rosters = |first: usize| {
        let variables = json!({ "id": gym.schedule, "first": first });
        gym.studio.owner.graphql(ROSTERS, variables)
    };
    rosters(1).await.expect_ok();
    let (_, one) = app.counted(rosters(1)).await;
    let (all, six) = app.counted(rosters(6)).await;
    let all = all.expect_ok();
    assert_eq!(
        all.data("classSchedule.occurrences.nodes.5.enrollments.totalCount"),
        3
    );
    let last = "classSchedule.occurrences.nodes.5.enrollments.nodes.2.packagePurchase";
    assert!(all.data(last)["id"].is_string(), "{}", all.body);
    assert_eq!(six.len(), one.len(), "{six}");
}

#[apply(on_both_databases!)]
async fn whether_full_classes_can_be_waited_for_is_read_together(app: TestApp) {
    const CLASSES: &str =
        "query ($id: ID!, $first: Int) { classSchedule(id: $id) { occurrences(first: $first) {
        nodes { id availability } } } }";
    let gym = gym(&app, json!({ "capacity": 1 })).await;
    let (alice, bob) = (app.as_user("alice"), app.as_user("bob"));
    for class in &gym.classes[..6] {
        enroll(&alice, class, json!({})).await.expect_done("enroll");
    }
    // One of them has a waitlist, and the others would get one.
    let wait = json!({ "occurrenceId": gym.classes[3] });
    bob.mutate("joinWaitlist", wait, "entry { id }")
        .await
        .expect_done("joinWaitlist");
    let classes = |first: usize| {
        let variables = json!({ "id": gym.schedule, "first": first });
        gym.studio.owner.graphql(CLASSES, variables)
    };
    classes(1).await.expect_ok();
    let (_, one) = app.counted(classes(1)).await;
    let (all, six) = app.counted(classes(6)).await;
    let all = all.expect_ok();
    let all = all.list("classSchedule.occurrences.nodes").iter();
    assert_eq!(all.filter(|it| it["availability"] == "WAITLIST").count(), 6);
    assert_eq!(six.len(), one.len(), "{six}");
}

//! Many at once for the places of one class. The database decides.

use serde_json::json;
use tests::*;

use super::*;

/// `count` different customers ask for a place at once, through two instances.
async fn rush(app: &TestApp, class: &str, count: usize) -> Vec<GraphQlResponse> {
    let both = [app.clone(), app.another_instance().await];
    let class = class.to_owned();
    together(count, move |number| {
        let customer = both[number % 2].as_user(&format!("customer{number}"));
        let class = class.clone();
        async move { enroll(&customer, &class, json!({})).await }
    })
    .await
}

fn winners(answers: &[GraphQlResponse]) -> usize {
    let won = |answer: &&GraphQlResponse| {
        assert!(answer.error_codes().is_empty(), "{}", answer.body);
        let errors = answer.user_errors("enroll");
        assert!(
            errors.is_empty() || errors == ["CAPACITY_FULL"],
            "{}",
            answer.body
        );
        errors.is_empty()
    };
    answers.iter().filter(won).count()
}

#[apply(on_both_databases!)]
async fn of_five_hundred_customers_thirty_get_the_thirty_places(app: TestApp) {
    let gym = gym(&app, json!({ "capacity": 30 })).await;

    let answers = rush(&app, &gym.classes[0], 500).await;

    assert_eq!(winners(&answers), 30);
    let seen = class(&gym.studio.owner, &gym.classes[0]).await;
    assert_eq!(
        (&seen["enrolledCount"], &seen["spotsLeft"]),
        (&json!(30), &json!(0))
    );
    assert_eq!(number(&app, "SELECT COUNT(*) FROM enrollments").await, 30);
    assert_eq!(
        number(&app, "SELECT COUNT(*) FROM booking_orders").await,
        30
    );
    counts_are_right(&app).await;
}

#[apply(on_both_databases!)]
async fn one_customer_with_many_thumbs_enrols_once(app: TestApp) {
    let gym = gym(&app, json!({})).await;
    let alice = app.as_user("alice");
    user_id(&alice).await;
    let first = gym.classes[0].clone();

    let answers = together(40, move |_| {
        let (alice, class) = (alice.clone(), first.clone());
        async move { enroll(&alice, &class, json!({})).await }
    })
    .await;

    let done = answers
        .iter()
        .filter(|answer| answer.user_errors("enroll").is_empty());
    assert_eq!(done.count(), 1);
    assert_eq!(number(&app, "SELECT COUNT(*) FROM enrollments").await, 1);
    counts_are_right(&app).await;
}

#[apply(on_both_databases!)]
async fn coming_and_going_at_once_keeps_the_count(app: TestApp) {
    let gym = gym(&app, json!({ "capacity": 5 })).await;
    let first = gym.classes[0].clone();

    let moving = app.clone();
    together(60, move |number| {
        let (client, class) = (
            moving.as_user(&format!("customer{}", number % 20)),
            first.clone(),
        );
        async move {
            let answer = enroll(&client, &class, json!({ "places": 1 + number % 2 })).await;
            assert!(answer.error_codes().is_empty(), "{}", answer.body);
            if number % 3 > 0 && answer.user_errors("enroll").is_empty() {
                let id = answer.text("enroll.enrollment.id").to_owned();
                act(&client, "cancelEnrollment", &id, json!({}))
                    .await
                    .expect_done("cancelEnrollment");
            }
        }
    })
    .await;

    counts_are_right(&app).await;
}

/// The condition is the last word: whatever the code believes, the database takes no more than there are.
#[apply(on_both_databases!)]
async fn no_class_is_oversold_by_the_database(app: TestApp) {
    let gym = gym(&app, json!({ "capacity": 2 })).await;
    let id = gym
        .enrolled(&app.as_user("alice"), json!({ "places": 2 }))
        .await;
    let more = format!("UPDATE enrollments SET places = 3 WHERE id = '{id}'");
    let promised = format!(
        "INSERT INTO place_reservations (id, biz_id, class_occurrence_id, places, expires_at)
         SELECT 'rsv_x', biz_id, class_occurrence_id, 1, '2026-03-04T00:00:00+00:00' FROM enrollments WHERE id = '{id}'"
    );
    for oversold in [&more, &promised] {
        let refused = app
            .db()
            .execute_unprepared(oversold)
            .await
            .unwrap_err()
            .to_string();
        assert!(
            refused.contains("class_occurrences_places_check"),
            "{refused}"
        );
    }
    counts_are_right(&app).await;

    let backend = app.db().get_database_backend();
    let drop = match backend {
        sea_orm::DbBackend::Postgres => {
            "ALTER TABLE class_occurrences DROP CONSTRAINT class_occurrences_places_check"
        }
        _ => "PRAGMA ignore_check_constraints = ON",
    };
    app.db().execute_unprepared(drop).await.unwrap();
    app.db().execute_unprepared(&more).await.unwrap();
    let oversold = "SELECT COUNT(*) FROM class_occurrences WHERE enrolled_count > capacity";
    assert_eq!(number(&app, oversold).await, 1);
}

/// One live enrolment per customer and class is the index's doing.
#[apply(on_both_databases!)]
async fn nobody_is_enrolled_twice_by_the_database(app: TestApp) {
    let gym = gym(&app, json!({})).await;
    let alice = app.as_user("alice");
    gym.enrolled(&alice, json!({})).await;
    enroll(&alice, &gym.classes[1], json!({}))
        .await
        .expect_done("enroll");
    let twice = "UPDATE enrollments SET class_occurrence_id = (SELECT MIN(class_occurrence_id) FROM enrollments)";
    assert!(app.db().execute_unprepared(twice).await.is_err());
    app.db()
        .execute_unprepared("DROP INDEX enrollments_once_key")
        .await
        .unwrap();
    app.db().execute_unprepared(twice).await.unwrap();
    // The counts follow even so.
    let right = "SELECT CAST(MAX(enrolled_count) AS bigint) FROM class_occurrences";
    assert_eq!(number(&app, right).await, 2);
}

//! What the database undoes for the sake of another writer is done again, and done once. SQLite has one writer at
//! a time, who is in nobody's way.

use sea_orm::{ConnectionTrait, TransactionTrait};
use serde_json::json;
use tests::*;

use super::{act, joined, open_queue};
use crate::bookings::{number, waiting};
use crate::classes::{enroll, gym};
use crate::packages::{bought, product};

/// Lets PostgreSQL refuse to write the events of queues, the first few times, as it does when two transactions
/// cannot be put in an order. A sequence counts on, whatever is undone.
async fn refuse_first(app: &TestApp, times: u32) {
    let sql = format!(
        "CREATE SEQUENCE tries;
         CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
             IF nextval('tries') <= {times} THEN
                 RAISE EXCEPTION 'undone' USING ERRCODE = 'serialization_failure';
             END IF;
             RETURN NEW;
         END $$;
         CREATE TRIGGER refuse BEFORE INSERT ON queue_events FOR EACH ROW EXECUTE FUNCTION refuse()"
    );
    app.db().execute_unprepared(&sql).await.unwrap();
}

async fn tries(app: &TestApp) -> i64 {
    number(app, "SELECT last_value FROM tries").await
}

#[apply(on_postgres!)]
async fn what_is_undone_is_done_again_under_the_same_key(app: TestApp) {
    let studio = app.studio("barber").build().await;
    let queue = open_queue(&studio, json!({})).await;
    let alice = app.as_user("alice");
    let entry = joined(&alice, &queue).await;
    refuse_first(&app, 4).await;

    let key = json!({ "idempotencyKey": "once" });
    let left = act(&alice, "leaveQueue", &entry, key.clone()).await;
    let left = left.expect_done("leaveQueue");
    assert_eq!(left.data("leaveQueue.entry.status"), "LEFT");
    assert_eq!(tries(&app).await, 5);

    let again = act(&alice, "leaveQueue", &entry, key).await;
    again.expect_done("leaveQueue");
    assert_eq!(tries(&app).await, 5, "found, not done");
    let events = "SELECT COUNT(*) FROM queue_events WHERE kind = 'queue.left'";
    assert_eq!(number(&app, events).await, 1);
}

#[apply(on_postgres!)]
async fn what_is_undone_time_and_again_is_given_up_and_can_be_tried_anew(app: TestApp) {
    let studio = app.studio("barber").build().await;
    let queue = open_queue(&studio, json!({})).await;
    let alice = app.as_user("alice");
    let entry = joined(&alice, &queue).await;
    refuse_first(&app, 7).await;

    let key = json!({ "idempotencyKey": "once" });
    let failed = act(&alice, "leaveQueue", &entry, key.clone()).await;
    assert_eq!(failed.error_codes(), ["INTERNAL"], "{}", failed.body);
    assert_eq!(tries(&app).await, 5);
    let keys = "SELECT COUNT(*) FROM idempotency_keys WHERE mutation = 'leaveQueue'";
    assert_eq!(number(&app, keys).await, 0);

    let left = act(&alice, "leaveQueue", &entry, key).await;
    left.expect_done("leaveQueue");
    assert_eq!(tries(&app).await, 8);
}

/// Somebody else holds an entry and then wants its queue; whoever leaves holds the queue and wants the entry.
#[apply(on_postgres!)]
async fn of_two_who_wait_for_each_other_the_one_who_is_undone_comes_second(app: TestApp) {
    let studio = app.studio("barber").build().await;
    let queue = open_queue(&studio, json!({})).await;
    let alice = app.as_user("alice");
    // Which of the two is undone is up to PostgreSQL: the one who has waited for a second first.
    for _ in 0..10 {
        let entry = joined(&alice, &queue).await;
        let other = app.db().begin().await.unwrap();
        let hold = format!("UPDATE queue_entries SET notes = 'held' WHERE id = '{entry}'");
        other.execute_unprepared(&hold).await.unwrap();
        let leaving = tokio::spawn({
            let (alice, entry) = (alice.clone(), entry.clone());
            async move { act(&alice, "leaveQueue", &entry, json!({})).await }
        });
        while waiting(&other).await == 0 {
            tokio::task::yield_now().await;
        }
        let want = format!("SELECT 1 FROM queues WHERE id = '{queue}' FOR UPDATE");
        let got = other.execute_unprepared(&want).await;
        let was_ours = got.is_ok();
        match was_ours {
            true => other.commit().await.unwrap(),
            false => other.rollback().await.unwrap(),
        }
        let left = leaving.await.unwrap().expect_done("leaveQueue");
        assert_eq!(left.data("leaveQueue.entry.status"), "LEFT");
        if was_ours {
            let events = format!(
                "SELECT COUNT(*) FROM queue_events WHERE kind = 'queue.left' AND queue_entry_id = '{entry}'"
            );
            assert_eq!(number(&app, &events).await, 1);
            return;
        }
    }
    panic!("PostgreSQL has never undone the mutation");
}

/// Each gives back a session and then pays for the other with theirs: nobody knew whom the place would go to, and
/// so they lock two packages in opposite orders.
#[apply(on_postgres!)]
async fn two_who_leave_classes_that_the_other_waits_for_with_a_package_both_get_in(app: TestApp) {
    let gym = gym(&app, json!({ "capacity": 1 })).await;
    let pass = product(&gym.studio, "pass", json!({})).await;
    let people = [app.as_user("alice"), app.as_user("bob")];
    let mut enrolled = Vec::new();
    for (person, class) in people.iter().zip(&gym.classes) {
        bought(&gym.studio, person, &pass).await;
        let answer = enroll(person, class, json!({ "usePackage": true })).await;
        let answer = answer.expect_done("enroll");
        enrolled.push(answer.text("enroll.enrollment.id").to_owned());
    }
    let mut entries = Vec::new();
    for (person, class) in people.iter().zip([&gym.classes[1], &gym.classes[0]]) {
        let input = json!({ "occurrenceId": class, "usePackage": true });
        let answer = person.mutate("joinWaitlist", input, "entry { id }").await;
        let answer = answer.expect_done("joinWaitlist");
        entries.push(answer.text("joinWaitlist.entry.id").to_owned());
    }
    // Both hold their own package before either wants the other's.
    let slow = "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
             PERFORM pg_sleep(0.5); RETURN NULL;
         END $$;
         CREATE TRIGGER slow AFTER INSERT ON package_ledger_entries FOR EACH ROW
             WHEN (NEW.kind = 'return') EXECUTE FUNCTION slow()";
    app.db().execute_unprepared(slow).await.unwrap();

    let answers = together(2, {
        let people = people.clone();
        move |number| {
            let (person, enrollment) = (people[number].clone(), enrolled[number].clone());
            async move {
                let input = json!({ "enrollmentId": enrollment });
                person
                    .mutate("cancelEnrollment", input, "enrollment { status }")
                    .await
            }
        }
    })
    .await;

    for answer in answers {
        answer.expect_done("cancelEnrollment");
    }
    for (person, entry) in people.iter().zip(&entries) {
        let document = "query ($id: ID!) { queueEntry(id: $id) { status enrollment { status } } }";
        let seen = person.graphql(document, json!({ "id": entry })).await;
        assert_eq!(seen.expect_ok().text("queueEntry.status"), "PLACED");
    }
    let wrong = "SELECT COUNT(*) FROM customer_purchases WHERE sessions_used <> 1";
    assert_eq!(number(&app, wrong).await, 0);
}

//! What the database undoes for the sake of another writer is done again, and done once. SQLite has one writer at
//! a time, who is in nobody's way.

use sea_orm::{ConnectionTrait, TransactionTrait};
use serde_json::json;
use tests::*;

use super::{act, joined, open_queue};
use crate::bookings::{number, waiting};

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

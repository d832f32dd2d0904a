//! Many at once in one queue: places stay dense, nobody is called twice, nobody is passed over.

use std::collections::BTreeSet;

use serde_json::json;
use tests::*;

use super::{act, call_next, dense, join, joined, open_queue};
use crate::bookings::{number, run};

/// 500 joins, leaves, calls and moves, as they come, through two instances.
#[apply(on_both_databases!)]
async fn places_are_dense_after_any_interleaving(app: TestApp) {
    let studio = app.studio("barber").build().await;
    let queue = open_queue(&studio, json!({})).await;
    let mut early = Vec::new();
    for number in 0..40 {
        let customer = app.as_user(&format!("early{number}"));
        early.push((joined(&customer, &queue).await, customer));
    }
    let instances = [app.clone(), app.another_instance().await];
    let owners = [studio.owner.clone(), instances[1].as_user("owner")];

    let answers = together(500, {
        let (queue, early) = (queue.clone(), early.clone());
        move |number| {
            let (app, desk) = (instances[number % 2].clone(), owners[number % 2].clone());
            let queue = queue.clone();
            let (entry, customer) = early[number / 5 % early.len()].clone();
            async move {
                let (mutation, answer) = match number % 5 {
                    0 | 1 => {
                        let customer = app.as_user(&format!("customer{number}"));
                        (
                            "joinQueue",
                            join(&customer, &queue, json!({ "partySize": 1 + number % 4 })).await,
                        )
                    }
                    2 => (
                        "leaveQueue",
                        act(&customer, "leaveQueue", &entry, json!({})).await,
                    ),
                    3 => ("callNext", call_next(&desk, &queue).await),
                    _ => {
                        let to = json!({ "toPosition": 1 + number % 7 });
                        (
                            "moveQueueEntry",
                            act(&desk, "moveQueueEntry", &entry, to).await,
                        )
                    }
                };
                (mutation, answer)
            }
        }
    })
    .await;

    let mut called = Vec::new();
    for (mutation, answer) in &answers {
        let errors = answer.user_errors(mutation);
        assert!(
            errors.iter().all(|code| *code == "INVALID_STATE"),
            "{mutation} {}",
            answer.body
        );
        assert!(
            *mutation != "joinQueue" || errors.is_empty(),
            "{}",
            answer.body
        );
        if *mutation == "callNext" && errors.is_empty() {
            called.push(answer.text("callNext.entry.id").to_owned());
        }
    }
    let different: BTreeSet<_> = called.iter().collect();
    assert_eq!(different.len(), called.len(), "nobody is called twice");
    let waiting = dense(&studio.owner, &queue).await;
    let counted = number(
        &app,
        "SELECT COUNT(*) FROM queue_entries WHERE status = 'waiting'",
    )
    .await;
    assert_eq!(counted, waiting.len() as i64);
    counts_are_right(&app).await;
    // Nothing happened unseen, and each thing has a number of its own.
    let events = number(&app, "SELECT COUNT(*) FROM queue_events").await;
    assert_eq!(
        number(
            &app,
            "SELECT CAST(MAX(sequence) AS bigint) FROM queue_events"
        )
        .await,
        events
    );
}

/// The counts of the queue are those of its rows.
async fn counts_are_right(app: &TestApp) {
    let wrong = "SELECT COUNT(*) FROM queues WHERE
        waiting_count <> (SELECT COUNT(*) FROM queue_entries WHERE queue_id = queues.id AND status = 'waiting')
        OR called_count <> (SELECT COUNT(*) FROM queue_entries WHERE queue_id = queues.id AND status IN ('notified', 'serving'))
        OR people_count <> (SELECT COALESCE(SUM(party_size), 0) FROM queue_entries WHERE queue_id = queues.id AND status IN ('waiting', 'notified'))";
    assert_eq!(number(app, wrong).await, 0);
}

#[apply(on_both_databases!)]
async fn desks_that_call_at_once_call_everybody_in_order_and_nobody_twice(app: TestApp) {
    let studio = app.studio("barber").build().await;
    let queue = open_queue(&studio, json!({})).await;
    let mut expected = BTreeSet::new();
    for _ in 0..30 {
        expected.insert(joined(&studio.owner, &queue).await);
    }
    let later = joined(&studio.owner, &queue).await;
    let desks = [app.clone(), app.another_instance().await].map(|app| app.as_user("owner"));

    let answers = together(30, {
        let queue = queue.clone();
        move |number| {
            let (desk, queue) = (desks[number % 2].clone(), queue.clone());
            async move { call_next(&desk, &queue).await }
        }
    })
    .await;

    let called = answers
        .iter()
        .map(|answer| answer.text("callNext.entry.id").to_owned());
    assert_eq!(called.collect::<BTreeSet<_>>(), expected);
    assert_eq!(dense(&studio.owner, &queue).await, [later]);
    counts_are_right(&app).await;
}

#[apply(on_both_databases!)]
async fn whoever_taps_a_hundred_times_is_in_the_queue_once(app: TestApp) {
    let studio = app.studio("barber").build().await;
    let queue = open_queue(&studio, json!({})).await;

    let answers = together(100, {
        let (queue, alice) = (queue.clone(), app.as_user("alice"));
        move |_| {
            let (queue, alice) = (queue.clone(), alice.clone());
            async move { join(&alice, &queue, json!({})).await }
        }
    })
    .await;

    let refused: Vec<_> = answers
        .iter()
        .flat_map(|answer| answer.user_errors("joinQueue"))
        .collect();
    assert_eq!(refused, ["ALREADY_QUEUED"; 99]);
    assert_eq!(dense(&studio.owner, &queue).await.len(), 1);
}

#[apply(on_both_databases!)]
async fn no_more_come_in_than_there_is_room_for(app: TestApp) {
    let studio = app.studio("barber").build().await;
    let queue = open_queue(&studio, json!({ "maxCapacity": 25 })).await;

    let answers = together(100, {
        let (queue, app) = (queue.clone(), app.clone());
        move |number| {
            let (queue, customer) = (queue.clone(), app.as_user(&format!("customer{number}")));
            async move { join(&customer, &queue, json!({ "partySize": 2 })).await }
        }
    })
    .await;

    let refused = answers
        .iter()
        .flat_map(|answer| answer.user_errors("joinQueue"));
    assert_eq!(refused.filter(|code| *code == "QUEUE_FULL").count(), 88);
    assert_eq!(
        number(&app, "SELECT CAST(people_count AS bigint) FROM queues").await,
        24
    );
}

/// Copies the one entry that there is.
const ENTRY_AGAIN: &str = "INSERT INTO queue_entries (id, biz_id, queue_id, customer_user_id, party_size, status, position)
    SELECT 'again', biz_id, queue_id, customer_user_id, party_size, status, position FROM queue_entries";

#[apply(on_both_databases!)]
async fn it_is_the_index_that_refuses_a_second_live_entry(app: TestApp) {
    let studio = app.studio("barber").build().await;
    let queue = open_queue(&studio, json!({})).await;
    let entry = joined(&app.as_user("alice"), &queue).await;
    for step in ["waiting", "notified", "serving"] {
        let refused = run(&app, ENTRY_AGAIN).await.unwrap_err().to_string();
        assert!(
            refused.contains("UNIQUE") || refused.contains("queue_entries_one_live_entry_key"),
            "{step} {refused}"
        );
        if step == "waiting" {
            call_next(&studio.owner, &queue).await;
        } else {
            act(&studio.owner, "startService", &entry, json!({})).await;
        }
    }
    run(&app, "DROP INDEX queue_entries_one_live_entry_key")
        .await
        .unwrap();
    run(&app, ENTRY_AGAIN).await.unwrap();
    let again = join(&app.as_user("alice"), &queue, json!({})).await;
    again.expect_done("joinQueue");
}

#[apply(on_both_databases!)]
async fn it_is_the_trigger_that_keeps_the_capacity(app: TestApp) {
    let studio = app.studio("barber").build().await;
    let queue = open_queue(&studio, json!({ "maxCapacity": 1 })).await;
    joined(&studio.owner, &queue).await;

    let refused = run(&app, ENTRY_AGAIN).await.unwrap_err().to_string();
    assert!(refused.contains("queue_entries_capacity"), "{refused}");

    let drop: &[&str] = match app.backend() {
        Backend::Postgres => &["DROP TRIGGER queue_entries_count ON queue_entries"],
        Backend::Sqlite => &["DROP TRIGGER queue_entries_count_insert"],
    };
    for sql in drop {
        run(&app, sql).await.unwrap();
    }
    run(&app, ENTRY_AGAIN).await.unwrap();
}

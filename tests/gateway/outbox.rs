//! The outbox and its readers: whatever commits is told, in every instance, however late it commits.

use std::time::Duration;

use booking_gateway::domain::events::{Event, Feed, emit};
use booking_gateway::domain::tx::Work;
use serde_json::json;
use tests::*;
use tokio::time::{sleep, timeout};

const KIND: &str = "test.happened";

async fn write(work: &Work, biz_id: &str, subject: impl Into<String>) {
    let event = Event {
        biz_id,
        kind: KIND,
        aggregate: "test",
        aggregate_id: &subject.into(),
        payload: json!({}),
    };
    emit(work, event).await.unwrap();
}

async fn happen(app: &TestApp, biz_id: &str, subject: &str) {
    let work = app.gateway.begin_unattended().await.unwrap();
    write(&work, biz_id, subject).await;
    work.finish(()).await.unwrap();
}

async fn told(feed: &mut Feed) -> String {
    let event = timeout(Duration::from_secs(15), next(feed)).await;
    event.expect("an event should come")
}

/// The next event that [`write`] wrote: a new feed may still tell how the studio was made.
async fn next(feed: &mut Feed) -> String {
    loop {
        let event = feed.next().await.unwrap();
        if event.kind == KIND {
            return event.aggregate_id.clone();
        }
    }
}

async fn is_silent(feed: &mut Feed) -> bool {
    timeout(Duration::from_millis(300), next(feed))
        .await
        .is_err()
}

#[apply(on_both_databases!)]
async fn every_instance_is_told_in_order(app: TestApp) {
    let studio = app.studio("studio").build().await;
    let other = app.another_instance().await;
    let mut feeds = [
        app.gateway.feed().await.unwrap(),
        app.gateway.feed().await.unwrap(),
        other.gateway.feed().await.unwrap(),
    ];

    for subject in ["one", "two", "three"] {
        happen(&app, &studio.business_id, subject).await;
    }

    for feed in &mut feeds {
        for subject in ["one", "two", "three"] {
            assert_eq!(told(feed).await, subject);
        }
    }
}

#[apply(on_postgres!)]
async fn what_commits_late_is_told_and_comes_first(app: TestApp) {
    let studio = app.studio("studio").build().await;
    let mut feed = app.gateway.feed().await.unwrap();

    let slow = app.gateway.begin_unattended().await.unwrap();
    write(&slow, &studio.business_id, "written first, committed last").await;
    happen(&app, &studio.business_id, "written last, committed first").await;
    assert!(
        is_silent(&mut feed).await,
        "nothing may overtake a transaction in flight"
    );
    slow.finish(()).await.unwrap();

    assert_eq!(told(&mut feed).await, "written first, committed last");
    assert_eq!(told(&mut feed).await, "written last, committed first");
}

#[apply(on_both_databases!)]
async fn what_is_undone_is_never_told(app: TestApp) {
    let studio = app.studio("studio").build().await;
    let mut feed = app.gateway.feed().await.unwrap();

    let undone = app.gateway.begin_unattended().await.unwrap();
    write(&undone, &studio.business_id, "undone").await;
    drop(undone);
    happen(&app, &studio.business_id, "done").await;

    assert_eq!(told(&mut feed).await, "done");
}

#[apply(on_both_databases!)]
async fn a_slow_listener_misses_nothing(app: TestApp) {
    let studio = app.studio("studio").build().await;
    let (mut slow, mut fast) = (
        app.gateway.feed().await.unwrap(),
        app.gateway.feed().await.unwrap(),
    );
    let subject = |number: usize| format!("{number:05}");

    // More than the instance keeps for slow listeners.
    for batch in 0..6 {
        let work = app.gateway.begin_unattended().await.unwrap();
        for number in 0..250 {
            write(&work, &studio.business_id, subject(batch * 250 + number)).await;
        }
        work.finish(()).await.unwrap();
    }
    for feed in [&mut fast, &mut slow] {
        for number in 0..1_500 {
            assert_eq!(told(feed).await, subject(number));
        }
    }

    happen(&app, &studio.business_id, "after").await;
    assert_eq!(told(&mut slow).await, "after");
    assert!(is_silent(&mut slow).await);
}

#[apply(on_both_databases!)]
async fn the_reader_rests_while_nobody_listens(app: TestApp) {
    let studio = app.studio("studio").build().await;
    drop(app.gateway.feed().await.unwrap());
    sleep(Duration::from_millis(2_500)).await;

    let ((), statements) = app.counted(sleep(Duration::from_millis(1_500))).await;
    assert_eq!(statements.len(), 0, "{statements}");

    happen(&app, &studio.business_id, "unheard").await;
    let mut feed = app.gateway.feed().await.unwrap();
    happen(&app, &studio.business_id, "heard").await;
    while told(&mut feed).await != "heard" {}
}

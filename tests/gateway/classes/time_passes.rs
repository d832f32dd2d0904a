//! Promises of places run out, also when nobody sweeps them away.

use booking_gateway::domain::Gateway;
use booking_gateway::domain::classes::places;
use booking_gateway::domain::worker;
use chrono::TimeDelta;
use serde_json::json;
use tests::*;

use super::*;

/// Promises places of a class for a while, as a seat hold or an offer from the waitlist does.
async fn promise(gateway: &Gateway, class: &str, places: i32, minutes: i64) -> Option<String> {
    let work = gateway.begin_unattended().await.unwrap();
    let until = work.now + TimeDelta::minutes(minutes);
    let class = places::lock(&work, class).await.unwrap().unwrap();
    let id = places::reserve(&work, &class, places, None, until)
        .await
        .unwrap();
    work.finish(()).await.unwrap();
    id
}

#[apply(on_both_databases!)]
async fn a_promised_place_is_gone_until_the_promise_runs_out(app: TestApp) {
    let gym = gym(&app, json!({ "capacity": 3 })).await;
    let (alice, bob) = (app.as_user("alice"), app.as_user("bob"));
    assert!(
        promise(&app.gateway, &gym.classes[0], 2, 10)
            .await
            .is_some()
    );
    assert!(
        promise(&app.gateway, &gym.classes[0], 2, 10)
            .await
            .is_none()
    );
    assert_eq!(class(&alice, &gym.classes[0]).await["spotsLeft"], 1);
    let refused = gym.enroll(&alice, json!({ "places": 2 })).await;
    assert_eq!(refused.user_errors("enroll"), ["CAPACITY_FULL"]);
    gym.enroll(&bob, json!({})).await.expect_done("enroll");

    app.advance(TimeDelta::minutes(10));
    assert_eq!(class(&alice, &gym.classes[0]).await["spotsLeft"], 2);
    assert_eq!(class(&alice, &gym.classes[0]).await["availability"], "OPEN");
    gym.enroll(&alice, json!({ "places": 2 }))
        .await
        .expect_done("enroll");
    counts_are_right(&app).await;
}

#[apply(on_both_databases!)]
async fn the_worker_sweeps_what_nobody_asks_for(app: TestApp) {
    let gym = gym(&app, json!({})).await;
    promise(&app.gateway, &gym.classes[0], 2, 10).await.unwrap();
    app.advance(TimeDelta::minutes(10));
    worker::tick(&app.gateway).await.unwrap();
    assert_eq!(
        number(&app, "SELECT COUNT(*) FROM place_reservations").await,
        0
    );
    counts_are_right(&app).await;
}

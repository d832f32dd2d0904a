//! Who sees and does what.

use serde_json::{Value, json};
use tests::*;

use super::{act, call_next, join, joined, open_queue, update};

#[apply(on_both_databases!)]
async fn a_customer_sees_their_own_place_and_nobody_elses(app: TestApp) {
    let studio = app.studio("barber").build().await;
    let rival = app.studio("rival").owned_by("rival").build().await;
    let queue = open_queue(&studio, json!({})).await;
    let (alice, bob) = (app.as_user("alice"), app.as_user("bob"));
    let alices = joined(&alice, &queue).await;
    joined(&bob, &queue).await;

    let entry = "query ($id: ID!) { queueEntry(id: $id) { id notes customer { name } } node(id: $id) { id } }";
    for (client, sees) in [
        (&alice, true),
        (&bob, false),
        (&studio.owner, true),
        (&rival.owner, false),
        (&app.anonymous(), false),
    ] {
        let seen = client
            .graphql(entry, json!({ "id": alices }))
            .await
            .expect_ok();
        assert_eq!(!seen.data("queueEntry").is_null(), sees, "{}", seen.body);
        assert_eq!(!seen.data("node").is_null(), sees, "{}", seen.body);
    }
    for list in ["entries { totalCount }", "events { totalCount }"] {
        let document = format!("query ($id: ID!) {{ queue(id: $id) {{ {list} }} }}");
        for client in [&alice, &rival.owner, &app.anonymous()] {
            let answer = client.graphql(&document, json!({ "id": queue })).await;
            assert_eq!(answer.error_code(), "FORBIDDEN", "{list}");
        }
        studio
            .owner
            .graphql(&document, json!({ "id": queue }))
            .await
            .expect_ok();
    }
}

#[apply(on_both_databases!)]
async fn notes_are_for_the_staff_alone(app: TestApp) {
    let studio = app.studio("barber").build().await;
    let queue = open_queue(&studio, json!({})).await;
    let alice = app.as_user("alice");
    let refused = join(&alice, &queue, json!({ "notes": "Be quick" })).await;
    assert_eq!(refused.error_code(), "FORBIDDEN");
    join(&alice, &queue, json!({}))
        .await
        .expect_done("joinQueue");
    act(&alice, "leaveQueue", &own(&alice).await, json!({})).await;
    let me = alice.graphql("{ viewer { user { id } } }", json!({})).await;
    let more = json!({ "customerId": me.text("viewer.user.id"), "notes": "canary" });
    join(&studio.owner, &queue, more)
        .await
        .expect_done("joinQueue");

    let mine = "{ viewer { queueEntries(live: true) { nodes { id notes status } } } }";
    let mine = alice.graphql(mine, json!({})).await.expect_ok();
    assert_eq!(mine.data("viewer.queueEntries.nodes.0.notes"), &Value::Null);
    assert!(!mine.body.contains("canary"));
    let entry = "query ($id: ID!) { queueEntry(id: $id) { notes } }";
    let id = own(&alice).await;
    let seen = studio.owner.graphql(entry, json!({ "id": id })).await;
    assert_eq!(seen.text("queueEntry.notes"), "canary");
}

async fn own(client: &Client) -> String {
    let mine = "{ viewer { queueEntries { nodes { id } } } }";
    let mine = client.graphql(mine, json!({})).await.expect_ok();
    mine.text("viewer.queueEntries.nodes.0.id").to_owned()
}

#[apply(on_both_databases!)]
async fn only_staff_run_a_queue(app: TestApp) {
    let studio = app.studio("barber").build().await;
    let rival = app.studio("rival").owned_by("rival").build().await;
    let queue = open_queue(&studio, json!({})).await;
    let alice = app.as_user("alice");
    let entry = joined(&alice, &queue).await;
    let steps = [
        ("startService", json!({})),
        ("finishService", json!({})),
        ("removeQueueEntry", json!({})),
        ("moveQueueEntry", json!({ "toPosition": 1 })),
    ];
    for (mutation, more) in steps {
        let own = act(&alice, mutation, &entry, more.clone()).await;
        assert_eq!(own.error_code(), "FORBIDDEN", "{mutation}");
        for outsider in [&app.as_user("bob"), &rival.owner] {
            let refused = act(outsider, mutation, &entry, more.clone()).await;
            assert_eq!(refused.user_errors(mutation), ["NOT_FOUND"], "{mutation}");
        }
        let nobody = act(&app.anonymous(), mutation, &entry, more).await;
        assert_eq!(nobody.error_code(), "UNAUTHENTICATED", "{mutation}");
    }
    for outsider in [&alice, &rival.owner] {
        let refused = call_next(outsider, &queue).await;
        assert_eq!(refused.user_errors("callNext"), ["NOT_FOUND"]);
        let refused = update(outsider, &queue, json!({ "status": "CLOSED" })).await;
        assert_eq!(refused.user_errors("updateQueue"), ["NOT_FOUND"]);
    }
    let refused = act(&app.as_user("bob"), "leaveQueue", &entry, json!({})).await;
    assert_eq!(refused.user_errors("leaveQueue"), ["NOT_FOUND"]);
    let refused = act(&studio.owner, "leaveQueue", &entry, json!({})).await;
    assert_eq!(refused.error_code(), "FORBIDDEN");

    let desk = studio.member("desk", "STAFF").await;
    let input = json!({ "businessId": studio.business_id, "name": "Q", "slug": "q" });
    let refused = desk
        .mutate("createQueue", input.clone(), "queue { id }")
        .await;
    assert_eq!(refused.error_code(), "FORBIDDEN");
    let refused = rival
        .owner
        .mutate("createQueue", input, "queue { id }")
        .await;
    assert_eq!(refused.user_errors("createQueue"), ["NOT_FOUND"]);
    let bob = app.as_user("bob");
    let me = bob.graphql("{ viewer { user { id } } }", json!({})).await;
    let other = json!({ "customerId": me.text("viewer.user.id") });
    let refused = join(&alice, &queue, other.clone()).await;
    assert_eq!(refused.error_code(), "FORBIDDEN");
    // Bob has never been here: the staff do not know him.
    let refused = join(&studio.owner, &queue, other).await;
    assert_eq!(refused.user_errors("joinQueue"), ["NOT_FOUND"]);
}

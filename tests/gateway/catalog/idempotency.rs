//! One key, one effect, for every mutation of the catalog.

use serde_json::json;
use tests::*;

use super::mutations;

#[apply(on_both_databases!)]
async fn a_repeated_call_gets_the_first_result(app: TestApp) {
    let studio = app.studio("yoga").build().await;

    for mutation in mutations::all(&studio, 0).await {
        let name = mutation.name;
        let key = format!("{name}-{}", mutation.field);
        let selection = format!("{} replayed", mutation.selection);
        let mut input = mutation.input.clone();
        input["idempotencyKey"] = json!(key);
        let send = |input| studio.owner.mutate(name, input, &selection);

        let first = send(input.clone()).await.expect_done(name);
        let again = send(input.clone()).await.expect_done(name);

        let replayed = format!("{name}.replayed");
        assert_eq!(first.data(&replayed), &json!(false), "{name}");
        assert_eq!(again.data(&replayed), &json!(true), "{name}");
        let plain = again
            .body
            .replace("\"replayed\":true", "\"replayed\":false");
        assert_eq!(first.body, plain, "{name}");

        // The same key for something else.
        let other = match mutation.input.get("name") {
            Some(_) => mutation.with("name", json!("Another")),
            None => mutation.with("idempotencyKey", json!(key)),
        };
        let mut changed = other.input.clone();
        changed["idempotencyKey"] = json!(key);
        if other.input.get("name").is_some() {
            let answer = send(changed).await;
            let code = "IDEMPOTENCY_KEY_MISMATCH";
            assert_eq!(answer.user_errors(name), [code], "{name}");
        }
    }
}

#[apply(on_both_databases!)]
async fn calls_at_once_with_one_key_have_one_effect(app: TestApp) {
    let studio = app.studio("yoga").build().await;

    let answers = together(8, |_| {
        let studio = studio.clone();
        async move {
            let mut input = super::terms(&studio);
            input["idempotencyKey"] = json!("once");
            let selection = "offerVersion { id version } replayed";
            let answer = studio.owner.mutate("createOfferVersion", input, selection);
            answer.await.expect_done("createOfferVersion")
        }
    })
    .await;

    let version = "createOfferVersion.offerVersion";
    assert!(
        answers
            .iter()
            .all(|answer| answer.data(version) == answers[0].data(version))
    );
    let replayed = answers
        .iter()
        .filter(|answer| answer.data("createOfferVersion.replayed") == &json!(true));
    assert_eq!(replayed.count(), 7);
}

#[apply(on_both_databases!)]
async fn a_refusal_keeps_no_key(app: TestApp) {
    let studio = app.studio("yoga").build().await;
    let taken = super::slug(&studio).await;
    let input = |slug: &str| {
        json!({
            "businessId": studio.business_id, "name": "Room", "slug": slug, "type": "VENUE",
            "idempotencyKey": "key",
        })
    };

    let send = |slug| {
        studio
            .owner
            .mutate("createResource", input(slug), "resource { id }")
    };

    let answer = send(&taken).await;
    assert_eq!(answer.user_errors("createResource"), ["INVALID_INPUT"]);
    send("room").await.expect_done("createResource");
}

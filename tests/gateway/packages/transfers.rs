//! Passing sessions on: to whom, how many, and what goes along.

use chrono::TimeDelta;
use serde_json::{Value, json};
use tests::*;

use super::run;
use super::*;

#[apply(on_both_databases!)]
async fn some_sessions_go_to_another_user_with_the_end_and_the_terms_that_they_have(app: TestApp) {
    let studio = app.studio("yoga").build().await;
    let ten = product(
        &studio,
        "ten",
        json!({ "expiryType": "DAYS_FROM_PURCHASE", "expiryDays": 30 }),
    )
    .await;
    let (alice, bob) = (app.as_user("alice"), app.as_user("bob"));
    let id = bought(&studio, &alice, &ten).await;
    let bob_id = user_id(&bob).await;
    app.advance(TimeDelta::days(5));

    let passed = transfer(&alice, &id, json!({ "toUserId": bob_id, "sessions": 4 }))
        .await
        .expect_done("transferPackage");

    let source = passed.data("transferPackage.source");
    assert_eq!(counts(source), ("ACTIVE", 6, 0, 6));
    assert_eq!(
        ledger(source),
        [("PURCHASE", 10, 10), ("TRANSFER_OUT", -4, 6)]
    );
    let received = passed.data("transferPackage.purchase");
    assert_eq!(counts(received), ("ACTIVE", 4, 0, 4));
    assert_eq!(received["expiresAt"], source["expiresAt"]);
    assert_eq!(received["price"]["amountMinor"], 4_000);
    assert_eq!(
        received["customer"],
        json!({ "id": bob_id, "name": "Somebody" }),
        "no name is told"
    );
    assert_eq!(
        received["ledger"]["nodes"],
        json!([]),
        "what becomes of them is Bob's"
    );

    let theirs = received["id"].as_str().unwrap();
    let seen_by_bob = seen(&bob, theirs).await;
    assert_eq!(ledger(&seen_by_bob), [("TRANSFER_IN", 4, 4)]);
    assert_eq!(seen_by_bob["customer"]["name"], "Bob");
    assert_eq!(seen(&alice, theirs).await, Value::Null);
    let link = "query ($id: ID!) { packagePurchase(id: $id) { transferredFrom { id } } }";
    let owner = studio
        .owner
        .graphql(link, json!({ "id": theirs }))
        .await
        .expect_ok();
    assert_eq!(owner.text("packagePurchase.transferredFrom.id"), id);
    let bob_sees = bob.graphql(link, json!({ "id": theirs })).await.expect_ok();
    assert_eq!(
        bob_sees.data("packagePurchase.transferredFrom"),
        &Value::Null,
        "Alice's purchase is hers"
    );
    booked(&bob, &studio, "2026-03-08T10:00:00Z").await;

    // All that remain, when no number is given.
    let rest = transfer(&alice, &id, json!({ "toUserId": bob_id }))
        .await
        .expect_done("transferPackage");
    assert_eq!(
        counts(rest.data("transferPackage.source")),
        ("TRANSFERRED", 0, 0, 0)
    );
    assert_eq!(
        counts(rest.data("transferPackage.purchase")),
        ("ACTIVE", 6, 0, 6)
    );
    let none = transfer(&alice, &id, json!({ "toUserId": bob_id })).await;
    assert_eq!(none.user_errors("transferPackage"), ["INVALID_STATE"]);
}

#[apply(on_both_databases!)]
async fn somebody_who_has_never_been_here_finds_them_with_that_address_verified_and_nobody_else_does(
    app: TestApp,
) {
    let studio = app.studio("yoga").build().await;
    let ten = product(&studio, "ten", json!({})).await;
    let alice = app.as_user("alice");
    let id = bought(&studio, &alice, &ten).await;
    let mine = "{ viewer { packagePurchases { nodes { id sessionsRemaining status } } } }";

    let first = transfer(
        &alice,
        &id,
        json!({ "toEmail": " Zoe@Example.test ", "sessions": 2 }),
    )
    .await
    .expect_done("transferPackage");
    let second = transfer(
        &alice,
        &id,
        json!({ "toEmail": "zoe@example.test", "sessions": 3 }),
    )
    .await
    .expect_done("transferPackage");
    let receiver = first.data("transferPackage.purchase.customer.id");
    assert_eq!(
        receiver,
        second.data("transferPackage.purchase.customer.id")
    );

    let mut unverified = Claims::person("zoe");
    unverified.sub = "impostor".to_owned();
    unverified.email_verified = false;
    let impostor = app.anonymous().with_claims(unverified);
    assert_eq!(
        impostor
            .graphql(mine, json!({}))
            .await
            .expect_ok()
            .data("viewer.packagePurchases.nodes"),
        &json!([])
    );
    let zoe = app.as_user("zoe");
    let found = zoe.graphql(mine, json!({})).await.expect_ok();
    let mut remaining: Vec<_> = found
        .list("viewer.packagePurchases.nodes")
        .iter()
        .map(|it| it["sessionsRemaining"].as_i64())
        .collect();
    remaining.sort();
    assert_eq!(remaining, [Some(2), Some(3)]);
    assert_eq!(json!(user_id(&zoe).await), *receiver);
    booked(&zoe, &studio, TEN).await;
    // Now that she is known, the address leads to her account.
    let third = transfer(
        &alice,
        &id,
        json!({ "toEmail": "zoe@example.test", "sessions": 1 }),
    )
    .await
    .expect_done("transferPackage");
    assert_eq!(third.data("transferPackage.purchase.customer.id"), receiver);
    assert_eq!(
        number(
            &app,
            "SELECT COUNT(*) FROM users WHERE lower(email) = 'zoe@example.test'"
        )
        .await,
        1
    );
}

#[apply(on_both_databases!)]
async fn a_transfer_that_may_not_be_is_refused_and_leaves_nothing(app: TestApp) {
    let studio = app.studio("yoga").build().await;
    let ten = product(&studio, "ten", json!({})).await;
    let fixed = product(&studio, "fixed", json!({ "transferable": false })).await;
    let (alice, bob, mallory) = (
        app.as_user("alice"),
        app.as_user("bob"),
        app.as_user("mallory"),
    );
    let id = bought(&studio, &alice, &ten).await;
    let stays = bought(&studio, &alice, &fixed).await;
    let (alice_id, bob_id, mallory_id) = (
        user_id(&alice).await,
        user_id(&bob).await,
        user_id(&mallory).await,
    );
    bought(&studio, &mallory, &ten).await;
    let block = json!({ "businessId": studio.business_id, "userId": mallory_id, "blocked": true });
    studio
        .owner
        .mutate("setCustomerBlocked", block, "replayed")
        .await
        .expect_done("setCustomerBlocked");
    run(&app, &format!("INSERT INTO users (id, name, created_at, updated_at, deleted_at) SELECT 'usr_019cadcfc24072a281486a2a3c4d3d7e', 'Gone', created_at, created_at, created_at FROM users WHERE id = '{bob_id}'")).await.unwrap();
    let before = seen(&alice, &id).await;

    for (purchase, more, code, at) in [
        (
            &id,
            json!({ "toUserId": alice_id }),
            "NOT_TRANSFERABLE",
            "toUserId",
        ),
        (
            &id,
            json!({ "toEmail": "ALICE@example.test" }),
            "NOT_TRANSFERABLE",
            "toEmail",
        ),
        (
            &id,
            json!({ "toUserId": mallory_id }),
            "NOT_TRANSFERABLE",
            "toUserId",
        ),
        (
            &id,
            json!({ "toEmail": "mallory@example.test" }),
            "NOT_TRANSFERABLE",
            "toEmail",
        ),
        (
            &id,
            json!({ "toUserId": bob_id, "sessions": 11 }),
            "PACKAGE_EXHAUSTED",
            "sessions",
        ),
        (
            &id,
            json!({ "toUserId": bob_id, "sessions": i32::MAX }),
            "PACKAGE_EXHAUSTED",
            "sessions",
        ),
        (
            &id,
            json!({ "toUserId": bob_id, "sessions": 0 }),
            "INVALID_INPUT",
            "sessions",
        ),
        (
            &id,
            json!({ "toUserId": bob_id, "sessions": -3 }),
            "INVALID_INPUT",
            "sessions",
        ),
        (
            &id,
            json!({ "toUserId": "usr_019cadcfc24072a281486a2a3c4d3d7d" }),
            "NOT_FOUND",
            "toUserId",
        ),
        (
            &id,
            json!({ "toUserId": "usr_019cadcfc24072a281486a2a3c4d3d7e" }),
            "NOT_FOUND",
            "toUserId",
        ),
        (&id, json!({ "toUserId": id }), "INVALID_INPUT", "toUserId"),
        (
            &id,
            json!({ "toEmail": "nowhere" }),
            "INVALID_INPUT",
            "toEmail",
        ),
        (&id, json!({ "toEmail": "" }), "INVALID_INPUT", "toEmail"),
        (&id, json!({}), "INVALID_INPUT", "toUserId"),
        (
            &id,
            json!({ "toUserId": bob_id, "toEmail": "bob@example.test" }),
            "INVALID_INPUT",
            "toEmail",
        ),
        (
            &stays,
            json!({ "toUserId": bob_id }),
            "NOT_TRANSFERABLE",
            "purchaseId",
        ),
    ] {
        let refused = transfer(&alice, purchase, more.clone()).await;
        assert_eq!(refused.user_errors("transferPackage"), [code], "{more}");
        assert_eq!(field(&refused, "transferPackage"), at, "{more}");
    }
    let stolen = transfer(&bob, &id, json!({ "toUserId": bob_id })).await;
    assert_eq!(stolen.user_errors("transferPackage"), ["NOT_FOUND"]);
    assert_eq!(seen(&alice, &id).await, before);
    assert_eq!(
        number(
            &app,
            "SELECT COUNT(*) FROM customer_purchases WHERE transferred_from_purchase_id IS NOT NULL"
        )
        .await,
        0
    );
    // Staff pass them on for her.
    transfer(
        &studio.owner,
        &id,
        json!({ "toUserId": bob_id, "sessions": 1 }),
    )
    .await
    .expect_done("transferPackage");
}

#[apply(on_both_databases!)]
async fn of_transfers_at_once_no_more_go_than_remain(app: TestApp) {
    let studio = app.studio("yoga").build().await;
    let ten = product(&studio, "ten", json!({})).await;
    let alice = app.as_user("alice");
    let id = bought(&studio, &alice, &ten).await;

    let answers = together(30, |number| {
        let (alice, id) = (alice.clone(), id.clone());
        async move {
            transfer(
                &alice,
                &id,
                json!({ "toEmail": format!("friend{}@example.test", number % 3), "sessions": 3 }),
            )
            .await
        }
    })
    .await;

    let done = answers
        .iter()
        .filter(|answer| answer.user_errors("transferPackage").is_empty())
        .count();
    assert_eq!(done, 3);
    assert_eq!(counts(&seen(&alice, &id).await), ("ACTIVE", 1, 0, 1));
    assert_eq!(
        number(
            &app,
            "SELECT SUM(sessions_remaining) FROM customer_purchases"
        )
        .await,
        10
    );
    assert_eq!(
        number(
            &app,
            "SELECT SUM(transferred_minor) FROM customer_purchases"
        )
        .await,
        9_000
    );
}

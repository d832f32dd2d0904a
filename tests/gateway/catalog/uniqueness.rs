//! What there can be only one of, however many ask at once.

use serde_json::json;
use tests::*;

use super::{mutations, refusal};

#[apply(on_both_databases!)]
async fn one_business_has_a_slug(app: TestApp) {
    let alice = app.as_user("alice");
    super::user_id(&alice).await;

    let answers = together(16, |_| {
        let alice = alice.clone();
        async move {
            let input =
                json!({ "name": "Yoga", "slug": "yoga", "timeZone": "UTC", "currency": "EUR" });
            alice
                .mutate("createBusiness", input, "business { id }")
                .await
        }
    })
    .await;

    one_of(&answers, "createBusiness");
    let answer = alice
        .graphql("{ viewer { memberships { role } } }", json!({}))
        .await;
    assert_eq!(answer.list("viewer.memberships").len(), 1);
}

#[apply(on_both_databases!)]
async fn within_a_business_too(app: TestApp) {
    let studio = app.studio("yoga").build().await;

    for mutation in mutations::all(&studio, 0).await {
        if mutation.input.get("slug").is_none() {
            continue;
        }
        let name = mutation.name;
        let answers = together(8, |_| {
            let (owner, input) = (studio.owner.clone(), mutation.input.clone());
            async move { owner.mutate(name, input, "").await }
        })
        .await;
        one_of(&answers, name);
    }
    // Another business may use the same.
    let rival = app.studio("rival").owned_by("rival").build().await;
    for mutation in mutations::all(&rival, 0).await {
        mutation.send(&rival.owner).await.expect_done(mutation.name);
    }
}

fn one_of(answers: &[GraphQlResponse], mutation: &str) {
    let refused: Vec<_> = answers
        .iter()
        .filter(|answer| !answer.user_errors(mutation).is_empty())
        .map(|answer| refusal(answer, mutation))
        .collect();
    assert_eq!(refused.len(), answers.len() - 1, "{mutation}");
    let expected = ("INVALID_INPUT".to_owned(), "slug".to_owned());
    assert!(
        refused.iter().all(|refusal| *refusal == expected),
        "{refused:?}"
    );
}

#[apply(on_both_databases!)]
async fn a_slug_cannot_be_changed_to_one_that_is_taken(app: TestApp) {
    let studio = app.studio("yoga").rooms(2).build().await;

    let input = json!({ "resourceId": studio.resource_ids[1], "slug": super::slug(&studio).await });
    let answer = studio.owner.mutate("updateResource", input, "").await;

    let expected = ("INVALID_INPUT".to_owned(), "slug".to_owned());
    assert_eq!(refusal(&answer, "updateResource"), expected);
}

#[apply(on_both_databases!)]
async fn one_customer_has_an_email_address(app: TestApp) {
    let studio = app.studio("yoga").build().await;

    let answers = together(16, |number| {
        let studio = studio.clone();
        async move {
            // Large and small letters are the same.
            let email = match number % 2 {
                0 => "bob@example.test",
                _ => "Bob@Example.Test",
            };
            let input = json!({ "businessId": studio.business_id, "name": "Bob", "email": email });
            let selection = "user { id }";
            studio
                .owner
                .mutate("createCustomer", input, selection)
                .await
        }
    })
    .await;

    let mut ids: Vec<_> = answers
        .into_iter()
        .map(|answer| {
            let answer = answer.expect_done("createCustomer");
            answer.text("createCustomer.user.id").to_owned()
        })
        .collect();
    ids.dedup();
    assert_eq!(ids.len(), 1, "{ids:?}");
}

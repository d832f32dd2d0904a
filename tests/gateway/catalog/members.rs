//! People and their part in a business.

use serde_json::{Value, json};
use tests::*;

use super::{member, refusal, user_id};

async fn add(client: &Client, studio: &Studio, user: &str, role: &str) -> GraphQlResponse {
    let input = json!({ "businessId": studio.business_id, "userId": user, "role": role });
    let selection = "membership { role user { id } business { id } }";
    client.mutate("addMember", input, selection).await
}

async fn viewer_role(client: &Client, studio: &Studio) -> Value {
    let document = "query ($id: ID!) { business(by: { id: $id }) { viewerRole } }";
    let variables = json!({ "id": studio.business_id });
    let answer = client.graphql(document, variables).await.expect_ok();
    answer.data("business.viewerRole").clone()
}

#[apply(on_both_databases!)]
async fn nobody_grants_above_their_own_role(app: TestApp) {
    let studio = app.studio("yoga").build().await;
    let admin = member(&app, &studio, "admin", "ADMIN").await;
    let manager = member(&app, &studio, "manager", "MANAGER").await;
    let roles = ["CUSTOMER", "HOST", "STAFF", "MANAGER", "ADMIN", "OWNER"];

    for (client, granted) in [(&studio.owner, 6), (&admin, 4), (&manager, 4)] {
        for (rank, role) in roles.into_iter().enumerate() {
            let newcomer = app.as_user(&format!("newcomer-{granted}-{rank}"));
            let newcomer = user_id(&newcomer).await;
            let answer = add(client, &studio, &newcomer, role).await;
            if rank < granted {
                let answer = answer.expect_done("addMember");
                assert_eq!(answer.text("addMember.membership.role"), role);
                assert_eq!(answer.text("addMember.membership.user.id"), newcomer);
            } else {
                assert_eq!(answer.error_code(), "FORBIDDEN", "{role}");
            }
        }
    }
    // Nor do they take it away.
    let owner = user_id(&studio.owner).await;
    for (client, above) in [
        (&admin, &owner),
        (&manager, &owner),
        (&manager, &user_id(&admin).await),
    ] {
        let answer = add(client, &studio, above, "CUSTOMER").await;
        assert_eq!(answer.error_code(), "FORBIDDEN");
    }
}

#[apply(on_both_databases!)]
async fn adding_somebody_again_changes_their_role(app: TestApp) {
    let studio = app.studio("yoga").build().await;
    let bob = member(&app, &studio, "bob", "STAFF").await;
    assert_eq!(viewer_role(&bob, &studio).await, json!("STAFF"));

    let id = user_id(&bob).await;
    let answer = add(&studio.owner, &studio, &id, "HOST").await;

    answer.expect_done("addMember");
    assert_eq!(viewer_role(&bob, &studio).await, json!("HOST"));
    let memberships = bob
        .graphql(
            "{ viewer { memberships { role business { id } } } }",
            json!({}),
        )
        .await
        .expect_ok();
    assert_eq!(memberships.list("viewer.memberships").len(), 1);
}

#[apply(on_both_databases!)]
async fn a_business_keeps_an_owner(app: TestApp) {
    let studio = app.studio("yoga").build().await;
    let one = user_id(&studio.owner).await;
    let expected = ("INVALID_STATE".to_owned(), "role".to_owned());
    let answer = add(&studio.owner, &studio, &one, "ADMIN").await;
    assert_eq!(refusal(&answer, "addMember"), expected);

    // Two owners who dismiss each other at once.
    let second = member(&app, &studio, "second", "OWNER").await;
    let other = user_id(&second).await;
    let answers = together(2, |number| {
        let studio = studio.clone();
        let (client, whom) = match number {
            0 => (studio.owner.clone(), other.clone()),
            _ => (second.clone(), one.clone()),
        };
        async move { add(&client, &studio, &whom, "CUSTOMER").await }
    })
    .await;

    let done = answers.iter().filter(|answer| {
        answer.error_codes().is_empty() && answer.user_errors("addMember").is_empty()
    });
    assert_eq!(done.count(), 1, "{answers:?}");
    let roles = [
        viewer_role(&studio.owner, &studio).await,
        viewer_role(&second, &studio).await,
    ];
    assert!(roles.contains(&json!("OWNER")), "{roles:?}");
}

#[apply(on_both_databases!)]
async fn an_address_waits_for_whoever_signs_in_with_it(app: TestApp) {
    let studio = app.studio("yoga").build().await;
    let input = json!({
        "businessId": studio.business_id, "email": "Bob@Example.test", "role": "STAFF",
    });
    let answer = studio
        .owner
        .mutate("addMember", input, "membership { user { id name email } }")
        .await
        .expect_done("addMember");
    assert_eq!(
        answer.text("addMember.membership.user.email"),
        "Bob@Example.test"
    );

    let bob = app.as_user("bob");

    assert_eq!(viewer_role(&bob, &studio).await, json!("STAFF"));
    assert_eq!(
        user_id(&bob).await,
        answer.text("addMember.membership.user.id")
    );
}

#[apply(on_both_databases!)]
async fn one_person_is_named_in_one_way(app: TestApp) {
    let studio = app.studio("yoga").build().await;
    let bob = user_id(&app.as_user("bob")).await;
    let business = &studio.business_id;

    for (input, field, code) in [
        (json!({ "role": "STAFF" }), "userId", "INVALID_INPUT"),
        (
            json!({ "role": "STAFF", "userId": bob, "email": "bob@example.test" }),
            "userId",
            "INVALID_INPUT",
        ),
        (
            json!({ "role": "STAFF", "email": "bob" }),
            "email",
            "INVALID_INPUT",
        ),
        (
            json!({ "role": "STAFF", "userId": business }),
            "userId",
            "INVALID_INPUT",
        ),
        (
            json!({ "role": "STAFF", "userId": format!("usr_{}", "0".repeat(32)) }),
            "userId",
            "NOT_FOUND",
        ),
    ] {
        let mut input = input;
        input["businessId"] = json!(business);
        let answer = studio.owner.mutate("addMember", input, "").await;
        let expected = (code.to_owned(), field.to_owned());
        assert_eq!(refusal(&answer, "addMember"), expected);
    }
}

#[apply(on_both_databases!)]
async fn a_customer_who_is_known_stays_as_they_are(app: TestApp) {
    let studio = app.studio("yoga").build().await;
    let bob = member(&app, &studio, "bob", "MANAGER").await;
    let carol = app.as_user("carol");
    let ids = [user_id(&bob).await, user_id(&carol).await];

    for (name, id) in ["bob", "carol"].into_iter().zip(ids) {
        let input = json!({
            "businessId": studio.business_id, "name": "Somebody else",
            "email": format!("{name}@example.test"), "phone": "123",
        });
        let answer = studio
            .owner
            .mutate("createCustomer", input, "user { id name phone }")
            .await
            .expect_done("createCustomer");
        let user = answer.data("createCustomer.user");
        assert_eq!(user["id"], json!(id));
        assert_ne!(user["name"], json!("Somebody else"));
        assert!(user["phone"].is_null());
    }
    assert_eq!(viewer_role(&bob, &studio).await, json!("MANAGER"));
    assert_eq!(viewer_role(&carol, &studio).await, json!("CUSTOMER"));
}

#[apply(on_both_databases!)]
async fn an_address_is_for_oneself_and_the_staff_around(app: TestApp) {
    let studio = app.studio("yoga").build().await;
    app.studio("rival").owned_by("rival").build().await;
    let staff = member(&app, &studio, "staff", "STAFF").await;
    let customer = member(&app, &studio, "customer", "CUSTOMER").await;
    let input = json!({
        "businessId": studio.business_id, "name": "Dora", "email": "dora@example.test",
        "phone": "+49 30 1234",
    });
    let answer = staff
        .mutate("createCustomer", input, "user { id name email phone }")
        .await
        .expect_done("createCustomer");
    let dora = answer.data("createCustomer.user");
    assert_eq!(dora["email"], json!("dora@example.test"));
    assert_eq!(dora["phone"], json!("+49 30 1234"));

    let document = "query ($id: ID!) { node(id: $id) { ... on User { name email phone } } }";
    let id = json!({ "id": dora["id"] });
    let answer = studio.owner.graphql(document, id.clone()).await.expect_ok();
    assert_eq!(answer.text("node.email"), "dora@example.test");
    for client in [&customer, &app.as_user("rival"), &app.anonymous()] {
        let answer = client.graphql(document, id.clone()).await.expect_ok();
        assert!(answer.data("node").is_null(), "{}", answer.body);
    }
    let own = "{ viewer { user { email } } }";
    let answer = customer.graphql(own, json!({})).await.expect_ok();
    assert_eq!(answer.text("viewer.user.email"), "customer@example.test");
}

//! Who is asking: which tokens are believed, and which user a person becomes.

use booking_gateway::http::auth::{Expectations, Verifier};
use chrono::TimeDelta;
use entity::users;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait, PaginatorTrait};
use serde_json::{Value, json};
use tests::token::{AUDIENCE, ISSUER, SECRET, encode, sign};
use tests::*;

const WHO: &str = "{ viewer { user { id name email } } }";

/// A public key as its owner publishes it, and as somebody might misuse it.
const RSA_PUBLIC_PEM: &str = include_str!("identity/rsa_public.pem");
const RSA_MODULUS: &str = "kIE3UyX5v6__6KkgrDOWRrp5bqdXzyvf3Rq5GIMdii-6nNPsNAyVafSKWHL1M7AgyWDwI0tdxSaZU\
                           SSaBvfzT1I_kRXpf2asi0gr6Sg8AKzNwBN5VQWZoDgttt8wCA0erm_XW_B8QOaR-6nZKHJPMQwKiP\
                           3WOji897pjxql1R7dnBuUKLiZ-6-9incGBI4zx2IHA5WwHswLTmSrqSCrk5q9RVljlfkSW35Y10u6\
                           frcKHDu4ZKF09RVpzeV_QG9RCv1XSQTo_uOjARrRDW0QOSVvgjmKLHkkY9j9-YIh35q6rCCMs9kRb\
                           ff8ydEqgEPPH-u-pkqGoWiQM5-SPEyjy0Q";

#[apply(on_both_databases!)]
async fn without_a_token_there_is_no_viewer(app: TestApp) {
    let answer = app.anonymous().graphql(WHO, json!({})).await.expect_ok();

    assert_eq!(answer.data("viewer"), &Value::Null);
}

#[apply(on_both_databases!)]
async fn the_first_request_makes_the_user(app: TestApp) {
    let alice = app.as_user("alice");

    let first = alice.graphql(WHO, json!({})).await.expect_ok();
    let second = alice.graphql(WHO, json!({})).await.expect_ok();

    assert_eq!(first.text("viewer.user.name"), "Alice");
    assert_eq!(first.text("viewer.user.email"), "alice@example.test");
    assert_eq!(first.body, second.body);
    assert_eq!(users(&app).await, 1);
}

#[apply(on_both_databases!)]
async fn fifty_first_requests_at_once_make_one_user(app: TestApp) {
    let answers = together(50, |_| {
        let alice = app.as_user("alice");
        async move { alice.graphql(WHO, json!({})).await.expect_ok() }
    })
    .await;

    assert!(answers.iter().all(|answer| answer.body == answers[0].body));
    assert_eq!(users(&app).await, 1);
}

#[apply(on_both_databases!)]
async fn a_token_that_cannot_be_believed_is_refused(app: TestApp) {
    let good = Claims::person("mallory").payload(app.now());
    let token = sign(&good, SECRET);
    let with = |claim: &str, value: Value| {
        let mut payload = good.clone();
        payload[claim] = value;
        sign(&payload, SECRET)
    };
    let without = |claim: &str| {
        let mut payload = good.clone();
        payload.as_object_mut().unwrap().remove(claim);
        sign(&payload, SECRET)
    };
    let unsigned = |alg: &str| encode(&json!({ "alg": alg, "typ": "JWT" }), &good, b"");
    let hours = |hours| json!((app.now() + TimeDelta::hours(hours)).timestamp());

    let bad = [
        ("garbage", "garbage".to_owned()),
        ("only dots", "..".to_owned()),
        ("cut short", token[..token.len() - 4].to_owned()),
        ("unsigned", token[..=token.rfind('.').unwrap()].to_owned()),
        ("alg none", unsigned("none")),
        ("alg NONE", unsigned("NONE")),
        (
            "another secret",
            sign(&good, b"another secret, and long enough"),
        ),
        ("another algorithm", {
            let header = json!({ "alg": "HS512", "typ": "JWT" });
            encode(&header, &good, b"whatever")
        }),
        ("expired", with("exp", hours(-1))),
        ("no expiry", without("exp")),
        ("not valid yet", with("nbf", hours(1))),
        (
            "another issuer",
            with("iss", json!("https://elsewhere.example.test")),
        ),
        ("no issuer", without("iss")),
        ("another audience", with("aud", json!("somebody-else"))),
        ("no audience", without("aud")),
        ("no subject", without("sub")),
        ("empty subject", with("sub", json!(""))),
        ("endless subject", with("sub", json!("x".repeat(10_000)))),
    ];

    for (what, token) in bad {
        let answer = app
            .anonymous()
            .with_token(token)
            .graphql(WHO, json!({}))
            .await;
        assert_eq!(answer.status, 401, "{what}: {}", answer.body);
        assert_eq!(answer.error_code(), "UNAUTHENTICATED", "{what}");
    }
    assert_eq!(users(&app).await, 0);
}

#[apply(on_both_databases!)]
async fn another_scheme_than_bearer_is_refused(app: TestApp) {
    let basic = app.anonymous().with_header("authorization", "Basic YTpi");

    let answer = basic.graphql(WHO, json!({})).await;

    assert_eq!(answer.status, 401, "{}", answer.body);
    assert_eq!(answer.error_code(), "UNAUTHENTICATED");
}

#[apply(on_both_databases!)]
async fn a_clock_that_is_a_little_off_is_forgiven(app: TestApp) {
    let token = Claims::person("alice").sign(app.now());
    let alice = app.anonymous().with_token(token);

    app.advance(TimeDelta::minutes(60) + TimeDelta::seconds(5));
    alice.graphql(WHO, json!({})).await.expect_ok();

    app.advance(TimeDelta::minutes(2));
    assert_eq!(alice.graphql(WHO, json!({})).await.status, 401);
}

/// The public key is public: whoever uses its text as a shared secret must not be believed.
#[apply(on_both_databases!)]
async fn a_public_key_is_no_shared_secret(app: TestApp) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("jwks.json");
    let key = json!({ "kty": "RSA", "kid": "1", "use": "sig", "n": RSA_MODULUS, "e": "AQAB" });
    std::fs::write(&file, json!({ "keys": [key] }).to_string()).unwrap();
    let expectations = Expectations {
        issuer: Some(ISSUER.to_owned()),
        audience: Some(AUDIENCE.to_owned()),
    };
    let verifier = Verifier::jwks(file.to_str().unwrap(), expectations).await;
    let app = app.verifying(verifier.unwrap());
    let payload = Claims::person("mallory").payload(app.now());

    for secret in [RSA_PUBLIC_PEM, RSA_PUBLIC_PEM.trim(), RSA_MODULUS] {
        let forged = app
            .anonymous()
            .with_token(sign(&payload, secret.as_bytes()));
        let answer = forged.graphql(WHO, json!({})).await;
        assert_eq!(answer.status, 401, "{}", answer.body);
        assert_eq!(answer.error_code(), "UNAUTHENTICATED");
    }
    assert_eq!(users(&app).await, 0);
}

#[apply(on_both_databases!)]
async fn a_verified_address_adopts_the_user_that_waits_for_it(app: TestApp) {
    let waiting = insert_user(&app, None, "Alice@Example.test").await;

    let answer = app
        .as_user("alice")
        .graphql(WHO, json!({}))
        .await
        .expect_ok();

    assert_eq!(answer.text("viewer.user.id"), waiting);
    assert_eq!(users(&app).await, 1);
}

#[apply(on_both_databases!)]
async fn an_unverified_address_adopts_nobody(app: TestApp) {
    let waiting = insert_user(&app, None, "alice@example.test").await;
    let claims = Claims {
        email_verified: false,
        ..Claims::person("alice")
    };

    let alice = app.anonymous().with_claims(claims);
    let answer = alice.graphql(WHO, json!({})).await.expect_ok();

    assert_ne!(answer.text("viewer.user.id"), waiting);
    assert_eq!(users(&app).await, 2);
}

#[apply(on_both_databases!)]
async fn a_user_who_has_signed_in_is_adopted_by_nobody_else(app: TestApp) {
    let other = insert_user(&app, Some("another subject"), "alice@example.test").await;

    let answer = app
        .as_user("alice")
        .graphql(WHO, json!({}))
        .await
        .expect_ok();

    assert_ne!(answer.text("viewer.user.id"), other);
    assert_eq!(users(&app).await, 2);
}

#[apply(on_both_databases!)]
async fn fifty_first_requests_at_once_adopt_one_user(app: TestApp) {
    let waiting = insert_user(&app, None, "alice@example.test").await;

    let answers = together(50, |_| {
        let alice = app.as_user("alice");
        async move { alice.graphql(WHO, json!({})).await.expect_ok() }
    })
    .await;

    for answer in answers {
        assert_eq!(answer.text("viewer.user.id"), waiting);
    }
    assert_eq!(users(&app).await, 1);
}

async fn users(app: &TestApp) -> u64 {
    users::Entity::find().count(app.db()).await.unwrap()
}

/// Inserts a user, with a subject or waiting for one, and returns the id.
async fn insert_user(app: &TestApp, subject: Option<&str>, email: &str) -> String {
    let now = app.now().into();
    let user = users::ActiveModel {
        id: Set("usr_00000000000000000000000000000001".to_owned()),
        subject: Set(subject.map(str::to_owned)),
        name: Set("Somebody".to_owned()),
        email: Set(Some(email.to_owned())),
        phone: Set(None),
        created_at: Set(now),
        updated_at: Set(now),
        deleted_at: Set(None),
    };
    user.insert(app.db()).await.unwrap().id
}

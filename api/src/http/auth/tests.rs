//! The verifier against forged, stale and foreign tokens.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::TimeDelta;
use jsonwebtoken::{Algorithm, EncodingKey, Header, jwk::Jwk};
use serde_json::{Value, json};

use super::*;
use crate::domain::clock::Moment;

const SECRET: &[u8] = b"a secret that has more than thirty-two bytes";

fn now() -> Moment {
    "2026-03-02T09:00:00Z".parse().unwrap()
}

fn claims() -> Value {
    json!({ "sub": "ada", "exp": (now() + TimeDelta::hours(1)).timestamp() })
}

fn with(name: &str, value: impl Into<Value>) -> Value {
    let mut claims = claims();
    claims[name] = value.into();
    claims
}

fn hs256(claims: &Value) -> String {
    signed(
        &Header::default(),
        claims,
        &EncodingKey::from_secret(SECRET),
    )
}

fn signed(header: &Header, claims: &Value, key: &EncodingKey) -> String {
    jsonwebtoken::encode(header, claims, key).unwrap()
}

async fn verify(token: &str) -> Result<Verified, Rejection> {
    expecting(None, None, token).await
}

async fn expecting(
    issuer: Option<&str>,
    audience: Option<&str>,
    token: &str,
) -> Result<Verified, Rejection> {
    let expectations = Expectations {
        issuer: issuer.map(str::to_owned),
        audience: audience.map(str::to_owned),
    };
    Verifier::hs256(SECRET, expectations)
        .verify(token, now())
        .await
}

#[tokio::test]
async fn a_good_token_names_a_person() {
    let mut claims = with("name", "Ada");
    claims["email"] = "ada@example.org".into();
    claims["email_verified"] = true.into();
    claims["scope"] = "a b".into();
    claims["scp"] = json!(["c"]);
    let identity = verify(&hs256(&claims)).await.unwrap().identity;
    assert_eq!(identity.subject, "ada");
    assert_eq!(identity.name.as_deref(), Some("Ada"));
    assert_eq!(identity.verified_email.as_deref(), Some("ada@example.org"));
    assert_eq!(identity.scopes, ["a", "b", "c"]);
}

#[tokio::test]
async fn an_unverified_email_counts_for_nothing() {
    for verified in [json!(false), json!("true"), json!(1), Value::Null] {
        let mut claims = with("email", "ada@example.org");
        claims["email_verified"] = verified;
        let identity = verify(&hs256(&claims)).await.unwrap().identity;
        assert_eq!(identity.verified_email, None);
    }
}

#[tokio::test]
async fn odd_optional_claims_are_ignored() {
    let mut claims = with("name", json!({ "first": "Ada" }));
    claims["scope"] = 7.into();
    claims["email"] = json!([]);
    let identity = verify(&hs256(&claims)).await.unwrap().identity;
    assert_eq!(identity.name, None);
    assert!(identity.scopes.is_empty());
}

#[tokio::test]
async fn times_are_checked_with_thirty_seconds_of_leeway() {
    let at = |seconds| (now() + TimeDelta::seconds(seconds)).timestamp();
    for (claim, seconds, expected) in [
        ("exp", 1, None),
        ("exp", -29, None),
        ("exp", -30, Some(Rejection::Expired)),
        ("nbf", 30, None),
        ("nbf", 31, Some(Rejection::NotYetValid)),
    ] {
        let outcome = verify(&hs256(&with(claim, at(seconds)))).await;
        assert_eq!(outcome.err(), expected, "{claim} {seconds}");
    }
    let fraction = verify(&hs256(&with("exp", at(1) as f64 + 0.5))).await;
    assert!(fraction.is_ok());
    let for_ever = verify(&hs256(&with("exp", 1e15))).await;
    assert!(for_ever.is_ok());
}

#[tokio::test]
async fn a_token_without_its_claims_is_malformed() {
    for claims in [
        json!({ "sub": "ada" }),
        json!({ "exp": 4_000_000_000_i64 }),
        with("exp", "soon"),
        with("exp", -1),
        with("sub", 7),
        json!([]),
    ] {
        let outcome = verify(&hs256(&claims)).await;
        assert_eq!(outcome.err(), Some(Rejection::Malformed), "{claims}");
    }
    for garbage in ["", ".", "..", "a.b.c", "a.b.c.d", "\u{0}"] {
        assert_eq!(
            verify(garbage).await.err(),
            Some(Rejection::Malformed),
            "{garbage}"
        );
    }
}

#[tokio::test]
async fn issuer_and_audience_are_checked_when_set() {
    let mut both = with("iss", "us");
    both["aud"] = json!(["others", "me"]);
    let both = hs256(&both);
    let neither = hs256(&claims());
    assert!(expecting(None, None, &both).await.is_ok());
    assert!(expecting(Some("us"), Some("me"), &both).await.is_ok());
    let issuer = |token: String| async move { expecting(Some("us"), None, &token).await.err() };
    let audience = |token: String| async move { expecting(None, Some("me"), &token).await.err() };
    assert_eq!(issuer(neither.clone()).await, Some(Rejection::Issuer));
    assert_eq!(
        issuer(hs256(&with("iss", "them"))).await,
        Some(Rejection::Issuer)
    );
    assert_eq!(audience(neither).await, Some(Rejection::Audience));
    assert_eq!(
        audience(hs256(&with("aud", "you"))).await,
        Some(Rejection::Audience)
    );
}

#[tokio::test]
async fn another_key_or_algorithm_is_refused() {
    let other = EncodingKey::from_secret(b"another secret of more than thirty-two bytes");
    let forged = signed(&Header::default(), &claims(), &other);
    assert_eq!(verify(&forged).await.err(), Some(Rejection::Signature));

    let hs512 = Header::new(Algorithm::HS512);
    let longer = signed(&hs512, &claims(), &EncodingKey::from_secret(SECRET));
    assert_eq!(verify(&longer).await.err(), Some(Rejection::Signature));

    for alg in ["none", "None", "NONE", ""] {
        let header = URL_SAFE_NO_PAD.encode(json!({ "alg": alg, "typ": "JWT" }).to_string());
        let payload = URL_SAFE_NO_PAD.encode(claims().to_string());
        assert!(
            verify(&format!("{header}.{payload}.")).await.is_err(),
            "{alg}"
        );
    }
}

#[tokio::test]
async fn an_issued_token_is_a_good_one() {
    let expectations = Expectations {
        issuer: Some("us".into()),
        audience: Some("me".into()),
    };
    let identity = crate::domain::people::Identity {
        subject: "ada".into(),
        name: Some("Ada".into()),
        verified_email: Some("ada@example.org".into()),
        scopes: vec!["payments:write".into()],
    };
    let hour = std::time::Duration::from_secs(3600);
    let token = issue(SECRET, &expectations, &identity, now(), hour).unwrap();
    let verified = Verifier::hs256(SECRET, expectations)
        .verify(&token, now())
        .await
        .unwrap();
    assert_eq!(verified.identity, identity);
    assert_eq!(verified.expires_at, now() + TimeDelta::hours(1));
}

mod published {
    use aws_lc_rs::{
        encoding::{AsDer, Pkcs8V1Der},
        rsa::KeySize,
        signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair},
    };

    use super::*;

    /// A key pair of the issuer, and the token header that goes with it.
    struct Issuer {
        key: EncodingKey,
        header: Header,
    }

    impl Issuer {
        fn rs256() -> Self {
            let pair = aws_lc_rs::rsa::KeyPair::generate(KeySize::Rsa2048).unwrap();
            let pkcs8 = AsDer::<Pkcs8V1Der>::as_der(&pair).unwrap();
            // The library wants PKCS#1, which PKCS#8 wraps in 26 bytes.
            Self::new(
                Algorithm::RS256,
                EncodingKey::from_rsa_der(&pkcs8.as_ref()[26..]),
            )
        }

        fn es256() -> Self {
            let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
            let pkcs8 = pair.to_pkcs8v1().unwrap();
            Self::new(Algorithm::ES256, EncodingKey::from_ec_der(pkcs8.as_ref()))
        }

        fn eddsa() -> Self {
            let pair = Ed25519KeyPair::generate().unwrap();
            let pkcs8 = pair.to_pkcs8v1().unwrap();
            Self::new(Algorithm::EdDSA, EncodingKey::from_ed_der(pkcs8.as_ref()))
        }

        fn new(algorithm: Algorithm, key: EncodingKey) -> Self {
            let mut header = Header::new(algorithm);
            header.kid = Some(format!("{algorithm:?}"));
            Self { key, header }
        }

        fn jwk(&self) -> Value {
            let mut jwk = Jwk::from_encoding_key(&self.key, self.header.alg).unwrap();
            jwk.common.key_id.clone_from(&self.header.kid);
            serde_json::to_value(jwk).unwrap()
        }

        fn token(&self) -> String {
            signed(&self.header, &claims(), &self.key)
        }
    }

    /// A key set in a file that is gone with the test.
    struct KeyFile(std::path::PathBuf);

    impl KeyFile {
        fn new(keys: &[Value]) -> Self {
            let name = format!("jwks-{}.json", uuid::Uuid::now_v7());
            let file = Self(std::env::temp_dir().join(name));
            file.write(keys);
            file
        }

        fn write(&self, keys: &[Value]) {
            std::fs::write(&self.0, json!({ "keys": keys }).to_string()).unwrap();
        }

        async fn verifier(&self) -> Result<Verifier, JwksError> {
            Verifier::jwks(self.0.to_str().unwrap(), Expectations::default()).await
        }
    }

    impl Drop for KeyFile {
        fn drop(&mut self) {
            let _ = std::fs::remove_file(&self.0);
        }
    }

    #[tokio::test]
    async fn each_algorithm_verifies_its_own_tokens() {
        let issuers = [Issuer::rs256(), Issuer::es256(), Issuer::eddsa()];
        let odd = json!({ "kty": "strange", "kid": "odd" });
        let keys: Vec<_> = issuers.iter().map(Issuer::jwk).chain([odd]).collect();
        let verifier = KeyFile::new(&keys).verifier().await.unwrap();
        for mut issuer in issuers {
            let outcome = verifier.verify(&issuer.token(), now()).await;
            assert!(outcome.is_ok(), "{:?}: {outcome:?}", issuer.header.alg);
            // Without a key id, the keys are tried.
            issuer.header.kid = None;
            let outcome = verifier.verify(&issuer.token(), now()).await;
            assert!(outcome.is_ok(), "{:?}: {outcome:?}", issuer.header.alg);
        }
    }

    #[tokio::test]
    async fn a_public_key_is_no_shared_secret() {
        let issuer = Issuer::rs256();
        let jwk = issuer.jwk();
        let verifier = KeyFile::new(std::slice::from_ref(&jwk))
            .verifier()
            .await
            .unwrap();
        let modulus = URL_SAFE_NO_PAD.decode(jwk["n"].as_str().unwrap()).unwrap();
        for secret in [modulus, jwk.to_string().into_bytes()] {
            let mut header = Header::new(Algorithm::HS256);
            header.kid.clone_from(&issuer.header.kid);
            let forged = signed(&header, &claims(), &EncodingKey::from_secret(&secret));
            let outcome = verifier.verify(&forged, now()).await;
            assert_eq!(outcome.err(), Some(Rejection::Signature));
        }
    }

    #[tokio::test]
    async fn a_symmetric_key_in_the_set_is_not_used() {
        let secret = json!({ "kty": "oct", "kid": "s", "k": URL_SAFE_NO_PAD.encode(SECRET) });
        let encryption = {
            let mut jwk = Issuer::rs256().jwk();
            jwk["use"] = "enc".into();
            jwk
        };
        let outcome = KeyFile::new(&[secret.clone(), encryption]).verifier().await;
        assert!(matches!(outcome, Err(JwksError::NoKeys)));
        let keys = KeyFile::new(&[secret, Issuer::eddsa().jwk()]);
        let outcome = keys
            .verifier()
            .await
            .unwrap()
            .verify(&hs256(&claims()), now())
            .await;
        assert_eq!(outcome.err(), Some(Rejection::Signature));
    }

    #[tokio::test(start_paused = true)]
    async fn a_new_key_is_found_at_most_once_a_minute_and_old_ones_survive_a_failure() {
        let (old, mut new) = (Issuer::es256(), Issuer::es256());
        new.header.kid = Some("new".into());
        let file = KeyFile::new(&[old.jwk()]);
        let verifier = file.verifier().await.unwrap();
        file.write(&[old.jwk(), new.jwk()]);
        let minute = std::time::Duration::from_secs(60);

        let too_soon = verifier.verify(&new.token(), now()).await;
        assert_eq!(too_soon.err(), Some(Rejection::Signature));
        tokio::time::advance(minute).await;
        assert!(verifier.verify(&new.token(), now()).await.is_ok());

        std::fs::write(&file.0, "not a key set").unwrap();
        tokio::time::advance(minute).await;
        let mut unknown = Issuer::es256();
        unknown.header.kid = Some("unknown".into());
        assert!(verifier.verify(&unknown.token(), now()).await.is_err());
        assert!(verifier.verify(&old.token(), now()).await.is_ok());
        assert!(verifier.verify(&new.token(), now()).await.is_ok());
    }

    #[tokio::test]
    async fn only_safe_locations_are_read() {
        for location in [
            "http://example.org/jwks",
            "ftp://example.org/jwks",
            "file:///etc/jwks",
        ] {
            let outcome = Verifier::jwks(location, Expectations::default()).await;
            assert!(matches!(outcome, Err(JwksError::Location(_))), "{location}");
        }
    }
}

//! Bearer tokens, as an identity provider would issue them.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use booking_gateway::domain::clock::Moment;
use chrono::TimeDelta;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};

/// The secret that the gateway under test shares with the issuer.
pub const SECRET: &[u8] = b"a secret of the tests, long enough for HS256";
/// The issuer that the gateway under test trusts.
pub const ISSUER: &str = "https://issuer.example.test";
/// The audience that the gateway under test belongs to.
pub const AUDIENCE: &str = "booking-gateway";

/// What a token says of its bearer.
#[derive(Clone, Debug)]
pub struct Claims {
    /// The subject: who it is.
    pub sub: String,
    /// The person's name.
    pub name: Option<String>,
    /// The person's email address.
    pub email: Option<String>,
    /// Whether the issuer has checked the address.
    pub email_verified: bool,
    /// What a service may do, parted by spaces.
    pub scope: Option<String>,
}

impl Claims {
    /// A person with a verified email address: for `alice`, Alice with `alice@example.test`.
    #[must_use]
    pub fn person(sub: &str) -> Self {
        let mut letters = sub.chars();
        let initial = letters.next().map(|letter| letter.to_ascii_uppercase());
        Self {
            sub: sub.to_owned(),
            name: Some(initial.into_iter().chain(letters).collect()),
            email: Some(format!("{sub}@example.test")),
            email_verified: true,
            scope: None,
        }
    }

    /// A service: no name and no address.
    #[must_use]
    pub fn service(sub: &str) -> Self {
        Self {
            sub: sub.to_owned(),
            name: None,
            email: None,
            email_verified: false,
            scope: None,
        }
    }

    /// The payload of a token that is issued at `now` and lives for an hour.
    #[must_use]
    pub fn payload(&self, now: Moment) -> Value {
        let mut payload = json!({
            "sub": self.sub,
            "iss": ISSUER,
            "aud": AUDIENCE,
            "iat": now.timestamp(),
            "exp": (now + TimeDelta::hours(1)).timestamp(),
        });
        if let Some(name) = &self.name {
            payload["name"] = json!(name);
        }
        if let Some(email) = &self.email {
            payload["email"] = json!(email);
            payload["email_verified"] = json!(self.email_verified);
        }
        if let Some(scope) = &self.scope {
            payload["scope"] = json!(scope);
        }
        payload
    }

    /// The token, issued at `now`.
    #[must_use]
    pub fn sign(&self, now: Moment) -> String {
        sign(&self.payload(now), SECRET)
    }
}

/// Signs any payload with any secret.
#[must_use]
pub fn sign(payload: &Value, secret: &[u8]) -> String {
    let header = Header::new(Algorithm::HS256);
    jsonwebtoken::encode(&header, payload, &EncodingKey::from_secret(secret))
        .expect("a payload can be signed")
}

/// Puts a token together by hand, for headers and signatures that no library would make.
#[must_use]
pub fn encode(header: &Value, payload: &Value, signature: &[u8]) -> String {
    let part = |bytes: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(bytes);
    [
        part(header.to_string().as_bytes()),
        part(payload.to_string().as_bytes()),
        part(signature),
    ]
    .join(".")
}

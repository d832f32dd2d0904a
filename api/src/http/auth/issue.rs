//! Signs tokens, for demonstrations and for the `token` command.

use std::time::Duration;

use jsonwebtoken::{EncodingKey, Header};
use serde::Serialize;

use super::Expectations;
use crate::domain::{clock::Moment, people::Identity};

#[derive(Serialize)]
struct Claims<'a> {
    sub: &'a str,
    iat: i64,
    exp: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    iss: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    aud: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email_verified: Option<bool>,
    #[serde(skip_serializing_if = "String::is_empty")]
    scope: String,
}

/// Signs a token for `identity` with HS256, good for `ttl` from `now`, that meets `expectations`.
///
/// # Errors
/// When the secret cannot sign.
pub fn issue(
    secret: &[u8],
    expectations: &Expectations,
    identity: &Identity,
    now: Moment,
    ttl: Duration,
) -> Result<String, jsonwebtoken::errors::Error> {
    let iat = now.timestamp();
    let ttl = i64::try_from(ttl.as_secs()).unwrap_or(i64::MAX);
    let claims = Claims {
        sub: &identity.subject,
        iat,
        exp: iat.saturating_add(ttl),
        iss: expectations.issuer.as_deref(),
        aud: expectations.audience.as_deref(),
        name: identity.name.as_deref(),
        email: identity.verified_email.as_deref(),
        email_verified: identity.verified_email.as_ref().map(|_| true),
        scope: identity.scopes.join(" "),
    };
    jsonwebtoken::encode(
        &Header::default(),
        &claims,
        &EncodingKey::from_secret(secret),
    )
}

//! What a token says about a person.

use chrono::{DateTime, TimeDelta};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::{Rejection, Verified};
use crate::domain::{clock::Moment, people::Identity};

/// How far the issuer's clock may be from ours.
pub(in crate::http) const LEEWAY: TimeDelta = TimeDelta::seconds(30);

/// The claims that the gateway reads. The optional ones are lenient: an odd one is as good as none.
#[derive(Debug, Deserialize)]
pub(super) struct Claims {
    sub: String,
    /// Seconds since 1970, possibly with a fraction (RFC 7519, NumericDate).
    exp: f64,
    #[serde(default)]
    nbf: Option<f64>,
    #[serde(default, deserialize_with = "lenient")]
    name: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    email: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    email_verified: Option<bool>,
    #[serde(default, deserialize_with = "lenient")]
    scope: Option<Scopes>,
    #[serde(default, deserialize_with = "lenient")]
    scp: Option<Scopes>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Scopes {
    Spaced(String),
    Listed(Vec<String>),
}

impl Claims {
    /// Checks the times against `now`, and takes the identity out.
    pub(super) fn at(self, now: Moment) -> Result<Verified, Rejection> {
        let expires_at = moment(self.exp)?;
        if expires_at + LEEWAY <= now {
            return Err(Rejection::Expired);
        }
        if let Some(nbf) = self.nbf
            && moment(nbf)? > now + LEEWAY
        {
            return Err(Rejection::NotYetValid);
        }
        let verified = self.email_verified == Some(true);
        Ok(Verified {
            expires_at,
            identity: Identity {
                subject: self.sub,
                name: self.name,
                verified_email: self.email.filter(|_| verified),
                scopes: words(self.scope).chain(words(self.scp)).collect(),
            },
        })
    }
}

/// A moment so far away that it cannot be told is as good as the end of the calendar.
fn moment(seconds: f64) -> Result<Moment, Rejection> {
    if !seconds.is_finite() || seconds < 0.0 {
        return Err(Rejection::Malformed);
    }
    /// The last second of the year 9999.
    const LAST: f64 = 253_402_300_799.0;
    #[expect(clippy::cast_possible_truncation, reason = "bounded by LAST")]
    let micros = (seconds.min(LAST) * 1e6) as i64;
    DateTime::from_timestamp_micros(micros).ok_or(Rejection::Malformed)
}

fn words(scopes: Option<Scopes>) -> impl Iterator<Item = String> {
    match scopes {
        None => Vec::new(),
        Some(Scopes::Listed(list)) => list,
        Some(Scopes::Spaced(text)) => text.split_whitespace().map(str::to_owned).collect(),
    }
    .into_iter()
}

fn lenient<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: serde::de::DeserializeOwned,
{
    Value::deserialize(deserializer).map(|value| serde_json::from_value(value).ok())
}

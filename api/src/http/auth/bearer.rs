//! Where a token is found: in the `Authorization` header, or in the first message of a WebSocket.

use axum::http::{HeaderMap, header::AUTHORIZATION};
use serde_json::Value;

use super::Rejection;

/// The token in the `Authorization` header, if there is such a header.
pub(in crate::http) fn from_headers(headers: &HeaderMap) -> Result<Option<&str>, Rejection> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let Some(value) = values.next() else {
        return Ok(None);
    };
    if values.next().is_some() {
        return Err(Rejection::Malformed);
    }
    let value = value.to_str().map_err(|_| Rejection::Malformed)?;
    from_value(value).map(Some)
}

/// The token in the payload of `connection_init`: `{"authorization": "Bearer …"}` or `{"token": "…"}`.
pub(in crate::http) fn from_connection_init(payload: &Value) -> Result<Option<&str>, Rejection> {
    let text = |value: &'_ Value| value.as_str().map(str::len).is_some();
    let member = |name: &str| {
        let found = payload
            .as_object()?
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value).filter(|it| !it.is_null())
    };
    match (member("authorization"), member("token")) {
        (Some(value), _) if text(value) => from_value(value.as_str().unwrap_or_default()).map(Some),
        (None, Some(value)) if text(value) => Ok(value.as_str()),
        (None, None) => Ok(None),
        _ => Err(Rejection::Malformed),
    }
}

fn from_value(value: &str) -> Result<&str, Rejection> {
    let (scheme, token) = value.split_once(' ').ok_or(Rejection::Malformed)?;
    let token = token.trim();
    if !scheme.eq_ignore_ascii_case("bearer") || token.is_empty() {
        return Err(Rejection::Malformed);
    }
    Ok(token)
}

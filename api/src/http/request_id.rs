//! A name for each request: on every log line that it causes, and in its response.

use std::{panic::AssertUnwindSafe, time::Instant};

use axum::{
    extract::Request,
    http::{HeaderName, HeaderValue},
    middleware::Next,
    response::{IntoResponse, Response},
};
use futures_util::FutureExt;
use tracing::Instrument;
use uuid::Uuid;

use super::errors::Refused;
use crate::graphql::RequestId;

pub(super) const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// A caller's own id must fit on a log line.
const LONGEST: usize = 128;

/// Names the request, opens its log span, and turns a panic of a handler into an internal error.
pub(super) async fn identify(mut request: Request, next: Next) -> Response {
    let id = accepted(request.headers().get(X_REQUEST_ID)).unwrap_or_else(fresh);
    let name = id.to_str().unwrap_or_default().to_owned();
    // An error span, so that it is there however few levels the log shows.
    let span = tracing::error_span!("request", id = name);
    let request_id = RequestId(name);
    request.extensions_mut().insert(request_id.clone());
    let work = async move {
        let began = Instant::now();
        let method = request.method().clone();
        let path = request.uri().path().to_owned();
        let mut response = AssertUnwindSafe(next.run(request))
            .catch_unwind()
            .await
            .unwrap_or_else(|_| Refused::internal(&request_id).into_response());
        response.headers_mut().insert(X_REQUEST_ID, id);
        tracing::debug!(
            %method,
            path,
            status = response.status().as_u16(),
            ms = began.elapsed().as_millis(),
            "answered"
        );
        response
    };
    work.instrument(span).await
}

fn accepted(header: Option<&HeaderValue>) -> Option<HeaderValue> {
    let visible = |value: &HeaderValue| value.as_bytes().iter().all(u8::is_ascii_graphic);
    header
        .filter(|value| (1..=LONGEST).contains(&value.len()) && visible(value))
        .cloned()
}

fn fresh() -> HeaderValue {
    let mut text = Uuid::encode_buffer();
    let text = Uuid::now_v7().simple().encode_lower(&mut text);
    // Hexadecimal digits are a header value; the alternative cannot happen.
    HeaderValue::from_str(text).unwrap_or(HeaderValue::from_static("unnamed"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepts(value: &[u8]) -> bool {
        accepted(Some(&HeaderValue::from_bytes(value).unwrap())).is_some()
    }

    #[test]
    fn a_callers_id_is_short_and_visible_ascii() {
        assert!(accepts(b"abc-123"));
        assert!(accepts(&[b'x'; 128]));
        assert!(!accepts(&[b'x'; 129]));
        assert!(!accepts(b""));
        assert!(!accepts(b"two words"));
        assert!(!accepts("gr\u{fc}n".as_bytes()));
        assert!(accepted(None).is_none());
    }

    #[test]
    fn fresh_ids_differ() {
        assert_ne!(fresh(), fresh());
    }
}

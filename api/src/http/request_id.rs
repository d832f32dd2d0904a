//! A name for each request: on every log line that it causes, and in its response.

use std::{panic::AssertUnwindSafe, time::Instant};

use axum::{
    extract::{MatchedPath, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode},
    middleware::Next,
    response::{IntoResponse, Response},
};
use futures_util::FutureExt;
use opentelemetry::propagation::Extractor;
use tracing::Instrument;
use uuid::Uuid;

use super::{
    ClientAddress,
    errors::Refused,
    traffic::{Told, Traffic, ms},
};
use crate::{domain::trace, graphql::RequestId};

pub(super) const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// A caller's own id must fit on a log line.
const LONGEST: usize = 128;

/// Names the request, opens its log span, writes its line in the log, and turns a panic of a handler into an internal error.
pub(super) async fn identify(
    State(traffic): State<Traffic>,
    mut request: Request,
    next: Next,
) -> Response {
    let id = accepted(request.headers().get(X_REQUEST_ID)).unwrap_or_else(fresh);
    let name = id.to_str().unwrap_or_default().to_owned();
    let asked = Asked::new(&request);
    let traced = trace::request(asked.method(), &asked.route, &Headers(request.headers()));
    trace::set(&traced, "request.id", name.clone());
    // An error span, so that it is there however few levels the log shows.
    // Not within the trace's, which a WebSocket would keep open.
    let span = tracing::error_span!(parent: None, "request", id = name);
    let request_id = RequestId(name);
    request.extensions_mut().insert(request_id.clone());
    let work = async move {
        let told = Told::default();
        let answering = AssertUnwindSafe(next.run(request)).catch_unwind();
        let mut response = told
            .hear(answering)
            .await
            .unwrap_or_else(|_| Refused::internal(&request_id).into_response());
        response.headers_mut().insert(X_REQUEST_ID, id);
        asked.answered(response.status(), &told, &traffic);
        response
    };
    let response = work.instrument(span).instrument(traced.clone()).await;
    let status = response.status().as_u16();
    trace::set(&traced, "http.response.status_code", i64::from(status));
    response
}

/// Where a caller's trace is found.
struct Headers<'a>(&'a HeaderMap);

impl Extractor for Headers<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key)?.to_str().ok()
    }

    fn keys(&self) -> Vec<&str> {
        self.0.keys().map(HeaderName::as_str).collect()
    }
}

/// What the access log says of a request. Nothing in it is text of the caller's choosing but the name of
/// the operation, which is short and made of letters and digits.
struct Asked {
    began: Instant,
    method: Method,
    route: String,
    client: Option<ClientAddress>,
}

impl Asked {
    fn new(request: &Request) -> Self {
        let route = request.extensions().get::<MatchedPath>();
        Self {
            began: Instant::now(),
            method: request.method().clone(),
            route: route.map_or("(none)", MatchedPath::as_str).to_owned(),
            client: request.extensions().get().copied(),
        }
    }

    /// Anybody can make up a method.
    fn method(&self) -> &str {
        match self.method {
            Method::GET | Method::POST | Method::HEAD | Method::OPTIONS => self.method.as_str(),
            _ => "(other)",
        }
    }

    fn answered(self, status: StatusCode, told: &Told, traffic: &Traffic) {
        let took = self.began.elapsed();
        traffic.answered(&self.route, status.as_u16(), took);
        macro_rules! line {
            ($level:ident) => {
                tracing::$level!(
                    method = self.method(),
                    path = self.route,
                    status = status.as_u16(),
                    operation = told.operation(),
                    kind = told.kind(),
                    outcome = told.outcome(),
                    ms = ms(took),
                    client = self.client.map(|it| display(it.0)),
                    "answered"
                )
            };
        }
        // Orchestrators ask for the health every few seconds.
        match self.route.starts_with("/health/") {
            true => line!(debug),
            false => line!(info),
        }
    }
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

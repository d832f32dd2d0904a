//! What came back, and short ways to look into it.

use axum::body::Body;
use axum::http::{HeaderMap, Response, StatusCode};
use serde_json::Value;

/// The largest response that a test reads.
const LARGEST: usize = 64 << 20;

/// An HTTP response with, in most tests, a GraphQL one inside.
#[derive(Clone, Debug)]
pub struct GraphQlResponse {
    /// The HTTP status.
    pub status: StatusCode,
    /// The HTTP headers.
    pub headers: HeaderMap,
    /// The body as it came, keys in their order.
    pub body: String,
    json: Option<Value>,
}

impl GraphQlResponse {
    pub(crate) async fn read(response: Response<Body>) -> Self {
        let (head, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, LARGEST)
            .await
            .expect("the body should end");
        let body = String::from_utf8(bytes.to_vec()).expect("the body should be text");
        Self {
            status: head.status,
            headers: head.headers,
            json: serde_json::from_str(&body).ok(),
            body,
        }
    }

    /// The whole body as JSON.
    pub fn json(&self) -> &Value {
        let Some(json) = &self.json else {
            panic!("not JSON: {} {:?}", self.status, self.body)
        };
        json
    }

    /// The value at a dotted path into `data`, such as `business.offers.nodes.0.id`.
    ///
    /// Panics, and shows the response, when nothing is there.
    pub fn data(&self, path: &str) -> &Value {
        self.find(path)
            .unwrap_or_else(|| panic!("no {path:?} in: {}", self.body))
    }

    /// The text at a dotted path into `data`: an id, an enum value, a moment.
    pub fn text(&self, path: &str) -> &str {
        self.data(path)
            .as_str()
            .unwrap_or_else(|| panic!("{path:?} is not text in: {}", self.body))
    }

    /// The list at a dotted path into `data`.
    pub fn list(&self, path: &str) -> &[Value] {
        self.data(path)
            .as_array()
            .unwrap_or_else(|| panic!("{path:?} is not a list in: {}", self.body))
    }

    fn find(&self, path: &str) -> Option<&Value> {
        let pointer = format!("/data/{}", path.replace('.', "/"));
        self.json().pointer(&pointer)
    }

    /// The `extensions.code` of each top-level error. An error without one counts as `"?"`.
    pub fn error_codes(&self) -> Vec<&str> {
        self.errors()
            .iter()
            .map(|error| error["extensions"]["code"].as_str().unwrap_or("?"))
            .collect()
    }

    /// The `extensions.code` of the one top-level error that there is.
    pub fn error_code(&self) -> &str {
        let codes = self.error_codes();
        assert_eq!(codes.len(), 1, "one error expected: {}", self.body);
        codes[0]
    }

    fn errors(&self) -> &[Value] {
        self.json()["errors"]
            .as_array()
            .map_or(&[], |errors| errors.as_slice())
    }

    /// The codes of the `userErrors` of a mutation's payload.
    pub fn user_errors(&self, mutation: &str) -> Vec<&str> {
        self.list(&format!("{mutation}.userErrors"))
            .iter()
            .map(|error| error["code"].as_str().expect("a user error has a code"))
            .collect()
    }

    /// Insists on a response without top-level errors.
    #[track_caller]
    pub fn expect_ok(self) -> Self {
        assert!(
            self.status.is_success() && self.errors().is_empty(),
            "{} {}",
            self.status,
            self.body
        );
        self
    }

    /// Insists on a mutation that was neither in error nor refused.
    #[track_caller]
    pub fn expect_done(self, mutation: &str) -> Self {
        let done = self.expect_ok();
        assert!(done.user_errors(mutation).is_empty(), "{}", done.body);
        done
    }
}

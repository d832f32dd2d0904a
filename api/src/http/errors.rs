//! How errors look over HTTP, and on which level they are logged: always a GraphQL body with a code.

use std::{borrow::Cow, time::Duration};

use async_graphql::{ErrorExtensionValues, Pos, Response as GraphqlResponse, ServerError, Value};
use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

use super::{
    auth::Rejection,
    negotiate::MediaType,
    reply::{self, is_request_error},
};
use crate::{
    domain::Error,
    graphql::{RequestId, limits::Unfit},
};

pub(super) const UNAUTHENTICATED: &str = "UNAUTHENTICATED";
pub(super) const BAD_REQUEST: &str = "BAD_REQUEST";
pub(super) const QUERY_TOO_COMPLEX: &str = "QUERY_TOO_COMPLEX";
pub(super) const PERSISTED_QUERY_NOT_FOUND: &str = "PERSISTED_QUERY_NOT_FOUND";
pub(super) const RATE_LIMITED: &str = "RATE_LIMITED";
pub(super) const TIMEOUT: &str = "TIMEOUT";
pub(super) const INTERNAL: &str = "INTERNAL";

/// All that a client is told of a fault of ours; the log has the rest, under the request's id.
const OPAQUE: &str = "Something went wrong on our side.";

/// The most errors of a request that breaks the schema's rules: one mistake tells as much as a thousand.
const MOST_ERRORS: usize = 20;
/// The longest message, in bytes.
const LONGEST_MESSAGE: usize = 500;

/// A request that is answered without executing anything.
#[derive(Debug)]
pub(super) struct Refused {
    pub(super) status: StatusCode,
    /// Whether it is the document that is at fault. Then the request as such was good, and clients that ask
    /// for `application/json` expect a 200.
    pub(super) is_of_document: bool,
    code: &'static str,
    message: Cow<'static, str>,
    at: Vec<Pos>,
    details: Vec<(&'static str, Value)>,
    header: Option<Header>,
}

/// A response header that goes with the status.
#[derive(Clone, Copy, Debug)]
enum Header {
    /// The methods that are understood.
    Allow(&'static str),
    /// How to sign in.
    Challenge,
    /// When to come again, in seconds.
    RetryAfter(u64),
}

impl Refused {
    pub(super) fn bad_request(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, BAD_REQUEST, message)
    }

    /// The document cannot be executed, and not for being too large.
    pub(super) fn document(message: impl Into<Cow<'static, str>>) -> Self {
        Self::bad_request(message).of_document()
    }

    /// A hash of a document that is not known here; the message is what clients look for.
    pub(super) fn persisted_query_not_found() -> Self {
        let (code, message) = (PERSISTED_QUERY_NOT_FOUND, "PersistedQueryNotFound");
        Self::new(StatusCode::BAD_REQUEST, code, message).of_document()
    }

    pub(super) fn rate_limited(wait: Duration) -> Self {
        let seconds = wait.as_millis().div_ceil(1000).max(1);
        let seconds = u64::try_from(seconds).unwrap_or(u64::MAX);
        let message = format!("The rate limit is reached; try again in {seconds} s.");
        let mut refused = Self::new(StatusCode::TOO_MANY_REQUESTS, RATE_LIMITED, message);
        refused.header = Some(Header::RetryAfter(seconds));
        refused.details.push(("retryAfter", seconds.into()));
        refused
    }

    pub(super) fn too_many_subscriptions(most: usize) -> Self {
        let message = format!("Only {most} subscriptions may be open at once.");
        Self::new(StatusCode::TOO_MANY_REQUESTS, RATE_LIMITED, message)
    }

    pub(super) fn too_many_operations(most: usize) -> Self {
        let message = format!("Only {most} operations may be open at once on a connection.");
        Self::new(StatusCode::TOO_MANY_REQUESTS, RATE_LIMITED, message)
    }

    /// A web page of an origin that is not allowed.
    pub(super) fn origin() -> Self {
        Self::bad_request("Pages of this origin may not call.").with_status(StatusCode::FORBIDDEN)
    }

    pub(super) fn method(allowed: &'static str, message: &'static str) -> Self {
        let mut refused = Self::new(StatusCode::METHOD_NOT_ALLOWED, BAD_REQUEST, message);
        refused.header = Some(Header::Allow(allowed));
        refused
    }

    pub(super) fn code(&self) -> &'static str {
        self.code
    }

    pub(super) fn with_status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    pub(super) fn timeout() -> Self {
        let message = "The request took too long and was given up.";
        Self::new(StatusCode::GATEWAY_TIMEOUT, TIMEOUT, message)
    }

    pub(super) fn internal(RequestId(id): &RequestId) -> Self {
        let mut refused = Self::new(StatusCode::INTERNAL_SERVER_ERROR, INTERNAL, OPAQUE);
        refused.details.push(("requestId", id.as_str().into()));
        refused
    }

    /// A person cannot be signed in: a token of a deleted user, or a fault of ours.
    pub(super) fn sign_in(error: &Error, id: &RequestId) -> Self {
        if let Error::Unauthenticated = error {
            return Self::unauthenticated("This account is closed.");
        }
        log_fault(&error);
        Self::internal(id)
    }

    fn unauthenticated(message: impl Into<Cow<'static, str>>) -> Self {
        let mut refused = Self::new(StatusCode::UNAUTHORIZED, UNAUTHENTICATED, message);
        refused.header = Some(Header::Challenge);
        refused
    }

    fn new(status: StatusCode, code: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        Self {
            status,
            is_of_document: false,
            code,
            message: message.into(),
            at: Vec::new(),
            details: Vec::new(),
            header: None,
        }
    }

    fn of_document(mut self) -> Self {
        self.is_of_document = true;
        self
    }

    /// The refusal as the body of a response. Logs it, since this is where it leaves us.
    pub(super) fn to_graphql(&self) -> GraphqlResponse {
        let (code, status) = (self.code, self.status.as_u16());
        match code {
            // Logged with its cause, where it happened.
            INTERNAL => (),
            _ if is_notable(code) => tracing::warn!(code, status, "refused"),
            _ => tracing::info!(code, status, "refused"),
        }
        let mut error = ServerError::new(self.message.clone(), None);
        error.locations.clone_from(&self.at);
        let mut extensions = ErrorExtensionValues::default();
        extensions.set("code", self.code);
        for (name, value) in &self.details {
            extensions.set(*name, value.clone());
        }
        error.extensions = Some(extensions);
        GraphqlResponse::from_errors(vec![error])
    }

    /// The refusal as a response of the media type that the client asked for.
    pub(super) fn reply(self, media_type: MediaType) -> Response {
        let status = match media_type {
            MediaType::Json if self.is_of_document => StatusCode::OK,
            _ => self.status,
        };
        let mut response = reply::json(status, media_type, &self.to_graphql());
        let header = match self.header {
            None => return response,
            Some(Header::Allow(methods)) => (header::ALLOW, HeaderValue::from_static(methods)),
            Some(Header::Challenge) => {
                let challenge = HeaderValue::from_static("Bearer error=\"invalid_token\"");
                (header::WWW_AUTHENTICATE, challenge)
            }
            Some(Header::RetryAfter(seconds)) => (header::RETRY_AFTER, seconds.into()),
        };
        response.headers_mut().insert(header.0, header.1);
        response
    }
}

impl From<Unfit> for Refused {
    fn from(unfit: Unfit) -> Self {
        match unfit {
            Unfit::Malformed(message) => Self::document(message),
            Unfit::Unparsed(error) => {
                let mut refused = Self::document(shortened(error.message));
                refused.at = error.locations;
                refused
            }
            Unfit::TooMuch(too_much) => {
                let status = StatusCode::BAD_REQUEST;
                let mut refused = Self::new(status, QUERY_TOO_COMPLEX, too_much.to_string());
                refused.details = vec![
                    ("limit", too_much.of.name().into()),
                    ("maximum", too_much.maximum.into()),
                ];
                if let Some(requested) = too_much.requested {
                    refused.details.push(("requested", requested.into()));
                }
                refused.of_document()
            }
        }
    }
}

/// The parser quotes the line at fault, which may be the whole document.
fn shortened(mut message: String) -> String {
    if message.len() > LONGEST_MESSAGE {
        message.truncate(message.floor_char_boundary(LONGEST_MESSAGE));
        message.push('…');
    }
    message
}

impl From<Rejection> for Refused {
    fn from(rejection: Rejection) -> Self {
        Self::unauthenticated(rejection.to_string())
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        self.reply(MediaType::Json)
    }
}

pub(super) async fn not_found() -> Refused {
    Refused::bad_request("There is nothing here; GraphQL is at /graphql.")
        .with_status(StatusCode::NOT_FOUND)
}

pub(super) async fn method_not_allowed() -> Refused {
    Refused::method("GET, HEAD", "This page can only be read.")
}

/// Gives every error of an executed request its code, hides the cause of a fault, and logs each on the
/// level of its code.
pub(super) fn settle(response: &mut GraphqlResponse, request_id: &RequestId) {
    if is_request_error(response) {
        response.errors.truncate(MOST_ERRORS);
        for error in &mut response.errors {
            error.message = shortened(std::mem::take(&mut error.message));
        }
    }
    for error in &mut response.errors {
        let code = match error.extensions.as_ref().and_then(|it| it.get("code")) {
            Some(Value::String(code)) => Some(code.clone()),
            _ => None,
        };
        match code.as_deref() {
            Some(INTERNAL) => fault(error, request_id),
            Some(code) if is_notable(code) => {
                tracing::warn!(code, path = ?error.path, "refused");
            }
            Some(code) => tracing::info!(code, path = ?error.path, "refused"),
            None if is_of_the_request(error) => {
                let extensions = error.extensions.get_or_insert_default();
                extensions.set("code", BAD_REQUEST);
                tracing::info!(code = BAD_REQUEST, path = ?error.path, "refused");
            }
            None => fault(error, request_id),
        }
    }
}

/// Whether a refusal is more than a client's mistake: somebody should look whether there are many.
fn is_notable(code: &str) -> bool {
    matches!(code, TIMEOUT | RATE_LIMITED)
}

/// Whether an error without a code is about the request itself: it does not parse, breaks the schema, or
/// holds a value that a scalar refuses. The latter is found while executing, so it has a path; the
/// texts are those of async-graphql's `InputValueError`, which leaves no other trace.
fn is_of_the_request(error: &ServerError) -> bool {
    let unreadable = || {
        ["Failed to parse \"", "Expected input type \"", "Unknown \""]
            .iter()
            .any(|start| error.message.starts_with(start))
    };
    error.path.is_empty() || (error.source.is_none() && unreadable())
}

fn fault(error: &mut ServerError, RequestId(request_id): &RequestId) {
    match error.source::<Error>() {
        Some(cause) => log_fault(&cause),
        None => log_fault(&error.message),
    }
    OPAQUE.clone_into(&mut error.message);
    error.source = None;
    let mut extensions = ErrorExtensionValues::default();
    extensions.set("code", INTERNAL);
    extensions.set("requestId", request_id);
    error.extensions = Some(extensions);
}

fn log_fault(cause: &dyn std::fmt::Display) {
    tracing::error!(code = INTERNAL, %cause, "fault");
}

//! How errors look over HTTP, and on which level they are logged: always a GraphQL body with a code.

use std::borrow::Cow;

use async_graphql::{ErrorExtensionValues, Response as GraphqlResponse, ServerError, Value};
use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

use super::{auth::Rejection, negotiate::MediaType, reply};
use crate::{domain::Error, graphql::RequestId};

pub(super) const UNAUTHENTICATED: &str = "UNAUTHENTICATED";
pub(super) const BAD_REQUEST: &str = "BAD_REQUEST";
pub(super) const TIMEOUT: &str = "TIMEOUT";
pub(super) const RATE_LIMITED: &str = "RATE_LIMITED";
pub(super) const INTERNAL: &str = "INTERNAL";

/// All that a client is told of a fault of ours; the log has the rest, under the request's id.
const OPAQUE: &str = "Something went wrong on our side.";

/// A request that is answered without executing anything.
#[derive(Debug)]
pub(super) struct Refused {
    pub(super) status: StatusCode,
    code: &'static str,
    message: Cow<'static, str>,
    header: Option<Header>,
    request_id: Option<RequestId>,
}

/// A response header that goes with the status.
#[derive(Clone, Copy, Debug)]
enum Header {
    /// The methods that are understood.
    Allow(&'static str),
    /// How to sign in.
    Challenge,
}

impl Refused {
    pub(super) fn bad_request(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, BAD_REQUEST, message)
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

    pub(super) fn internal(id: &RequestId) -> Self {
        let mut refused = Self::new(StatusCode::INTERNAL_SERVER_ERROR, INTERNAL, OPAQUE);
        refused.request_id = Some(id.clone());
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
            code,
            message: message.into(),
            header: None,
            request_id: None,
        }
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
        let mut extensions = ErrorExtensionValues::default();
        extensions.set("code", self.code);
        if let Some(RequestId(id)) = &self.request_id {
            extensions.set("requestId", id);
        }
        error.extensions = Some(extensions);
        GraphqlResponse::from_errors(vec![error])
    }

    /// The refusal as a response of the media type that the client asked for.
    pub(super) fn reply(self, media_type: MediaType) -> Response {
        let mut response = reply::json(self.status, media_type, &self.to_graphql());
        if let Some(header) = self.header {
            let (name, value) = match header {
                Header::Allow(methods) => (header::ALLOW, methods),
                Header::Challenge => (header::WWW_AUTHENTICATE, "Bearer error=\"invalid_token\""),
            };
            response
                .headers_mut()
                .insert(name, HeaderValue::from_static(value));
        }
        response
    }
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

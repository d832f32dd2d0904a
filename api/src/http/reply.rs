//! Writes a GraphQL response as an HTTP response.

use async_graphql::{Response as GraphqlResponse, ServerError, Value};
use axum::{
    body::Body,
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use serde::Serialize;

use super::negotiate::MediaType;

/// A response as it is written. A request that was never executed has no `data` at all, not even `null`.
#[derive(Serialize)]
pub(super) struct Written<'a> {
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: &'a [ServerError],
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<&'a Value>,
    #[serde(skip_serializing_if = "std::collections::BTreeMap::is_empty")]
    extensions: &'a std::collections::BTreeMap<String, Value>,
}

impl<'a> From<&'a GraphqlResponse> for Written<'a> {
    fn from(response: &'a GraphqlResponse) -> Self {
        Self {
            errors: &response.errors,
            data: Some(&response.data).filter(|_| !is_request_error(response)),
            extensions: &response.extensions,
        }
    }
}

/// An error of the request as a whole comes alone and from nowhere in the data.
pub(super) fn is_request_error(response: &GraphqlResponse) -> bool {
    response.data == Value::Null
        && !response.errors.is_empty()
        && response.errors.iter().all(|error| error.path.is_empty())
}

/// The answer to a request that the schema has seen.
///
/// As GraphQL over HTTP has it: with `application/graphql-response+json` a request that was not executed
/// is a 400; with `application/json`, which older clients ask for, it is a 200.
pub(super) fn executed(media_type: MediaType, response: &GraphqlResponse) -> Response {
    let status = match media_type {
        MediaType::GraphqlResponse if is_request_error(response) => StatusCode::BAD_REQUEST,
        _ => StatusCode::OK,
    };
    json(status, media_type, response)
}

pub(super) fn json(
    status: StatusCode,
    media_type: MediaType,
    response: &GraphqlResponse,
) -> Response {
    let (status, body) = match serde_json::to_vec(&Written::from(response)) {
        Ok(body) => (status, Body::from(body)),
        Err(error) => {
            tracing::error!(%error, "a response could not be written");
            (StatusCode::INTERNAL_SERVER_ERROR, Body::empty())
        }
    };
    let mut reply = Response::new(body);
    *reply.status_mut() = status;
    let headers = reply.headers_mut();
    headers.insert(header::CONTENT_TYPE, media_type.content_type());
    // Answers depend on who asks; nothing between us and them may keep one.
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    reply
}

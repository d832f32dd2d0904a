//! Reads a GraphQL request out of an HTTP request.

use async_graphql::{
    Request as GraphqlRequest,
    parser::types::{DocumentOperations, OperationType},
};
use axum::{
    body::Body,
    extract::Query,
    http::{HeaderMap, StatusCode, Uri, header::CONTENT_TYPE},
};
use serde::Deserialize;

use super::errors::Refused;

/// The JSON body of a POST request.
///
/// Only `application/json` is read: a browser sends other types across origins without asking first, so
/// that reading them would let any web page call.
pub(super) async fn from_post(
    headers: &HeaderMap,
    body: Body,
    limit: usize,
) -> Result<GraphqlRequest, Refused> {
    if !is_json(headers) {
        return Err(Refused::bad_request(
            "The content type of the request must be application/json.",
        )
        .with_status(StatusCode::UNSUPPORTED_MEDIA_TYPE));
    }
    let bytes = axum::body::to_bytes(body, limit)
        .await
        .map_err(|error| unread(&error, limit))?;
    // The deserializer would take a list for an object whose members come in order.
    if bytes.trim_ascii_start().first() == Some(&b'[') {
        return Err(Refused::bad_request(
            "One request at a time: the body must be an object, not a list.",
        ));
    }
    let request = serde_json::from_slice(&bytes).map_err(|error| {
        Refused::bad_request(format!("The body is not a GraphQL request: {error}."))
    })?;
    complete(request)
}

/// The parameters of a GET request, which can only read.
pub(super) fn from_get(uri: &Uri) -> Result<GraphqlRequest, Refused> {
    let Query(parameters) = Query::<Parameters>::try_from_uri(uri)
        .map_err(|error| Refused::bad_request(format!("{}.", error.body_text())))?;
    let mut request = GraphqlRequest::new(parameters.query.unwrap_or_default());
    request.operation_name = parameters.operation_name;
    request.variables = json_parameter("variables", parameters.variables.as_deref())?;
    request.extensions = json_parameter("extensions", parameters.extensions.as_deref())?;
    let mut request = complete(request)?;
    if operation_type(&mut request) == Some(OperationType::Mutation) {
        return Err(Refused::method("POST", "A mutation must be sent by POST."));
    }
    Ok(request)
}

/// The type of the operation that `request` runs, when that can be told.
pub(super) fn operation_type(request: &mut GraphqlRequest) -> Option<OperationType> {
    operation(request).map(|(kind, _)| kind)
}

/// The type and the name of the operation that `request` runs, when that can be told.
pub(super) fn operation(request: &mut GraphqlRequest) -> Option<(OperationType, Option<String>)> {
    let wanted = request.operation_name.clone();
    let document = request.parsed_query().ok()?;
    match (&document.operations, wanted) {
        // It has no name, whatever the request says.
        (DocumentOperations::Single(operation), _) => Some((operation.node.ty, None)),
        (DocumentOperations::Multiple(operations), Some(name)) => {
            let operation = operations.get(name.as_str())?;
            Some((operation.node.ty, Some(name)))
        }
        (DocumentOperations::Multiple(operations), None) => {
            let mut operations = operations.iter();
            let (name, operation) = operations.next().filter(|_| operations.next().is_none())?;
            Some((operation.node.ty, Some(name.to_string())))
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Parameters {
    query: Option<String>,
    operation_name: Option<String>,
    variables: Option<String>,
    extensions: Option<String>,
}

fn json_parameter<T: Default + serde::de::DeserializeOwned>(
    name: &str,
    text: Option<&str>,
) -> Result<T, Refused> {
    match text.filter(|text| !text.is_empty()) {
        None => Ok(T::default()),
        Some(text) => serde_json::from_str(text)
            .map_err(|error| Refused::bad_request(format!("The {name} are not JSON: {error}."))),
    }
}

fn complete(request: GraphqlRequest) -> Result<GraphqlRequest, Refused> {
    if request.query.trim().is_empty() && request.extensions.is_empty() {
        return Err(Refused::bad_request("The request has no query."));
    }
    Ok(request)
}

fn is_json(headers: &HeaderMap) -> bool {
    headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .is_some_and(|value| value.trim().eq_ignore_ascii_case("application/json"))
}

fn unread(error: &axum::Error, limit: usize) -> Refused {
    use std::error::Error;
    match error.source() {
        Some(cause) if cause.is::<http_body_util::LengthLimitError>() => {
            Refused::bad_request(format!("The body is longer than {limit} bytes."))
                .with_status(StatusCode::PAYLOAD_TOO_LARGE)
        }
        _ => Refused::bad_request("The body could not be read."),
    }
}

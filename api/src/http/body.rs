//! Reads a GraphQL request out of an HTTP request.

use async_graphql::{
    Extensions, Request as GraphqlRequest, Variables,
    parser::types::{DocumentOperations, OperationType},
};
use axum::{
    body::Body,
    extract::Query,
    http::{HeaderMap, StatusCode, Uri, header::CONTENT_TYPE},
};
use serde::{Deserialize, de::DeserializeOwned};

use super::errors::Refused;

/// What a client asks for, over whichever transport.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Asked {
    /// The document; none, when it is named.
    #[serde(default)]
    pub(super) query: Option<String>,
    /// The name of a document that is known here.
    #[serde(default, alias = "doc_id")]
    pub(super) document_id: Option<String>,
    /// Which operation of the document is meant.
    #[serde(default)]
    pub(super) operation_name: Option<String>,
    #[serde(default, deserialize_with = "or_null")]
    pub(super) variables: Variables,
    #[serde(default, deserialize_with = "or_null")]
    pub(super) extensions: Extensions,
    /// Whether it came in a way that may only read.
    #[serde(skip)]
    pub(super) is_read_only: bool,
}

/// The JSON body of a POST request.
///
/// Only `application/json` is read: a browser sends other types across origins without asking first, so
/// that reading them would let any web page call.
pub(super) async fn from_post(
    headers: &HeaderMap,
    body: Body,
    limit: usize,
) -> Result<Asked, Refused> {
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
    serde_json::from_slice(&bytes).map_err(|error| {
        Refused::bad_request(format!("The body is not a GraphQL request: {error}."))
    })
}

/// The parameters of a GET request, which can only read.
pub(super) fn from_get(uri: &Uri) -> Result<Asked, Refused> {
    let Query(parameters) = Query::<Parameters>::try_from_uri(uri)
        .map_err(|error| Refused::bad_request(format!("{}.", error.body_text())))?;
    Ok(Asked {
        query: parameters.query,
        document_id: parameters.document_id,
        operation_name: parameters.operation_name,
        variables: json_parameter("variables", parameters.variables.as_deref())?,
        extensions: json_parameter("extensions", parameters.extensions.as_deref())?,
        is_read_only: true,
    })
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
    document_id: Option<String>,
    operation_name: Option<String>,
    variables: Option<String>,
    extensions: Option<String>,
}

fn json_parameter<T: Default + DeserializeOwned>(
    name: &str,
    text: Option<&str>,
) -> Result<T, Refused> {
    match text.filter(|text| !text.is_empty()) {
        None => Ok(T::default()),
        Some(text) => serde_json::from_str::<Option<T>>(text)
            .map(Option::unwrap_or_default)
            .map_err(|error| Refused::bad_request(format!("The {name} are not JSON: {error}."))),
    }
}

/// `null` is as good as nothing.
fn or_null<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: serde::Deserializer<'de>,
    T: Default + Deserialize<'de>,
{
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

fn is_json(headers: &HeaderMap) -> bool {
    let mut values = headers.get_all(CONTENT_TYPE).iter();
    let only = values.next().filter(|_| values.next().is_none());
    only.and_then(|value| value.to_str().ok())
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

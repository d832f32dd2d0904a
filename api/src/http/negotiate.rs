//! Which form of answer the client would like.

use axum::http::{HeaderMap, HeaderValue, StatusCode, header::ACCEPT};

use super::errors::Refused;

/// The forms that an answer comes in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MediaType {
    /// `application/json`: what every client understands.
    Json,
    /// `application/graphql-response+json`: the status tells whether the request was executed.
    GraphqlResponse,
    /// `text/event-stream`: one event for each result.
    EventStream,
}

impl MediaType {
    pub(super) fn content_type(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::GraphqlResponse => "application/graphql-response+json; charset=utf-8",
            Self::Json | Self::EventStream => "application/json; charset=utf-8",
        })
    }
}

/// The form that the client likes best: the highest quality, and the first of equals.
pub(super) fn negotiate(headers: &HeaderMap) -> Result<MediaType, Refused> {
    let mut ranges = headers
        .get_all(ACCEPT)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter(|range| !range.trim().is_empty())
        .peekable();
    if ranges.peek().is_none() {
        return Ok(MediaType::Json);
    }
    let mut best = None;
    for range in ranges {
        let Some((media_type, quality)) = understood(range) else {
            continue;
        };
        if quality > 0.0 && best.is_none_or(|(_, best)| quality > best) {
            best = Some((media_type, quality));
        }
    }
    best.map(|(media_type, _)| media_type).ok_or_else(|| {
        Refused::bad_request(
            "Answers come as application/json, application/graphql-response+json or text/event-stream.",
        )
        .with_status(StatusCode::NOT_ACCEPTABLE)
    })
}

fn understood(range: &str) -> Option<(MediaType, f32)> {
    let mut parts = range.split(';').map(str::trim);
    let media_type = match parts.next()?.to_ascii_lowercase().as_str() {
        "application/json" | "application/*" | "*/*" => MediaType::Json,
        "application/graphql-response+json" => MediaType::GraphqlResponse,
        "text/event-stream" => MediaType::EventStream,
        _ => return None,
    };
    let quality = parts
        .find_map(|parameter| parameter.strip_prefix("q="))
        .map_or(Some(1.0), |quality| quality.parse().ok())?;
    Some((media_type, quality))
}

#[cfg(test)]
mod tests {
    use super::*;
    use MediaType::{EventStream, GraphqlResponse, Json};

    fn accept(value: &str) -> Option<MediaType> {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_str(value).unwrap());
        negotiate(&headers).ok()
    }

    #[test]
    fn the_best_liked_form_wins() {
        for (value, expected) in [
            ("", Some(Json)),
            ("*/*", Some(Json)),
            ("application/json, multipart/mixed", Some(Json)),
            (
                "application/graphql-response+json, application/json;q=0.9",
                Some(GraphqlResponse),
            ),
            (
                "application/json;q=0.9, application/graphql-response+json",
                Some(GraphqlResponse),
            ),
            (
                "application/json, application/graphql-response+json",
                Some(Json),
            ),
            ("text/event-stream", Some(EventStream)),
            ("APPLICATION/JSON; charset=utf-8", Some(Json)),
            ("text/html", None),
            ("application/json;q=0", None),
            ("application/json;q=much", None),
        ] {
            assert_eq!(accept(value), expected, "{value}");
        }
    }
}

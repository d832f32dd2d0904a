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
    let ranges: Vec<Range<'_>> = headers
        .get_all(ACCEPT)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter(|range| !range.trim().is_empty())
        .filter_map(Range::read)
        .collect();
    if ranges.is_empty() && headers.get_all(ACCEPT).iter().all(HeaderValue::is_empty) {
        return Ok(MediaType::Json);
    }
    let mut best: Option<(MediaType, f32, usize)> = None;
    for (media_type, name) in OFFERED {
        // The range that says most about a form decides on it.
        let matching = ranges.iter().enumerate();
        let decisive = matching
            .filter_map(|(place, range)| Some((range.fits(name)?, place, range.quality)))
            .max_by_key(|(exactness, place, _)| (*exactness, usize::MAX - place));
        let Some((_, place, quality)) = decisive.filter(|(_, _, quality)| *quality > 0.0) else {
            continue;
        };
        if best.is_none_or(|(_, other, before)| {
            quality > other || (quality >= other && place < before)
        }) {
            best = Some((media_type, quality, place));
        }
    }
    best.map(|(media_type, _, _)| media_type).ok_or_else(|| {
        Refused::bad_request(
            "Answers come as application/json, application/graphql-response+json or text/event-stream.",
        )
        .with_status(StatusCode::NOT_ACCEPTABLE)
    })
}

/// What there is, ours first.
const OFFERED: [(MediaType, &str); 3] = [
    (MediaType::Json, "application/json"),
    (
        MediaType::GraphqlResponse,
        "application/graphql-response+json",
    ),
    (MediaType::EventStream, "text/event-stream"),
];

/// One of the media ranges that are accepted.
struct Range<'a> {
    name: &'a str,
    quality: f32,
}

impl<'a> Range<'a> {
    fn read(range: &'a str) -> Option<Self> {
        let mut parts = range.split(';').map(str::trim);
        let name = parts.next()?;
        let quality = parts
            .filter_map(|parameter| parameter.split_once('='))
            .find(|(name, _)| name.trim().eq_ignore_ascii_case("q"))
            .map_or(Some(1.0), |(_, quality)| quality.trim().parse().ok())?;
        (0.0..=1.0)
            .contains(&quality)
            .then_some(Self { name, quality })
    }

    /// How exactly it names a form; nothing, when it does not.
    fn fits(&self, offered: &str) -> Option<u8> {
        if self.name.eq_ignore_ascii_case(offered) {
            return Some(2);
        }
        let family = self.name.strip_suffix("/*")?;
        if family == "*" {
            return Some(0);
        }
        let (of, _) = offered.split_once('/')?;
        of.eq_ignore_ascii_case(family).then_some(1)
    }
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
            ("text/html, */*;q=0.1", Some(Json)),
            ("*/*, application/json;q=0", Some(GraphqlResponse)),
            ("application/*;q=0.5, text/event-stream;q=0.4", Some(Json)),
            (
                "*/*;q=0.1, application/graphql-response+json;Q=0.2",
                Some(GraphqlResponse),
            ),
            (
                "application/json; charset=utf-8; q=0.2, text/*",
                Some(EventStream),
            ),
            ("application/json;q=nan", None),
            ("application/json;q=2", None),
            ("application/json;q=-1", None),
            ("application/json;q=0", None),
            ("application/json;q=much", None),
        ] {
            assert_eq!(accept(value), expected, "{value}");
        }
    }
}

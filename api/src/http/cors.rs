//! Which web pages may call the gateway from a browser.

use std::{convert::Infallible, str::FromStr, time::Duration};

use axum::http::{
    HeaderMap, HeaderName, HeaderValue, Method,
    header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HOST, ORIGIN},
};
use tower_http::cors::{AllowOrigin, CorsLayer};

use super::request_id::X_REQUEST_ID;

const PREFLIGHT_LASTS: Duration = Duration::from_secs(60 * 60);

/// The web origins, besides the gateway's own, whose pages may call.
///
/// Even [`Origins::Any`] is safe: a browser adds no credentials by itself, since the gateway knows neither
/// cookies nor passwords, only tokens that the page must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Origins {
    /// No other.
    #[default]
    None,
    /// Every one.
    Any,
    /// Those listed, such as `https://app.example.com`.
    These(Vec<HeaderValue>),
}

impl Origins {
    /// Whether a page may open a WebSocket, for which a browser asks nobody first: when it is of this very
    /// host, or its origin is listed. What is no browser sends no origin.
    pub(super) fn admit(&self, headers: &HeaderMap) -> bool {
        let Some(origin) = headers.get(ORIGIN) else {
            return true;
        };
        let own = || {
            let host = headers.get(HOST)?.to_str().ok()?;
            let (_, of_page) = origin.to_str().ok()?.split_once("://")?;
            Some(of_page.eq_ignore_ascii_case(host))
        };
        match self {
            Self::Any => true,
            Self::These(these) if these.contains(origin) => true,
            _ => own().unwrap_or(false),
        }
    }
}

impl FromStr for Origins {
    type Err = Infallible;

    /// Reads `*`, or origins that are separated by commas; whatever cannot be an origin matches nothing.
    fn from_str(text: &str) -> Result<Self, Infallible> {
        let mut origins = Vec::new();
        for origin in text.split(',').map(str::trim).filter(|it| !it.is_empty()) {
            if origin == "*" {
                return Ok(Self::Any);
            }
            origins.extend(HeaderValue::from_str(origin.trim_end_matches('/')).ok());
        }
        Ok(match origins.is_empty() {
            true => Self::None,
            false => Self::These(origins),
        })
    }
}

pub(super) fn layer(origins: &Origins) -> CorsLayer {
    let origin = match origins {
        Origins::None => return CorsLayer::new(),
        Origins::Any => AllowOrigin::any(),
        Origins::These(these) => AllowOrigin::list(these.iter().cloned()),
    };
    CorsLayer::new()
        .allow_origin(origin)
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([ACCEPT, AUTHORIZATION, CONTENT_TYPE, X_REQUEST_ID])
        .expose_headers([X_REQUEST_ID, HeaderName::from_static("retry-after")])
        .max_age(PREFLIGHT_LASTS)
}

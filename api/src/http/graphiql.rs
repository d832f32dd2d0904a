//! The page for people: GraphiQL.

use std::sync::LazyLock;

use async_graphql::http::GraphiQLSource;
use axum::{
    http::header,
    response::{Html, IntoResponse},
};

static PAGE: LazyLock<String> = LazyLock::new(|| {
    GraphiQLSource::build()
        .endpoint("/graphql")
        .subscription_endpoint("/graphql")
        .title("Booking gateway")
        .finish()
});

/// The page has no content of ours or of a user's, only scripts of a public host, written into it and
/// loaded by it; they may talk to that host and to us.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; \
    script-src 'unsafe-inline' data: https://esm.sh; \
    style-src 'unsafe-inline' https://esm.sh; \
    connect-src 'self' https://esm.sh; \
    worker-src blob: https://esm.sh; \
    font-src data: https://esm.sh; \
    img-src data:; \
    base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

pub(super) async fn page() -> impl IntoResponse {
    let headers = [
        (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "no-referrer"),
    ];
    (headers, Html(PAGE.as_str()))
}

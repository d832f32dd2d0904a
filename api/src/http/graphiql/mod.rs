//! The page for people: GraphiQL.

mod demo;
mod files;

use std::sync::{Arc, LazyLock};

use axum::{
    Router,
    extract::State,
    http::header,
    response::{Html, IntoResponse, Response},
    routing::get,
};

use uuid::Uuid;

use super::App;
pub use demo::DemoPeople;

/// The page, when there is one.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// Those whom the demo lets anybody be.
    pub demo: Option<DemoPeople>,
}

static PAGE: LazyLock<String> = LazyLock::new(|| {
    include_str!("../../../graphiql/page.html").replace("{files}", &files::elements())
});

/// Nothing is written into the page but data, and nothing is loaded by it but the files that it names. Fonts and
/// cursors are part of GraphiQL's styles; its dialogs write a style that needs the nonce.
fn content_security_policy(nonce: &str) -> String {
    let (scripts, styles) = files::elsewhere();
    format!(
        "default-src 'none'; script-src 'self'{scripts}; style-src 'self' 'nonce-{nonce}'{styles}; \
         connect-src 'self'; font-src data:; img-src data:; \
         base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
}

/// The page and its files.
pub(super) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/", get(page))
        .route("/graphiql/{*name}", get(files::file))
}

async fn page(State(app): State<Arc<App>>) -> Response {
    let demo = app
        .options
        .graphiql
        .as_ref()
        .and_then(|it| it.demo.as_ref());
    let people = demo.map(|people| people.with_tokens(app.service.gateway.clock.now()));
    let nonce = Uuid::new_v4().simple().to_string();
    let policy = content_security_policy(&nonce);
    let page = PAGE
        .replace("{nonce}", &nonce)
        .replace("{demo}", &people.unwrap_or_default());
    let headers = [
        (header::CONTENT_SECURITY_POLICY, policy.as_str()),
        // It may hold tokens.
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "no-referrer"),
    ];
    (headers, Html(page)).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_pinned_and_checked() {
        let elements = files::elements();
        for name in ["react", "react-dom", "graphql-ws", "graphiql"] {
            assert!(elements.contains(&format!("/{name}")), "{name}: {elements}");
        }
        assert_eq!(elements.matches("integrity=\"sha384-").count(), 5);
        assert_eq!(elements.matches("crossorigin=\"anonymous\"").count(), 5);
    }

    #[test]
    fn the_policy_is_strict() {
        let policy = content_security_policy("n");
        assert!(policy.starts_with("default-src 'none'; script-src 'self'"));
        assert!(!policy.contains("unsafe"), "{policy}");
        assert!(!policy.contains('*'), "{policy}");
    }
}

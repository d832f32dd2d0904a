//! The files of the page: our own, and those of GraphiQL, which are embedded or come from a public host.

use axum::{
    extract::Path,
    http::header,
    response::{IntoResponse, Response},
};

use crate::http::errors;

include!(concat!(env!("OUT_DIR"), "/page_files.rs"));

/// Where GraphiQL's files come from when they are not embedded: the very files of its packages.
const PUBLIC_HOST: &str = "https://cdn.jsdelivr.net/npm";

/// Files whose names hold their versions never change.
const FOR_EVER: &str = "public, max-age=31536000, immutable";
/// The others may be kept, and are asked for again with each new page.
const UNTIL_THE_NEXT_PAGE: &str = "no-cache";

/// A file of one of GraphiQL's packages.
struct PageFile {
    package: &'static str,
    version: &'static str,
    path: &'static str,
    integrity: &'static str,
    /// What is in it, when it is embedded.
    content: Option<&'static [u8]>,
}

impl PageFile {
    /// Its name here.
    fn name(&self) -> String {
        let (package, version, path) = (self.package, self.version, self.path.replace('/', "-"));
        format!("{package}-{version}-{path}")
    }

    /// Where the page loads it from.
    fn address(&self) -> String {
        match self.content {
            Some(_) => format!("/graphiql/{}", self.name()),
            None => format!(
                "{PUBLIC_HOST}/{}@{}/{}",
                self.package, self.version, self.path
            ),
        }
    }

    fn is_style(&self) -> bool {
        self.path.ends_with(".css")
    }

    /// The element that loads it; a browser refuses it if it is any other file.
    fn element(&self) -> String {
        let (address, integrity) = (self.address(), self.integrity);
        match self.is_style() {
            true => format!(
                r#"<link rel="stylesheet" href="{address}" integrity="{integrity}" crossorigin="anonymous">"#
            ),
            false => format!(
                r#"<script src="{address}" integrity="{integrity}" crossorigin="anonymous" defer></script>"#
            ),
        }
    }
}

/// The elements that load GraphiQL.
pub(super) fn elements() -> String {
    FILES.iter().map(PageFile::element).collect()
}

/// What a content security policy must name besides the gateway itself: scripts, then styles.
pub(super) fn elsewhere() -> (String, String) {
    let addresses = |styles: bool| -> String {
        FILES
            .iter()
            .filter(|file| file.content.is_none() && file.is_style() == styles)
            .map(|file| format!(" {}", file.address()))
            .collect()
    };
    (addresses(false), addresses(true))
}

/// Our own files.
fn ours(name: &str) -> Option<&'static str> {
    Some(match name {
        "page.js" => include_str!("../../../graphiql/page.js"),
        "examples.js" => include_str!("../../../graphiql/examples.js"),
        "examples/bookings.js" => include_str!("../../../graphiql/examples/bookings.js"),
        "examples/classes.js" => include_str!("../../../graphiql/examples/classes.js"),
        "examples/finds.js" => include_str!("../../../graphiql/examples/finds.js"),
        "examples/packages.js" => include_str!("../../../graphiql/examples/packages.js"),
        "examples/waiting.js" => include_str!("../../../graphiql/examples/waiting.js"),
        "page.css" => include_str!("../../../graphiql/page.css"),
        _ => return None,
    })
}

/// Answers with a file of the page.
pub(super) async fn file(Path(name): Path<String>) -> Response {
    let kind = match name.ends_with(".css") {
        true => "text/css; charset=utf-8",
        false => "text/javascript; charset=utf-8",
    };
    let headers = |keep| {
        [
            (header::CONTENT_TYPE, kind),
            (header::CACHE_CONTROL, keep),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        ]
    };
    if let Some(text) = ours(&name) {
        return (headers(UNTIL_THE_NEXT_PAGE), text).into_response();
    }
    let embedded = FILES.iter().find(|file| file.name() == name);
    match embedded.and_then(|file| file.content) {
        Some(content) => (headers(FOR_EVER), content).into_response(),
        None => errors::not_found().await.into_response(),
    }
}

//! Documents that clients need not send: persisted ones, which any client may leave here for a while
//! (Apollo's automatic persisted queries), and trusted ones, which the operator has given.

mod manifest;

use std::{fmt::Write, sync::Arc};

use async_graphql::Value;
use quick_cache::{Weighter, sync::Cache};
use sha2::{Digest, Sha256};

use super::{body::Asked, errors::Refused};
pub use manifest::{ManifestError, Trusted};

/// Which documents are known, and which are accepted.
#[derive(Clone, Debug)]
pub struct DocumentOptions {
    /// The bytes of documents that are kept for clients; 0 for none.
    pub cache_bytes: u64,
    /// The operator's documents.
    pub trusted: Trusted,
    /// Whether the operator's documents are the only ones that are executed.
    pub only_trusted: bool,
}

impl Default for DocumentOptions {
    fn default() -> Self {
        Self {
            cache_bytes: 16 << 20,
            trusted: Trusted::default(),
            only_trusted: false,
        }
    }
}

/// Every document that is known here.
pub(super) struct Documents {
    trusted: Trusted,
    only_trusted: bool,
    /// By the hash of the text; the ones that were not used for longest make room.
    persisted: Option<Cache<String, Arc<str>, Bytes>>,
}

/// The text of the document that is to be executed.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Text {
    /// The client has sent it, and nothing more is to be done with it.
    Sent(String),
    /// The client has sent it with its hash, so that it may be kept under that.
    New(String, Arc<str>),
    /// It was known.
    Known(Arc<str>),
}

impl AsRef<str> for Text {
    fn as_ref(&self) -> &str {
        match self {
            Self::Sent(text) => text,
            Self::New(_, text) | Self::Known(text) => text,
        }
    }
}

impl Documents {
    pub(super) fn new(options: &DocumentOptions) -> Self {
        /// A document of ordinary length, for the size of the cache's table.
        const ORDINARY: u64 = 1 << 10;
        let cache = |bytes: u64| {
            let items = usize::try_from(bytes / ORDINARY).unwrap_or(usize::MAX);
            Cache::with_weighter(items, bytes, Bytes)
        };
        let keeps = options.cache_bytes > 0 && !options.only_trusted;
        Self {
            trusted: options.trusted.clone(),
            only_trusted: options.only_trusted,
            persisted: keeps.then(|| cache(options.cache_bytes)),
        }
    }

    /// The text that a client means.
    pub(super) fn find(&self, asked: &mut Asked) -> Result<Text, Refused> {
        let hash = hash(asked)?;
        let id = asked.document_id.as_deref();
        let query = asked.query.take().filter(|query| !query.trim().is_empty());
        let Some(query) = query else {
            let Some(id) = id.or(hash.as_deref()) else {
                return Err(Refused::bad_request("The request has no query."));
            };
            return self.known(id).map(Text::Known);
        };
        if self.only_trusted && !self.trusted.has_text(&query) {
            return Err(Refused::document(
                "Only documents that this gateway knows are executed; send the id of one.",
            ));
        }
        match hash {
            None => Ok(Text::Sent(query)),
            Some(hash) if sha256(&query) == hash => Ok(Text::New(hash, query.into())),
            Some(_) => Err(Refused::document(
                "The hash is not the SHA-256 of the document.",
            )),
        }
    }

    /// Keeps a document for the client's next request, once it has turned out to be one.
    pub(super) fn keep(&self, text: Text) {
        if let (Text::New(hash, text), Some(persisted)) = (text, &self.persisted) {
            persisted.insert(hash, text);
        }
    }

    fn known(&self, id: &str) -> Result<Arc<str>, Refused> {
        // As the GraphQL over HTTP working draft writes hashes.
        let hash = id.strip_prefix("sha256:").unwrap_or(id);
        let trusted = || self.trusted.get(id).or_else(|| self.trusted.get(hash));
        let persisted = || self.persisted.as_ref()?.get(hash);
        trusted()
            .or_else(persisted)
            .ok_or_else(Refused::persisted_query_not_found)
    }
}

/// The hash of `extensions.persistedQuery`, if there is one.
fn hash(asked: &Asked) -> Result<Option<String>, Refused> {
    let Some(persisted) = asked.extensions.get("persistedQuery") else {
        return Ok(None);
    };
    let member = |name: &str| match persisted {
        Value::Object(members) => members.get(name),
        _ => None,
    };
    let is_first = matches!(member("version"), Some(Value::Number(it)) if it.as_u64() == Some(1));
    match member("sha256Hash") {
        Some(Value::String(hash)) if is_first && is_sha256(hash) => {
            Ok(Some(hash.to_ascii_lowercase()))
        }
        _ => Err(Refused::document(
            "`extensions.persistedQuery` must have `version` 1 and a `sha256Hash` in hexadecimal.",
        )),
    }
}

fn is_sha256(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|it| it.is_ascii_hexdigit())
}

fn sha256(text: &str) -> String {
    let mut hex = String::with_capacity(64);
    for byte in Sha256::digest(text) {
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}

/// Weighs what is kept by its length.
#[derive(Clone, Debug)]
struct Bytes;

impl Weighter<String, Arc<str>> for Bytes {
    fn weight(&self, hash: &String, text: &Arc<str>) -> u64 {
        (hash.len() + text.len()) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(body: serde_json::Value) -> Asked {
        serde_json::from_value(body).unwrap()
    }

    #[test]
    fn the_cache_is_bounded_by_its_bytes() {
        let documents = Documents::new(&DocumentOptions {
            cache_bytes: 64 << 10,
            ..DocumentOptions::default()
        });
        let long = |n: usize| format!("{{ a{n} }} # {}", "x".repeat(1_000));
        for n in 0..1_000 {
            let text = long(n);
            documents.keep(Text::New(sha256(&text), text.into()));
        }
        let persisted = documents.persisted.as_ref().unwrap();
        assert!(persisted.weight() <= 64 << 10);
        assert!(persisted.len() > 16, "{}", persisted.len());
    }

    #[test]
    fn a_hash_is_of_the_document_that_comes_with_it() {
        let documents = Documents::new(&DocumentOptions::default());
        let extension = |hash: &str, version: u64| serde_json::json!({ "persistedQuery": { "version": version, "sha256Hash": hash } });
        let find = |query: &str, extensions| {
            let body = serde_json::json!({ "query": query, "extensions": extensions });
            documents.find(&mut asked(body))
        };
        let hash = sha256("{ a }");
        assert_eq!(
            find("{ a }", extension(&hash, 1)).unwrap(),
            Text::New(hash.clone(), "{ a }".into())
        );
        assert!(find("{ a }", extension(&hash.to_uppercase(), 1)).is_ok());
        assert!(find("{ b }", extension(&hash, 1)).is_err());
        assert!(find("{ a }", extension(&hash, 2)).is_err());
        assert!(find("{ a }", extension("abc", 1)).is_err());
        assert!(find("", extension(&hash, 1)).is_err());
        assert!(find("", serde_json::json!({})).is_err());
    }
}

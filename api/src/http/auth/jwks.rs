//! A set of public keys (RFC 7517), read from a file or a URL and kept fresh.

use std::{
    path::PathBuf,
    sync::{Arc, PoisonError, RwLock, Weak},
    time::Duration,
};

use jsonwebtoken::jwk::Jwk;
use reqwest::{Client, Url, redirect};
use serde::Deserialize;
use tokio::{sync::Mutex, time::Instant};

use super::{Expectations, Rejection, claims::Claims, key::Key};

const REFRESH_EVERY: Duration = Duration::from_secs(10 * 60);
/// An unknown key id makes us look again, but not more often than this.
const REFRESH_AT_MOST_EVERY: Duration = Duration::from_secs(60);
const FETCH_TIMEOUT: Duration = Duration::from_secs(10);
const MAX_BYTES: usize = 1 << 20;

/// Why a set of keys cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum JwksError {
    /// The location is neither a path nor an acceptable URL.
    #[error("the keys must be a file, an https URL, or an http URL of this machine: {0}")]
    Location(String),
    /// The file cannot be read.
    #[error("cannot read the keys from {path}", path = path.display())]
    File {
        /// Where the file should be.
        path: PathBuf,
        /// What went wrong.
        source: std::io::Error,
    },
    /// The URL does not answer with the keys.
    #[error("cannot fetch the keys")]
    Url(#[from] reqwest::Error),
    /// The answer is longer than a set of keys can sensibly be.
    #[error("the key set is larger than {MAX_BYTES} bytes")]
    TooLarge,
    /// Not a JSON Web Key Set.
    #[error("the keys are not a JSON Web Key Set")]
    Json(#[from] serde_json::Error),
    /// Nothing in the set verifies RS256, ES256 or EdDSA.
    #[error("the key set holds no RS256, ES256 or EdDSA key")]
    NoKeys,
}

enum Source {
    File(PathBuf),
    Url(Url, Client),
}

pub(super) struct Jwks {
    source: Source,
    expectations: Expectations,
    keys: RwLock<Arc<[Key]>>,
    last_read: Mutex<Instant>,
}

/// One odd key must not spoil the set, so each is understood by itself.
#[derive(Deserialize)]
struct Document {
    keys: Vec<serde_json::Value>,
}

impl Jwks {
    pub(super) async fn load(
        location: &str,
        expectations: Expectations,
    ) -> Result<Arc<Self>, JwksError> {
        let source = Source::parse(location)?;
        let keys = parse(&source.read().await?, &expectations)?;
        let jwks = Arc::new(Self {
            source,
            expectations,
            keys: RwLock::new(keys),
            last_read: Mutex::new(Instant::now()),
        });
        tokio::spawn(keep_fresh(Arc::downgrade(&jwks)));
        Ok(jwks)
    }

    pub(super) async fn open(&self, token: &str) -> Result<Claims, Rejection> {
        let header = jsonwebtoken::decode_header(token).map_err(|_| Rejection::Malformed)?;
        let id = header.kid.as_deref();
        if let Some(outcome) = open_with(&self.keys(), id, token) {
            return outcome;
        }
        self.refresh_unless_recent(REFRESH_AT_MOST_EVERY).await;
        open_with(&self.keys(), id, token).unwrap_or(Err(Rejection::Signature))
    }

    fn keys(&self) -> Arc<[Key]> {
        Arc::clone(&self.keys.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Whoever comes while the set is being read waits for it, and then finds that it is recent.
    async fn refresh_unless_recent(&self, recent: Duration) {
        let mut last_read = self.last_read.lock().await;
        if last_read.elapsed() < recent {
            return;
        }
        *last_read = Instant::now();
        let read = self.source.read().await;
        match read.and_then(|document| parse(&document, &self.expectations)) {
            Ok(keys) => *self.keys.write().unwrap_or_else(PoisonError::into_inner) = keys,
            Err(error) => tracing::warn!(
                error = &error as &dyn std::error::Error,
                "the keys could not be refreshed; the old ones stay"
            ),
        }
    }
}

/// Tries the keys of that id, or every key when the token names none. `None` when there is no such key.
fn open_with(keys: &[Key], id: Option<&str>, token: &str) -> Option<Result<Claims, Rejection>> {
    let mut outcome = None;
    for key in keys
        .iter()
        .filter(|key| id.is_none() || key.id.as_deref() == id)
    {
        match key.open(token) {
            Err(Rejection::Signature) => outcome = Some(Err(Rejection::Signature)),
            decided => return Some(decided),
        }
    }
    outcome
}

async fn keep_fresh(jwks: Weak<Jwks>) {
    loop {
        tokio::time::sleep(REFRESH_EVERY).await;
        let Some(jwks) = jwks.upgrade() else { return };
        jwks.refresh_unless_recent(Duration::ZERO).await;
    }
}

fn parse(document: &[u8], expectations: &Expectations) -> Result<Arc<[Key]>, JwksError> {
    let document: Document = serde_json::from_slice(document)?;
    let keys: Arc<[Key]> = document
        .keys
        .into_iter()
        .filter_map(|key| serde_json::from_value::<Jwk>(key).ok())
        .filter_map(|jwk| Key::public(&jwk, expectations))
        .collect();
    if keys.is_empty() {
        return Err(JwksError::NoKeys);
    }
    Ok(keys)
}

impl Source {
    fn parse(location: &str) -> Result<Self, JwksError> {
        if !location.contains("://") {
            return Ok(Self::File(PathBuf::from(location)));
        }
        let refused = || JwksError::Location(location.to_owned());
        let url = Url::parse(location).map_err(|_| refused())?;
        let local = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
        let secure = url.scheme() == "https";
        let harmless = local && url.scheme() == "http";
        if !(secure || harmless) {
            return Err(refused());
        }
        let client = Client::builder()
            .https_only(secure)
            .redirect(redirect::Policy::limited(3))
            .timeout(FETCH_TIMEOUT)
            .build()?;
        Ok(Self::Url(url, client))
    }

    async fn read(&self) -> Result<Vec<u8>, JwksError> {
        match self {
            Self::File(path) => tokio::fs::read(path)
                .await
                .map_err(|source| JwksError::File {
                    path: path.clone(),
                    source,
                }),
            Self::Url(url, client) => {
                let mut response = client.get(url.clone()).send().await?.error_for_status()?;
                let mut document = Vec::new();
                while let Some(chunk) = response.chunk().await? {
                    if document.len() + chunk.len() > MAX_BYTES {
                        return Err(JwksError::TooLarge);
                    }
                    document.extend_from_slice(&chunk);
                }
                Ok(document)
            }
        }
    }
}

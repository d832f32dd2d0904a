//! Reads the manifests that client builds write.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use serde::Deserialize;

use crate::graphql::limits::{Gauge, TooMuch, Unfit};

/// The documents of the operator's clients.
#[derive(Clone, Debug, Default)]
pub struct Trusted(Arc<Known>);

#[derive(Debug, Default)]
struct Known {
    by_id: HashMap<String, Arc<str>>,
    texts: HashSet<Arc<str>>,
}

/// Why a manifest cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ManifestError {
    /// Neither of the two forms.
    #[error("it is neither Apollo's persisted query manifest nor a map of ids to documents: {0}")]
    Form(#[from] serde_json::Error),
    /// Two documents have one id.
    #[error("two different documents have the id {0:?}")]
    Twice(String),
    /// A document would never be executed.
    #[error("the document {0:?} is no good: {1}")]
    Document(String, String),
}

/// What `@apollo/generate-persisted-query-manifest` writes.
#[derive(Deserialize)]
struct Manifest {
    operations: Vec<Operation>,
}

#[derive(Deserialize)]
struct Operation {
    id: String,
    body: String,
}

impl Trusted {
    /// The documents of manifests in either form that is in use: Apollo's persisted query manifest
    /// (`{"format": "apollo-persisted-query-manifest", "operations": [{"id", "body", …}]}`), or the map of
    /// ids to documents that relay-compiler and graphql-codegen write.
    ///
    /// # Errors
    /// When a manifest has another form, or a document in it is over a limit or no GraphQL.
    pub fn read(
        manifests: impl IntoIterator<Item = String>,
        gauge: &Gauge,
    ) -> Result<Self, ManifestError> {
        let mut known = Known::default();
        for manifest in manifests {
            for (id, body) in documents(&manifest)? {
                known.add(id, &body, gauge)?;
            }
        }
        Ok(Self(Arc::new(known)))
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.by_id.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.by_id.is_empty()
    }

    pub(super) fn get(&self, id: &str) -> Option<Arc<str>> {
        self.0.by_id.get(id).cloned()
    }

    pub(super) fn has_text(&self, text: &str) -> bool {
        self.0.texts.contains(text)
    }
}

impl Known {
    fn add(&mut self, id: String, body: &str, gauge: &Gauge) -> Result<(), ManifestError> {
        if let Err(unfit) = gauge.read(body) {
            let why = match unfit {
                Unfit::Malformed(why) => why.to_owned(),
                Unfit::Unparsed(error) => error.message,
                Unfit::TooMuch(too_much) => TooMuch::to_string(&too_much),
            };
            return Err(ManifestError::Document(id, why));
        }
        let text: Arc<str> = body.into();
        match self.by_id.insert(id.clone(), text.clone()) {
            Some(other) if other != text => Err(ManifestError::Twice(id)),
            _ => {
                self.texts.insert(text);
                Ok(())
            }
        }
    }
}

fn documents(manifest: &str) -> Result<Vec<(String, String)>, ManifestError> {
    let value: serde_json::Value = serde_json::from_str(manifest)?;
    if value.get("operations").is_some_and(|it| it.is_array()) {
        let manifest: Manifest = serde_json::from_value(value)?;
        return Ok(manifest
            .operations
            .into_iter()
            .map(|operation| (operation.id, operation.body))
            .collect());
    }
    let map: HashMap<String, String> = serde_json::from_value(value)?;
    Ok(map.into_iter().collect())
}

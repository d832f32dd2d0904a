//! The loaders of one request. They carry the viewer, run on the pool and never in a transaction.

mod batch;
mod by_id;

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};

use async_graphql::dataloader::Loader;

use crate::domain::{Error, Gateway, Viewer};
use batch::{Batches, Counts};
pub use by_id::{ById, Visible};

/// What the loaders load from: the gateway as this viewer sees it.
///
/// A loader is an implementation of [`Loader`] on this type; its key is a type named after the
/// question that it asks, such as `LinesOf(booking_id)`, and stands with its noun.
pub struct Source {
    /// The gateway.
    pub gateway: Gateway,
    /// Who is asking.
    pub viewer: Arc<Viewer>,
}

impl Counts for Source {
    fn count<K>(&self, keys: usize) {
        self.gateway.metrics.batch::<K>(keys);
    }
}

/// The loaders of one request, made as they are needed.
pub struct Loaders {
    source: Arc<Source>,
    batches: Mutex<HashMap<TypeId, Arc<dyn Any + Send + Sync>>>,
}

impl Loaders {
    /// Loaders for a request of `viewer`.
    #[must_use]
    pub fn new(gateway: Gateway, viewer: Arc<Viewer>) -> Self {
        Self {
            source: Arc::new(Source { gateway, viewer }),
            batches: Mutex::default(),
        }
    }

    /// Loads the answer to `key`, in one statement with all keys of its kind that are asked for at the
    /// same time.
    ///
    /// # Errors
    /// What the loader fails with.
    pub async fn load<K>(&self, key: K) -> Result<Option<<Source as Loader<K>>::Value>, Error>
    where
        K: Send + Sync + Hash + Eq + Clone + 'static,
        Source: Loader<K, Error = Error>,
    {
        self.batches::<K>().load(&self.source, key).await
    }

    fn batches<K>(&self) -> Arc<Batches<K, Source>>
    where
        K: Send + Sync + Hash + Eq + Clone + 'static,
        Source: Loader<K, Error = Error>,
    {
        let mut batches = self.batches.lock().unwrap_or_else(PoisonError::into_inner);
        let any = batches
            .entry(TypeId::of::<K>())
            .or_insert_with(|| Arc::new(Batches::<K, Source>::default()))
            .clone();
        any.downcast().unwrap_or_default()
    }
}

/// Groups the rows of a to-many relation by the key that asked for them; a key without rows gets an
/// empty list.
pub fn grouped<K, R>(keys: &[K], rows: Vec<R>, key_of: impl Fn(&R) -> K) -> HashMap<K, Arc<[R]>>
where
    K: Hash + Eq + Clone,
{
    let mut groups: HashMap<K, Vec<R>> = keys.iter().map(|key| (key.clone(), Vec::new())).collect();
    for row in rows {
        groups.entry(key_of(&row)).or_default().push(row);
    }
    groups
        .into_iter()
        .map(|(key, rows)| (key, Arc::from(rows)))
        .collect()
}

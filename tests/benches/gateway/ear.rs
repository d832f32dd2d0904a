//! What the gateway asks of the database.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use booking_gateway::domain::db::Db;
use sea_orm::Statement;

/// A statement that the gateway ran.
#[derive(Clone, Debug)]
pub struct Asked {
    pub statement: Statement,
    /// From asking to the last row.
    pub took: Duration,
}

/// Counts all statements, and takes down those that it is told to.
#[derive(Clone, Debug, Default)]
pub struct Ear(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    count: AtomicUsize,
    notes: Mutex<Option<Vec<Asked>>>,
}

impl Ear {
    /// The same database, overheard.
    pub fn listen(&self, db: Db) -> Db {
        let Self(inner) = self.clone();
        db.observed(move |info| {
            inner.count.fetch_add(1, Ordering::Relaxed);
            if let Some(notes) = inner.notes.lock().unwrap().as_mut() {
                notes.push(Asked {
                    statement: info.statement.clone(),
                    took: info.elapsed,
                });
            }
        })
    }

    /// How many statements there have been.
    pub fn count(&self) -> usize {
        self.0.count.load(Ordering::Relaxed)
    }

    /// Waits for `work`, and tells what was asked meanwhile.
    pub async fn during<T>(&self, work: impl Future<Output = T>) -> (T, Vec<Asked>) {
        *self.0.notes.lock().unwrap() = Some(Vec::new());
        let output = work.await;
        let notes = self.0.notes.lock().unwrap().take();
        (output, notes.unwrap_or_default())
    }
}

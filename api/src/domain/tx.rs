//! The unit of work that every use case writes in: one transaction, with its idempotency key and its
//! dry run.

use std::ops::Deref;
use std::time::Instant;

use sea_orm::DatabaseTransaction;
use serde::{Serialize, de::DeserializeOwned};

use super::clock::Moment;
use super::error::Result;
use super::gateway::Gateway;
use super::idempotency::{self, Key};
use super::viewer::Viewer;

/// How a use case was called: everything about a mutation but its input.
#[derive(Clone, Debug)]
pub struct Call {
    /// The mutation's name, such as `createBooking`.
    pub mutation: &'static str,
    /// The caller's key, under which a repeated call gets the first call's result.
    pub idempotency_key: Option<String>,
    /// A hash of the input, which tells a repeated call from another one.
    pub fingerprint: String,
    /// Whether everything is to be undone in the end.
    pub dry_run: bool,
}

/// What a use case did.
#[derive(Clone, Debug)]
pub struct Outcome<T> {
    /// The result.
    pub value: T,
    /// Whether it is the stored result of an earlier call with the same key.
    pub replayed: bool,
}

impl<T> Outcome<T> {
    /// Turns the result into something else.
    pub fn map<U>(self, into: impl FnOnce(T) -> U) -> Outcome<U> {
        Outcome {
            value: into(self.value),
            replayed: self.replayed,
        }
    }
}

/// How a use case begins.
#[expect(
    clippy::large_enum_variant,
    reason = "taken apart as soon as it is made"
)]
pub enum Begun<T> {
    /// There is work to do.
    Work(Work),
    /// The work was done by an earlier call with the same key; this is its result.
    Done(Outcome<T>),
}

/// Work in progress. Dropping it undoes it.
pub struct Work {
    tx: DatabaseTransaction,
    key: Option<Key>,
    dry_run: bool,
    /// The gateway that the work is done on.
    pub gateway: Gateway,
    /// The moment at which the work happens, the same for everything it writes.
    pub now: Moment,
}

impl Deref for Work {
    type Target = DatabaseTransaction;

    fn deref(&self) -> &DatabaseTransaction {
        &self.tx
    }
}

impl Gateway {
    /// Begins the work of a use case, or finds it done already.
    ///
    /// # Errors
    /// `IDEMPOTENCY_KEY_MISMATCH` when the key was used for another input; `Unauthenticated` for the
    /// anonymous, who change nothing.
    pub async fn begin<T: DeserializeOwned>(
        &self,
        viewer: &Viewer,
        call: &Call,
    ) -> Result<Begun<T>> {
        let key = Key::new(viewer.user_id()?, call)?;
        let tx = self.db.begin().await?;
        let now = self.clock.now();
        if let Some(key) = &key
            && let Some(stored) = idempotency::reserve(&tx, key, now).await?
        {
            tx.rollback().await?;
            return Ok(Begun::Done(Outcome {
                value: serde_json::from_value(stored)?,
                replayed: true,
            }));
        }
        Ok(Begun::Work(Work {
            tx,
            key,
            dry_run: call.dry_run,
            gateway: self.clone(),
            now,
        }))
    }

    /// Begins work that nobody called for: what time does by itself.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn begin_unattended(&self) -> Result<Work> {
        Ok(Work {
            tx: self.db.begin().await?,
            key: None,
            dry_run: false,
            gateway: self.clone(),
            now: self.clock.now(),
        })
    }
}

impl Work {
    /// Ends the work: keeps it together with its result, or undoes it after a dry run.
    ///
    /// # Errors
    /// When the database fails; then nothing is kept.
    pub async fn finish<T: Serialize>(self, value: T) -> Result<Outcome<T>> {
        if self.dry_run {
            self.tx.rollback().await?;
        } else {
            if let Some(key) = &self.key {
                idempotency::store(&self.tx, key, serde_json::to_value(&value)?).await?;
            }
            let began = Instant::now();
            let committed = self.tx.commit().await;
            let metrics = &self.gateway.metrics;
            metrics.took("commit", began.elapsed(), committed.is_err());
            committed?;
            self.gateway.changed.notify();
        }
        Ok(Outcome {
            value,
            replayed: false,
        })
    }
}

//! The outbox: what happened, written in the transaction of the change, for every instance to read.

mod feed;
mod outbox;
mod wake;

use entity::domain_events as events;
use sea_orm::{ActiveValue::Set, EntityTrait};
use serde_json::Value;
use tokio::sync::watch;

use super::error::Result;
use super::ids::Kind;
use super::tx::Work;
pub use feed::{Feed, Feeds};
pub use outbox::trim;

/// Something that happened.
#[derive(Clone, Debug)]
pub struct Event<'a> {
    /// The business it happened in.
    pub biz_id: &'a str,
    /// What happened, such as `booking.created`.
    pub kind: &'static str,
    /// The kind of thing that it happened to, such as `booking`.
    pub aggregate: &'static str,
    /// The id of the thing that it happened to.
    pub aggregate_id: &'a str,
    /// What else a reader needs to know. Never a private note, never a secret.
    pub payload: Value,
}

/// Writes an event into the outbox, in the transaction of the change.
///
/// # Errors
/// When the database fails.
pub async fn emit(work: &Work, event: Event<'_>) -> Result<()> {
    events::Entity::insert(events::ActiveModel {
        id: Set(Kind::Event.mint(work.now)),
        biz_id: Set(event.biz_id.to_owned()),
        kind: Set(event.kind.to_owned()),
        aggregate_type: Set(event.aggregate.to_owned()),
        aggregate_id: Set(event.aggregate_id.to_owned()),
        payload: Set(event.payload),
        occurred_at: Set(work.now.into()),
        ..Default::default()
    })
    .exec_without_returning(&**work)
    .await?;
    Ok(())
}

/// Tells the readers in this process that the outbox may hold something new.
#[derive(Clone, Debug)]
pub struct Changed(watch::Sender<()>);

impl Default for Changed {
    fn default() -> Self {
        Self(watch::Sender::new(()))
    }
}

impl Changed {
    /// Wakes the readers.
    pub fn notify(&self) {
        self.0.send_replace(());
    }

    /// A receiver that wakes at the next change.
    #[must_use]
    pub fn subscribe(&self) -> watch::Receiver<()> {
        self.0.subscribe()
    }
}

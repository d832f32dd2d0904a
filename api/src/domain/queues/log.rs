//! What happened in a queue, in order and for good, and the news of it for whoever watches.

use std::collections::HashMap;

use entity::{queue_events, queues};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter,
};
use serde_json::{Value, json};

use crate::domain::error::{Error, Result};
use crate::domain::events::{self, Event};
use crate::domain::ids::Kind;
use crate::domain::page::{Order, Page, PageRequest};
use crate::domain::scope::{Scoped, any_of};
use crate::domain::tx::Work;
use crate::domain::viewer::Viewer;

/// What can happen in a queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Happening {
    /// The queue was set up.
    Created,
    /// Its settings or its state were changed.
    Updated,
    /// Somebody joined.
    Joined,
    /// Somebody was called.
    Called,
    /// A service began.
    Started,
    /// A service ended.
    Finished,
    /// Somebody left.
    Left,
    /// Somebody was taken out.
    Removed,
    /// Somebody did not come when called.
    NoShow,
    /// Somebody was moved within the line.
    Moved,
    /// Somebody was told of a place.
    Offered,
    /// Somebody did not want the place that they were told of.
    Declined,
    /// An offer ran out.
    Lapsed,
    /// Somebody else was faster.
    Taken,
    /// Somebody got a place.
    Placed,
    /// Somebody could not be given a place, and the next one was asked.
    PassedOver,
    /// Somebody got a place elsewhere at that time, and waits no more.
    Withdrawn,
    /// What they waited for is over.
    Ended,
}

impl Happening {
    /// Everything that can happen.
    pub const ALL: [Self; 18] = [
        Self::Created,
        Self::Updated,
        Self::Joined,
        Self::Called,
        Self::Started,
        Self::Finished,
        Self::Left,
        Self::Removed,
        Self::NoShow,
        Self::Moved,
        Self::Offered,
        Self::Declined,
        Self::Lapsed,
        Self::Taken,
        Self::Placed,
        Self::PassedOver,
        Self::Withdrawn,
        Self::Ended,
    ];

    /// The word that the database stores, as watchers are told it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Created => "queue.created",
            Self::Updated => "queue.updated",
            Self::Joined => "queue.joined",
            Self::Called => "queue.called",
            Self::Started => "queue.started",
            Self::Finished => "queue.finished",
            Self::Left => "queue.left",
            Self::Removed => "queue.removed",
            Self::NoShow => "queue.no_show",
            Self::Moved => "queue.moved",
            Self::Offered => "queue.offered",
            Self::Declined => "queue.declined",
            Self::Lapsed => "queue.lapsed",
            Self::Taken => "queue.taken",
            Self::Placed => "queue.placed",
            Self::PassedOver => "queue.passed_over",
            Self::Withdrawn => "queue.withdrawn",
            Self::Ended => "queue.ended",
        }
    }

    /// Reads the word that the database stores.
    #[must_use]
    pub fn parse(word: &str) -> Self {
        let known = Self::ALL.into_iter().find(|it| it.as_str() == word);
        known.unwrap_or(Self::Updated)
    }
}

/// By whom and to whom something happened.
#[derive(Clone, Debug, Default)]
pub struct Note<'a> {
    /// The entry that it happened to.
    pub entry_id: Option<&'a str>,
    /// Who did it; nobody, when time did.
    pub actor_id: Option<&'a str>,
    /// What else there is to say, in words and numbers; never who somebody is, never a note.
    pub detail: Option<Value>,
}

/// Writes down what happened, and tells whoever watches the queue or an entry of it: one piece of news
/// concerns everybody in the queue, since all places behind may have changed.
///
/// # Errors
/// When the database fails.
pub async fn write(
    work: &Work,
    queue: &queues::Model,
    happening: Happening,
    note: Note<'_>,
) -> Result<()> {
    let counted = queues::Entity::update_many()
        .col_expr(
            queues::Column::EventCount,
            Expr::col(queues::Column::EventCount).add(1),
        )
        .filter(queues::Column::Id.eq(&queue.id))
        .exec_with_returning(&**work)
        .await?;
    let Some(counted) = counted.first() else {
        return Err(Error::fault(format!("{} is gone", queue.id)));
    };
    queue_events::Entity::insert(queue_events::ActiveModel {
        id: Set(Kind::QueueEvent.mint(work.now)),
        biz_id: Set(queue.biz_id.clone()),
        queue_id: Set(queue.id.clone()),
        queue_entry_id: Set(note.entry_id.map(str::to_owned)),
        sequence: Set(counted.event_count),
        kind: Set(happening.as_str().to_owned()),
        actor_user_id: Set(note.actor_id.map(str::to_owned)),
        detail: Set(note.detail.unwrap_or_else(|| json!({}))),
        occurred_at: Set(work.now.into()),
    })
    .exec_without_returning(&**work)
    .await?;
    let event = Event {
        biz_id: &queue.biz_id,
        kind: happening.as_str(),
        aggregate: super::watch::AGGREGATE,
        aggregate_id: &queue.id,
        payload: json!({ "entryId": note.entry_id }),
    };
    events::emit(work, event).await
}

/// A page of what happened in each of some queues, the oldest first: as much of it as the viewer may see.
///
/// # Errors
/// `BadRequest` for a cursor of another list.
pub async fn of_each(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    queue_ids: Vec<String>,
    page: &PageRequest,
) -> Result<HashMap<String, Page<queue_events::Model>>> {
    use queue_events::Column;
    let order = Order::ascending("queue.events", Column::Sequence, Column::Id);
    let lists =
        queue_events::Entity::visible_to(viewer).filter(any_of(db, Column::QueueId, queue_ids));
    order.read_each(db, lists, Column::QueueId, page).await
}

//! What happens, as it happens: one reader of the outbox in each instance, and any number of feeds.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use entity::domain_events::Model;
use tokio::sync::{Mutex, broadcast, watch};

use super::Changed;
use super::outbox::{self, BATCH, Cursor};
use super::wake;
use crate::domain::clock::Moment;
use crate::domain::db::Db;
use crate::domain::error::{Error, Result};
use crate::domain::gateway::Gateway;

/// How many events are kept for feeds that are slower than the reader. A feed that falls further
/// behind reads the outbox itself, so that memory stays bounded and nothing is lost.
const KEPT: usize = 1024;
/// The reader looks again this soon after a wake-up, and then ever less often: what committed may have
/// to wait for an older transaction.
const SOON: Duration = Duration::from_millis(10);
/// The reader looks at least this often, also when nothing wakes it.
pub(super) const AT_LEAST_EVERY: Duration = Duration::from_secs(1);

/// The feeds of an instance, and their reader. It starts with the first feed and ends with the last.
#[derive(Clone, Debug, Default)]
pub struct Feeds {
    reader: Arc<Mutex<Option<Reading>>>,
}

/// A reader at work.
#[derive(Debug)]
struct Reading {
    /// Dead when the reader is.
    events: broadcast::WeakSender<Arc<Model>>,
    /// How far it has come.
    place: watch::Receiver<Cursor>,
}

/// The events of every business, in commit order, from the moment it was opened.
///
/// Each event comes at least once: what committed shortly before the opening may come as well.
#[derive(Debug)]
pub struct Feed {
    events: broadcast::Receiver<Arc<Model>>,
    db: Db,
    /// The last event that was handed out.
    place: Cursor,
    /// Whether events were missed that have to be read from the outbox.
    behind: bool,
    missed: VecDeque<Arc<Model>>,
}

impl Gateway {
    /// Opens a feed. Whatever commits from now on, through whichever instance, comes.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn feed(&self) -> Result<Feed> {
        let mut reader = self.feeds.reader.lock().await;
        if let Some(reading) = &*reader {
            // Before the events, so that none of these is taken for seen.
            let place = *reading.place.borrow();
            if let Some(events) = reading.events.upgrade() {
                return Ok(Feed::new(self.db.clone(), place, events.subscribe()));
            }
        }
        let start = outbox::end(&self.db).await?;
        let (sender, events) = broadcast::channel(KEPT);
        let (place, at) = watch::channel(start);
        *reader = Some(Reading {
            events: sender.downgrade(),
            place: at,
        });
        let work = Reader {
            db: self.db.clone(),
            feeds: self.feeds.clone(),
            events: sender,
            place,
        };
        tokio::spawn(work.run(self.changed.clone()));
        Ok(Feed::new(self.db.clone(), start, events))
    }
}

impl Gateway {
    /// How long the oldest event that the feeds have not been given has been there; nothing when there is
    /// none, or no feed.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn outbox_lag(&self) -> Result<Option<TimeDelta>> {
        let place = match &*self.feeds.reader.lock().await {
            Some(reading) if reading.events.strong_count() > 0 => *reading.place.borrow(),
            _ => return Ok(None),
        };
        let oldest = outbox::next(&self.db, place).await?;
        Ok(oldest.map(|event| self.clock.now() - Moment::from(event.occurred_at)))
    }
}

impl Feed {
    fn new(db: Db, place: Cursor, events: broadcast::Receiver<Arc<Model>>) -> Self {
        Self {
            events,
            db,
            place,
            behind: false,
            missed: VecDeque::new(),
        }
    }

    /// Waits for the next event.
    ///
    /// # Errors
    /// When the database fails, or the reader has died; open another feed then.
    pub async fn next(&mut self) -> Result<Arc<Model>> {
        loop {
            if let Some(event) = self.missed.pop_front() {
                self.place = Cursor::from(&*event);
                return Ok(event);
            }
            if self.behind {
                let rows = outbox::read(&self.db, self.place).await?;
                self.behind = rows.len() == BATCH;
                self.missed = rows.into_iter().map(Arc::new).collect();
                continue;
            }
            match self.events.recv().await {
                Ok(event) if Cursor::from(&*event) > self.place => {
                    self.place = Cursor::from(&*event);
                    return Ok(event);
                }
                Ok(_) => {}
                Err(broadcast::error::RecvError::Lagged(_)) => self.behind = true,
                Err(broadcast::error::RecvError::Closed) => {
                    return Err(Error::fault("the reader of the outbox has died"));
                }
            }
        }
    }
}

/// Reads the outbox for all feeds of the instance.
struct Reader {
    db: Db,
    feeds: Feeds,
    events: broadcast::Sender<Arc<Model>>,
    place: watch::Sender<Cursor>,
}

impl Reader {
    async fn run(self, changed: Changed) {
        let db = self.db.clone();
        tokio::select! {
            () = self.read(changed.subscribe()) => {}
            () = wake::listen(&db, &changed) => {}
        }
    }

    async fn read(self, mut changed: watch::Receiver<()>) {
        let mut pause = SOON;
        loop {
            match self.read_on().await {
                Ok(true) => {
                    pause = SOON;
                    continue;
                }
                Ok(false) => {}
                Err(error) => tracing::warn!(%error, "the outbox cannot be read; trying again"),
            }
            if self.events.receiver_count() == 0 && self.ends().await {
                return;
            }
            match tokio::time::timeout(pause, changed.changed()).await {
                Ok(_) => pause = SOON,
                Err(_) => pause = (pause * 2).min(AT_LEAST_EVERY),
            }
        }
    }

    /// Hands out the next rows. Tells whether more may be there.
    async fn read_on(&self) -> Result<bool, sea_orm::DbErr> {
        let place = *self.place.borrow();
        let rows = outbox::read(&self.db, place).await?;
        let more = rows.len() == BATCH;
        if let Some(last) = rows.last().map(Cursor::from) {
            for event in rows {
                // Nobody listens any more: then the reader is about to end.
                let _ = self.events.send(Arc::new(event));
            }
            self.place.send_replace(last);
        }
        Ok(more)
    }

    /// Ends the reader, unless a feed has been opened meanwhile.
    async fn ends(&self) -> bool {
        let mut reader = self.feeds.reader.lock().await;
        let idle = self.events.receiver_count() == 0;
        if idle {
            *reader = None;
        }
        idle
    }
}

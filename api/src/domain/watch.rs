//! Watching things change: how they are now, and then how they are after each event.

use std::marker::PhantomData;
use std::sync::Arc;

use entity::domain_events;
use sea_orm::PrimaryKeyTrait;

use super::error::{Error, Refusal, Result};
use super::events::Feed;
use super::gateway::Gateway;
use super::scope::Scoped;
use super::viewer::Viewer;
use super::{people, scope};

/// The events that somebody follows, for as long as they have the roles that they began with.
#[derive(Debug)]
pub struct Followed {
    gateway: Gateway,
    viewer: Viewer,
    feed: Feed,
}

impl Followed {
    /// Begins to follow. Read what is followed after this, so that no change falls between the two.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn begin(gateway: &Gateway, viewer: &Viewer) -> Result<Self> {
        Ok(Self {
            gateway: gateway.clone(),
            viewer: viewer.clone(),
            feed: gateway.feed().await?,
        })
    }

    /// Waits for the next event that `concerns` the follower. An event may come twice.
    ///
    /// # Errors
    /// `Unauthenticated` or `Forbidden` when the viewer has lost a role since they began; faults. There is
    /// nothing more to wait for then.
    pub async fn next(
        &mut self,
        concerns: impl Fn(&domain_events::Model) -> bool,
    ) -> Result<Arc<domain_events::Model>> {
        loop {
            let event = self.feed.next().await?;
            if concerns(&event) {
                self.authorise().await?;
                return Ok(event);
            }
        }
    }

    /// Everything below a thing is shown by the roles that the viewer began with, so all of them must still
    /// be theirs. Nobody takes anything from the anonymous, who have none.
    async fn authorise(&self) -> Result<()> {
        if self.viewer.id().is_none() {
            return Ok(());
        }
        let now = people::as_of_now(&self.gateway, &self.viewer).await?;
        match self.viewer.is_matched_by(&now) {
            true => Ok(()),
            false => Err(Error::Forbidden("Your roles have changed; subscribe anew.")),
        }
    }

    /// Reads what the viewer may see of it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn read<E: Scoped>(&self, id: &str) -> Result<Option<E::Model>> {
        scope::find::<E>(self.gateway.db.reader(), &self.viewer, id).await
    }

    /// The gateway that is followed on.
    #[must_use]
    pub fn gateway(&self) -> &Gateway {
        &self.gateway
    }

    /// Who follows.
    #[must_use]
    pub fn viewer(&self) -> &Viewer {
        &self.viewer
    }
}

/// One thing that is watched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// Its id.
    pub id: String,
    /// What its events call it, such as `booking`.
    pub aggregate: &'static str,
    /// The argument that named it, for a refusal.
    pub field: &'static str,
    /// What people call it.
    pub what: &'static str,
}

impl Subject {
    /// The refusal for a thing that is not there, or not for the viewer to see.
    #[must_use]
    pub fn not_found(&self) -> Refusal {
        Refusal::not_found(self.field, self.what)
    }
}

/// One thing as it changes, as the viewer sees it.
#[derive(Debug)]
pub struct Watch<E: Scoped> {
    followed: Followed,
    subject: Subject,
    /// What it is like at first, until that has been told.
    first: Option<E::Model>,
    entity: PhantomData<E>,
}

/// Watches one thing, beginning with how it is now, so that whoever connects again has missed nothing.
///
/// # Errors
/// `NOT_FOUND` at the subject's field when the viewer does not see it; faults.
pub async fn one<E>(gateway: &Gateway, viewer: &Viewer, subject: Subject) -> Result<Watch<E>>
where
    E: Scoped,
    E::PrimaryKey: PrimaryKeyTrait<ValueType = String>,
{
    let followed = Followed::begin(gateway, viewer).await?;
    let first = followed
        .read::<E>(&subject.id)
        .await?
        .ok_or_else(|| subject.not_found())?;
    Ok(Watch {
        followed,
        subject,
        first: Some(first),
        entity: PhantomData,
    })
}

impl<E: Scoped> Watch<E> {
    /// Waits for the next change, and answers how the thing is now. A change may be told twice.
    ///
    /// # Errors
    /// As [`Followed::next`]; `NOT_FOUND` when the thing is not the viewer's to see any more.
    pub async fn next(&mut self) -> Result<E::Model> {
        if let Some(first) = self.first.take() {
            return Ok(first);
        }
        let Subject { id, aggregate, .. } = &self.subject;
        self.followed
            .next(|event| event.aggregate_type == *aggregate && event.aggregate_id == *id)
            .await?;
        let now = self.followed.read::<E>(id).await?;
        Ok(now.ok_or_else(|| self.subject.not_found())?)
    }
}

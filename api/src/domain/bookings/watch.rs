//! Watching bookings change.

use entity::booking_orders;

use crate::domain::error::{Error, Refusal, Result};
use crate::domain::events::Feed;
use crate::domain::gateway::Gateway;
use crate::domain::viewer::Viewer;
use crate::domain::{people, scope};

/// What is watched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Watched {
    /// Every booking of a business, by its id; for its staff.
    Business(String),
    /// One booking, by its id; for whoever sees it.
    Booking(String),
}

/// The bookings that change, as the viewer sees them.
#[derive(Debug)]
pub struct Watch {
    gateway: Gateway,
    viewer: Viewer,
    watched: Watched,
    feed: Feed,
    /// What a watched booking is like at first, until it has been told.
    first: Option<booking_orders::Model>,
}

/// Watches a booking, beginning with how it is now, or the bookings of a business.
///
/// # Errors
/// `Unauthenticated`; `Forbidden` for a business that the viewer does not work for; `NOT_FOUND` at
/// `bookingId` for a booking that they do not see.
pub async fn watch(gateway: &Gateway, viewer: &Viewer, watched: Watched) -> Result<Watch> {
    viewer.user_id()?;
    if let Watched::Business(biz_id) = &watched
        && !viewer.is_staff_of(biz_id)
    {
        return Err(Error::Forbidden(
            "Only the staff of a business may watch its bookings.",
        ));
    }
    // Before the booking is read, so that no change falls between the two.
    let feed = gateway.feed().await?;
    let mut watch = Watch {
        gateway: gateway.clone(),
        viewer: viewer.clone(),
        watched,
        feed,
        first: None,
    };
    if let Watched::Booking(id) = &watch.watched {
        watch.first = Some(watch.read(id).await?.ok_or_else(not_found)?);
    }
    Ok(watch)
}

fn not_found() -> Refusal {
    Refusal::not_found("bookingId", "booking")
}

impl Watch {
    /// Waits for the next change, and answers how the booking is now. A change may be told twice.
    ///
    /// # Errors
    /// `Unauthenticated` or `Forbidden` when the viewer has lost a role since they began to watch;
    /// `NOT_FOUND` when the booking is not theirs to see any more; faults. There is nothing more to
    /// wait for then.
    pub async fn next(&mut self) -> Result<booking_orders::Model> {
        if let Some(first) = self.first.take() {
            return Ok(first);
        }
        loop {
            let event = self.feed.next().await?;
            let concerned = event.aggregate_type == "booking"
                && match &self.watched {
                    Watched::Business(biz_id) => *biz_id == event.biz_id,
                    Watched::Booking(id) => *id == event.aggregate_id,
                };
            if !concerned {
                continue;
            }
            self.authorise().await?;
            match (self.read(&event.aggregate_id).await?, &self.watched) {
                (Some(booking), _) => return Ok(booking),
                (None, Watched::Booking(_)) => return Err(not_found().into()),
                (None, Watched::Business(_)) => {}
            }
        }
    }

    /// Everything below a booking is shown by the roles that the viewer began with, so all of them
    /// must still be theirs.
    async fn authorise(&self) -> Result<()> {
        let now = people::as_of_now(&self.gateway, &self.viewer).await?;
        match self.viewer.is_matched_by(&now) {
            true => Ok(()),
            false => Err(Error::Forbidden("Your roles have changed; subscribe anew.")),
        }
    }

    async fn read(&self, id: &str) -> Result<Option<booking_orders::Model>> {
        let db = self.gateway.db.reader();
        scope::find::<booking_orders::Entity>(db, &self.viewer, id).await
    }
}

//! Watching bookings change.

use entity::booking_orders;

use crate::domain::error::{Error, Result};
use crate::domain::gateway::Gateway;
use crate::domain::viewer::Viewer;
use crate::domain::watch::{self, Followed, Subject};

/// What the events of a booking call it.
const AGGREGATE: &str = "booking";

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
#[expect(
    clippy::large_enum_variant,
    reason = "one for each subscription, and mostly the large one"
)]
pub enum Watch {
    /// Those of a business.
    Business(Followed, String),
    /// One.
    Booking(watch::Watch<booking_orders::Entity>),
}

/// Watches a booking, beginning with how it is now, or the bookings of a business.
///
/// # Errors
/// `Unauthenticated`; `Forbidden` for a business that the viewer does not work for; `NOT_FOUND` at
/// `bookingId` for a booking that they do not see.
pub async fn watch(gateway: &Gateway, viewer: &Viewer, watched: Watched) -> Result<Watch> {
    viewer.user_id()?;
    Ok(match watched {
        Watched::Business(id) if viewer.is_staff_of(&id) => {
            Watch::Business(Followed::begin(gateway, viewer).await?, id)
        }
        Watched::Business(_) => {
            return Err(Error::Forbidden(
                "Only the staff of a business may watch its bookings.",
            ));
        }
        Watched::Booking(id) => {
            let subject = Subject {
                id,
                aggregate: AGGREGATE,
                field: "bookingId",
                what: "booking",
            };
            Watch::Booking(watch::one(gateway, viewer, subject).await?)
        }
    })
}

impl Watch {
    /// Waits for the next change, and answers how the booking is now. A change may be told twice.
    ///
    /// # Errors
    /// `Unauthenticated` or `Forbidden` when the viewer has lost a role since they began to watch;
    /// `NOT_FOUND` when the booking is not theirs to see any more; faults. There is nothing more to
    /// wait for then.
    pub async fn next(&mut self) -> Result<booking_orders::Model> {
        let (followed, biz_id) = match self {
            Self::Booking(booking) => return booking.next().await,
            Self::Business(followed, biz_id) => (followed, biz_id),
        };
        loop {
            let event = followed
                .next(|event| event.aggregate_type == AGGREGATE && event.biz_id == *biz_id)
                .await?;
            let id = &event.aggregate_id;
            if let Some(booking) = followed.read::<booking_orders::Entity>(id).await? {
                return Ok(booking);
            }
        }
    }
}

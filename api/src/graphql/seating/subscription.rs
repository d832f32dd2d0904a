//! Seats as they change hands.

use async_graphql::{Context, ID, Subscription};
use futures_util::{Stream, TryStreamExt, stream};

use super::OccurrenceSeat;
use crate::domain::Error;
use crate::domain::ids::Kind;
use crate::domain::seating::watch::watch;
use crate::graphql::context::ContextExt;
use crate::graphql::error::{Failure, Result};

/// The subscriptions of seating.
#[derive(Default)]
pub struct SeatingSubscription;

#[Subscription]
impl SeatingSubscription {
    /// The seats of a class whenever they change hands, as they are then: first all of them, so that whoever
    /// connects again has missed nothing, and then only those that changed. The same state may come twice. For a
    /// class with a seat map; it ends with an error when the viewer loses a role.
    async fn seat_map_changed<'ctx>(
        &self,
        ctx: &Context<'ctx>,
        #[graphql(desc = "The class whose seats are watched.")] occurrence_id: ID,
    ) -> Result<impl Stream<Item = Result<Vec<OccurrenceSeat>>> + use<'ctx>> {
        let id = Kind::ClassOccurrence.accept(&occurrence_id, "occurrenceId")?;
        let watch = watch(ctx.gateway(), ctx.viewer(), &id).await?;
        let changes = stream::try_unfold(watch, async |mut watch| {
            let seats = watch.next().await?;
            let seats = seats.iter().map(OccurrenceSeat::from).collect();
            Ok(Some((seats, watch)))
        });
        Ok(changes.map_err(|error: Error| Failure::from(error)))
    }
}

//! A place that somebody on a waitlist is told of.

use async_graphql::{Context, ID, Object};
use entity::{
    class_occurrences, queue_entries, queues, resources, waitlist_offers, waitlist_rounds,
};
use futures_util::try_join;

use super::words::WaitlistOfferStatus;
use super::{Queue, QueueEntry};
use crate::domain::availability;
use crate::domain::catalog::terms;
use crate::domain::civil::Span;
use crate::domain::queues::rules::promotion::OfferStatus;
use crate::graphql::availability::Slot;
use crate::graphql::catalog::{CurrentVersionOf, Resource};
use crate::graphql::classes::ClassOccurrence;
use crate::graphql::context::ContextExt;
use crate::graphql::error::Result;
use crate::graphql::object::{follow, follow_some, wraps};
use crate::graphql::scalars::DateTime;

wraps! {
    /// A place that somebody on a waitlist is told of.
    WaitlistOffer(waitlist_offers::Model)
}

wraps! {
    /// What is being given out.
    Round(waitlist_rounds::Model)
}

impl WaitlistOffer {
    async fn queue(&self, ctx: &Context<'_>) -> Result<Queue> {
        follow::<queues::Entity, _>(ctx, &self.0.queue_id).await
    }
}

/// A place that somebody on a waitlist is told of. It is blocked for them as long as the offer is open.
#[Object]
impl WaitlistOffer {
    /// The id.
    pub async fn id(&self) -> ID {
        ID::from(&self.0.id)
    }

    /// Who is told.
    async fn entry(&self, ctx: &Context<'_>) -> Result<Option<QueueEntry>> {
        follow_some::<queue_entries::Entity, _>(ctx, Some(&self.0.queue_entry_id)).await
    }

    /// Where it stands now; one whose time is over has run out at once.
    async fn status(&self, ctx: &Context<'_>) -> WaitlistOfferStatus {
        OfferStatus::of(&self.0, ctx.gateway().clock.now()).into()
    }

    /// When they were told.
    async fn offered_at(&self) -> DateTime {
        self.0.offered_at.into()
    }

    /// Until when it can be claimed.
    async fn expires_at(&self) -> DateTime {
        self.0.expires_at.into()
    }

    /// The time that is offered, of an appointment.
    async fn slot(&self, ctx: &Context<'_>) -> Result<Option<Slot>> {
        let round = follow::<waitlist_rounds::Entity, Round>(ctx, &self.0.waitlist_round_id);
        let (round, queue) = try_join!(round, self.queue(ctx))?;
        let (Some(from), Some(to), Some(resource), Some(offer)) = (
            round.0.starts_at,
            round.0.ends_at,
            &round.0.resource_id,
            &queue.0.offer_id,
        ) else {
            return Ok(None);
        };
        let secondary = round.0.secondary_resource_id.as_deref();
        let version = async {
            let version = ctx.loaders().load(CurrentVersionOf(offer.clone())).await?;
            Result::<_>::Ok(version)
        };
        let (version, resource, secondary) = try_join!(
            version,
            follow::<resources::Entity, Resource>(ctx, resource),
            follow_some::<resources::Entity, Resource>(ctx, secondary),
        )?;
        let Some(version) = version else {
            return Ok(None);
        };
        let service = Span {
            from: from.to_utc(),
            to: to.to_utc(),
        };
        Ok(Some(Slot(availability::Slot {
            quote: terms::quote(&version, service.length())?,
            currency: version.currency.clone(),
            service,
            resource: resource.0,
            secondary: secondary.map(|secondary| secondary.0),
        })))
    }

    /// The class that has the place.
    async fn occurrence(&self, ctx: &Context<'_>) -> Result<Option<ClassOccurrence>> {
        let queue = self.queue(ctx).await?;
        let id = queue.0.class_occurrence_id.as_deref();
        follow_some::<class_occurrences::Entity, _>(ctx, id).await
    }
}

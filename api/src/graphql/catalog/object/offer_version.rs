use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::dataloader::Loader;
use async_graphql::{Context, ID, Object, SimpleObject};
use entity::{offer_versions, offers, resources};

use super::{Offer, Resource};
use crate::domain::Error;
use crate::domain::catalog::repo::{self, ResourceRole};
use crate::domain::catalog::{terms, words};
use crate::graphql::catalog::{DurationMode, OfferVersionStatus};
use crate::graphql::context::ContextExt;
use crate::graphql::error::Result;
use crate::graphql::loader::{Source, grouped};
use crate::graphql::object::{Money, follow, wraps};

wraps! {
    /// One edition of an offer's terms.
    OfferVersion(offer_versions::Model)
}

/// One edition of an offer's terms. It can be written until it is published; then it never changes.
#[Object]
impl OfferVersion {
    /// The id.
    pub async fn id(&self) -> ID {
        ID::from(&self.0.id)
    }

    /// The offer whose terms these are.
    async fn offer(&self, ctx: &Context<'_>) -> Result<Offer> {
        follow::<offers::Entity, _>(ctx, &self.0.offer_id).await
    }

    /// Counts the offer's versions, from 1.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// Where it stands.
    async fn status(&self) -> OfferVersionStatus {
        words::OfferVersionStatus::parse(&self.0.status).into()
    }

    /// How the length of a booking is decided.
    async fn duration_mode(&self) -> DurationMode {
        terms::DurationMode::parse(&self.0.duration_mode).into()
    }

    /// The length of a booking that asks for none, in minutes.
    async fn default_duration_min(&self) -> i32 {
        self.0.default_duration_min
    }

    /// The shortest booking, in minutes; null when the length is fixed.
    async fn min_duration_min(&self) -> Option<i32> {
        self.0.min_duration_min
    }

    /// The longest booking, in minutes; null when the length is fixed.
    async fn max_duration_min(&self) -> Option<i32> {
        self.0.max_duration_min
    }

    /// The step between two lengths, in minutes.
    async fn duration_step_min(&self) -> i32 {
        self.0.duration_step_min
    }

    /// How far apart the starts are, in minutes, counted from an opening time.
    async fn slot_interval_min(&self) -> i32 {
        self.0.slot_interval_min
    }

    /// What every booking costs, whatever its length.
    async fn base_price(&self) -> Result<Money> {
        Money::new(self.0.base_price_minor, &self.0.currency)
    }

    /// What each begun unit of time costs on top; null when time is not charged for.
    async fn unit_price(&self) -> Result<Option<Money>> {
        let price = self.0.unit_pricing_minor;
        price
            .map(|price| Money::new(price, &self.0.currency))
            .transpose()
    }

    /// The length of a unit of time, in minutes.
    async fn unit_min(&self) -> Option<i32> {
        self.0.unit_min
    }

    /// Whether staff must approve a booking.
    async fn requires_approval(&self) -> bool {
        self.0.requires_approval
    }

    /// Whether a part of the price must be paid ahead.
    async fn requires_deposit(&self) -> bool {
        self.0.requires_deposit
    }

    /// That part, in basis points: 10 000 is the whole price.
    async fn deposit_percent_bps(&self) -> Option<i32> {
        self.0.deposit_percent_bps
    }

    /// The minutes that a resource rests between two bookings, on top of its buffers.
    async fn min_gap_between_bookings_min(&self) -> i32 {
        self.0.min_gap_between_bookings_min
    }

    /// How early a booking must be made, in minutes before its start.
    async fn lead_time_min(&self) -> i32 {
        self.0.lead_time_min
    }

    /// How far ahead a booking can be made, in days.
    async fn horizon_days(&self) -> i32 {
        self.0.horizon_days
    }

    /// What a cancellation costs.
    async fn cancellation_policy(&self) -> Result<CancellationPolicy> {
        let fee = self.0.late_fee_minor;
        Ok(CancellationPolicy {
            cutoff_min: self.0.cancellation_cutoff_min,
            late_fee: fee
                .map(|fee| Money::new(fee, &self.0.currency))
                .transpose()?,
            forfeits_session: self.0.forfeits_session,
        })
    }

    /// The resources of which a booking takes one, in the order in which they are tried.
    async fn primary_resources(&self, ctx: &Context<'_>) -> Result<Vec<Resource>> {
        let resources = PrimaryResourcesOf(self.0.id.clone());
        Ok(rows(ctx.loaders().load(resources).await?))
    }

    /// The resources of which a booking takes one more; empty when one resource is enough.
    async fn secondary_resources(&self, ctx: &Context<'_>) -> Result<Vec<Resource>> {
        let resources = SecondaryResourcesOf(self.0.id.clone());
        Ok(rows(ctx.loaders().load(resources).await?))
    }
}

fn rows(found: Option<Arc<[Link]>>) -> Vec<Resource> {
    let links = found.unwrap_or_default();
    links.iter().map(|(_, row)| row.clone().into()).collect()
}

/// What a cancellation costs.
#[derive(Clone, Debug, SimpleObject)]
pub struct CancellationPolicy {
    /// A cancellation is late when it comes fewer minutes than this before the start.
    cutoff_min: i32,
    /// What a late cancellation costs; null when nothing.
    late_fee: Option<Money>,
    /// Whether a late cancellation of a booking that a package paid uses up its session, instead of the
    /// fee.
    forfeits_session: bool,
}

/// The primary resources of an offer version.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PrimaryResourcesOf(pub String);

/// The secondary resources of an offer version.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SecondaryResourcesOf(pub String);

/// The id of an offer version, and one of its resources.
type Link = (String, Arc<resources::Model>);

impl Loader<PrimaryResourcesOf> for Source {
    type Value = Arc<[Link]>;
    type Error = Error;

    async fn load(
        &self,
        keys: &[PrimaryResourcesOf],
    ) -> Result<HashMap<PrimaryResourcesOf, Self::Value>, Error> {
        let ids = keys.iter().map(|key| key.0.clone()).collect();
        let db = self.gateway.db.reader();
        let links = repo::resources_of_versions(db, ResourceRole::Primary, ids).await?;
        Ok(grouped(keys, links, |link| {
            PrimaryResourcesOf(link.0.clone())
        }))
    }
}

impl Loader<SecondaryResourcesOf> for Source {
    type Value = Arc<[Link]>;
    type Error = Error;

    async fn load(
        &self,
        keys: &[SecondaryResourcesOf],
    ) -> Result<HashMap<SecondaryResourcesOf, Self::Value>, Error> {
        let ids = keys.iter().map(|key| key.0.clone()).collect();
        let db = self.gateway.db.reader();
        let links = repo::resources_of_versions(db, ResourceRole::Secondary, ids).await?;
        Ok(grouped(keys, links, |link| {
            SecondaryResourcesOf(link.0.clone())
        }))
    }
}

use async_graphql::{Context, ID, Object};
use entity::{bizes, locations, resources};

use super::hours::HoursOfResource;
use super::{Business, Location, OpeningHours};
use crate::domain::catalog::words;
use crate::graphql::availability::{BusyInterval, TimeRange, calendar};
use crate::graphql::catalog::ResourceType;
use crate::graphql::context::ContextExt;
use crate::graphql::error::Result;
use crate::graphql::object::{follow, follow_some, wraps};

wraps! {
    /// Somebody or something that can be booked.
    Resource(resources::Model)
}

/// Somebody or something that can be booked.
#[Object]
impl Resource {
    /// The id.
    pub async fn id(&self) -> ID {
        ID::from(&self.0.id)
    }

    /// What it is called.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Its name in addresses, of its own within the business.
    async fn slug(&self) -> &str {
        &self.0.slug
    }

    /// What it is.
    #[graphql(name = "type")]
    async fn kind(&self) -> ResourceType {
        words::ResourceType::parse(&self.0.r#type).into()
    }

    /// Where it is; null when it belongs to no place.
    async fn location(&self, ctx: &Context<'_>) -> Result<Option<Location>> {
        follow_some::<locations::Entity, _>(ctx, self.0.location_id.as_deref()).await
    }

    /// The business it belongs to.
    async fn business(&self, ctx: &Context<'_>) -> Result<Business> {
        follow::<bizes::Entity, _>(ctx, &self.0.biz_id).await
    }

    /// Whether it goes to the customer's address.
    async fn is_mobile(&self) -> bool {
        self.0.is_mobile
    }

    /// How far from its location it goes, in kilometres; null when there is no limit.
    async fn service_radius_km(&self) -> Option<f64> {
        self.0.service_radius_km
    }

    /// How many bookings it can serve at the same time; null means one.
    async fn max_simultaneous_bookings(&self) -> Option<i32> {
        self.0.max_simultaneous_bookings
    }

    /// The minutes that it needs before a booking.
    async fn buffer_before_min(&self) -> i32 {
        self.0.buffer_before_min
    }

    /// The minutes that it needs after a booking.
    async fn buffer_after_min(&self) -> i32 {
        self.0.buffer_after_min
    }

    /// Grows by one with every change; give it as `expectedVersion` to be told of changes in between.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// Its own hours; null when it keeps those of its location.
    async fn opening_hours(&self, ctx: &Context<'_>) -> Result<Option<OpeningHours>> {
        let hours = HoursOfResource(self.0.id.clone());
        Ok(ctx.loaders().load(hours).await?)
    }

    /// What is taken of its time in a window of at most 92 days. Staff see the bookings, everybody else
    /// only that it is taken.
    async fn calendar(&self, ctx: &Context<'_>, window: TimeRange) -> Result<Vec<BusyInterval>> {
        calendar(ctx, &self.0, window).await
    }
}

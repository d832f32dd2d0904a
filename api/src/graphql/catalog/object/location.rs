use async_graphql::{Context, ID, Object};
use entity::{bizes, locations};

use super::hours::HoursOfLocation;
use super::{Business, OpeningHours};
use crate::graphql::context::ContextExt;
use crate::graphql::error::Result;
use crate::graphql::object::{follow, stored, wraps};
use crate::graphql::scalars::TimeZone;

wraps! {
    /// A place of a business.
    Location(locations::Model)
}

/// A place of a business, with a time zone and opening hours.
#[Object]
impl Location {
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

    /// The zone whose wall clock its hours are read on.
    async fn time_zone(&self) -> Result<TimeZone> {
        stored(&self.0.timezone)
    }

    /// Degrees north of the equator.
    async fn latitude(&self) -> Option<f64> {
        self.0.latitude
    }

    /// Degrees east of Greenwich.
    async fn longitude(&self) -> Option<f64> {
        self.0.longitude
    }

    /// The business it belongs to.
    async fn business(&self, ctx: &Context<'_>) -> Result<Business> {
        follow::<bizes::Entity, _>(ctx, &self.0.biz_id).await
    }

    /// When it is open. Nothing written down means closed.
    async fn opening_hours(&self, ctx: &Context<'_>) -> Result<OpeningHours> {
        let hours = ctx
            .loaders()
            .load(HoursOfLocation(self.0.id.clone()))
            .await?;
        Ok(hours.unwrap_or_default())
    }
}

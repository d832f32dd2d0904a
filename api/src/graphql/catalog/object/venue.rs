use async_graphql::{Context, ID, Object};
use entity::{bizes, locations, venues};

use super::{Business, Location};
use crate::graphql::error::Result;
use crate::graphql::object::{follow, follow_some, wraps};

wraps! {
    /// A hall or room that can hold seats.
    Venue(venues::Model)
}

/// A hall or room that can hold seats.
#[Object]
impl Venue {
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

    /// Where it is.
    async fn location(&self, ctx: &Context<'_>) -> Result<Option<Location>> {
        follow_some::<locations::Entity, _>(ctx, self.0.location_id.as_deref()).await
    }

    /// The business it belongs to.
    async fn business(&self, ctx: &Context<'_>) -> Result<Business> {
        follow::<bizes::Entity, _>(ctx, &self.0.biz_id).await
    }
}

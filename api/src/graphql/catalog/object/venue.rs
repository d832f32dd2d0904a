use async_graphql::{Context, ID, Object};
use entity::{bizes, locations, venues};

use super::{Business, Location};
use crate::graphql::connection::{Connection, PageArguments, connect};
use crate::graphql::context::ContextExt;
use crate::graphql::error::Result;
use crate::graphql::object::{follow, follow_some, wraps};
use crate::graphql::seating::{SeatMap, SeatMapsOf};

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

    /// The plans of its seats, by name. Staff see the drafts too.
    async fn seat_maps(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Connection<SeatMap>> {
        let page = PageArguments::new(first, after, last, before).request(ctx)?;
        let key = SeatMapsOf(self.0.id.clone(), page);
        let page = ctx.loaders().load(key).await?.unwrap_or_default();
        Ok(connect(page, SeatMap::from))
    }
}

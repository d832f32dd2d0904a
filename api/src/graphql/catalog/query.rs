//! Where clients enter the catalog.

use async_graphql::{Context, ID, InputObject, Object, OneofObject};
use entity::offers;

use super::{Business, Offer, ResourceType};
use crate::domain::Error;
use crate::domain::catalog::{lists, words};
use crate::domain::ids::Kind;
use crate::graphql::connection::{Connection, PageArguments, connect};
use crate::graphql::context::ContextExt;
use crate::graphql::error::{Failure, Maybe, Result};
use crate::graphql::object::find;

/// The catalog's part of the queries.
#[derive(Default)]
pub struct CatalogQuery;

#[Object]
impl CatalogQuery {
    /// The business with that id or slug.
    async fn business(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What it is known by.")] by: BusinessBy,
    ) -> Maybe<Business> {
        match by {
            BusinessBy::Id(id) => {
                let found = find::<entity::bizes::Entity, _>(ctx, Kind::Business, &id).await;
                found.transpose()
            }
            BusinessBy::Slug(slug) => {
                let found = lists::business_by_slug(ctx.gateway(), ctx.viewer(), &slug).await;
                Some(
                    found
                        .transpose()?
                        .map(Business::from)
                        .map_err(Failure::from),
                )
            }
        }
    }

    /// The businesses, by name.
    async fn businesses(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "Only those whose name or slug contains this, in capital or small letters."
        )]
        search: Option<String>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Connection<Business>> {
        let page = PageArguments::new(first, after, last, before).request(ctx)?;
        let page = lists::businesses(ctx.gateway(), ctx.viewer(), search.as_deref(), &page).await?;
        Ok(connect(page, Business::from))
    }

    /// The offer with that id, if it is published or of a business that the viewer works for.
    async fn offer(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The offer's id.")] id: ID,
    ) -> Maybe<Offer> {
        let found = find::<offers::Entity, _>(ctx, Kind::Offer, &id).await;
        found.transpose()
    }
}

/// What a business is known by.
#[derive(OneofObject)]
pub enum BusinessBy {
    /// Its id.
    Id(ID),
    /// Its slug.
    Slug(String),
}

/// Which resources of a business are wanted.
#[derive(Default, InputObject)]
pub struct ResourceFilter {
    /// Only these types.
    #[graphql(name = "type")]
    types: Option<Vec<ResourceType>>,
    /// Only those at this location.
    location_id: Option<ID>,
    /// Only those that go to the customer, or only those that do not.
    is_mobile: Option<bool>,
}

impl ResourceFilter {
    pub(super) fn into_domain(self) -> Result<lists::ResourceFilter> {
        let location_id = self
            .location_id
            .map(|id| Kind::Location.accept(&id, "locationId"))
            .transpose()
            .map_err(|refusal| Error::BadRequest(refusal.message))?;
        Ok(lists::ResourceFilter {
            types: self
                .types
                .map(|types| types.into_iter().map(words::ResourceType::from).collect()),
            location_id,
            is_mobile: self.is_mobile,
        })
    }
}

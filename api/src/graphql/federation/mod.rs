//! The gateway as a subgraph of Apollo Federation 2.
//!
//! Other subgraphs add fields to our entities and hand us their keys; `_entities` finds each as `node`
//! does: as the viewer may see it. So the tenant always comes from the credential, and never from a
//! representation.
//!
//! async-graphql's own federation is only used to print: at run time it fails a whole list for one entity
//! that is not there, takes lists of any length, and shows the schema where introspection is off.

mod entity;
mod machinery;

use async_graphql::{
    Any, Context, IntrospectionMode, Object, SDLExportOptions, Schema, SimpleObject,
};
use futures_util::future::join_all;

use super::{Mutation, Query, Subscription, error::Result};
use crate::domain::Error;
pub use entity::Entity;
pub(super) use machinery::Machinery;

/// How many representations `_entities` takes. A gateway asks for all of a plan's step at once and never
/// in parts, so this is ten of our largest pages.
pub const MAX_REPRESENTATIONS: usize = 1000;

/// The schema as composition wants it: with keys, and with a link to the specification.
#[must_use]
pub fn sdl() -> String {
    Schema::build(
        Query::default(),
        Mutation::default(),
        Subscription::default(),
    )
    .directive(Machinery::Printed)
    .enable_subscription_in_federation()
    .finish()
    .sdl_with_options(SDLExportOptions::new().federation())
}

/// What a federation gateway asks of a subgraph.
#[derive(Default)]
pub struct FederationQuery;

/// The schema for composition.
#[derive(SimpleObject)]
#[graphql(name = "_Service")]
pub struct Service {
    /// In the schema definition language, with the directives of Federation 2.
    sdl: String,
}

#[Object]
impl FederationQuery {
    /// The schema for composition, where introspection is allowed.
    #[graphql(name = "_service")]
    async fn service(&self, ctx: &Context<'_>) -> Result<Service> {
        let shown = [
            ctx.schema_env.registry.introspection_mode,
            ctx.query_env.introspection_mode,
        ];
        if shown.contains(&IntrospectionMode::Disabled) {
            return Err(Error::Forbidden(
                "The schema is not shown here; compose with what `schema --federation` prints.",
            )
            .into());
        }
        Ok(Service { sdl: sdl() })
    }

    /// The entities with those keys, in the order of the representations; null for each that is none that
    /// the viewer may see.
    #[graphql(name = "_entities")]
    async fn entities(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "Their keys, 1000 at most: `{ __typename: \"Booking\", id: \"bkg_…\" }`."
        )]
        representations: Vec<Any>,
    ) -> Result<Vec<Option<Result<Entity>>>> {
        if representations.len() > MAX_REPRESENTATIONS {
            return Err(Error::BadRequest(format!(
                "`representations` holds {}; at most {MAX_REPRESENTATIONS} are allowed.",
                representations.len()
            ))
            .into());
        }
        let entities = representations.iter().map(|it| entity::find(ctx, &it.0));
        // Each on its own: one that cannot be read does not hide the others.
        Ok(join_all(entities)
            .await
            .into_iter()
            .map(Result::transpose)
            .collect())
    }
}

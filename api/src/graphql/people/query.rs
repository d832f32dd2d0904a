use async_graphql::{Context, Object};

use super::Viewer;
use crate::graphql::context::ContextExt;

/// The queries about people.
#[derive(Default)]
pub struct PeopleQuery;

#[Object]
impl PeopleQuery {
    /// Whoever is signed in; null for the anonymous.
    // Whoever is signed in is the same person to every subgraph.
    #[graphql(shareable)]
    async fn viewer(&self, ctx: &Context<'_>) -> Option<Viewer> {
        ctx.viewer().id().map(|id| Viewer(id.to_owned()))
    }
}

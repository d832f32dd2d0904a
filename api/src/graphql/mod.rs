//! The schema: the domain's nouns again, with the machinery that they share.
//!
//! A resolver calls exactly one use case or one loader.

pub mod catalog;
pub mod connection;
pub mod context;
pub mod error;
pub mod loader;
pub mod node;
pub mod object;
pub mod payload;
pub mod people;
pub mod scalars;

use async_graphql::{EmptyMutation, EmptySubscription, MergedObject, Schema};

use crate::domain::Gateway;
use catalog::CatalogQuery;
pub use context::{RequestId, prepare};
use node::NodeQuery;
use people::PeopleQuery;

/// The schema with everything that its resolvers need.
pub type GatewaySchema = Schema<Query, EmptyMutation, EmptySubscription>;

/// The schema over a gateway.
#[must_use]
pub fn schema(gateway: Gateway) -> GatewaySchema {
    Schema::build(Query::default(), EmptyMutation, EmptySubscription)
        .data(gateway)
        .finish()
}

/// Reads: one part for each noun.
#[derive(Default, MergedObject)]
pub struct Query(NodeQuery, PeopleQuery, CatalogQuery);

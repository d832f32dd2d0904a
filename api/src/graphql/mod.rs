//! The schema: the domain's nouns again, with the machinery that they share.
//!
//! A resolver calls exactly one use case or one loader.

pub mod connection;
pub mod context;
pub mod error;
pub mod loader;
pub mod object;
pub mod payload;
pub mod scalars;

use async_graphql::{EmptyMutation, EmptySubscription, Object, Schema};

use crate::domain::Gateway;
pub use context::{RequestId, prepare};

/// The schema with everything that its resolvers need.
pub type GatewaySchema = Schema<Query, EmptyMutation, EmptySubscription>;

/// The schema over a gateway.
#[must_use]
pub fn schema(gateway: Gateway) -> GatewaySchema {
    Schema::build(Query, EmptyMutation, EmptySubscription)
        .data(gateway)
        .finish()
}

/// Reads.
pub struct Query;

#[Object]
impl Query {
    /// Placeholder.
    async fn ping(&self) -> bool {
        true
    }
}

//! The schema: the domain's nouns again, with the machinery that they share.
//!
//! A resolver calls exactly one use case or one loader.

pub mod availability;
pub mod bookings;
pub mod catalog;
pub mod classes;
pub mod connection;
pub mod context;
pub mod error;
pub mod federation;
pub mod limits;
pub mod loader;
pub mod node;
pub mod object;
pub mod packages;
pub mod payload;
pub mod people;
pub mod queues;
pub mod rate_limit;
pub mod retry;
pub mod scalars;
pub mod seating;

use async_graphql::{MergedObject, MergedSubscription, Schema};

use crate::domain::Gateway;
use bookings::{BookingsMutation, BookingsQuery, BookingsSubscription};
use catalog::{CatalogMutation, CatalogQuery};
use classes::{ClassesMutation, ClassesQuery, ClassesSubscription};
pub use context::{RequestId, prepare};
use federation::{FederationQuery, Machinery};
use node::NodeQuery;
use packages::{PackagesMutation, PackagesQuery};
use people::{PeopleMutation, PeopleQuery};
use queues::{QueuesMutation, QueuesQuery, QueuesSubscription};
use rate_limit::RateLimitQuery;
use retry::Retried;
use seating::{SeatingMutation, SeatingSubscription};

/// The schema with everything that its resolvers need.
pub type GatewaySchema = Schema<Query, Retried<Mutation>, Subscription>;

/// The schema over a gateway.
#[must_use]
pub fn schema(gateway: Gateway) -> GatewaySchema {
    faced(gateway, Face::default())
}

/// The schema over a gateway, with what a federation gateway asks of a subgraph.
#[must_use]
pub fn subgraph(gateway: Gateway) -> GatewaySchema {
    let face = Face {
        is_subgraph: true,
        ..Face::default()
    };
    faced(gateway, face)
}

/// What a schema shows besides the nouns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Face {
    /// Whether it answers a federation gateway.
    pub is_subgraph: bool,
    /// Whether an error suggests the name that was meant, which tells much of the schema to those who may
    /// not read it.
    pub suggests: bool,
}

impl Default for Face {
    fn default() -> Self {
        Self {
            is_subgraph: false,
            suggests: true,
        }
    }
}

/// The schema over a gateway, with that face.
#[must_use]
pub fn faced(gateway: Gateway, face: Face) -> GatewaySchema {
    let machinery = match face.is_subgraph {
        true => Machinery::Served,
        false => Machinery::Absent,
    };
    let builder = Schema::build(
        Query::default(),
        Retried::<Mutation>::default(),
        Subscription::default(),
    )
    .directive(machinery)
    .limit_recursive_depth(limits::MAX_NESTING)
    .data(gateway);
    match face.suggests {
        true => builder.finish(),
        false => builder.disable_suggestions().finish(),
    }
}

/// Reads: one part for each noun.
#[derive(Default, MergedObject)]
pub struct Query(
    NodeQuery,
    PeopleQuery,
    CatalogQuery,
    BookingsQuery,
    PackagesQuery,
    ClassesQuery,
    QueuesQuery,
    FederationQuery,
    RateLimitQuery,
);

/// Writes: one part for each noun.
#[derive(Default, MergedObject)]
pub struct Mutation(
    CatalogMutation,
    PeopleMutation,
    BookingsMutation,
    PackagesMutation,
    ClassesMutation,
    SeatingMutation,
    QueuesMutation,
);

/// What happens, as it happens: one part for each noun.
#[derive(Default, MergedSubscription)]
pub struct Subscription(
    BookingsSubscription,
    ClassesSubscription,
    SeatingSubscription,
    QueuesSubscription,
);

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
pub mod loader;
pub mod node;
pub mod object;
pub mod payload;
pub mod people;
pub mod queues;
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
use people::{PeopleMutation, PeopleQuery};
use queues::{QueuesMutation, QueuesQuery, QueuesSubscription};
use seating::{SeatingMutation, SeatingSubscription};

/// The schema with everything that its resolvers need.
pub type GatewaySchema = Schema<Query, Mutation, Subscription>;

/// The schema over a gateway.
#[must_use]
pub fn schema(gateway: Gateway) -> GatewaySchema {
    build(gateway, Machinery::Absent)
}

/// The schema over a gateway, with what a federation gateway asks of a subgraph.
#[must_use]
pub fn subgraph(gateway: Gateway) -> GatewaySchema {
    build(gateway, Machinery::Served)
}

fn build(gateway: Gateway, machinery: Machinery) -> GatewaySchema {
    Schema::build(
        Query::default(),
        Mutation::default(),
        Subscription::default(),
    )
    .directive(machinery)
    .data(gateway)
    .finish()
}

/// Reads: one part for each noun.
#[derive(Default, MergedObject)]
pub struct Query(
    NodeQuery,
    PeopleQuery,
    CatalogQuery,
    BookingsQuery,
    ClassesQuery,
    QueuesQuery,
    FederationQuery,
);

/// Writes: one part for each noun.
#[derive(Default, MergedObject)]
pub struct Mutation(
    CatalogMutation,
    PeopleMutation,
    BookingsMutation,
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

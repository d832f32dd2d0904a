//! The schema: the domain's nouns again, with the machinery that they share.
//!
//! A resolver calls exactly one use case or one loader.

pub mod availability;
pub mod bookings;
pub mod catalog;
pub mod connection;
pub mod context;
pub mod error;
pub mod loader;
pub mod node;
pub mod object;
pub mod packages;
pub mod payload;
pub mod people;
pub mod scalars;

use async_graphql::{MergedObject, MergedSubscription, Schema};

use crate::domain::Gateway;
use bookings::{BookingsMutation, BookingsQuery, BookingsSubscription};
use catalog::{CatalogMutation, CatalogQuery};
pub use context::{RequestId, prepare};
use node::NodeQuery;
use packages::{PackagesMutation, PackagesQuery};
use people::{PeopleMutation, PeopleQuery};

/// The schema with everything that its resolvers need.
pub type GatewaySchema = Schema<Query, Mutation, Subscription>;

/// The schema over a gateway.
#[must_use]
pub fn schema(gateway: Gateway) -> GatewaySchema {
    Schema::build(
        Query::default(),
        Mutation::default(),
        Subscription::default(),
    )
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
    PackagesQuery,
);

/// Writes: one part for each noun.
#[derive(Default, MergedObject)]
pub struct Mutation(
    CatalogMutation,
    PeopleMutation,
    BookingsMutation,
    PackagesMutation,
);

/// What happens, as it happens: one part for each noun.
#[derive(Default, MergedSubscription)]
pub struct Subscription(BookingsSubscription);

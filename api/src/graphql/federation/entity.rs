//! What other subgraphs can extend, and how it is found by its key.

use async_graphql::{Context, OutputType, Union, Value, registry::Registry};
use entity::{
    bizes, booking_orders, class_occurrences, class_schedules, customer_purchases, enrollments,
    fulfillment_units, locations, memberships, offer_versions, offers, package_products, payments,
    queue_entries, queues, resources, seat_map_seats, seat_maps, users, venues,
};

use crate::domain::Error;
use crate::domain::ids::Kind;
use crate::graphql::bookings::{Booking, FulfillmentUnit, Payment};
use crate::graphql::catalog::{Business, Location, Offer, OfferVersion, Resource, Venue};
use crate::graphql::classes::{ClassOccurrence, ClassSchedule, Enrollment};
use crate::graphql::error::Result;
use crate::graphql::object;
use crate::graphql::packages::{PackageProduct, PackagePurchase};
use crate::graphql::people::{Membership, User};
use crate::graphql::queues::{Queue, QueueEntry};
use crate::graphql::seating::{Seat, SeatMap};

/// Lists the entities: the GraphQL type, which is also the [`Kind`] of its ids, and its table.
macro_rules! entities {
    ($($(#[$doc:meta])* $name:ident = $table:ty,)*) => {
        /// Anything that other subgraphs can extend.
        #[derive(Union)]
        #[graphql(name = "_Entity")]
        pub enum Entity { $($(#[$doc])* $name($name),)* }

        /// The kind of the entities of a GraphQL type.
        fn kind(typename: &str) -> Option<Kind> {
            match typename { $(stringify!($name) => Some(Kind::$name),)* _ => None }
        }

        async fn visible(ctx: &Context<'_>, kind: Kind, id: &str) -> Result<Option<Entity>> {
            Ok(match kind {
                $(Kind::$name => object::find::<$table, $name>(ctx, kind, id).await?.map(Entity::$name),)*
                _ => None,
            })
        }

        /// Gives each entity its `@key`.
        pub(super) fn add_keys(registry: &mut Registry) {
            $(registry.add_keys(&<$name as OutputType>::type_name(), "id");)*
        }
    };
}

// Not here is what nobody has cause to extend: parts of a bill, private notes, holds, offers, entries of
// a log.
entities! {
    /// A business.
    Business = bizes::Entity,
    /// A person.
    User = users::Entity,
    /// A person's part in a business.
    Membership = memberships::Entity,
    /// A place of a business.
    Location = locations::Entity,
    /// A hall or room.
    Venue = venues::Entity,
    /// Somebody or something that can be booked.
    Resource = resources::Entity,
    /// Something that customers can book.
    Offer = offers::Entity,
    /// One edition of an offer's terms.
    OfferVersion = offer_versions::Entity,
    /// A booking.
    Booking = booking_orders::Entity,
    /// A piece of work that fulfils a booking.
    FulfillmentUnit = fulfillment_units::Entity,
    /// A payment on record.
    Payment = payments::Entity,
    /// A package that customers can buy.
    PackageProduct = package_products::Entity,
    /// A package that somebody bought, or was given.
    PackagePurchase = customer_purchases::Entity,
    /// A class that is held again and again.
    ClassSchedule = class_schedules::Entity,
    /// One class of a schedule.
    ClassOccurrence = class_occurrences::Entity,
    /// A customer's places in a class.
    Enrollment = enrollments::Entity,
    /// A plan of a venue's seats.
    SeatMap = seat_maps::Entity,
    /// A seat of a map.
    Seat = seat_map_seats::Entity,
    /// A queue.
    Queue = queues::Entity,
    /// Somebody's place in a queue.
    QueueEntry = queue_entries::Entity,
}

/// Finds the entity that a representation stands for, if the viewer may see it. Whatever the
/// representation says besides the key is of no account.
pub(super) async fn find(ctx: &Context<'_>, representation: &Value) -> Result<Option<Entity>> {
    let field = |name| match representation {
        Value::Object(fields) => match fields.get(name) {
            Some(Value::String(text)) => Some(text.as_str()),
            _ => None,
        },
        _ => None,
    };
    let (Some(typename), Some(id)) = (field("__typename"), field("id")) else {
        return Err(bad(
            "A representation needs a `__typename` and an `id`, both text.",
        ));
    };
    match kind(typename) {
        Some(kind) => visible(ctx, kind, id).await,
        None => Err(bad("The `__typename` is none of this subgraph's entities.")),
    }
}

fn bad(message: &str) -> crate::graphql::error::Failure {
    Error::BadRequest(message.to_owned()).into()
}

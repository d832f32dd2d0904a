//! Anything that has an id, found by it.

use async_graphql::{Context, ID, Interface, Object};
use entity::{
    bizes, booking_order_lines, booking_order_private_notes, booking_orders, class_occurrences,
    class_schedules, customer_purchases, enrollments, fulfillment_units, locations, memberships,
    offer_versions, offers, package_ledger_entries, package_products, payments, queue_entries,
    queue_events, queues, resources, seat_holds, seat_map_seats, seat_maps, users, venues,
    waitlist_offers,
};
use futures_util::future::join_all;

use super::bookings::{Booking, BookingLine, BookingNote, FulfillmentUnit, Payment};
use super::catalog::{Business, Location, Offer, OfferVersion, Resource, Venue};
use super::classes::{ClassOccurrence, ClassSchedule, Enrollment};
use super::error::{Maybe, Result};
use super::object::find;
use super::packages::{PackageLedgerEntry, PackageProduct, PackagePurchase};
use super::people::{Membership, User};
use super::queues::{Queue, QueueEntry, QueueEvent, WaitlistOffer};
use super::seating::{Seat, SeatHold, SeatMap};
use crate::domain::Error;
use crate::domain::ids::Kind;

/// How many ids `nodes` takes.
const MAX_IDS: usize = 100;

/// Anything that has an id.
#[derive(Interface)]
#[graphql(field(
    name = "id",
    ty = "ID",
    desc = "The id, of which no two things have the same."
))]
pub enum Node {
    /// A business.
    Business(Business),
    /// A person.
    User(User),
    /// A person's part in a business.
    Membership(Membership),
    /// A place of a business.
    Location(Location),
    /// A hall or room.
    Venue(Venue),
    /// Somebody or something that can be booked.
    Resource(Resource),
    /// Something that customers can book.
    Offer(Offer),
    /// One edition of an offer's terms.
    OfferVersion(OfferVersion),
    /// A booking.
    Booking(Booking),
    /// A line of a booking's bill.
    BookingLine(BookingLine),
    /// A private note on a booking.
    BookingNote(BookingNote),
    /// A piece of work that fulfils a booking.
    FulfillmentUnit(FulfillmentUnit),
    /// A payment on record.
    Payment(Payment),
    /// A package that customers can buy.
    PackageProduct(PackageProduct),
    /// A package that somebody bought, or was given.
    PackagePurchase(PackagePurchase),
    /// An entry of a package's ledger.
    PackageLedgerEntry(PackageLedgerEntry),
    /// A class that is held again and again.
    ClassSchedule(ClassSchedule),
    /// One class of a schedule.
    ClassOccurrence(ClassOccurrence),
    /// A customer's places in a class.
    Enrollment(Enrollment),
    /// A plan of a venue's seats.
    SeatMap(SeatMap),
    /// A seat of a map.
    Seat(Seat),
    /// Seats of a class that the viewer keeps for a while.
    SeatHold(SeatHold),
    /// A queue.
    Queue(Queue),
    /// Somebody's place in a queue.
    QueueEntry(QueueEntry),
    /// Something that happened in a queue.
    QueueEvent(QueueEvent),
    /// A place that somebody on a waitlist is told of.
    WaitlistOffer(WaitlistOffer),
}

/// The queries for whatever has an id.
#[derive(Default)]
pub struct NodeQuery;

#[Object]
impl NodeQuery {
    /// The thing with that id; null when there is none that the viewer may see.
    // In a supergraph, an id may be another subgraph's, which only that one could find.
    #[graphql(shareable, inaccessible)]
    async fn node(&self, ctx: &Context<'_>, #[graphql(desc = "Its id.")] id: ID) -> Maybe<Node> {
        by_id(ctx, &id).await.transpose()
    }

    /// The things with those ids, in the order of the ids; null for each that is none that the viewer
    /// may see.
    #[graphql(shareable, inaccessible)]
    async fn nodes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Their ids, 100 at most.")] ids: Vec<ID>,
    ) -> Result<Vec<Maybe<Node>>> {
        if ids.len() > MAX_IDS {
            let message = format!("`ids` holds {}; at most {MAX_IDS} are allowed.", ids.len());
            return Err(Error::BadRequest(message).into());
        }
        let nodes = join_all(ids.iter().map(|id| by_id(ctx, id))).await;
        Ok(nodes.into_iter().map(Result::transpose).collect())
    }
}

async fn by_id(ctx: &Context<'_>, id: &ID) -> Result<Option<Node>> {
    let stranger = || Error::BadRequest("That is not an id of ours.".to_owned());
    of_kind(ctx, Kind::of(id).ok_or_else(stranger)?, id).await
}

async fn of_kind(ctx: &Context<'_>, kind: Kind, id: &str) -> Result<Option<Node>> {
    macro_rules! found {
        ($entity:ty, $object:ty) => {
            find::<$entity, $object>(ctx, kind, id)
                .await?
                .map(Node::from)
        };
    }
    Ok(match kind {
        Kind::Business => found!(bizes::Entity, Business),
        Kind::User => found!(users::Entity, User),
        Kind::Membership => found!(memberships::Entity, Membership),
        Kind::Location => found!(locations::Entity, Location),
        Kind::Venue => found!(venues::Entity, Venue),
        Kind::Resource => found!(resources::Entity, Resource),
        Kind::Offer => found!(offers::Entity, Offer),
        Kind::OfferVersion => found!(offer_versions::Entity, OfferVersion),
        Kind::Booking => found!(booking_orders::Entity, Booking),
        Kind::BookingLine => found!(booking_order_lines::Entity, BookingLine),
        Kind::BookingNote => found!(booking_order_private_notes::Entity, BookingNote),
        Kind::FulfillmentUnit => found!(fulfillment_units::Entity, FulfillmentUnit),
        Kind::Payment => found!(payments::Entity, Payment),
        Kind::ClassSchedule => found!(class_schedules::Entity, ClassSchedule),
        Kind::ClassOccurrence => found!(class_occurrences::Entity, ClassOccurrence),
        Kind::SeatMap => found!(seat_maps::Entity, SeatMap),
        Kind::Seat => found!(seat_map_seats::Entity, Seat),
        Kind::SeatHold => found!(seat_holds::Entity, SeatHold),
        Kind::Queue => found!(queues::Entity, Queue),
        Kind::QueueEntry => found!(queue_entries::Entity, QueueEntry),
        Kind::QueueEvent => found!(queue_events::Entity, QueueEvent),
        Kind::PackageProduct => found!(package_products::Entity, PackageProduct),
        Kind::PackagePurchase => found!(customer_purchases::Entity, PackagePurchase),
        Kind::PackageLedgerEntry => found!(package_ledger_entries::Entity, PackageLedgerEntry),
        Kind::Enrollment => found!(enrollments::Entity, Enrollment),
        Kind::WaitlistOffer => found!(waitlist_offers::Entity, WaitlistOffer),
        // These are parts of other things, or not read by clients at all.
        _ => None,
    })
}

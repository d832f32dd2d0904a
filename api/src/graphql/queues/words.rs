//! The enums of queues.

use async_graphql::Enum;

use crate::domain::queues::log::Happening;
use crate::domain::queues::rules::{promotion, status};

/// What a queue is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "status::QueueKind")]
pub enum QueueKind {
    /// Whoever comes is served in turn.
    WalkIn,
    /// Whoever wants a place that is taken gets one that is freed.
    Waitlist,
}

/// The states of a queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "status::QueueStatus")]
pub enum QueueStatus {
    /// It takes people in and serves them.
    Active,
    /// It takes nobody in; who is in it is served.
    Paused,
    /// It takes nobody in and calls nobody. Who waits may leave, and keeps their place until it opens again.
    Closed,
}

/// The states of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "status::EntryStatus")]
pub enum QueueEntryStatus {
    /// In the line.
    Waiting,
    /// Called to the desk or, on a waitlist, told of a place.
    Notified,
    /// Being served.
    Serving,
    /// Served.
    Served,
    /// Left of their own accord.
    Left,
    /// Taken out by staff, or because they got a place elsewhere.
    Removed,
    /// Did not come when called.
    NoShow,
    /// What they waited for is over.
    Expired,
    /// Got a place.
    Placed,
}

/// What can happen in a queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "Happening")]
pub enum QueueEventKind {
    /// The queue was set up.
    Created,
    /// Its settings or its state were changed.
    Updated,
    /// Somebody joined.
    Joined,
    /// Somebody was called.
    Called,
    /// A service began.
    Started,
    /// A service ended.
    Finished,
    /// Somebody left.
    Left,
    /// Somebody was taken out.
    Removed,
    /// Somebody did not come when called.
    NoShow,
    /// Somebody was moved within the line.
    Moved,
    /// Somebody was told of a place.
    Offered,
    /// Somebody did not want the place that they were told of.
    Declined,
    /// An offer ran out.
    Lapsed,
    /// Somebody else was faster.
    Taken,
    /// Somebody got a place.
    Placed,
    /// Somebody could not be given a place, and the next one was asked.
    PassedOver,
    /// Somebody got a place elsewhere at that time, and waits no more.
    Withdrawn,
    /// What they waited for is over.
    Ended,
}

/// How a waitlist gives out a place that comes free.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "promotion::Promotion")]
pub enum WaitlistPromotion {
    /// The first who still can is given the place.
    Auto,
    /// It is offered in order, to one at a time.
    Offer,
    /// All are told, and the first claim wins.
    Race,
}

/// What became of an offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "promotion::OfferStatus")]
pub enum WaitlistOfferStatus {
    /// It can be claimed, until it runs out.
    Open,
    /// The place was claimed.
    Accepted,
    /// The place was not wanted.
    Declined,
    /// It ran out.
    Expired,
    /// Somebody else was faster.
    Taken,
}

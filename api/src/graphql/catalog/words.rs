//! The catalog's enums.

use async_graphql::Enum;

use crate::domain::catalog::{terms, words};

/// What a resource is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "words::ResourceType")]
pub enum ResourceType {
    /// A person who serves for themself.
    Host,
    /// A person who serves for the business.
    CompanyHost,
    /// A thing: a van, a machine.
    Asset,
    /// A place: a room, a hall.
    Venue,
}

/// Where a version of an offer stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "words::OfferVersionStatus")]
pub enum OfferVersionStatus {
    /// Still being written; only staff see it.
    Draft,
    /// The one that is booked. It never changes any more.
    Published,
    /// Published once; a later one took its place.
    Superseded,
    /// Withdrawn.
    Retired,
}

/// How the length of a booking is decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "terms::DurationMode")]
pub enum DurationMode {
    /// Always the default length.
    Fixed,
    /// The customer's choice between a minimum and a maximum, in steps.
    Flexible,
    /// As flexible, and the time in between need not be opening time: a rental.
    MultiDay,
}

/// A day of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "chrono::Weekday")]
pub enum Weekday {
    /// Monday.
    #[graphql(name = "MONDAY")]
    Mon,
    /// Tuesday.
    #[graphql(name = "TUESDAY")]
    Tue,
    /// Wednesday.
    #[graphql(name = "WEDNESDAY")]
    Wed,
    /// Thursday.
    #[graphql(name = "THURSDAY")]
    Thu,
    /// Friday.
    #[graphql(name = "FRIDAY")]
    Fri,
    /// Saturday.
    #[graphql(name = "SATURDAY")]
    Sat,
    /// Sunday.
    #[graphql(name = "SUNDAY")]
    Sun,
}

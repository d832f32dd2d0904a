//! Seating's enums.

use async_graphql::Enum;

use crate::domain::seating::{states, words};

/// Where a seat map stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "words::SeatMapStatus")]
pub enum SeatMapStatus {
    /// Still being drawn; only staff see it.
    Draft,
    /// In use.
    Active,
    /// Out of use: classes keep it, but no other gets it.
    Inactive,
}

/// What can be done with a seat at a class.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "states::SeatState")]
pub enum SeatState {
    /// It can be had.
    Available,
    /// Somebody keeps it for a while.
    Held,
    /// Somebody is going to sit there.
    Taken,
    /// Nobody can have it.
    Blocked,
}

//! Seating's enums.

use async_graphql::Enum;

use crate::domain::seating::words;

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

//! Seat maps and their seats.

use async_graphql::{Context, ID, Object, SimpleObject};
use entity::{class_occurrences, seat_holds, seat_map_seats, seat_maps, venues};

use super::loader::{SeatsOf, SeatsOfPromise};
use super::{SeatMapStatus, SeatState};
use crate::domain::seating::states;
use crate::domain::seating::words::{self, BLOCKED};
use crate::graphql::catalog::Venue;
use crate::graphql::classes::ClassOccurrence;
use crate::graphql::context::ContextExt;
use crate::graphql::error::Result;
use crate::graphql::object::{follow, wraps};
use crate::graphql::scalars::DateTime;

wraps! {
    /// A plan of a venue's seats.
    SeatMap(seat_maps::Model)
}

/// A plan of a venue's seats, seen from above: the stage is at the top, where `y` is 0.
#[Object]
impl SeatMap {
    /// The id.
    pub async fn id(&self) -> ID {
        ID::from(&self.0.id)
    }

    /// The hall or room that it shows.
    async fn venue(&self, ctx: &Context<'_>) -> Result<Venue> {
        follow::<venues::Entity, _>(ctx, &self.0.venue_id).await
    }

    /// What it is called.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Its name in addresses, of its own within the business.
    async fn slug(&self) -> &str {
        &self.0.slug
    }

    /// Where it stands.
    async fn status(&self) -> SeatMapStatus {
        words::SeatMapStatus::parse(&self.0.status).into()
    }

    /// How wide it is: the `x` of its seats are below.
    async fn width(&self) -> i32 {
        self.0.width
    }

    /// How deep it is, from the stage to the back: the `y` of its seats are below.
    async fn height(&self) -> i32 {
        self.0.height
    }

    /// All its seats, at most 2,500, from the stage to the back and from left to right.
    async fn seats(&self, ctx: &Context<'_>) -> Result<Vec<Seat>> {
        let seats = ctx.loaders().load(SeatsOf(self.0.id.clone())).await?;
        Ok(seats
            .iter()
            .flat_map(|it| it.iter().cloned())
            .map(Seat)
            .collect())
    }
}

wraps! {
    /// A seat of a map.
    Seat(seat_map_seats::Model)
}

/// A seat of a map.
#[Object]
impl Seat {
    /// The id.
    pub async fn id(&self) -> ID {
        ID::from(&self.0.id)
    }

    /// The row that it is in.
    async fn row_label(&self) -> &str {
        &self.0.row_label
    }

    /// Its number in the row.
    async fn seat_number(&self) -> &str {
        &self.0.seat_number
    }

    /// How far it is from the left of the map.
    async fn x(&self) -> i32 {
        self.0.x_position
    }

    /// How far it is from the stage.
    async fn y(&self) -> i32 {
        self.0.y_position
    }

    /// What kind of seat it is, such as `standard`.
    async fn seat_type(&self) -> &str {
        self.0.seat_type.as_deref().unwrap_or("standard")
    }

    /// Whether somebody in a wheelchair can use it.
    async fn is_accessible(&self) -> bool {
        self.0.is_accessible
    }

    /// Whether nobody can have it for now.
    async fn is_blocked(&self) -> bool {
        self.0.status == BLOCKED
    }
}

/// A seat at a class. Who has it is not told.
#[derive(Clone, Debug, SimpleObject)]
pub struct OccurrenceSeat {
    /// The seat.
    seat: Seat,
    /// What can be done with it now.
    state: SeatState,
    /// Whether it is the viewer who keeps it or is going to sit there.
    held_by_viewer: bool,
}

impl From<&states::OccurrenceSeat> for OccurrenceSeat {
    fn from(seat: &states::OccurrenceSeat) -> Self {
        Self {
            seat: Seat(seat.seat.clone()),
            state: seat.state.into(),
            held_by_viewer: seat.held_by_viewer,
        }
    }
}

wraps! {
    /// Seats of a class that the viewer keeps for a while.
    SeatHold(seat_holds::Model)
}

/// Seats of a class that the viewer keeps for a while. To everybody else it does not exist.
#[Object]
impl SeatHold {
    /// The id.
    pub async fn id(&self) -> ID {
        ID::from(&self.0.id)
    }

    /// The class.
    async fn occurrence(&self, ctx: &Context<'_>) -> Result<ClassOccurrence> {
        follow::<class_occurrences::Entity, _>(ctx, &self.0.class_occurrence_id).await
    }

    /// The seats; none any more when it has run out, or was released or used.
    async fn seats(&self, ctx: &Context<'_>) -> Result<Vec<Seat>> {
        let key = SeatsOfPromise(self.0.place_reservation_id.clone());
        let seats = ctx.loaders().load(key).await?;
        Ok(seats
            .iter()
            .flat_map(|it| it.iter().cloned())
            .map(Seat)
            .collect())
    }

    /// When it runs out. Until then, enrolling with it succeeds.
    async fn expires_at(&self) -> DateTime {
        self.0.expires_at.into()
    }
}

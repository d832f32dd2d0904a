//! What the mutations of seating take.

use async_graphql::{ID, InputObject};

use super::SeatMapStatus;
use crate::domain::error::Refusal;
use crate::domain::ids::Kind;
use crate::domain::seating::holds::Wanted;
use crate::domain::seating::maps::{CreateSeatMap, UpdateSeatMap};
use crate::domain::seating::rules::SeatDraft;
use crate::domain::seating::words;
use crate::graphql::payload::Read;

/// A seat map to be drawn.
#[derive(Clone, Debug, InputObject)]
pub struct CreateSeatMapInput {
    /// The business.
    pub business_id: ID,
    /// The hall or room that it shows.
    pub venue_id: ID,
    /// What it is called: one line of at most 200 characters.
    pub name: String,
    /// Its name in addresses: small letters, digits and hyphens, new within the business.
    pub slug: String,
    /// Where it stands; `ACTIVE` when left out.
    pub status: Option<SeatMapStatus>,
    /// How wide it is, in whatever unit: 1 to 10,000.
    pub width: i32,
    /// How deep it is, from the stage to the back: 1 to 10,000.
    pub height: i32,
    /// Its seats: 1 to 2,500.
    pub seats: Vec<SeatInput>,
    /// The caller's key, 1 to 255 characters: the same input sent again under it gets the same result.
    pub idempotency_key: Option<String>,
}

/// A seat to be placed on a map.
#[derive(Clone, Debug, InputObject)]
pub struct SeatInput {
    /// The row that it is in: one line of at most 20 characters.
    pub row_label: String,
    /// Its number in the row, of at most 20 characters; no other seat of the row has it.
    pub seat_number: String,
    /// How far it is from the left of the map: from 0, below the map's width.
    pub x: i32,
    /// How far it is from the stage: from 0, below the map's height. No two seats are in one place.
    pub y: i32,
    /// What kind of seat it is, of at most 50 characters; `standard` when left out.
    pub seat_type: Option<String>,
    /// Whether somebody in a wheelchair can use it; not, when left out.
    pub is_accessible: Option<bool>,
    /// Whether nobody can have it for now; not, when left out.
    pub is_blocked: Option<bool>,
}

impl CreateSeatMapInput {
    /// The use case's command.
    ///
    /// # Errors
    /// `INVALID_INPUT` for an id of another kind.
    pub fn command(self) -> Read<CreateSeatMap> {
        Ok(CreateSeatMap {
            biz_id: Kind::Business.accept(&self.business_id, "businessId")?,
            venue_id: Kind::Venue.accept(&self.venue_id, "venueId")?,
            name: self.name,
            slug: self.slug,
            status: self.status.map_or(words::SeatMapStatus::Active, Into::into),
            width: self.width,
            height: self.height,
            seats: self.seats.into_iter().map(SeatDraft::from).collect(),
        })
    }
}

impl From<SeatInput> for SeatDraft {
    fn from(seat: SeatInput) -> Self {
        Self {
            row_label: seat.row_label,
            seat_number: seat.seat_number,
            x: seat.x,
            y: seat.y,
            seat_type: seat.seat_type,
            is_accessible: seat.is_accessible.unwrap_or(false),
            is_blocked: seat.is_blocked.unwrap_or(false),
        }
    }
}

/// What is to change of a seat map; whatever is left out stays as it is.
#[derive(Clone, Debug, InputObject)]
pub struct UpdateSeatMapInput {
    /// The map.
    pub seat_map_id: ID,
    /// What it is called: one line of at most 200 characters.
    pub name: Option<String>,
    /// Where it stands. A map that was in use cannot be a draft again.
    pub status: Option<SeatMapStatus>,
    /// The caller's key, 1 to 255 characters: the same input sent again under it gets the same result.
    pub idempotency_key: Option<String>,
}

impl UpdateSeatMapInput {
    /// The use case's command.
    ///
    /// # Errors
    /// `INVALID_INPUT` for an id of another kind.
    pub fn command(self) -> Read<UpdateSeatMap> {
        Ok(UpdateSeatMap {
            seat_map_id: Kind::SeatMap.accept(&self.seat_map_id, "seatMapId")?,
            name: self.name,
            status: self.status.map(Into::into),
        })
    }
}

/// Which seats are taken out of use, or back into it.
#[derive(Clone, Debug, InputObject)]
pub struct SetSeatsBlockedInput {
    /// The seats, all of one map.
    pub seat_ids: Vec<ID>,
    /// Whether nobody can have them.
    pub blocked: bool,
    /// The caller's key, 1 to 255 characters: the same input sent again under it gets the same result.
    pub idempotency_key: Option<String>,
}

/// Takes the ids of seats.
///
/// # Errors
/// `INVALID_INPUT` at an id of another kind, such as `seatIds.0`.
pub fn seat_ids(ids: &[ID]) -> Read<Vec<String>> {
    let ids = ids.iter().enumerate();
    ids.map(|(index, id)| Kind::Seat.accept(id, &format!("seatIds.{index}")))
        .collect()
}

/// Which seats of a class are to be held: give `seatIds` or `bestAvailable`.
#[derive(Clone, Debug, InputObject)]
pub struct HoldSeatsInput {
    /// The class.
    pub occurrence_id: ID,
    /// These seats, at most 50: all of them or none.
    pub seat_ids: Option<Vec<ID>>,
    /// The best seats that are free.
    pub best_available: Option<BestAvailableInput>,
    /// The caller's key, 1 to 255 characters: the same input sent again under it gets the same result.
    pub idempotency_key: Option<String>,
}

/// The best seats that are free for a group: together in one row where possible, else in the nearest rows, towards
/// the middle.
#[derive(Clone, Debug, InputObject)]
pub struct BestAvailableInput {
    /// How many: 1 to 50.
    pub count: i32,
    /// Whether every one of them must be accessible; not, when left out. Accessible seats are left for last by those
    /// who do not ask for them.
    pub accessible: Option<bool>,
}

impl HoldSeatsInput {
    /// The class, and which of its seats.
    ///
    /// # Errors
    /// `INVALID_INPUT` for an id of another kind, and unless seats are told in one way.
    pub fn read(&self) -> Read<(String, Wanted)> {
        let occurrence = Kind::ClassOccurrence.accept(&self.occurrence_id, "occurrenceId")?;
        let wanted = match (&self.seat_ids, &self.best_available) {
            (Some(ids), None) => Wanted::Named(seat_ids(ids)?),
            (None, Some(best)) => Wanted::Best {
                count: best.count,
                accessible: best.accessible.unwrap_or(false),
            },
            _ => {
                let message = "Give either `seatIds` or `bestAvailable`.";
                return Err(Refusal::invalid("seatIds", message));
            }
        };
        Ok((occurrence, wanted))
    }
}

/// Which hold is extended.
#[derive(Clone, Debug, InputObject)]
pub struct ExtendSeatHoldInput {
    /// The hold.
    pub seat_hold_id: ID,
    /// The caller's key, 1 to 255 characters: the same input sent again under it gets the same result.
    pub idempotency_key: Option<String>,
}

/// Which hold is given back.
#[derive(Clone, Debug, InputObject)]
pub struct ReleaseSeatHoldInput {
    /// The hold.
    pub seat_hold_id: ID,
    /// The caller's key, 1 to 255 characters: the same input sent again under it gets the same result.
    pub idempotency_key: Option<String>,
}

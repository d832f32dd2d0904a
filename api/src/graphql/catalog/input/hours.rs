//! What writing down opening hours takes.

use async_graphql::{ID, InputObject};

use crate::domain::Refusal;
use crate::domain::catalog::hours::{OwnerKind, SetOpeningHours};
use crate::domain::catalog::openings::{Exception, Weekly};
use crate::domain::ids::Kind;
use crate::graphql::catalog::Weekday;
use crate::graphql::payload::Read;
use crate::graphql::scalars::{LocalDate, LocalTime};

/// Opening hours to be written down, in the place of all that there were.
#[derive(Clone, Debug, InputObject)]
pub struct SetOpeningHoursInput {
    /// The location whose hours they are; or else the resource.
    pub location_id: Option<ID>,
    /// The resource whose hours they are; or else the location.
    pub resource_id: Option<ID>,
    /// The times of every week, at most 100, none overlapping another.
    pub weekly: Vec<WeeklyHoursInput>,
    /// The dates on which other times hold, at most 1,000.
    pub exceptions: Option<Vec<HoursExceptionInput>>,
    /// The caller's key, 1 to 255 characters: the same input sent again under it gets the same result.
    pub idempotency_key: Option<String>,
}

/// A time of every week.
#[derive(Clone, Debug, InputObject)]
pub struct WeeklyHoursInput {
    /// The day on which it opens.
    pub weekday: Weekday,
    /// When it opens.
    pub opens_at: LocalTime,
    /// When it closes. Not after the opening means the next day; from 00:00 to 00:00 is the whole day.
    pub closes_at: LocalTime,
}

/// A date on which other times hold than those of the week. Without times it is closed.
#[derive(Clone, Debug, InputObject)]
pub struct HoursExceptionInput {
    /// The date.
    pub date: LocalDate,
    /// When it opens.
    pub opens_at: Option<LocalTime>,
    /// When it closes. Not after the opening means the next day.
    pub closes_at: Option<LocalTime>,
    /// Why, for whoever wants to know: one line of at most 200 characters.
    pub reason: Option<String>,
}

impl SetOpeningHoursInput {
    /// The use case's command.
    ///
    /// # Errors
    /// `INVALID_INPUT` for an id of another kind, and unless there is exactly one.
    pub fn command(self) -> Read<SetOpeningHours> {
        let (owner, owner_id) = match (self.location_id, self.resource_id) {
            (Some(id), None) => (
                OwnerKind::Location,
                Kind::Location.accept(&id, "locationId")?,
            ),
            (None, Some(id)) => (
                OwnerKind::Resource,
                Kind::Resource.accept(&id, "resourceId")?,
            ),
            _ => {
                return Err(Refusal::invalid(
                    "locationId",
                    "Give either `locationId` or `resourceId`.",
                ));
            }
        };
        let weekly = self.weekly.into_iter().map(|time| Weekly {
            weekday: time.weekday.into(),
            opens_at: time.opens_at.0,
            closes_at: time.closes_at.0,
        });
        let exceptions = self.exceptions.unwrap_or_default().into_iter();
        let exceptions = exceptions.map(|exception| Exception {
            date: exception.date.0,
            opens_at: exception.opens_at.map(|time| time.0),
            closes_at: exception.closes_at.map(|time| time.0),
            reason: exception.reason,
        });
        Ok(SetOpeningHours {
            owner,
            owner_id,
            weekly: weekly.collect(),
            exceptions: exceptions.collect(),
        })
    }
}

//! What a place in a class costs, and when it can be had. Pure decisions.

use entity::{class_occurrences, class_schedules, offer_versions};
use serde::{Deserialize, Serialize};

use super::crew::span;
use super::error::ClassRefusal;
use super::words::OccurrenceStatus;
use super::{places, repo};
use crate::domain::catalog::terms::{self, Quote};
use crate::domain::clock::Moment;
use crate::domain::error::{Refusal, RefusalCode};

/// What some places cost, in minor units of the version's currency. It is frozen with the booking.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Price {
    /// What one place costs.
    pub place: Quote,
    /// How many places.
    pub places: i32,
    /// The whole.
    pub total: i32,
}

/// Whether a booking on these terms is firm at once, as a place in a class is.
#[must_use]
pub fn is_firm(version: &offer_versions::Model) -> bool {
    !version.requires_approval && !version.requires_deposit
}

/// What `places` in a class cost: each the drop-in price of the version, for as long as the class takes.
///
/// # Errors
/// `NOT_BOOKABLE` when the amount is beyond what an amount can be.
pub fn price(
    version: &offer_versions::Model,
    class: &class_occurrences::Model,
    places: i32,
) -> Result<Price, Refusal> {
    let place = terms::quote(version, span(class).length())?;
    let total = place.total.checked_mul(places).ok_or_else(|| {
        Refusal::new(RefusalCode::NotBookable, "The price is too large.").at("places")
    })?;
    Ok(Price {
        place,
        places,
        total,
    })
}

/// Where a class stands at a moment: it is over when its time is, and called off when its minimum was not
/// met in time, also before anybody has written so.
#[must_use]
pub fn status_of(class: &class_occurrences::Model, now: Moment) -> OccurrenceStatus {
    match OccurrenceStatus::parse(&class.status) {
        OccurrenceStatus::Scheduled if fails_minimum(class, now) => OccurrenceStatus::Cancelled,
        OccurrenceStatus::Scheduled if class.end_at <= now => OccurrenceStatus::Completed,
        status => status,
    }
}

/// Whether the minimum had to be met by now, and is not. Whoever takes or frees a place settles this first,
/// so that the count is still that of the moment when it was due.
#[must_use]
pub fn fails_minimum(class: &class_occurrences::Model, now: Moment) -> bool {
    class.minimum_due_at.is_some_and(|due| due <= now)
        && class.enrolled_count < class.min_enrollment
}

/// Whether customers can have a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Availability {
    /// There are places left.
    Open,
    /// There are none left; customers can wait for one.
    Waitlist,
    /// There are none left.
    Full,
    /// It is over, called off, too soon or too far ahead.
    Closed,
}

/// Lets an enrolment by a customer pass, as far as the time is concerned.
///
/// # Errors
/// `INVALID_STATE`, `TOO_SOON` or `TOO_FAR`.
pub fn check_time(
    class: &class_occurrences::Model,
    version: &offer_versions::Model,
    now: Moment,
) -> Result<(), ClassRefusal> {
    match status_of(class, now) {
        OccurrenceStatus::Cancelled => return Err(ClassRefusal::CalledOff),
        OccurrenceStatus::Completed => return Err(ClassRefusal::Over),
        OccurrenceStatus::Scheduled => {}
    }
    let start = class.start_at.to_utc();
    let bookable = terms::bookable(version, now);
    if start <= now {
        Err(ClassRefusal::Begun)
    } else if start < bookable.from {
        Err(ClassRefusal::TooSoon)
    } else if start > bookable.to {
        Err(ClassRefusal::TooFar)
    } else {
        Ok(())
    }
}

/// Whether customers can have a place at a moment. `expired` places are promised no more, though nobody has
/// said so yet. Whether they can wait for one is for [`can_wait`](super::waiting::can_wait) to say.
#[must_use]
pub fn availability(
    class: &class_occurrences::Model,
    schedule: &class_schedules::Model,
    version: Option<&offer_versions::Model>,
    expired: i32,
    now: Moment,
) -> Availability {
    let published = repo::check_published(schedule).is_ok();
    let open = published
        && version
            .is_some_and(|version| is_firm(version) && check_time(class, version, now).is_ok());
    match places::left(class).saturating_add(expired) {
        _ if !open => Availability::Closed,
        1.. => Availability::Open,
        _ => Availability::Full,
    }
}

//! Enrolling on a class. An enrolment is a booking, so that a customer's history is one list.

use entity::{
    class_occurrences, class_schedules, enrollments, queue_entries, queues, seat_map_seats,
};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use serde::{Deserialize, Serialize};

use super::error::ClassRefusal;
use super::words::{EnrollmentStatus, OccurrenceStatus};
use super::{order, places, repo, terms, writes};
use crate::domain::availability::repo::{Offered, offered};
use crate::domain::bookings::repo::{Booked, is_known};
use crate::domain::bookings::writes as bookings;
use crate::domain::catalog::rules;
use crate::domain::civil::Span;
use crate::domain::error::{Error, Refusal, Result};
use crate::domain::gateway::Gateway;
use crate::domain::ids::Kind;
use crate::domain::packages::redemption::SessionPayment;
use crate::domain::people::blocking;
use crate::domain::queues::standing::{self, Place};
use crate::domain::queues::waitlists;
use crate::domain::seating::{self, Seats};
use crate::domain::tx::{Begun, Call, Outcome, Work};
use crate::domain::viewer::Viewer;

/// How many places one enrolment may take.
pub const MAX_PLACES: i32 = 50;

/// What somebody asks for.
#[derive(Clone, Debug)]
pub struct Enroll {
    /// The class.
    pub occurrence_id: String,
    /// How many places; as many as seats when left out, and one when no seats are told.
    pub places: Option<i32>,
    /// The hold whose seats are taken.
    pub seat_hold_id: Option<String>,
    /// The seats that are taken.
    pub seat_ids: Option<Vec<String>>,
    /// For whom; only staff enrol somebody else.
    pub customer_id: Option<String>,
    /// Whether a package's sessions pay: one for each place.
    pub payment: SessionPayment,
    /// Whether to wait for a place when there are not as many left.
    pub or_wait: bool,
}

/// What became of the wish to enrol.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[expect(
    clippy::large_enum_variant,
    reason = "made once for each call, and mostly the large one"
)]
pub enum Enrolment {
    /// They have their places.
    Made(Enrolled),
    /// The class is full, and they wait.
    Waits(Waits),
}

/// A place on the waitlist of a class, with the parts that a dry run leaves nowhere else.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Waits {
    /// The entry.
    pub entry: queue_entries::Model,
    /// The waitlist and the place on it, after a dry run.
    #[serde(skip)]
    pub tried: Option<(queues::Model, Place)>,
}

/// An enrolment about to be written, by whoever has decided that it may be.
#[derive(Clone, Debug)]
pub struct Enrolling {
    /// For whom.
    pub customer_id: String,
    /// How many places.
    pub places: i32,
    /// Whether a package's sessions pay: one for each place.
    pub payment: SessionPayment,
    /// Where they are to sit.
    pub seats: Seats,
    /// The promise that the enrolment takes the place of.
    pub reservation_id: Option<String>,
}

/// An enrolment as a use case leaves it, with the parts that a dry run leaves nowhere else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enrolled {
    /// The enrolment.
    pub enrollment: enrollments::Model,
    /// The booking that it is.
    pub booking: Booked,
    /// The class, with the places that are left.
    pub occurrence: class_occurrences::Model,
    /// The seats, none where the seating is free; `None` when they are as they were.
    #[serde(default)]
    pub seats: Option<Vec<seat_map_seats::Model>>,
}

/// Enrols the viewer or, when staff ask, a customer.
///
/// # Errors
/// `NOT_FOUND` at `occurrenceId` or `customerId`; `INVALID_INPUT` at `places`; `INVALID_STATE`, `TOO_SOON`,
/// `TOO_FAR` or `NOT_BOOKABLE` when the class is not open; `CAPACITY_FULL`; `ALREADY_ENROLLED`; what a package
/// refuses; `Forbidden`.
pub async fn enroll(
    gateway: &Gateway,
    viewer: &Viewer,
    command: Enroll,
    call: Call,
) -> Result<Outcome<Enrolment>> {
    let work = match gateway.begin(viewer, &call).await? {
        Begun::Work(work) => work,
        Begun::Done(outcome) => return Ok(outcome),
    };
    let class = repo::seen(&work, viewer, &command.occurrence_id).await?;
    refuse_early(&work, viewer, &class, &command).await?;
    let class = repo::lock_seen(&work, &class.id).await?;
    let customer_id = customer(&work, viewer, &class, command.customer_id).await?;
    blocking::check(&*work, &class.biz_id, &customer_id).await?;
    let (schedule, offered) = open_to(&work, viewer, &class).await?;
    let class = &class;
    // Whoever keeps seats for themselves has their places already.
    if command.or_wait && command.seat_hold_id.is_none() {
        let seats = command.seat_ids.as_ref().map_or(1, Vec::len);
        let wanted = command
            .places
            .unwrap_or(i32::try_from(seats).unwrap_or(i32::MAX));
        let wanted = rules::within("places", wanted, 1..=MAX_PLACES)?;
        if places::left(class) < wanted {
            let (payment, me) = (&command.payment, viewer.user_id()?);
            let entry = waitlists::join_class(&work, class, &customer_id, wanted, payment, me);
            let entry = Box::pin(entry).await?;
            let tried = match call.dry_run {
                true => Some(standing::in_line(&*work, &entry).await?),
                false => None,
            };
            return work.finish(Enrolment::Waits(Waits { entry, tried })).await;
        }
    }
    let wanted = seating::Wanted {
        places: command.places,
        seat_hold_id: command.seat_hold_id,
        seat_ids: command.seat_ids,
    };
    let chosen = seating::choose(&work, viewer, class, wanted).await?;
    let enrolling = Enrolling {
        customer_id: customer_id.clone(),
        places: rules::within("places", chosen.places, 1..=MAX_PLACES)?,
        payment: command.payment,
        seats: chosen.seats,
        reservation_id: chosen.reservation_id,
    };
    let enrolled = place_on(&work, class, &schedule, &offered, enrolling).await?;
    let span = Span {
        from: class.start_at.to_utc(),
        to: class.end_at.to_utc(),
    };
    Box::pin(waitlists::withdraw_clashing(
        &work,
        &customer_id,
        span,
        None,
    ))
    .await?;
    work.finish(Enrolment::Made(enrolled)).await
}

/// Refuses places in a class that is full, without waiting for those who take and free its places: when hundreds
/// come at once, most of them are told so at once.
///
/// It decides nothing that would be decided otherwise with the class locked. So it leaves alone whatever is refused for
/// another reason, and whatever may get its places from a promise.
async fn refuse_early(
    work: &Work,
    viewer: &Viewer,
    class: &class_occurrences::Model,
    command: &Enroll,
) -> Result<()> {
    let me = viewer.user_id()?;
    let places = command.places.unwrap_or(1);
    let is_plain = !command.or_wait
        && command.seat_hold_id.is_none()
        && command.seat_ids.is_none()
        && command.customer_id.as_deref().is_none_or(|id| id == me)
        && (1..=MAX_PLACES).contains(&places);
    // Places that are promised may come free before the lock is there.
    let free = class.capacity.saturating_sub(class.enrolled_count);
    let is_full = is_plain
        && free < places
        && !blocking::is_blocked(&**work, &class.biz_id, me).await?
        && repo::live_enrollment(work, &class.id, me).await?.is_none()
        && open_to(work, viewer, class).await.is_ok();
    match is_full {
        true => Err(ClassRefusal::Full.into()),
        false => Ok(()),
    }
}

/// Lets the viewer take places in a class that is open to them. Answers its schedule, and its offer as it is now.
///
/// # Errors
/// `INVALID_STATE`, `TOO_SOON`, `TOO_FAR` or `NOT_BOOKABLE`.
pub async fn open_to(
    work: &Work,
    viewer: &Viewer,
    class: &class_occurrences::Model,
) -> Result<(class_schedules::Model, Offered)> {
    let (schedule, offered) = on_offer(work, class).await?;
    if viewer.is_staff_of(&class.biz_id) {
        // The desk lets people in until the end, whatever the terms say of others.
        check_open(work, class)?;
    } else {
        if !terms::is_firm(&offered.version) {
            return Err(ClassRefusal::ByArrangement.into());
        }
        terms::check_time(class, &offered.version, work.now)?;
        repo::check_published(&schedule)?;
    }
    Ok((schedule, offered))
}

/// For whom the enrolment is: the viewer, or the customer that staff name.
async fn customer(
    work: &Work,
    viewer: &Viewer,
    class: &class_occurrences::Model,
    customer_id: Option<String>,
) -> Result<String> {
    let me = viewer.user_id()?;
    match customer_id {
        None => Ok(me.to_owned()),
        Some(id) if id == me => Ok(id),
        Some(_) if !viewer.is_staff_of(&class.biz_id) => {
            Err(Error::Forbidden("Only staff may enrol somebody else."))
        }
        Some(id) if is_known(&**work, &class.biz_id, &id).await? => Ok(id),
        Some(_) => Err(Refusal::not_found("customerId", "customer").into()),
    }
}

/// Writes an enrolment: the booking, the places, the payment by sessions. Asks no permission, and neither
/// begins nor commits: for whoever places a customer in a class that they have locked.
///
/// # Errors
/// `INVALID_STATE` when the class is called off or over; `NOT_BOOKABLE` when its offer is withdrawn;
/// `CAPACITY_FULL`; `ALREADY_ENROLLED`; what a package refuses.
pub async fn place(
    work: &Work,
    class: &class_occurrences::Model,
    enrolling: Enrolling,
) -> Result<Enrolled> {
    check_open(work, class)?;
    let (schedule, offered) = on_offer(work, class).await?;
    place_on(work, class, &schedule, &offered, enrolling).await
}

fn check_open(work: &Work, class: &class_occurrences::Model) -> Result<(), ClassRefusal> {
    match terms::status_of(class, work.now) {
        OccurrenceStatus::Scheduled => Ok(()),
        OccurrenceStatus::Cancelled => Err(ClassRefusal::CalledOff),
        OccurrenceStatus::Completed => Err(ClassRefusal::Over),
    }
}

/// The schedule of a class, and its offer as it is now.
async fn on_offer(
    work: &Work,
    class: &class_occurrences::Model,
) -> Result<(class_schedules::Model, Offered)> {
    let schedule = repo::schedule_of(&**work, class).await?;
    let offered = offered(&**work, &schedule.offer_id).await?;
    Ok((schedule, offered.ok_or(ClassRefusal::Closed)?))
}

async fn place_on(
    work: &Work,
    class: &class_occurrences::Model,
    schedule: &class_schedules::Model,
    offered: &Offered,
    enrolling: Enrolling,
) -> Result<Enrolled> {
    if repo::live_enrollment(work, &class.id, &enrolling.customer_id)
        .await?
        .is_some()
    {
        return Err(ClassRefusal::Enrolled.into());
    }
    if let Some(reservation) = &enrolling.reservation_id {
        places::release(work, reservation).await?;
    }
    let class = &places::again(work, &class.id)
        .await?
        .unwrap_or_else(|| class.clone());
    if places::left(class) < enrolling.places {
        return Err(ClassRefusal::Full.into());
    }
    let price = terms::price(&offered.version, class, enrolling.places)?;
    let booking = order::write(work, class, schedule, offered, &enrolling, &price).await?;
    let enrollment = enrollments::ActiveModel {
        id: Set(Kind::Enrollment.mint(work.now)),
        biz_id: Set(class.biz_id.clone()),
        class_occurrence_id: Set(class.id.clone()),
        booking_order_id: Set(booking.order.id.clone()),
        customer_user_id: Set(enrolling.customer_id.clone()),
        status: Set(EnrollmentStatus::Enrolled.as_str().to_owned()),
        places: Set(enrolling.places),
        checked_in_at: Set(None),
        moved_at: Set(None),
        created_at: Set(work.now.into()),
        updated_at: Set(work.now.into()),
    };
    let enrollment = match enrollment.insert(&**work).await {
        Err(error) if repo::is_full(&error) => return Err(ClassRefusal::Full.into()),
        inserted => inserted?,
    };
    let seats = &enrolling.seats;
    let seats = seating::assign(work, class, &enrollment.id, enrolling.places, seats).await?;
    bookings::make_customer(work, &class.biz_id, &enrolling.customer_id).await?;
    bookings::announce(work, &booking.order, "booking.created").await?;
    let occurrence = places::again(work, &class.id)
        .await?
        .unwrap_or_else(|| class.clone());
    writes::announce(work, &occurrence, "class_occurrence.enrolled").await?;
    Ok(Enrolled {
        enrollment,
        booking,
        occurrence,
        seats: Some(seats),
    })
}

/// The enrolments of a class in which somebody has places, in the order of their bookings, locked.
///
/// # Errors
/// When the database fails.
pub async fn live_of(work: &Work, occurrence_id: &str) -> Result<Vec<enrollments::Model>> {
    use sea_orm::{QueryOrder, QuerySelect};
    Ok(enrollments::Entity::find()
        .filter(enrollments::Column::ClassOccurrenceId.eq(occurrence_id))
        .filter(enrollments::Column::Status.is_in(EnrollmentStatus::LIVE))
        .order_by_asc(enrollments::Column::BookingOrderId)
        .lock_exclusive()
        .all(&**work)
        .await?)
}

//! Joining a waitlist.

use chrono::TimeDelta;
use entity::{class_occurrences, enrollments, queue_entries, queues};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::opening;
use crate::domain::availability::board::{Board, Wanted};
use crate::domain::availability::repo::offered;
use crate::domain::bookings::error::BookingRefusal;
use crate::domain::bookings::writes;
use crate::domain::catalog::terms;
use crate::domain::civil::Span;
use crate::domain::classes::words::EnrollmentStatus;
use crate::domain::classes::{enrolling, places};
use crate::domain::error::{Error, Refusal, RefusalCode, Result};
use crate::domain::gateway::Gateway;
use crate::domain::ids::Kind;
use crate::domain::packages::redemption::{self, Needed, SessionPayment};
use crate::domain::people::customer::customer;
use crate::domain::queues::log::{self, Happening, Note};
use crate::domain::queues::rules::limits;
use crate::domain::queues::rules::promotion::Settings;
use crate::domain::queues::rules::status::{EntryStatus, QueueStatus};
use crate::domain::queues::standing::{self, Place};
use crate::domain::queues::{join, line};
use crate::domain::scope::{self, Scoped};
use crate::domain::tx::{Begun, Call, Outcome, Work};
use crate::domain::viewer::Viewer;

/// The longest window that somebody can want a time in.
const LONGEST_WINDOW: TimeDelta = TimeDelta::days(92);

/// What somebody waits for.
#[derive(Clone, Debug)]
pub enum WaitFor {
    /// A place in a class.
    Class(String),
    /// A time of an offer, within a window.
    Offer(String, Span),
}

/// Who waits for what.
#[derive(Clone, Debug)]
pub struct JoinWaitlist {
    /// What they wait for.
    pub wait_for: WaitFor,
    /// How many people they are; one when `None`.
    pub party_size: Option<i32>,
    /// How they pay once they get a place.
    pub payment: SessionPayment,
    /// For whom; only staff join for somebody else.
    pub customer_id: Option<String>,
}

/// Somebody's place on a waitlist, with the parts that a dry run leaves nowhere else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    /// The entry.
    pub entry: queue_entries::Model,
    /// The waitlist, with whoever waits there now.
    pub queue: queues::Model,
    /// Where they stand.
    pub place: Option<Place>,
}

impl Waiting {
    /// Reads where somebody stands who has just joined.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn read(work: &Work, entry: queue_entries::Model) -> Result<Self> {
        let queue = queues::Entity::find_by_id(&entry.queue_id)
            .one(&**work)
            .await?
            .ok_or_else(|| Error::fault(format!("{} is in no queue", entry.id)))?;
        let mut places = standing::places(&**work, vec![entry.id.clone()]).await?;
        Ok(Self {
            place: places.remove(&entry.id),
            entry,
            queue,
        })
    }
}

/// Joins the waitlist of a class or of an offer. While there is still room, nobody waits.
///
/// # Errors
/// `NOT_FOUND` at `occurrenceId`, `offerId` or `customerId`; `INVALID_INPUT`; `INVALID_STATE` while there is room, or
/// for a customer who is blocked; what keeps everybody from enrolling; `ALREADY_ENROLLED`, `ALREADY_QUEUED`, `QUEUE_CLOSED`; what a package refuses; `Forbidden`.
pub async fn join(
    gateway: &Gateway,
    viewer: &Viewer,
    command: JoinWaitlist,
    call: Call,
) -> Result<Outcome<queue_entries::Model>> {
    let me = viewer.user_id()?;
    let party_size = limits::party(command.party_size)?;
    let work = match gateway.begin(viewer, &call).await? {
        Begun::Work(work) => work,
        Begun::Done(outcome) => return Ok(outcome),
    };
    let named = command.customer_id.as_deref();
    let denied = "Only staff may join for somebody else.";
    let entry = match &command.wait_for {
        WaitFor::Class(id) => {
            let missing = || Refusal::not_found("occurrenceId", "class");
            let seen = scope::find::<class_occurrences::Entity>(&*work, viewer, id).await?;
            seen.ok_or_else(missing)?;
            let class = places::lock(&work, id).await?.ok_or_else(missing)?;
            // Whoever could not enrol has no use for waiting.
            enrolling::open_to(&work, viewer, &class).await?;
            let customer = customer(&work, viewer, &class.biz_id, named, denied).await?;
            let payment = &command.payment;
            Box::pin(join_class(
                &work, &class, &customer, party_size, payment, me,
            ))
            .await?
        }
        WaitFor::Offer(id, window) => {
            let offer = entity::offers::Entity::visible_to(viewer)
                .filter(entity::offers::Column::Id.eq(id))
                .one(&*work)
                .await?
                .ok_or_else(|| Refusal::not_found("offerId", "offer"))?;
            if party_size != 1 {
                let message = "An appointment is for one; join once for each person.";
                return Err(Refusal::invalid("partySize", message).into());
            }
            let customer = customer(&work, viewer, &offer.biz_id, named, denied).await?;
            let payment = &command.payment;
            Box::pin(join_offer(&work, &offer, *window, &customer, payment, me)).await?
        }
    };
    work.finish(entry).await
}

/// Puts somebody on the waitlist of a class, which is locked. `actor_id` is who asks for it.
///
/// # Errors
/// `INVALID_STATE` at `occurrenceId` while there is room, or when the class is called off; `INVALID_INPUT` at
/// `partySize`; `QUEUE_CLOSED`, `ALREADY_ENROLLED`, `ALREADY_QUEUED`; what a package refuses.
pub async fn join_class(
    work: &Work,
    class: &class_occurrences::Model,
    customer_id: &str,
    party_size: i32,
    payment: &SessionPayment,
    actor_id: &str,
) -> Result<queue_entries::Model> {
    let refuse = |code, message: &str| Refusal::new(code, message).at("occurrenceId");
    if class.status != "scheduled" {
        let message = "This class does not take place.";
        return Err(refuse(RefusalCode::InvalidState, message).into());
    }
    if party_size > class.capacity {
        let message = "The class never has so many places.";
        return Err(Refusal::invalid("partySize", message).into());
    }
    let enrolled = enrollments::Entity::find()
        .filter(enrollments::Column::ClassOccurrenceId.eq(&class.id))
        .filter(enrollments::Column::CustomerUserId.eq(customer_id))
        .filter(enrollments::Column::Status.is_in(EnrollmentStatus::LIVE))
        .one(&**work)
        .await?;
    if enrolled.is_some() {
        let message = "They have a place in this class already.";
        return Err(refuse(RefusalCode::AlreadyEnrolled, message).into());
    }
    if places::left(class) >= party_size {
        let message = "There is still room in this class: enrol.";
        return Err(refuse(RefusalCode::InvalidState, message).into());
    }
    let queue = opening::for_class(work, class).await?;
    if work.now >= Settings::of(&queue).cutoff(class.start_at.to_utc()) {
        let message = "It is too late to wait for a place in this class.";
        return Err(refuse(RefusalCode::QueueClosed, message).into());
    }
    let offer: Option<String> =
        entity::class_schedules::Entity::find_by_id(&class.class_schedule_id)
            .one(&**work)
            .await?
            .map(|schedule| schedule.offer_id);
    let offer = offer.unwrap_or_default();
    let waiter = Waiter {
        customer_id,
        party_size,
        payment,
        window: None,
        actor_id,
    };
    enter(work, &queue, &offer, waiter).await
}

async fn join_offer(
    work: &Work,
    offer: &entity::offers::Model,
    window: Span,
    customer_id: &str,
    payment: &SessionPayment,
    actor_id: &str,
) -> Result<queue_entries::Model> {
    if window.from >= window.to || window.length() > LONGEST_WINDOW {
        let message = "The window must end after it starts, at most 92 days later.";
        return Err(Refusal::invalid("window", message).into());
    }
    let queue = opening::for_offer(work, offer).await?;
    let offered = offered(&**work, &offer.id)
        .await?
        .ok_or(BookingRefusal::NoOffer)?;
    let length = terms::duration(&offered.version, None)?;
    let bookable = terms::bookable(&offered.version, work.now);
    let starts = Span {
        from: window.from.max(bookable.from),
        to: window.to - length + TimeDelta::seconds(1),
    };
    if starts.from >= starts.to || window.from > bookable.to {
        let message = "No time of this offer fits into the window.";
        return Err(Refusal::invalid("window", message).into());
    }
    let board = Board::read(
        &**work,
        &offered.business,
        offered.version.clone(),
        &Wanted::default(),
        starts.widened(TimeDelta::zero(), length),
        work.now,
        None,
    )
    .await?;
    if !board.slots(starts, length, 1).is_empty() {
        let message = "There is a free time in this window: book it.";
        return Err(Refusal::new(RefusalCode::InvalidState, message)
            .at("window")
            .into());
    }
    let waiter = Waiter {
        customer_id,
        party_size: 1,
        payment,
        window: Some(window),
        actor_id,
    };
    enter(work, &queue, &offer.id, waiter).await
}

struct Waiter<'a> {
    customer_id: &'a str,
    party_size: i32,
    payment: &'a SessionPayment,
    window: Option<Span>,
    actor_id: &'a str,
}

async fn enter(
    work: &Work,
    queue: &queues::Model,
    offer_id: &str,
    waiter: Waiter<'_>,
) -> Result<queue_entries::Model> {
    if QueueStatus::parse(&queue.status) != QueueStatus::Active {
        let message = "Nobody can join this waitlist now.";
        return Err(Refusal::new(RefusalCode::QueueClosed, message).into());
    }
    let room = queue.max_capacity.unwrap_or(i32::MAX);
    if queue.people_count.saturating_add(waiter.party_size) > room {
        let message = "This waitlist has no room for so many people.";
        return Err(Refusal::new(RefusalCode::QueueFull, message)
            .at("partySize")
            .into());
    }
    let entry = queue_entries::Model {
        id: Kind::QueueEntry.mint(work.now),
        biz_id: queue.biz_id.clone(),
        queue_id: queue.id.clone(),
        customer_user_id: Some(waiter.customer_id.to_owned()),
        party_size: waiter.party_size,
        status: EntryStatus::Waiting.as_str().to_owned(),
        position: line::key_at_the_end(work, &queue.id).await?,
        estimated_wait_min: None,
        notified_at: None,
        served_at: None,
        notes: None,
        metadata: None,
        created_at: work.now.into(),
        updated_at: work.now.into(),
        deleted_at: None,
        service_started_at: None,
        added_by_user_id: Some(waiter.actor_id.to_owned()),
        window_from: waiter.window.map(|window| window.from.into()),
        window_to: waiter.window.map(|window| window.to.into()),
        use_package: waiter.payment.use_package,
        customer_purchase_id: waiter.payment.purchase_id.clone(),
        booking_order_id: None,
        enrollment_id: None,
    };
    join::insert(work, &entry).await?;
    // A package that is no good is said now, not when their turn comes. What it has then counts.
    let needed = Needed {
        biz_id: &queue.biz_id,
        offer_id,
        customer_id: waiter.customer_id,
        sessions: waiter.party_size,
    };
    redemption::choose(work, &needed, waiter.payment).await?;
    writes::make_customer(work, &queue.biz_id, waiter.customer_id).await?;
    let note = Note {
        entry_id: Some(&entry.id),
        actor_id: Some(waiter.actor_id),
        detail: Some(json!({
            "position": queue.waiting_count.saturating_add(1),
            "partySize": entry.party_size,
        })),
    };
    log::write(work, queue, Happening::Joined, note).await?;
    Ok(entry)
}

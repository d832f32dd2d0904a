//! Answering an offer: claiming the place, or declining it.

use entity::{
    class_occurrences, enrollments, place_reservations, queue_entries, queues, waitlist_offers,
    waitlist_rounds,
};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::rounds::Time;
use super::{class, opening, rounds, time};
use crate::domain::availability::repo::offered;
use crate::domain::bookings::Booked;
use crate::domain::bookings::claims;
use crate::domain::bookings::error::BookingRefusal;
use crate::domain::civil::Span;
use crate::domain::error::{Error, Refusal, RefusalCode, Result};
use crate::domain::gateway::Gateway;
use crate::domain::packages::redemption::SessionPayment;
use crate::domain::people::blocking;
use crate::domain::queues::log::{self, Happening, Note};
use crate::domain::queues::repo;
use crate::domain::queues::rules::promotion::{OfferStatus, Promotion};
use crate::domain::queues::rules::status::EntryStatus;
use crate::domain::scope::Scoped;
use crate::domain::tx::{Begun, Call, Outcome, Work};
use crate::domain::viewer::Viewer;

/// What somebody got.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claimed {
    /// Their entry.
    pub entry: queue_entries::Model,
    /// The booking that it became.
    pub booking: Booked,
    /// The enrolment, in a class.
    pub enrollment: Option<enrollments::Model>,
}

/// Everything that is known of an offer, with every other writer kept off it.
struct Offered {
    class: Option<class_occurrences::Model>,
    queue: queues::Model,
    round: waitlist_rounds::Model,
    offer: waitlist_offers::Model,
    entry: queue_entries::Model,
}

/// Claims the place that is offered. Of those who claim the same place at once, one gets it.
///
/// `payment` says how they pay, if other than they said when they joined.
///
/// # Errors
/// `NOT_FOUND`, `OFFER_TAKEN`, `OFFER_EXPIRED` or `INVALID_STATE` at `offerId`; what speaks against the enrolment or
/// the booking.
pub async fn claim(
    gateway: &Gateway,
    viewer: &Viewer,
    offer_id: &str,
    payment: Option<SessionPayment>,
    call: Call,
) -> Result<Outcome<Claimed>> {
    let work = match gateway.begin(viewer, &call).await? {
        Begun::Work(work) => work,
        Begun::Done(outcome) => return Ok(outcome),
    };
    let offered = lock(&work, viewer, offer_id).await?;
    check_open(&offered.offer, &work)?;
    if let Some(customer) = &offered.entry.customer_user_id {
        blocking::check(&*work, &offered.queue.biz_id, customer).await?;
    }
    let people = offered.entry.party_size;
    let Some(round) = rounds::take(&work, &offered.round, people).await? else {
        return Err(taken().into());
    };
    accept(&work, &offered.offer, round.taken - people).await?;
    let payment = payment.unwrap_or_else(|| class::payment(&offered.entry));
    let claimed = match &offered.class {
        Some(class) => {
            Box::pin(take_place(&work, viewer, &offered, class, &round, payment)).await?
        }
        None => Box::pin(take_time(&work, viewer, &offered, &round, payment)).await?,
    };
    if round.taken >= round.places {
        rounds::close(&work, &offered.queue, &round, OfferStatus::Taken).await?;
    }
    work.finish(claimed).await
}

/// Declines the place that is offered. It is offered to the next, and the decliner waits on, where they were.
///
/// # Errors
/// `NOT_FOUND`, `OFFER_TAKEN`, `OFFER_EXPIRED` or `INVALID_STATE` at `offerId`.
pub async fn decline(
    gateway: &Gateway,
    viewer: &Viewer,
    offer_id: &str,
    call: Call,
) -> Result<Outcome<queue_entries::Model>> {
    let work = match gateway.begin(viewer, &call).await? {
        Begun::Work(work) => work,
        Begun::Done(outcome) => return Ok(outcome),
    };
    let offered = lock(&work, viewer, offer_id).await?;
    check_open(&offered.offer, &work)?;
    let waiting = repo::state(EntryStatus::Waiting);
    let entry = repo::save(&work, &offered.entry, waiting).await?;
    let class = offered.class.as_ref();
    Box::pin(give_up(&work, viewer, &offered.queue, class, &entry)).await?;
    let entry = queue_entries::Entity::find_by_id(&entry.id)
        .one(&*work)
        .await?;
    let entry = entry.ok_or_else(|| Error::fault("an entry is gone"))?;
    work.finish(entry).await
}

/// Gives up the offer that an entry has, if it has one, and passes the place on.
pub(in crate::domain::queues) async fn give_up(
    work: &Work,
    viewer: &Viewer,
    queue: &queues::Model,
    class: Option<&class_occurrences::Model>,
    entry: &queue_entries::Model,
) -> Result<()> {
    let Some(round) = rounds::answer(work, entry, OfferStatus::Declined).await? else {
        return Ok(());
    };
    let note = Note {
        entry_id: Some(&entry.id),
        actor_id: viewer.id(),
        detail: Some(json!({ "promotion": round.promotion })),
    };
    log::write(work, queue, Happening::Declined, note).await?;
    let race = Promotion::parse(&round.promotion) == Promotion::Race;
    if race && !rounds::unanswered(work, &round).await?.is_empty() {
        return Ok(());
    }
    rounds::close(work, queue, &round, OfferStatus::Declined).await?;
    match class {
        Some(class) => class::pass_on(work, class, queue, &round).await,
        None => time::pass_on(work, &round).await,
    }
}

async fn lock(work: &Work, viewer: &Viewer, offer_id: &str) -> Result<Offered> {
    let missing = || Refusal::not_found("offerId", "offer of a place");
    let seen = waitlist_offers::Entity::visible_to(viewer)
        .filter(waitlist_offers::Column::Id.eq(offer_id))
        .one(&**work)
        .await?
        .ok_or_else(missing)?;
    let (class, queue) = repo::lock_queue_with_class(work, &seen.queue_id)
        .await?
        .ok_or_else(missing)?;
    if class.is_none() {
        // All of them, in order: the time may have to be passed on.
        opening::lock_for_offers(work, &queue.biz_id).await?;
    }
    let offer = waitlist_offers::Entity::find_by_id(offer_id)
        .lock_exclusive()
        .one(&**work)
        .await?
        .ok_or_else(missing)?;
    let round = waitlist_rounds::Entity::find_by_id(&offer.waitlist_round_id)
        .one(&**work)
        .await?
        .ok_or_else(missing)?;
    let entry = queue_entries::Entity::find_by_id(&offer.queue_entry_id)
        .one(&**work)
        .await?
        .ok_or_else(missing)?;
    Ok(Offered {
        class,
        queue,
        round,
        offer,
        entry,
    })
}

fn taken() -> Refusal {
    Refusal::new(RefusalCode::OfferTaken, "Somebody else was faster.").at("offerId")
}

/// Lets an offer pass that can be answered: the clock decides, not whoever sweeps.
fn check_open(offer: &waitlist_offers::Model, work: &Work) -> Result<(), Refusal> {
    match OfferStatus::of(offer, work.now) {
        OfferStatus::Open => Ok(()),
        OfferStatus::Taken => Err(taken()),
        OfferStatus::Expired => {
            let message = "This offer has run out.";
            Err(Refusal::new(RefusalCode::OfferExpired, message).at("offerId"))
        }
        OfferStatus::Accepted | OfferStatus::Declined => {
            let message = "This offer has been answered already.";
            Err(Refusal::new(RefusalCode::InvalidState, message).at("offerId"))
        }
    }
}

/// Writes that an offer is accepted. No two of a round begin with the same place: the database holds it.
async fn accept(work: &Work, offer: &waitlist_offers::Model, first_place: i32) -> Result<()> {
    use waitlist_offers::Column;
    let accepted = waitlist_offers::Entity::update_many()
        .col_expr(Column::Status, Expr::val(OfferStatus::Accepted.as_str()))
        .col_expr(Column::FirstPlace, Expr::val(first_place))
        .col_expr(Column::AnsweredAt, Expr::val(work.now))
        .col_expr(Column::UpdatedAt, Expr::val(work.now))
        .filter(Column::Id.eq(&offer.id))
        .filter(Column::Status.eq("open"))
        .exec(&**work)
        .await?;
    match accepted.rows_affected {
        1 => Ok(()),
        _ => Err(taken().into()),
    }
}

async fn take_place(
    work: &Work,
    viewer: &Viewer,
    offered: &Offered,
    class: &class_occurrences::Model,
    round: &waitlist_rounds::Model,
    payment: SessionPayment,
) -> Result<Claimed> {
    let (queue, entry) = (&offered.queue, &offered.entry);
    let mut reservation = round.place_reservation_id.clone();
    if round.taken < round.places {
        // The rest stays promised to those who are still running.
        use place_reservations::Column;
        place_reservations::Entity::update_many()
            .col_expr(Column::Places, Expr::val(round.places - round.taken))
            .filter(Column::Id.eq(reservation.take().unwrap_or_default()))
            .exec(&**work)
            .await?;
    }
    let (entry, enrolled) =
        class::place(work, queue, class, entry, payment, reservation, viewer.id()).await?;
    Ok(Claimed {
        entry,
        booking: enrolled.booking,
        enrollment: Some(enrolled.enrollment),
    })
}

async fn take_time(
    work: &Work,
    viewer: &Viewer,
    from: &Offered,
    round: &waitlist_rounds::Model,
    payment: SessionPayment,
) -> Result<Claimed> {
    let (Some(starts_at), Some(ends_at), Some(resource_id), Some(offer_id)) = (
        round.starts_at,
        round.ends_at,
        round.resource_id.clone(),
        &from.queue.offer_id,
    ) else {
        return Err(Error::fault(format!("{} offers nothing", round.id)));
    };
    let offered = offered(&**work, offer_id)
        .await?
        .ok_or(BookingRefusal::NoOffer)?;
    claims::release_round(work, &round.id).await?;
    let time = Time {
        service: Span {
            from: starts_at.to_utc(),
            to: ends_at.to_utc(),
        },
        resource_id,
        secondary_resource_id: round.secondary_resource_id.clone(),
    };
    let (queue, entry) = (&from.queue, &from.entry);
    let (entry, booking) =
        time::place(work, queue, &offered, entry, &time, payment, viewer.id()).await?;
    Ok(Claimed {
        entry,
        booking,
        enrollment: None,
    })
}

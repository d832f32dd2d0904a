//! Giving out time of resources that came free, to those who wait for an offer within a window of their own.

mod giving;

use entity::{
    booking_orders, fulfillment_units, offer_version_resources, queue_entries, queues,
    waitlist_rounds,
};
use futures_util::future::BoxFuture;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use serde_json::json;

use self::giving::Giving;
use super::rounds::Time;
use super::{crowd, opening, rounds};
use crate::domain::availability::board::Wanted;
use crate::domain::availability::repo::{Offered, offered};
use crate::domain::bookings::create::{self, Terms};
use crate::domain::bookings::{Booked, CreateBooking};
use crate::domain::catalog::terms;
use crate::domain::civil::Span;
use crate::domain::error::{Error, Result};
use crate::domain::packages::redemption::SessionPayment;
use crate::domain::queues::log::{self, Happening, Note};
use crate::domain::queues::repo;
use crate::domain::queues::rules::promotion::{OfferStatus, Settings};
use crate::domain::queues::rules::status::{EntryStatus, QueueStatus};
use crate::domain::tx::Work;

/// Time that came free.
#[derive(Clone, Debug)]
pub struct Freed {
    /// Whose.
    pub biz_id: String,
    /// From when to when.
    pub service: Span,
    /// Of these resources.
    pub resources: Vec<String>,
}

impl Freed {
    /// The time that an appointment has, before it is given up. A class keeps its own when somebody leaves it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn of(work: &Work, booking: &booking_orders::Model) -> Result<Self> {
        let units = fulfillment_units::Entity::find()
            .filter(fulfillment_units::Column::BookingOrderId.eq(&booking.id))
            .filter(fulfillment_units::Column::Kind.eq("appointment"))
            .all(&**work)
            .await?;
        let resources = units
            .into_iter()
            .flat_map(|unit| [unit.resource_id, unit.secondary_resource_id])
            .flatten()
            .collect();
        Ok(Self {
            biz_id: booking.biz_id.clone(),
            service: Span {
                from: booking.start_at.to_utc(),
                to: booking.end_at.to_utc(),
            },
            resources,
        })
    }
}

/// Gives time whose claims have just been released to those who wait for an offer of the same resources. The
/// waitlists of the business's offers were locked before the booking was.
///
/// # Errors
/// When the database fails.
pub async fn time_freed(work: &Work, freed: &Freed) -> Result<()> {
    give(work, freed, None).await
}

/// Ends a round of time whose end has come, and gives the time to the next. Answers whether it had come.
///
/// # Errors
/// When the database fails.
pub async fn lapse_time(work: &Work, round_id: &str) -> Result<bool> {
    let Some(round) = waitlist_rounds::Entity::find_by_id(round_id)
        .one(&**work)
        .await?
    else {
        return Ok(false);
    };
    // Those of the business, so that the order of locks is the same for everybody.
    opening::lock_for_offers(work, &round.biz_id).await?;
    let Some((round, Some(queue))) = waitlist_rounds::Entity::find_by_id(round_id)
        .find_also_related(queues::Entity)
        .one(&**work)
        .await?
    else {
        return Ok(false);
    };
    if round.status != "open" || round.expires_at > work.now {
        return Ok(false);
    }
    rounds::close(work, &queue, &round, OfferStatus::Expired).await?;
    pass_on(work, &round).await?;
    Ok(true)
}

/// Gives the time of a round that is over to those who were not asked in it, nor in the rounds before it.
pub(super) async fn pass_on(work: &Work, round: &waitlist_rounds::Model) -> Result<()> {
    let (Some(from), Some(to)) = (round.starts_at, round.ends_at) else {
        return Ok(());
    };
    let resources = [&round.resource_id, &round.secondary_resource_id];
    let freed = Freed {
        biz_id: round.biz_id.clone(),
        service: Span {
            from: from.to_utc(),
            to: to.to_utc(),
        },
        resources: resources.into_iter().flatten().cloned().collect(),
    };
    give(work, &freed, Some(&round.chain_id)).await
}

/// Boxed, because booking a time may end what held it, which gives that time to others in turn. And what is seldom
/// done does not make large all that calls it.
fn give<'a>(work: &'a Work, freed: &'a Freed, chain: Option<&'a str>) -> BoxFuture<'a, Result<()>> {
    Box::pin(give_to_all(work, freed, chain))
}

async fn give_to_all(work: &Work, freed: &Freed, chain: Option<&str>) -> Result<()> {
    if freed.service.to <= work.now || freed.resources.is_empty() {
        return Ok(());
    }
    for queue in opening::lock_for_offers(work, &freed.biz_id).await? {
        if QueueStatus::parse(&queue.status) != QueueStatus::Active || queue.waiting_count == 0 {
            continue;
        }
        let Some(offer_id) = &queue.offer_id else {
            continue;
        };
        if let Some(offered) = offered(&**work, offer_id).await?
            && uses(work, &offered, &freed.resources).await?
        {
            let length = terms::duration(&offered.version, None)?;
            let giving = Giving {
                work,
                queue: &queue,
                settings: Settings::of(&queue),
                offered,
                length,
                freed,
                chain,
            };
            giving.give().await?;
        }
    }
    Ok(())
}

/// Whether an offer is served by one of these resources.
async fn uses(work: &Work, offered: &Offered, resources: &[String]) -> Result<bool> {
    use offer_version_resources::Column;
    let link = offer_version_resources::Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::OfferVersionId.eq(&offered.version.id))
        .filter(Column::ResourceId.is_in(resources))
        .into_tuple::<String>()
        .one(&**work)
        .await?;
    Ok(link.is_some())
}

/// The window that somebody wants a time in.
pub(super) fn window(entry: &queue_entries::Model) -> Option<Span> {
    Span::new(entry.window_from?.to_utc(), entry.window_to?.to_utc())
}

/// Books a time for somebody who waited, and takes them off the waitlists that they need no more. `claimed_by` is
/// who took the time that was offered to them: it is theirs whatever lead time says now.
pub(super) async fn place(
    work: &Work,
    queue: &queues::Model,
    offered: &Offered,
    entry: &queue_entries::Model,
    time: &Time,
    session: SessionPayment,
    claimed_by: Option<&str>,
) -> Result<(queue_entries::Model, Booked)> {
    let customer_id = entry.customer_user_id.clone();
    let customer_id =
        customer_id.ok_or_else(|| Error::fault(format!("{} is nobody's", entry.id)))?;
    let command = CreateBooking {
        offer_id: offered.offer.id.clone(),
        start: time.service.from,
        duration_min: None,
        wanted: Wanted {
            resource_id: Some(time.resource_id.clone()),
            secondary_resource_id: time.secondary_resource_id.clone(),
            ..Wanted::default()
        },
        customer_id: None,
        hold: false,
        payment_terms: None,
        session,
    };
    let terms = Terms {
        staff: false,
        promised: claimed_by.is_some(),
    };
    let booking = create::book(work, offered, &command, customer_id.clone(), terms);
    let booked = Box::pin(booking).await?;
    let changes = queue_entries::ActiveModel {
        booking_order_id: Set(Some(booked.order.id.clone())),
        ..repo::state(EntryStatus::Placed)
    };
    let entry = repo::save(work, entry, changes).await?;
    let note = Note {
        entry_id: Some(&entry.id),
        actor_id: claimed_by,
        detail: Some(json!({ "bookingId": booked.order.id })),
    };
    log::write(work, queue, Happening::Placed, note).await?;
    crowd::withdraw_clashing(work, &customer_id, time.service, Some(&entry.id)).await?;
    Ok((entry, booked))
}

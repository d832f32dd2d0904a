//! Giving out time of resources that came free, to those who wait for an offer within a window of their own.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use entity::{
    booking_orders, fulfillment_units, offer_version_resources, queue_entries, queues,
    waitlist_rounds,
};
use futures_util::future::BoxFuture;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect,
};
use serde_json::json;

use super::rounds::{Given, Time};
use super::{class, crowd, opening, rounds};
use crate::domain::availability::board::{Board, Choice, Wanted};
use crate::domain::availability::repo::{Offered, offered};
use crate::domain::bookings::claims::{self, Claim, Holder};
use crate::domain::bookings::create::{self, Terms};
use crate::domain::bookings::{Booked, CreateBooking};
use crate::domain::catalog::terms;
use crate::domain::civil::Span;
use crate::domain::error::{Error, Result};
use crate::domain::packages::redemption::SessionPayment;
use crate::domain::queues::log::{self, Happening, Note};
use crate::domain::queues::repo;
use crate::domain::queues::rules::promotion::{OfferStatus, Promotion, Settings};
use crate::domain::queues::rules::status::{EntryStatus, QueueStatus};
use crate::domain::tx::Work;

/// How many starts within freed time are looked at.
const STARTS: usize = 200;

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

/// Freed time that is being given to the waiters of one offer.
struct Giving<'a> {
    work: &'a Work,
    queue: &'a queues::Model,
    settings: Settings,
    offered: Offered,
    length: TimeDelta,
    freed: &'a Freed,
    chain: Option<&'a str>,
}

impl Giving<'_> {
    async fn give(&self) -> Result<()> {
        let mut after: Option<queue_entries::Model> = None;
        loop {
            let next = crowd::next(self.work, self.queue, after.as_ref(), self.chain).await?;
            let Some(last) = next.last().cloned() else {
                return Ok(());
            };
            for entry in next {
                if self.is_used_up().await? {
                    return Ok(());
                }
                let Some(slot) = self.slot_for(&entry).await? else {
                    continue;
                };
                match self.settings.promotion {
                    Promotion::Auto => {
                        self.place(&entry, &slot).await?;
                    }
                    Promotion::Offer => {
                        self.hold(&entry, slot, Promotion::Offer).await?;
                    }
                    Promotion::Race if self.chain.is_none() => {
                        if self.hold(&entry, slot, Promotion::Race).await? {
                            return Ok(());
                        }
                    }
                    // A race that is over has told everybody; the time is the public's.
                    Promotion::Race => return Ok(()),
                }
            }
            after = Some(last);
        }
    }

    /// The freed time, and whatever a service that begins or ends in it needs besides.
    fn starts(&self) -> Span {
        Span {
            from: (self.freed.service.from - self.length).max(self.work.now),
            to: self.freed.service.to,
        }
    }

    async fn board(&self) -> Result<Board> {
        let span = self.starts().widened(TimeDelta::zero(), self.length);
        Board::read(
            &**self.work,
            &self.offered.business,
            self.offered.version.clone(),
            &Wanted::default(),
            span,
            self.work.now,
            None,
        )
        .await
    }

    /// The services that take some of the freed time, and can be booked now.
    fn services<'b>(&self, board: &'b Board) -> Vec<(Span, Choice<'b>)> {
        let starts = self.starts();
        let slots = match starts.from < starts.to {
            true => board.slots(starts, self.length, STARTS),
            false => Vec::new(),
        };
        let touches = |(service, choice): &(Span, Choice<'_>)| {
            let resources = [Some(choice.primary), choice.secondary];
            let freed = resources
                .into_iter()
                .flatten()
                .any(|lane| self.freed.resources.contains(&lane.resource.id));
            freed
                && service.overlaps(&self.freed.service)
                && self.work.now < self.settings.cutoff(service.from)
        };
        slots.into_iter().filter(touches).collect()
    }

    async fn is_used_up(&self) -> Result<bool> {
        let board = self.board().await?;
        Ok(self.services(&board).is_empty())
    }

    /// The first time that suits somebody who waits: within their window, and they have nothing else then.
    async fn slot_for(&self, entry: &queue_entries::Model) -> Result<Option<Time>> {
        let Some(window) = window(entry) else {
            return Ok(None);
        };
        let board = self.board().await?;
        for (service, choice) in self.services(&board) {
            if !window.covers(&service) {
                continue;
            }
            let one = std::slice::from_ref(entry);
            let unfit = crowd::unfit(self.work, one, service).await?;
            if crowd::why_not(entry, &unfit).is_none() {
                return Ok(Some(Time {
                    service,
                    resource_id: choice.primary.resource.id.clone(),
                    secondary_resource_id: choice.secondary.map(|lane| lane.resource.id.clone()),
                }));
            }
        }
        Ok(None)
    }

    /// Books the time for somebody, unless they cannot: a package that has expired since, say.
    async fn place(&self, entry: &queue_entries::Model, time: &Time) -> Result<bool> {
        let work = self.work;
        work.execute_unprepared("SAVEPOINT giving_out").await?;
        let payment = class::payment(entry);
        let placed = place(work, self.queue, &self.offered, entry, time, payment, None).await;
        match placed {
            Ok(_) => {
                work.execute_unprepared("RELEASE SAVEPOINT giving_out")
                    .await?;
                Ok(true)
            }
            Err(Error::Refused(refusal)) => {
                work.execute_unprepared("ROLLBACK TO SAVEPOINT giving_out")
                    .await?;
                work.execute_unprepared("RELEASE SAVEPOINT giving_out")
                    .await?;
                let note = Note {
                    entry_id: Some(&entry.id),
                    detail: Some(json!({ "reason": format!("{:?}", refusal.code) })),
                    ..Note::default()
                };
                log::write(work, self.queue, Happening::PassedOver, note).await?;
                Ok(false)
            }
            Err(error) => Err(error),
        }
    }

    /// Claims the time for a round, and tells one of it, or all whom it suits.
    async fn hold(
        &self,
        entry: &queue_entries::Model,
        time: Time,
        promotion: Promotion,
    ) -> Result<bool> {
        let work = self.work;
        let Some(until) = self.settings.until(work.now, time.service.from) else {
            return Ok(false);
        };
        let given = Given {
            chain: self.chain,
            promotion,
            places: 1,
            reservation_id: None,
            time: Some(time.clone()),
            until,
        };
        let round = rounds::open(work, self.queue, given).await?;
        if !self.claim(&round, &time).await? {
            rounds::close(work, self.queue, &round, OfferStatus::Expired).await?;
            return Ok(false);
        }
        rounds::offer(work, self.queue, &round, entry).await?;
        if promotion == Promotion::Race {
            self.tell_the_others(&round, &time).await?;
        }
        Ok(true)
    }

    async fn tell_the_others(&self, round: &waitlist_rounds::Model, time: &Time) -> Result<()> {
        let mut after: Option<queue_entries::Model> = None;
        loop {
            let chain = Some(round.chain_id.as_str());
            let next = crowd::next(self.work, self.queue, after.as_ref(), chain).await?;
            let Some(last) = next.last().cloned() else {
                return Ok(());
            };
            let unfit = crowd::unfit(self.work, &next, time.service).await?;
            for entry in next {
                let suits = window(&entry).is_some_and(|window| window.covers(&time.service));
                if suits && crowd::why_not(&entry, &unfit).is_none() {
                    rounds::offer(self.work, self.queue, round, &entry).await?;
                }
            }
            after = Some(last);
        }
    }

    /// Takes the time for a round, of every resource that it needs.
    async fn claim(&self, round: &waitlist_rounds::Model, time: &Time) -> Result<bool> {
        let board = self.board().await?;
        let mut wanted: BTreeMap<&str, ()> = BTreeMap::new();
        wanted.insert(&time.resource_id, ());
        if let Some(other) = &time.secondary_resource_id {
            wanted.insert(other, ());
        }
        // In the order of their ids, so that two writers cannot wait for each other.
        for resource_id in wanted.into_keys() {
            let Some(lane) = board.lanes().find(|lane| lane.resource.id == resource_id) else {
                return Ok(false);
            };
            let span = lane.claimed(&board.version, time.service);
            let mut taken = false;
            for unit in lane.free_units(span) {
                let claim = Claim {
                    biz_id: &self.queue.biz_id,
                    resource_id,
                    unit,
                    span,
                    service: time.service,
                    holder: Holder::Round(&round.id, round.expires_at.to_utc()),
                };
                taken = claims::take(self.work, claim).await?;
                if taken {
                    break;
                }
            }
            if !taken {
                return Ok(false);
            }
        }
        Ok(true)
    }
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

//! Giving out the places of a class.
//!
//! What others call is boxed: it may do a lot, seldom does, and would make all that calls it large.

use entity::{class_occurrences, place_reservations, queue_entries, queues};
use futures_util::future::BoxFuture;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::{Set, Unchanged},
    ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter,
};
use serde_json::json;

use super::crowd::Eligible;
use super::obstacles::Obstacles;
use super::rounds::Given;
use super::{crowd, opening, rounds};
use crate::domain::civil::Span;
use crate::domain::classes::enrolling::{self, Enrolling};
use crate::domain::classes::places;
use crate::domain::error::{Error, Result};
use crate::domain::packages::redemption::SessionPayment;
use crate::domain::queues::log::{self, Happening, Note};
use crate::domain::queues::repo;
use crate::domain::queues::rules::promotion::{OfferStatus, Promotion, Settings};
use crate::domain::queues::rules::status::{EntryStatus, QueueStatus};
use crate::domain::seating::Seats;
use crate::domain::tx::Work;

/// Gives the free places of a class to its waitlist, from the top: after somebody left, or there are more places.
/// The class is locked. What nobody on the waitlist takes is the public's.
///
/// # Errors
/// When the database fails.
pub fn places_freed<'a>(
    work: &'a Work,
    class: &'a class_occurrences::Model,
) -> BoxFuture<'a, Result<()>> {
    Box::pin(give_from_the_top(work, class))
}

async fn give_from_the_top(work: &Work, class: &class_occurrences::Model) -> Result<()> {
    let Some(queue) = opening::of_class(work, &class.id).await? else {
        return Ok(());
    };
    let mut giving = Giving::begin(work, class, &queue).await?;
    let free = giving.left;
    giving.give(None, free).await
}

/// Ends the rounds of a class whose time is over, and gives the places that they blocked to the next. The class is
/// locked, and what they blocked is still promised.
///
/// # Errors
/// When the database fails.
pub fn lapse_class<'a>(
    work: &'a Work,
    class: &'a class_occurrences::Model,
) -> BoxFuture<'a, Result<()>> {
    Box::pin(end_what_has_run_out(work, class))
}

async fn end_what_has_run_out(work: &Work, class: &class_occurrences::Model) -> Result<()> {
    let Some(queue) = opening::of_class(work, &class.id).await? else {
        return Ok(());
    };
    for round in rounds::lapsed(work, &queue).await? {
        rounds::close(work, &queue, &round, OfferStatus::Expired).await?;
        pass_on(work, class, &queue, &round).await?;
    }
    Ok(())
}

/// Gives the places that a round has left to those who were not asked in it, nor in the rounds before it.
pub(super) async fn pass_on(
    work: &Work,
    class: &class_occurrences::Model,
    queue: &queues::Model,
    round: &entity::waitlist_rounds::Model,
) -> Result<()> {
    let mut giving = Giving::begin(work, class, queue).await?;
    let rest = Ord::min(round.places.saturating_sub(round.taken), giving.left);
    Box::pin(giving.give(Some(&round.chain_id), rest)).await
}

/// The end of a waitlist: its class was called off, or is over.
///
/// # Errors
/// When the database fails.
pub async fn end_class(work: &Work, occurrence_id: &str) -> Result<()> {
    let Some(queue) = opening::of_class(work, occurrence_id).await? else {
        return Ok(());
    };
    let open = entity::waitlist_rounds::Entity::find()
        .filter(entity::waitlist_rounds::Column::QueueId.eq(&queue.id))
        .filter(entity::waitlist_rounds::Column::Status.eq("open"))
        .all(&**work)
        .await?;
    for round in open {
        rounds::close(work, &queue, &round, OfferStatus::Expired).await?;
    }
    queue_entries::Entity::update_many()
        .col_expr(
            queue_entries::Column::Status,
            Expr::val(EntryStatus::Expired.as_str()),
        )
        .col_expr(queue_entries::Column::UpdatedAt, Expr::val(work.now))
        .filter(queue_entries::Column::QueueId.eq(&queue.id))
        .filter(queue_entries::Column::Status.is_in(["waiting", "notified"]))
        .exec(&**work)
        .await?;
    let closed = queues::ActiveModel {
        id: Unchanged(queue.id.clone()),
        status: Set(QueueStatus::Closed.as_str().to_owned()),
        updated_at: Set(work.now.into()),
        ..Default::default()
    };
    let queue = closed.update(&**work).await?;
    log::write(work, &queue, Happening::Ended, Note::default()).await
}

/// Places of a class that are being given out.
struct Giving<'a> {
    work: &'a Work,
    class: class_occurrences::Model,
    queue: &'a queues::Model,
    settings: Settings,
    /// How many places there are.
    left: i32,
}

impl<'a> Giving<'a> {
    async fn begin(
        work: &'a Work,
        class: &class_occurrences::Model,
        queue: &'a queues::Model,
    ) -> Result<Self> {
        let class = places::again(work, &class.id)
            .await?
            .unwrap_or_else(|| class.clone());
        let live =
            class.status == "scheduled" && QueueStatus::parse(&queue.status) == QueueStatus::Active;
        Ok(Self {
            work,
            queue,
            settings: Settings::of(queue),
            left: match live {
                true => places::left(&class),
                // Nothing is given out of a class that is off, or by a waitlist that staff have stopped.
                false => 0,
            },
            class,
        })
    }

    fn span(&self) -> Span {
        Span {
            from: self.class.start_at.to_utc(),
            to: self.class.end_at.to_utc(),
        }
    }

    /// Gives out at most `budget` places, to those who were not asked in the chain.
    async fn give(&mut self, chain: Option<&str>, budget: i32) -> Result<()> {
        let now = self.work.now;
        let Some(until) = self.settings.until(now, self.span().from) else {
            return Ok(());
        };
        self.left = budget;
        if self.left <= 0 {
            return Ok(());
        }
        if self.settings.promotion == Promotion::Race {
            // A race that is over has told everybody; the place is the public's.
            return match chain {
                None => self.race(until).await,
                Some(_) => Ok(()),
            };
        }
        let mut after: Option<queue_entries::Model> = None;
        let eligible = Eligible {
            chain,
            ..Eligible::default()
        };
        loop {
            let next = crowd::next(self.work, self.queue, after.as_ref(), eligible).await?;
            let Some(last) = next.last().cloned() else {
                return Ok(());
            };
            let obstacles = Obstacles::read(self.work, &next, self.span()).await?;
            for entry in next {
                if self.left <= 0 {
                    return Ok(());
                }
                if let Some(reason) = obstacles.why_not(&entry, &self.span()) {
                    self.pass_over(&entry, reason).await?;
                } else if entry.party_size <= self.left {
                    self.give_to(&entry, chain, until).await?;
                }
            }
            after = Some(last);
        }
    }

    async fn give_to(
        &mut self,
        entry: &queue_entries::Model,
        chain: Option<&str>,
        until: crate::domain::clock::Moment,
    ) -> Result<()> {
        if self.settings.promotion == Promotion::Auto {
            if self.place(entry).await? {
                self.left -= entry.party_size;
            }
            return Ok(());
        }
        let customer = entry.customer_user_id.as_deref();
        let places = entry.party_size;
        let promised = places::reserve(self.work, &self.class, places, customer, until).await?;
        let Some(reservation_id) = promised else {
            return Ok(());
        };
        let given = Given {
            chain,
            promotion: Promotion::Offer,
            places,
            reservation_id: Some(reservation_id),
            time: None,
            until,
        };
        let round = rounds::open(self.work, self.queue, given).await?;
        rounds::offer(self.work, self.queue, &round, entry).await?;
        self.left -= places;
        Ok(())
    }

    /// Places somebody, unless they cannot be: a package that has expired since, say. Then nothing of it is left.
    async fn place(&self, entry: &queue_entries::Model) -> Result<bool> {
        let work = self.work;
        work.execute_unprepared("SAVEPOINT giving_out").await?;
        match place(
            work,
            self.queue,
            &self.class,
            entry,
            payment(entry),
            None,
            None,
        )
        .await
        {
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
                let reason = format!("{:?}", refusal.code);
                self.pass_over(entry, &reason).await?;
                Ok(false)
            }
            Err(error) => Err(error),
        }
    }

    async fn pass_over(&self, entry: &queue_entries::Model, reason: &str) -> Result<()> {
        let note = Note {
            entry_id: Some(&entry.id),
            detail: Some(json!({ "reason": reason })),
            ..Note::default()
        };
        log::write(self.work, self.queue, Happening::PassedOver, note).await
    }

    /// Tells everybody of the places, or of more places in a race that is on.
    async fn race(&mut self, until: crate::domain::clock::Moment) -> Result<()> {
        use entity::waitlist_rounds::{Column, Entity};
        let work = self.work;
        let on = Entity::find()
            .filter(Column::QueueId.eq(&self.queue.id))
            .filter(Column::Status.eq("open"))
            .filter(Column::Promotion.eq(Promotion::Race.as_str()))
            .one(&**work)
            .await?;
        let round = match on {
            Some(round) => {
                let more = Expr::col(Column::Places).add(self.left);
                Entity::update_many()
                    .col_expr(Column::Places, more)
                    .filter(Column::Id.eq(&round.id))
                    .exec(&**work)
                    .await?;
                let reserved = place_reservations::Column::Places;
                place_reservations::Entity::update_many()
                    .col_expr(reserved, Expr::col(reserved).add(self.left))
                    .filter(
                        place_reservations::Column::Id
                            .eq(round.place_reservation_id.clone().unwrap_or_default()),
                    )
                    .exec(&**work)
                    .await?;
                round
            }
            None => {
                if self.queue.waiting_count == 0 {
                    return Ok(());
                }
                let places = self.left;
                let promised = places::reserve(work, &self.class, places, None, until).await?;
                let Some(reservation_id) = promised else {
                    return Ok(());
                };
                let given = Given {
                    chain: None,
                    promotion: Promotion::Race,
                    places,
                    reservation_id: Some(reservation_id),
                    time: None,
                    until,
                };
                rounds::open(work, self.queue, given).await?
            }
        };
        let mut told = 0_usize;
        let mut after: Option<queue_entries::Model> = None;
        let eligible = Eligible {
            chain: Some(&round.chain_id),
            ..Eligible::default()
        };
        loop {
            let next = crowd::next(work, self.queue, after.as_ref(), eligible).await?;
            let Some(last) = next.last().cloned() else {
                break;
            };
            let obstacles = Obstacles::read(work, &next, self.span()).await?;
            for entry in next {
                if obstacles.why_not(&entry, &self.span()).is_none() {
                    rounds::offer(work, self.queue, &round, &entry).await?;
                    told += 1;
                }
            }
            after = Some(last);
        }
        // A race without runners blocks nothing.
        if told == 0 && rounds::unanswered(work, &round).await?.is_empty() {
            rounds::close(work, self.queue, &round, OfferStatus::Expired).await?;
        }
        Ok(())
    }
}

/// How somebody on a waitlist pays.
pub(super) fn payment(entry: &queue_entries::Model) -> SessionPayment {
    SessionPayment {
        use_package: entry.use_package,
        purchase_id: entry.customer_purchase_id.clone(),
    }
}

/// Enrols somebody who waited, and takes them off the waitlists that they need no more. `claimed_by` is who took the
/// place that was offered to them; nobody, when it was given to them.
pub(super) async fn place(
    work: &Work,
    queue: &queues::Model,
    class: &class_occurrences::Model,
    entry: &queue_entries::Model,
    payment: SessionPayment,
    reservation_id: Option<String>,
    claimed_by: Option<&str>,
) -> Result<(queue_entries::Model, enrolling::Enrolled)> {
    let customer_id = entry.customer_user_id.clone();
    let customer_id =
        customer_id.ok_or_else(|| Error::fault(format!("{} is nobody's", entry.id)))?;
    let enrolling = Enrolling {
        customer_id: customer_id.clone(),
        places: entry.party_size,
        payment,
        seats: Seats::Best,
        reservation_id,
    };
    let enrolled = Box::pin(enrolling::place(work, class, enrolling)).await?;
    let changes = queue_entries::ActiveModel {
        enrollment_id: Set(Some(enrolled.enrollment.id.clone())),
        booking_order_id: Set(Some(enrolled.booking.order.id.clone())),
        ..repo::state(EntryStatus::Placed)
    };
    let entry = repo::save(work, entry, changes).await?;
    let note = Note {
        entry_id: Some(&entry.id),
        actor_id: claimed_by,
        detail: Some(json!({ "enrollmentId": enrolled.enrollment.id })),
    };
    log::write(work, queue, Happening::Placed, note).await?;
    let span = Span {
        from: class.start_at.to_utc(),
        to: class.end_at.to_utc(),
    };
    crowd::withdraw_clashing(work, &customer_id, span, Some(&entry.id)).await?;
    Ok((entry, enrolled))
}

//! Freed time, given to the waiters of one offer.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use entity::{queue_entries, queues, waitlist_rounds};
use sea_orm::ConnectionTrait;
use serde_json::json;

use super::Freed;
use crate::domain::availability::board::{Board, Wanted};
use crate::domain::availability::repo::Offered;
use crate::domain::bookings::claims::{self, Claim, Holder};
use crate::domain::civil::Span;
use crate::domain::error::{Error, Result};
use crate::domain::queues::log::{self, Happening, Note};
use crate::domain::queues::rules::promotion::{OfferStatus, Promotion, Settings};
use crate::domain::queues::waitlists::crowd::{self, Eligible};
use crate::domain::queues::waitlists::obstacles::Obstacles;
use crate::domain::queues::waitlists::rounds::{Given, Time};
use crate::domain::queues::waitlists::{class, rounds};
use crate::domain::tx::Work;

/// How many starts within freed time are looked at.
const STARTS: usize = 200;

/// Freed time that is being given to the waiters of one offer.
pub(super) struct Giving<'a> {
    pub work: &'a Work,
    pub queue: &'a queues::Model,
    pub settings: Settings,
    pub offered: Offered,
    /// How long a service takes.
    pub length: TimeDelta,
    pub freed: &'a Freed,
    /// The chain of rounds that it goes on with; whoever was asked in it is not asked again.
    pub chain: Option<&'a str>,
}

impl Giving<'_> {
    /// Gives the time out, from the top of the waitlist, as long as there is some.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn give(&self) -> Result<()> {
        let (work, reach) = (self.work, self.reach());
        let eligible = Eligible {
            chain: self.chain,
            within: Some(reach),
        };
        let mut times = self.times().await?;
        let mut after: Option<queue_entries::Model> = None;
        loop {
            let next = crowd::next(work, self.queue, after.as_ref(), eligible).await?;
            let Some(last) = next.last().cloned() else {
                return Ok(());
            };
            let obstacles = Obstacles::read(work, &next, reach).await?;
            for entry in next {
                if times.is_empty() {
                    return Ok(());
                }
                let mut suiting = times.iter();
                let Some(time) = suiting.find(|time| suits(time, &entry, &obstacles)) else {
                    continue;
                };
                let time = time.clone();
                let given = match self.settings.promotion {
                    Promotion::Auto => self.place(&entry, &time).await?,
                    Promotion::Offer => self.hold(&entry, time, Promotion::Offer).await?,
                    Promotion::Race if self.chain.is_none() => {
                        if self.hold(&entry, time, Promotion::Race).await? {
                            return Ok(());
                        }
                        false
                    }
                    // A race that is over has told everybody; the time is the public's.
                    Promotion::Race => return Ok(()),
                };
                if given {
                    times = self.times().await?;
                }
            }
            after = Some(last);
        }
    }

    /// When a service can begin that takes some of the freed time.
    fn starts(&self) -> Span {
        Span {
            from: (self.freed.service.from - self.length).max(self.work.now),
            to: self.freed.service.to,
        }
    }

    /// The time that such services take.
    fn reach(&self) -> Span {
        self.starts().widened(TimeDelta::zero(), self.length)
    }

    async fn board(&self) -> Result<Board> {
        Board::read(
            &**self.work,
            &self.offered.business,
            self.offered.version.clone(),
            &Wanted::default(),
            self.reach(),
            self.work.now,
            None,
        )
        .await
    }

    /// The services that take some of the freed time, and can be booked now.
    async fn times(&self) -> Result<Vec<Time>> {
        let starts = self.starts();
        if starts.from >= starts.to {
            return Ok(Vec::new());
        }
        let board = self.board().await?;
        let free = board.slots(starts, self.length, STARTS).into_iter();
        let times = free.map(|(service, choice)| Time {
            service,
            resource_id: choice.primary.resource.id.clone(),
            secondary_resource_id: choice.secondary.map(|lane| lane.resource.id.clone()),
        });
        Ok(times.filter(|time| self.is_of_the_freed(time)).collect())
    }

    fn is_of_the_freed(&self, time: &Time) -> bool {
        let resources = [Some(&time.resource_id), time.secondary_resource_id.as_ref()];
        let mut resources = resources.into_iter().flatten();
        resources.any(|resource| self.freed.resources.contains(resource))
            && time.service.overlaps(&self.freed.service)
            && self.work.now < self.settings.cutoff(time.service.from)
    }

    /// Books the time for somebody, unless they cannot: a package that has expired since, say.
    async fn place(&self, entry: &queue_entries::Model, time: &Time) -> Result<bool> {
        let work = self.work;
        work.execute_unprepared("SAVEPOINT giving_out").await?;
        let payment = class::payment(entry);
        let placed =
            super::place(work, self.queue, &self.offered, entry, time, payment, None).await;
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
        let eligible = Eligible {
            chain: Some(&round.chain_id),
            within: Some(time.service),
        };
        loop {
            let next = crowd::next(self.work, self.queue, after.as_ref(), eligible).await?;
            let Some(last) = next.last().cloned() else {
                return Ok(());
            };
            let obstacles = Obstacles::read(self.work, &next, time.service).await?;
            for entry in next {
                if suits(time, &entry, &obstacles) {
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

/// Whether a time is within the window of somebody who waits, and they have nothing else then.
fn suits(time: &Time, entry: &queue_entries::Model, obstacles: &Obstacles) -> bool {
    let window = super::window(entry);
    window.is_some_and(|window| window.covers(&time.service))
        && obstacles.why_not(entry, &time.service).is_none()
}

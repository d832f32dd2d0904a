//! The board: every resource that an offer may use, with its hours and what is taken of it, over one
//! stretch of time.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::TimeDelta;
use chrono_tz::Tz;
use entity::{bizes, offer_versions, resources};
use sea_orm::ConnectionTrait;

use super::hours::{Hours, Timetable};
use super::repo;
use super::rules::{self, Lane, Reach, Unbookable};
use super::travel::{self, Address};
use crate::domain::civil::Span;
use crate::domain::clock::Moment;
use crate::domain::error::Result;

/// Which resources are wanted.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Only this primary resource.
    pub resource_id: Option<String>,
    /// Only this secondary resource.
    pub secondary_resource_id: Option<String>,
    /// Only primary resources at this location.
    pub location_id: Option<String>,
    /// Where a resource that comes to the customer is to come.
    pub address: Option<Address>,
}

/// The resources of an offer version over a stretch of time.
#[derive(Clone, Debug)]
pub struct Board {
    /// The terms that are booked.
    pub version: Arc<offer_versions::Model>,
    now: Moment,
    primaries: Vec<Lane>,
    /// `None` when the offer needs no second resource.
    secondaries: Option<Vec<Lane>>,
}

/// A way to serve a booking.
#[derive(Clone, Copy, Debug)]
pub struct Choice<'a> {
    /// The primary resource.
    pub primary: &'a Lane,
    /// The secondary resource, when the offer needs one.
    pub secondary: Option<&'a Lane>,
}

impl Board {
    /// Reads the board for times within `span`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn read(
        db: &impl ConnectionTrait,
        business: &bizes::Model,
        version: Arc<offer_versions::Model>,
        wanted: &Wanted,
        span: Span,
        now: Moment,
        except_booking: Option<&str>,
    ) -> Result<Self> {
        let candidates = repo::candidates(db, &version.id).await?;
        let resource_ids: Vec<String> = candidates
            .iter()
            .map(|candidate| candidate.resource.id.clone())
            .collect();
        let location_ids: Vec<String> = candidates
            .iter()
            .filter_map(|candidate| candidate.resource.location_id.clone())
            .collect();
        let locations = repo::locations(db, location_ids.clone()).await?;
        let hours = repo::hours(db, location_ids, resource_ids.clone(), span).await?;
        let mut taken: HashMap<String, Vec<(i32, Span)>> = HashMap::new();
        let reach = |resource: &resources::Model| {
            let base = resource
                .location_id
                .as_ref()
                .and_then(|id| locations.get(id));
            travel::reach(resource, base, wanted.address.as_ref())
        };
        let margin = margin(
            candidates
                .iter()
                .map(|it| (&*it.resource, reach(&it.resource))),
            &version,
        );
        let claimable = span.widened(margin, margin);
        for (resource, unit, time) in
            repo::claims(db, resource_ids, claimable, now, except_booking).await?
        {
            taken.entry(resource).or_default().push((unit, time));
        }

        let closed = Hours::default();
        let lane = |resource: &Arc<resources::Model>| {
            let location = resource.location_id.as_ref();
            let zone = location
                .and_then(|id| locations.get(id))
                .map_or(&business.timezone, |location| &location.timezone);
            let timetable = Timetable {
                zone: zone.parse().unwrap_or(Tz::UTC),
                own: hours.get(&resource.id).unwrap_or(&closed),
                location: location.and_then(|id| hours.get(id)).unwrap_or(&closed),
            };
            Lane::new(
                resource.clone(),
                reach(resource),
                timetable.openings(span),
                taken.get(&resource.id).into_iter().flatten().copied(),
            )
        };
        let matches =
            |id: &str, wanted: &Option<String>| wanted.as_deref().is_none_or(|it| it == id);
        let paired = candidates.iter().any(|candidate| !candidate.primary);
        Ok(Self {
            primaries: candidates
                .iter()
                .filter(|candidate| candidate.primary)
                .map(|candidate| &candidate.resource)
                .filter(|resource| matches(&resource.id, &wanted.resource_id))
                .filter(|resource| {
                    wanted.location_id.is_none() || resource.location_id == wanted.location_id
                })
                .map(lane)
                .collect(),
            secondaries: paired.then(|| {
                candidates
                    .iter()
                    .filter(|candidate| !candidate.primary)
                    .map(|candidate| &candidate.resource)
                    .filter(|resource| matches(&resource.id, &wanted.secondary_resource_id))
                    .map(lane)
                    .collect()
            }),
            version,
            now,
        })
    }

    /// The moment that the board is read at.
    #[must_use]
    pub fn now(&self) -> Moment {
        self.now
    }

    /// Every resource on the board.
    pub fn lanes(&self) -> impl Iterator<Item = &Lane> {
        self.primaries
            .iter()
            .chain(self.secondaries.iter().flatten())
    }

    /// Every way that the offer could be served, free or not, in the version's order.
    pub fn choices(&self) -> impl Iterator<Item = Choice<'_>> {
        self.primaries.iter().flat_map(|primary| {
            let alone = self.secondaries.is_none().then_some(Choice {
                primary,
                secondary: None,
            });
            let paired = self
                .secondaries
                .iter()
                .flatten()
                .map(move |secondary| Choice {
                    primary,
                    secondary: Some(secondary),
                });
            // Nothing is paired with itself.
            let paired = paired.filter(|choice| {
                choice
                    .secondary
                    .is_none_or(|other| other.resource.id != choice.primary.resource.id)
            });
            alone.into_iter().chain(paired)
        })
    }

    /// The ways to serve `service` that are free, in the version's order.
    ///
    /// # Errors
    /// The reason that comes closest to a yes, when there is none; `None` when there is no resource at
    /// all.
    pub fn free(&self, service: Span) -> Result<Vec<Choice<'_>>, Option<Unbookable>> {
        self.sift(|choice| {
            rules::judge(
                &self.version,
                self.now,
                service,
                choice.primary,
                choice.secondary,
            )
        })
    }

    /// The ways to serve `service` that are free, whenever it begins: for a booking that has its start
    /// already.
    ///
    /// # Errors
    /// As [`Board::free`].
    pub fn open_and_free(&self, service: Span) -> Result<Vec<Choice<'_>>, Option<Unbookable>> {
        self.sift(|choice| {
            rules::judge_place(&self.version, service, choice.primary, choice.secondary)
        })
    }

    fn sift<'a>(
        &'a self,
        judge: impl Fn(&Choice<'a>) -> Result<(), Unbookable>,
    ) -> Result<Vec<Choice<'a>>, Option<Unbookable>> {
        let mut free = Vec::new();
        let mut reason = None;
        for choice in self.choices() {
            match judge(&choice) {
                Ok(()) => free.push(choice),
                Err(why) => reason = Some(reason.map_or(why, |other: Unbookable| other.min(why))),
            }
        }
        match free.is_empty() {
            true => Err(reason),
            false => Ok(free),
        }
    }

    /// The first `limit` free times of that length that begin within `window`, each with a way to
    /// serve it, by start and then in the version's order.
    #[must_use]
    pub fn slots(&self, window: Span, length: TimeDelta, limit: usize) -> Vec<(Span, Choice<'_>)> {
        let interval = rules::grid(&self.version);
        let mut slots: Vec<(Span, Choice<'_>)> = Vec::new();
        for choice in self.choices() {
            let starts = choice.primary.starts(window, interval);
            let free = starts
                .into_iter()
                .map(|from| Span {
                    from,
                    to: from + length,
                })
                .filter(|service| {
                    rules::judge(
                        &self.version,
                        self.now,
                        *service,
                        choice.primary,
                        choice.secondary,
                    )
                    .is_ok()
                })
                .take(limit);
            slots.extend(free.map(|service| (service, choice)));
        }
        // A stable sort keeps the version's order among equal starts.
        slots.sort_by_key(|(service, _)| service.from);
        slots.truncate(limit);
        slots
    }
}

/// How far a booking can claim beyond its own time.
fn margin<'a>(
    candidates: impl Iterator<Item = (&'a resources::Model, Reach)>,
    version: &offer_versions::Model,
) -> TimeDelta {
    let beyond = candidates.map(|(resource, reach)| {
        let travel = match reach {
            Reach::Within(travel) => travel,
            Reach::Beyond | Reach::Unknown => TimeDelta::zero(),
        };
        let after = resource
            .buffer_after_min
            .saturating_add(version.min_gap_between_bookings_min);
        travel + TimeDelta::minutes(resource.buffer_before_min.max(after).into())
    });
    beyond.max().unwrap_or_default()
}

//! Whether a time can be booked: one predicate, for the search and for the booking.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::TimeDelta;
use entity::{offer_versions, resources};

use crate::domain::catalog::terms::{self, DurationMode};
use crate::domain::civil::{Span, merged};
use crate::domain::clock::Moment;

/// Why a time cannot be booked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unbookable {
    /// It is taken.
    Taken,
    /// It does not begin on the offer's grid, counted from an opening time.
    OffGrid,
    /// It is outside the opening hours.
    OutsideHours,
    /// It begins beyond the horizon.
    TooFar,
    /// It begins in the past or sooner than the lead time allows.
    TooSoon,
    /// The resource comes to the customer, and the address is outside its radius.
    OutOfArea,
    /// The resource comes to the customer, and no address with coordinates is given.
    NoAddress,
}

/// How a resource gets to where it is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// It takes that long to get there, and that long to get back; nothing for a resource that stays.
    Within(TimeDelta),
    /// It does not go that far.
    Beyond,
    /// It is not known where it is to go.
    Unknown,
}

/// A resource with everything that decides when it is free, within the stretch of time looked at.
#[derive(Clone, Debug)]
pub struct Lane {
    /// The resource.
    pub resource: Arc<resources::Model>,
    /// How it gets to the customer.
    pub reach: Reach,
    /// Its opening times, one for each line of its hours.
    openings: Vec<Span>,
    /// The same, joined where they touch.
    open: Vec<Span>,
    /// What is taken of each of its units, in order.
    taken: BTreeMap<i32, Vec<Span>>,
}

impl Lane {
    /// A lane. `taken` holds the unit and the time of each claim.
    #[must_use]
    pub fn new(
        resource: Arc<resources::Model>,
        reach: Reach,
        openings: Vec<Span>,
        taken: impl IntoIterator<Item = (i32, Span)>,
    ) -> Self {
        let mut by_unit: BTreeMap<i32, Vec<Span>> = BTreeMap::new();
        for (unit, span) in taken {
            by_unit.entry(unit).or_default().push(span);
        }
        for spans in by_unit.values_mut() {
            spans.sort();
        }
        Self {
            resource,
            reach,
            open: merged(openings.clone()),
            openings,
            taken: by_unit,
        }
    }

    /// Whether it opens at all in `window`.
    #[must_use]
    pub fn opens_in(&self, window: Span) -> bool {
        self.open.iter().any(|open| open.overlaps(&window))
    }

    /// The time that a booking takes of this resource: with its buffers and travel, and with the offer's
    /// gap after it.
    #[must_use]
    pub fn claimed(&self, version: &offer_versions::Model, service: Span) -> Span {
        let minutes = |minutes: i32| TimeDelta::minutes(minutes.into());
        let travel = match self.reach {
            Reach::Within(travel) => travel,
            Reach::Beyond | Reach::Unknown => TimeDelta::zero(),
        };
        let after = self.resource.buffer_after_min;
        service.widened(
            travel + minutes(self.resource.buffer_before_min),
            travel + minutes(after) + minutes(version.min_gap_between_bookings_min),
        )
    }

    /// The units that are free for all of `claim`, lowest first.
    pub fn free_units(&self, claim: Span) -> impl Iterator<Item = i32> {
        (0..self.resource.max_simultaneous_bookings.unwrap_or(1)).filter(move |unit| {
            let taken = self.taken.get(unit).map_or(&[][..], Vec::as_slice);
            // Claims of one unit never overlap, so the one that ends first after our start decides.
            let next = taken.partition_point(|span| span.to <= claim.from);
            taken.get(next).is_none_or(|span| !span.overlaps(&claim))
        })
    }

    fn is_open_for(&self, service: Span, mode: DurationMode) -> bool {
        match mode {
            DurationMode::Fixed | DurationMode::Flexible => {
                self.open.iter().any(|open| open.covers(&service))
            }
            // A rental is handed out and taken back while the place is open; in between it may close.
            DurationMode::MultiDay => [service.from, service.to]
                .iter()
                .all(|end| self.open.iter().any(|open| open.touches(*end))),
        }
    }

    fn is_on_grid(&self, start: Moment, interval: TimeDelta) -> bool {
        self.openings
            .iter()
            .filter(|opening| opening.from <= start && start < opening.to)
            .any(|opening| {
                (start - opening.from).num_seconds() % interval.num_seconds().max(1) == 0
                    && start.timestamp_subsec_nanos() == opening.from.timestamp_subsec_nanos()
            })
    }

    /// Every start on the offer's grid within `window`, in order.
    pub fn starts(&self, window: Span, interval: TimeDelta) -> Vec<Moment> {
        let step = interval.num_seconds().max(1);
        let mut starts: Vec<Moment> = self
            .openings
            .iter()
            .flat_map(|opening| {
                let behind = (window.from - opening.from).num_seconds().max(0);
                // Rounded up, and up once more when the window begins within a second.
                let skipped = (behind + step - 1) / step;
                let first = opening.from + TimeDelta::seconds(skipped * step);
                std::iter::successors(Some(first), move |at| Some(*at + interval))
                    .take_while(move |at| *at < opening.to && *at < window.to)
                    .filter(move |at| *at >= window.from)
            })
            .collect();
        starts.sort();
        starts.dedup();
        starts
    }
}

/// Whether `service` can be booked on `primary`, and on `secondary` if there is one, at the moment
/// `now`.
///
/// # Errors
/// The first reason that speaks against it.
pub fn judge(
    version: &offer_versions::Model,
    now: Moment,
    service: Span,
    primary: &Lane,
    secondary: Option<&Lane>,
) -> Result<(), Unbookable> {
    judge_start(version, now, service.from, primary)?;
    judge_place(version, service, primary, secondary)
}

/// Whether a booking may begin then: not too soon, not too far ahead, on the grid.
fn judge_start(
    version: &offer_versions::Model,
    now: Moment,
    start: Moment,
    primary: &Lane,
) -> Result<(), Unbookable> {
    let bookable = terms::bookable(version, now);
    if start < bookable.from {
        return Err(Unbookable::TooSoon);
    }
    if start > bookable.to {
        return Err(Unbookable::TooFar);
    }
    match primary.is_on_grid(start, grid(version)) {
        true => Ok(()),
        false if primary.open.iter().any(|open| open.touches(start)) => Err(Unbookable::OffGrid),
        false => Err(Unbookable::OutsideHours),
    }
}

/// Whether the resources can serve then: within reach, open and free.
///
/// # Errors
/// The first reason that speaks against it.
pub fn judge_place(
    version: &offer_versions::Model,
    service: Span,
    primary: &Lane,
    secondary: Option<&Lane>,
) -> Result<(), Unbookable> {
    let mode = DurationMode::parse(&version.duration_mode);
    for lane in std::iter::once(primary).chain(secondary) {
        match lane.reach {
            Reach::Within(_) => {}
            Reach::Beyond => return Err(Unbookable::OutOfArea),
            Reach::Unknown => return Err(Unbookable::NoAddress),
        }
        if !lane.is_open_for(service, mode) {
            return Err(Unbookable::OutsideHours);
        }
        let claim = lane.claimed(version, service);
        if lane.free_units(claim).next().is_none() {
            return Err(Unbookable::Taken);
        }
    }
    Ok(())
}

/// How far apart the starts of an offer are.
#[must_use]
pub fn grid(version: &offer_versions::Model) -> TimeDelta {
    TimeDelta::minutes(version.slot_interval_min.max(1).into())
}

//! Watching the seats of a class change hands.

use std::collections::HashSet;

use entity::{class_occurrences, class_schedules, domain_events};
use sea_orm::EntityTrait;

use super::repo::{OCCURRENCE, SEATS_CHANGED};
use super::states::{OccurrenceSeat, of_each};
use crate::domain::error::{Error, Refusal, Result};
use crate::domain::gateway::Gateway;
use crate::domain::viewer::Viewer;
use crate::domain::watch::Followed;

/// What the events of a seat map call it.
pub(super) const MAP: &str = "seat_map";

/// The seats of a class as they change, as the viewer sees them.
#[derive(Debug)]
pub struct Watch {
    followed: Followed,
    occurrence_id: String,
    map_id: String,
    /// Whether the seats have been told as they were at first.
    begun: bool,
}

/// Watches the seats of a class, beginning with all of them as they are now, so that whoever connects again has
/// missed nothing.
///
/// # Errors
/// `NOT_FOUND` at `occurrenceId` when the viewer does not see the class; `BadRequest` when it has no seat map;
/// faults.
pub async fn watch(gateway: &Gateway, viewer: &Viewer, occurrence_id: &str) -> Result<Watch> {
    let followed = Followed::begin(gateway, viewer).await?;
    let occurrence = followed
        .read::<class_occurrences::Entity>(occurrence_id)
        .await?
        .ok_or_else(|| Refusal::not_found("occurrenceId", "class"))?;
    let schedule = class_schedules::Entity::find_by_id(&occurrence.class_schedule_id)
        .one(gateway.db.reader())
        .await?;
    let map_id = schedule
        .and_then(|it| it.seat_map_id)
        .ok_or_else(|| Error::BadRequest("This class has no seat map.".to_owned()))?;
    Ok(Watch {
        followed,
        occurrence_id: occurrence.id,
        map_id,
        begun: false,
    })
}

impl Watch {
    /// Waits for the next change, and answers how those seats are now. A change may be told twice.
    ///
    /// # Errors
    /// As [`Followed::next`].
    pub async fn next(&mut self) -> Result<Vec<OccurrenceSeat>> {
        if !self.begun {
            self.begun = true;
            return self.seats(|_| true).await;
        }
        loop {
            let (occurrence, map) = (&self.occurrence_id, &self.map_id);
            let concerns = |event: &domain_events::Model| match event.aggregate_type.as_str() {
                OCCURRENCE => event.kind == SEATS_CHANGED && event.aggregate_id == *occurrence,
                MAP => event.aggregate_id == *map,
                _ => false,
            };
            let event = self.followed.next(concerns).await?;
            let ids = event.payload["seatIds"].as_array().into_iter().flatten();
            let ids: HashSet<&str> = ids.filter_map(|id| id.as_str()).collect();
            let changed = self.seats(|id| ids.contains(id)).await?;
            if !changed.is_empty() {
                return Ok(changed);
            }
        }
    }

    async fn seats(&self, wanted: impl Fn(&str) -> bool) -> Result<Vec<OccurrenceSeat>> {
        let gateway = self.followed.gateway();
        let (db, now) = (gateway.db.reader(), gateway.clock.now());
        let of = vec![self.occurrence_id.clone()];
        let seats = of_each(db, self.followed.viewer(), now, of).await?;
        let seats = seats.get(&self.occurrence_id).map(|seats| seats.iter());
        Ok(seats
            .into_iter()
            .flatten()
            .filter(|it| wanted(&it.seat.id))
            .cloned()
            .collect())
    }
}

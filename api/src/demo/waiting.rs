//! Those who wait: in a walk-in queue, and for a time that is taken.

use chrono::TimeDelta;
use entity::{booking_orders, offers, queues};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use super::people::Guest;
use super::shop::Shop;
use super::world::call;
use crate::domain::civil::Span;
use crate::domain::error::{Error, Result};
use crate::domain::packages::redemption::SessionPayment;
use crate::domain::queues::join::{JoinQueue, join};
use crate::domain::queues::manage::{CreateQueue, create};
use crate::domain::queues::serve;
use crate::domain::queues::waitlists::join::{JoinWaitlist, WaitFor, join as join_waitlist};

/// How long the latest visits took, in minutes, the first of them first.
const LATELY: [i64; 6] = [24, 31, 18, 27, 22, 35];

impl Shop<'_> {
    /// Opens a walk-in queue that has been busy for some hours: somebody is being served, somebody has been called,
    /// and some are waiting.
    pub async fn walk_ins(&self, location: &str, waiting: &[&Guest]) -> Result<()> {
        let (gateway, desk) = (&self.world.gateway, &self.desk);
        let command = CreateQueue {
            biz_id: self.biz.id.clone(),
            location_id: Some(location.to_owned()),
            name: "Walk-in cuts".to_owned(),
            slug: "walk-in-cuts".to_owned(),
            max_capacity: Some(12),
            estimated_service_time_min: Some(25),
        };
        gateway.clock.set(self.world.now - TimeDelta::hours(5));
        let queue = create(gateway, &self.owner, command, call("createQueue")).await?;
        let queue = queue.value;
        let ago: i64 = LATELY.iter().sum();
        gateway
            .clock
            .set(self.world.now - TimeDelta::minutes(ago + 12));
        for minutes in LATELY {
            let entry = self.arrive(&queue, 1, None, None).await?;
            serve::call_next(gateway, desk, &queue.id, call("callNext")).await?;
            serve::start(gateway, desk, &entry, call("startService")).await?;
            gateway.clock.advance(TimeDelta::minutes(minutes));
            serve::finish(gateway, desk, &entry, call("finishService")).await?;
        }
        let served = self
            .arrive(&queue, 1, None, Some("Short on the sides."))
            .await?;
        self.arrive(&queue, 1, None, None).await?;
        serve::call_next(gateway, desk, &queue.id, call("callNext")).await?;
        serve::start(gateway, desk, &served, call("startService")).await?;
        gateway.clock.advance(TimeDelta::minutes(5));
        let note = "A father with two boys; they wait in the park.";
        self.arrive(&queue, 3, None, Some(note)).await?;
        for guest in waiting {
            gateway.clock.advance(TimeDelta::minutes(2));
            self.arrive(&queue, 1, Some(guest), None).await?;
        }
        serve::call_next(gateway, desk, &queue.id, call("callNext")).await?;
        Ok(())
    }

    async fn arrive(
        &self,
        queue: &queues::Model,
        party_size: i32,
        guest: Option<&Guest>,
        notes: Option<&str>,
    ) -> Result<String> {
        let own = guest.and_then(|guest| guest.viewer.as_ref());
        let command = JoinQueue {
            queue_id: queue.id.clone(),
            party_size: Some(party_size),
            customer_id: guest.map(|guest| guest.id.clone()),
            notes: notes.map(str::to_owned),
        };
        let who = own.unwrap_or(&self.desk);
        let entry = join(&self.world.gateway, who, command, call("joinQueue")).await?;
        Ok(entry.value.id)
    }

    /// Lets somebody wait for the time of the next booking of an offer.
    pub async fn wait_for_next(&self, offer: &offers::Model, guest: &Guest) -> Result<()> {
        use booking_orders::{Column, Entity};
        let gateway = &self.world.gateway;
        gateway.clock.set(self.world.now - TimeDelta::minutes(30));
        let next = Entity::find()
            .filter(Column::OfferId.eq(&offer.id))
            .filter(Column::Status.eq("confirmed"))
            .filter(Column::StartAt.gt(self.world.now + TimeDelta::hours(12)))
            .order_by_asc(Column::StartAt)
            .one(gateway.db.reader())
            .await?
            .ok_or_else(|| Error::fault("nothing is booked"))?;
        let window = Span {
            from: next.start_at.to_utc(),
            to: next.end_at.to_utc(),
        };
        let command = JoinWaitlist {
            wait_for: WaitFor::Offer(offer.id.clone(), window),
            party_size: None,
            payment: SessionPayment::default(),
            customer_id: Some(guest.id.clone()),
        };
        join_waitlist(gateway, &self.desk, command, call("joinWaitlist")).await?;
        Ok(())
    }
}

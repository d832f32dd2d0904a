//! The diary of a business: bookings, and how each of them went.

use chrono::TimeDelta;
use entity::{booking_orders, offers};

use super::people::Guest;
use super::shop::Shop;
use super::world::call;
use crate::domain::availability::board::Wanted;
use crate::domain::availability::travel::Address;
use crate::domain::availability::{Search, search};
use crate::domain::bookings::payments::{PaidFor, PaymentKind, RecordPayment, record};
use crate::domain::bookings::progress::{Step, take};
use crate::domain::bookings::rules::status::Status;
use crate::domain::bookings::rules::terms::PaymentTerms;
use crate::domain::bookings::{
    Attempt, Booked, CancelBooking, CreateBooking, cancel, create, notes, time_limit,
};
use crate::domain::civil::Span;
use crate::domain::clock::Moment;
use crate::domain::error::{Error, Result};
use crate::domain::packages::redemption::SessionPayment;

/// How many days are looked through for a free time.
const DAYS: i64 = 14;

/// How a booking goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Course {
    /// As planned: approved and paid for, and, once its time comes, attended.
    AsPlanned,
    /// Just made, and still waiting for what it needs.
    Waiting,
    /// A hold that the customer has yet to confirm.
    Held,
    /// A hold that ran out.
    Expired,
    /// A request that the business did not approve.
    Declined,
    /// Cancelled by the customer in good time.
    Cancelled,
    /// Cancelled by the customer an hour before.
    CancelledLate,
    /// The customer did not come.
    NoShow,
}

/// A booking to be made.
#[derive(Clone, Debug)]
pub struct Visit<'a> {
    offer: &'a offers::Model,
    guest: &'a Guest,
    day: i64,
    at: &'a str,
    course: Course,
    minutes: Option<i32>,
    wanted: Wanted,
    terms: Option<PaymentTerms>,
    session: SessionPayment,
    note: Option<&'a str>,
}

impl<'a> Visit<'a> {
    /// A booking that goes as planned: at the first free time from `at` on, `day` days from today or,
    /// when there is none, on the next day further away.
    pub fn new(offer: &'a offers::Model, guest: &'a Guest, day: i64, at: &'a str) -> Self {
        Self {
            offer,
            guest,
            day,
            at,
            course: Course::AsPlanned,
            minutes: None,
            wanted: Wanted::default(),
            terms: None,
            session: SessionPayment::default(),
            note: None,
        }
    }

    /// Which goes differently.
    pub fn but(mut self, course: Course) -> Self {
        self.course = course;
        self
    }

    /// Of that many minutes.
    pub fn lasting(mut self, minutes: i32) -> Self {
        self.minutes = Some(minutes);
        self
    }

    /// Served by that resource.
    pub fn with(mut self, resource_id: &str) -> Self {
        self.wanted.resource_id = Some(resource_id.to_owned());
        self
    }

    /// At the customer's.
    pub fn to(mut self, address: Address) -> Self {
        self.wanted.address = Some(address);
        self
    }

    /// Paid for later.
    pub fn on(mut self, terms: PaymentTerms) -> Self {
        self.terms = Some(terms);
        self
    }

    /// Paid for with a session of a package.
    pub fn by_package(mut self) -> Self {
        self.session.use_package = true;
        self
    }

    /// With a private note of the owner.
    pub fn noted(mut self, note: &'a str) -> Self {
        self.note = Some(note);
        self
    }
}

impl Shop<'_> {
    /// Makes a booking and lets it take its course.
    pub async fn book(&self, visit: Visit<'_>) -> Result<()> {
        let (world, clock) = (self.world, &self.world.gateway.clock);
        let service = self.free_time(&visit).await?;
        let order = self.create(&visit, service).await?;
        if let Some(note) = visit.note {
            let gateway = &world.gateway;
            let call = call("addBookingNote");
            notes::add(gateway, &self.owner, &order.id, note.into(), true, call).await?;
        }
        clock.advance(TimeDelta::minutes(30));
        match visit.course {
            Course::Waiting | Course::Held => Ok(()),
            Course::Expired => self.let_expire(&order.id).await,
            Course::Declined => self.decline(&order.id).await,
            Course::AsPlanned => {
                let order = self.secure(order).await?;
                self.attend(&order, service).await
            }
            Course::Cancelled => self.cancel(&visit, &order.id, "Something came up.").await,
            Course::CancelledLate => {
                let order = self.secure(order).await?;
                clock.set(service.from - TimeDelta::hours(1));
                self.cancel(&visit, &order.id, "Woke up with a fever.")
                    .await
            }
            Course::NoShow => {
                let order = self.secure(order).await?;
                clock.set(service.from + TimeDelta::minutes(20));
                let call = call("markNoShow");
                take(
                    &world.gateway,
                    &self.desk,
                    &order.id,
                    Step::MarkNoShow,
                    call,
                )
                .await?;
                Ok(())
            }
        }
    }

    /// Finds the time of a visit, and leaves the clock at when it is booked.
    async fn free_time(&self, visit: &Visit<'_>) -> Result<Span> {
        let world = self.world;
        let away = if visit.day < 0 { -1 } else { 1 };
        for days in 0..DAYS {
            let day = visit.day + days * away;
            let window = Span {
                from: self.moment(day, visit.at)?,
                to: self.moment(day + 1, "00:00")?,
            };
            world.gateway.clock.set(match visit.course {
                Course::Waiting | Course::Held => world.now - TimeDelta::minutes(15),
                Course::Expired | Course::Declined => world.now - TimeDelta::days(2),
                _ => window.from.min(world.now) - TimeDelta::days(3),
            });
            let wish = Search {
                offer_id: visit.offer.id.clone(),
                window,
                duration_min: visit.minutes,
                wanted: visit.wanted.clone(),
                limit: Some(1),
                next: false,
            };
            let found = search(&world.gateway, &wish).await?;
            if let Some(slot) = found.slots.first() {
                return Ok(slot.service);
            }
        }
        let name = &visit.offer.name;
        Err(Error::fault(format!("no time for {name} at {}", visit.at)))
    }

    async fn create(&self, visit: &Visit<'_>, service: Span) -> Result<booking_orders::Model> {
        let command = CreateBooking {
            offer_id: visit.offer.id.clone(),
            start: service.from,
            duration_min: visit.minutes,
            wanted: visit.wanted.clone(),
            customer_id: Some(visit.guest.id.clone()),
            hold: matches!(visit.course, Course::Held | Course::Expired),
            payment_terms: visit.terms,
            session: visit.session.clone(),
        };
        let viewer = visit.guest.viewer.as_ref().unwrap_or(&self.desk);
        let call = call("createBooking");
        match create(&self.world.gateway, viewer, command, call).await? {
            Attempt::Made(made) => Ok(made.value.order),
            Attempt::Refused { refusal, .. } => Err(refusal.into()),
        }
    }

    /// Approves a booking and takes its deposit, as far as it needs them.
    async fn secure(&self, mut order: booking_orders::Model) -> Result<booking_orders::Model> {
        let gateway = &self.world.gateway;
        let status = |order: &booking_orders::Model| Status::of(order, gateway.clock.now());
        if status(&order) == Status::PendingApproval {
            let call = call("approveBooking");
            order = take(gateway, &self.desk, &order.id, Step::Approve, call)
                .await?
                .value
                .order;
        }
        if status(&order) == Status::AwaitingDeposit {
            let deposit = order.deposit_required_minor.unwrap_or_default();
            order = self.pay(&order, PaymentKind::Deposit, deposit).await?.order;
        }
        Ok(order)
    }

    /// What happens when its time comes, as far as it has come.
    async fn attend(&self, order: &booking_orders::Model, service: Span) -> Result<()> {
        let (gateway, now) = (&self.world.gateway, self.world.now);
        let until = |moment: Moment| (moment <= now).then(|| gateway.clock.set(moment));
        if until(service.from).is_none() {
            return Ok(());
        }
        take(
            gateway,
            &self.desk,
            &order.id,
            Step::CheckIn,
            call("checkInBooking"),
        )
        .await?;
        if until(service.to).is_none() {
            return Ok(());
        }
        take(
            gateway,
            &self.desk,
            &order.id,
            Step::Complete,
            call("completeBooking"),
        )
        .await?;
        let rest = order.total_minor - order.deposit_required_minor.unwrap_or_default();
        if order.payment_terms.is_none() && rest > 0 {
            self.pay(order, PaymentKind::Balance, rest).await?;
        }
        Ok(())
    }

    async fn pay(
        &self,
        order: &booking_orders::Model,
        kind: PaymentKind,
        amount_minor: i32,
    ) -> Result<Booked> {
        let command = RecordPayment {
            paid_for: PaidFor::Booking(order.id.clone()),
            kind,
            amount_minor,
            reference: Some("Card".to_owned()),
        };
        let gateway = &self.world.gateway;
        let recorded = record(gateway, &self.desk, command, call("recordPayment")).await?;
        recorded
            .value
            .booked
            .ok_or_else(|| Error::fault("a payment without its booking"))
    }

    async fn cancel(&self, visit: &Visit<'_>, booking_id: &str, reason: &str) -> Result<()> {
        let command = CancelBooking {
            booking_id: booking_id.to_owned(),
            reason: Some(reason.to_owned()),
            expected_version: None,
        };
        let viewer = visit.guest.viewer.as_ref().unwrap_or(&self.desk);
        cancel(&self.world.gateway, viewer, command, call("cancelBooking")).await?;
        Ok(())
    }

    async fn decline(&self, booking_id: &str) -> Result<()> {
        let reason = Some("Please see your doctor first.".to_owned());
        let gateway = &self.world.gateway;
        let call = call("declineBooking");
        take(
            gateway,
            &self.desk,
            booking_id,
            Step::Decline { reason },
            call,
        )
        .await?;
        Ok(())
    }

    async fn let_expire(&self, booking_id: &str) -> Result<()> {
        let gateway = &self.world.gateway;
        gateway.clock.advance(gateway.patience.hold);
        time_limit::end(gateway, booking_id).await?;
        Ok(())
    }
}

//! Making a booking.

use chrono::TimeDelta;
use entity::{booking_order_lines, booking_orders, fulfillment_units};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait};
use serde_json::json;

use super::claims::{self, Claim, Holder};
use super::error::BookingRefusal;
use super::repo::{self, Booked};
use super::rules::bill;
use super::rules::cancellation::Policy;
use super::rules::status::{Needs, Status};
use crate::domain::availability::board::{Board, Choice, Wanted};
use crate::domain::availability::repo::Offered;
use crate::domain::availability::rules::{Lane, Unbookable};
use crate::domain::availability::{self, Slot};
use crate::domain::catalog::terms::{self, Quote};
use crate::domain::civil::Span;
use crate::domain::clock::Moment;
use crate::domain::error::{Error, Refusal, RefusalCode, Result};
use crate::domain::gateway::Gateway;
use crate::domain::ids::Kind;
use crate::domain::tx::{Begun, Call, Outcome, Work};
use crate::domain::viewer::Viewer;

/// How long a customer may take to confirm a hold.
const HOLD: TimeDelta = TimeDelta::minutes(10);
/// How long a business may take to approve, and a customer to pay a deposit; never beyond the start.
const PATIENCE: TimeDelta = TimeDelta::hours(24);
/// How many other times a refusal offers.
const ALTERNATIVES: usize = 3;

/// What is to be booked.
#[derive(Clone, Debug)]
pub struct CreateBooking {
    /// The offer.
    pub offer_id: String,
    /// When it is to begin.
    pub start: Moment,
    /// How long it is to be, in minutes; the offer's default when `None`.
    pub duration_min: Option<i32>,
    /// Which resources are wanted.
    pub wanted: Wanted,
    /// For whom; only staff book for somebody else.
    pub customer_id: Option<String>,
    /// Whether to take the time now and confirm later.
    pub hold: bool,
}

/// What became of the wish to book.
#[derive(Clone, Debug)]
pub enum Creation {
    /// It is booked.
    Made(Outcome<Booked>),
    /// It is not; these times would be.
    Refused {
        /// Why.
        refusal: Refusal,
        /// The next times that can be booked, at most three.
        alternatives: Vec<Slot>,
    },
}

/// Books an offer for the viewer or, when staff ask, for a customer.
///
/// The time is claimed, the price and the policy are frozen and the event is written in one
/// transaction.
///
/// # Errors
/// `Unauthenticated`; faults. Refusals are part of [`Creation`].
pub async fn create(
    gateway: &Gateway,
    viewer: &Viewer,
    command: CreateBooking,
    call: Call,
) -> Result<Creation> {
    match attempt(gateway, viewer, &command, &call).await {
        Ok(outcome) => Ok(Creation::Made(outcome)),
        Err(Error::Refused(refusal)) => {
            let alternatives = alternatives(gateway, &command, &refusal).await?;
            Ok(Creation::Refused {
                refusal,
                alternatives,
            })
        }
        Err(error) => Err(error),
    }
}

async fn attempt(
    gateway: &Gateway,
    viewer: &Viewer,
    command: &CreateBooking,
    call: &Call,
) -> Result<Outcome<Booked>> {
    let work = match gateway.begin(viewer, call).await? {
        Begun::Work(work) => work,
        Begun::Done(outcome) => return Ok(outcome),
    };
    let offered = availability::repo::offered(&*work, &command.offer_id)
        .await?
        .ok_or(BookingRefusal::NoOffer)?;
    let customer_id = customer(&work, viewer, &offered.business.id, command).await?;
    let length = terms::duration(&offered.version, command.duration_min)?;
    let quote = terms::quote(&offered.version, length)?;
    let service = Span {
        from: command.start,
        to: command.start + length,
    };
    let board = Board::read(
        &*work,
        &offered.business,
        offered.version.clone(),
        &command.wanted,
        service,
        work.now,
        None,
    )
    .await?;
    let choices = board.free(service).map_err(|reason| match reason {
        Some(reason) => BookingRefusal::Unbookable(reason),
        None => BookingRefusal::NoResource,
    })?;
    let staff = viewer.is_staff_of(&offered.business.id);
    let draft = Draft {
        offered: &offered,
        command,
        customer_id,
        service,
        quote,
        needs: Needs {
            confirmation: command.hold,
            // Whoever may approve need not ask.
            approval: offered.version.requires_approval && !staff,
            deposit: false,
        },
    };
    let order = draft.insert(&work).await?;
    let choice = claim_one(&work, &board, &choices, &order, service).await?;
    let booked = Booked {
        lines: draft.insert_lines(&work, &order).await?,
        units: vec![draft.insert_unit(&work, &order, choice).await?],
        order: locate(&work, order, choice.primary).await?,
    };
    repo::make_customer(&work, &booked.order.biz_id, &draft.customer_id).await?;
    repo::announce(&work, &booked.order, "booking.created").await?;
    work.finish(booked).await
}

/// For whom the booking is: the viewer, or the customer that staff name.
async fn customer(
    work: &Work,
    viewer: &Viewer,
    biz_id: &str,
    command: &CreateBooking,
) -> Result<String> {
    let me = viewer.user_id()?;
    match &command.customer_id {
        None => Ok(me.to_owned()),
        Some(id) if id == me => Ok(me.to_owned()),
        Some(_) if !viewer.is_staff_of(biz_id) => {
            Err(Error::Forbidden("Only staff may book for somebody else."))
        }
        Some(id) if repo::is_known(&**work, biz_id, id).await? => Ok(id.clone()),
        Some(_) => Err(Refusal::not_found("customerId", "customer").into()),
    }
}

/// Takes the time of the first choice that is still free. A rival may have been quicker since the
/// board was read; the database decides.
async fn claim_one<'a>(
    work: &Work,
    board: &Board,
    choices: &[Choice<'a>],
    order: &booking_orders::Model,
    service: Span,
) -> Result<Choice<'a>> {
    for choice in choices {
        let mut lanes: Vec<&Lane> = std::iter::once(choice.primary)
            .chain(choice.secondary)
            .collect();
        // In the order of their ids, so that two writers cannot wait for each other.
        lanes.sort_by(|a, b| a.resource.id.cmp(&b.resource.id));
        let mut taken = true;
        for lane in lanes {
            taken = taken && claim_unit(work, board, lane, order, service).await?;
        }
        if taken {
            return Ok(*choice);
        }
        claims::release(&**work, &order.id).await?;
    }
    Err(BookingRefusal::Unbookable(Unbookable::Taken).into())
}

async fn claim_unit(
    work: &Work,
    board: &Board,
    lane: &Lane,
    order: &booking_orders::Model,
    service: Span,
) -> Result<bool> {
    let span = lane.claimed(&board.version, service);
    let limit = [
        order.hold_expires_at,
        order.approval_due_at,
        order.deposit_due_at,
    ];
    for unit in lane.free_units(span) {
        let claim = Claim {
            biz_id: &order.biz_id,
            resource_id: &lane.resource.id,
            unit,
            span,
            service,
            holder: Holder::Booking(
                &order.id,
                limit
                    .into_iter()
                    .flatten()
                    .min()
                    .map(|limit| limit.to_utc()),
            ),
        };
        if claims::take(work, claim).await? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// A booking about to be written.
struct Draft<'a> {
    offered: &'a Offered,
    command: &'a CreateBooking,
    customer_id: String,
    service: Span,
    quote: Quote,
    needs: Needs,
}

impl Draft<'_> {
    async fn insert(&self, work: &Work) -> Result<booking_orders::Model> {
        let version = &self.offered.version;
        let status = Status::initial(self.needs);
        let limit = |of: Status, patience: TimeDelta| {
            (status == of).then(|| (work.now + patience).min(self.service.from).into())
        };
        let order = booking_orders::ActiveModel {
            id: Set(Kind::Booking.mint(work.now)),
            biz_id: Set(self.offered.business.id.clone()),
            offer_id: Set(self.offered.offer.id.clone()),
            offer_version_id: Set(version.id.clone()),
            customer_user_id: Set(Some(self.customer_id.clone())),
            status: Set(status.as_str().to_owned()),
            version: Set(1),
            start_at: Set(self.service.from.into()),
            end_at: Set(self.service.to.into()),
            requested_duration_min: Set(self.command.duration_min),
            hold_expires_at: Set(limit(Status::Held, HOLD)),
            approval_due_at: Set(limit(Status::PendingApproval, PATIENCE)),
            deposit_due_at: Set(limit(Status::AwaitingDeposit, PATIENCE)),
            currency: Set(version.currency.clone()),
            subtotal_minor: Set(self.quote.total),
            fee_minor: Set(0),
            discount_minor: Set(0),
            tax_minor: Set(0),
            total_minor: Set(self.quote.total),
            price_snapshot: Set(Some(json!({
                "baseMinor": self.quote.base,
                "unitMinor": self.quote.unit,
                "unitMin": version.unit_min,
                "depositPercentBps": version.deposit_percent_bps,
            }))),
            policy_snapshot: Set(Some(serde_json::to_value(Policy::from(&**version))?)),
            created_at: Set(work.now.into()),
            updated_at: Set(work.now.into()),
            ..Default::default()
        };
        Ok(order.insert(&**work).await?)
    }

    async fn insert_lines(
        &self,
        work: &Work,
        order: &booking_orders::Model,
    ) -> Result<Vec<booking_order_lines::Model>> {
        let mut rows = Vec::new();
        for (position, line) in (0..).zip(bill::lines(&self.offered.offer.name, &self.quote)) {
            let row = booking_order_lines::ActiveModel {
                id: Set(Kind::BookingLine.mint(work.now)),
                biz_id: Set(order.biz_id.clone()),
                booking_order_id: Set(order.id.clone()),
                total_minor: Set(line.total()),
                r#type: Set(line.kind.to_owned()),
                label: Set(line.label),
                quantity: Set(line.quantity),
                unit_amount_minor: Set(line.unit_minor),
                position: Set(position),
                created_at: Set(work.now.into()),
                updated_at: Set(work.now.into()),
            };
            rows.push(row.insert(&**work).await?);
        }
        Ok(rows)
    }

    async fn insert_unit(
        &self,
        work: &Work,
        order: &booking_orders::Model,
        choice: Choice<'_>,
    ) -> Result<fulfillment_units::Model> {
        let unit = fulfillment_units::ActiveModel {
            id: Set(Kind::FulfillmentUnit.mint(work.now)),
            biz_id: Set(order.biz_id.clone()),
            booking_order_id: Set(order.id.clone()),
            kind: Set("appointment".to_owned()),
            status: Set("planned".to_owned()),
            planned_start_at: Set(Some(order.start_at)),
            planned_end_at: Set(Some(order.end_at)),
            resource_id: Set(Some(choice.primary.resource.id.clone())),
            secondary_resource_id: Set(choice.secondary.map(|lane| lane.resource.id.clone())),
            location_id: Set(choice.primary.resource.location_id.clone()),
            created_at: Set(work.now.into()),
            updated_at: Set(work.now.into()),
        };
        Ok(unit.insert(&**work).await?)
    }
}

/// Notes where the booking takes place, once it is known who serves it.
async fn locate(
    work: &Work,
    order: booking_orders::Model,
    primary: &Lane,
) -> Result<booking_orders::Model> {
    let mut located: booking_orders::ActiveModel = order.into();
    located.location_id = Set(primary.resource.location_id.clone());
    Ok(booking_orders::Entity::update(located)
        .exec(&**work)
        .await?)
}

/// The next times that could be booked instead, when it was the time that was refused.
async fn alternatives(
    gateway: &Gateway,
    command: &CreateBooking,
    refusal: &Refusal,
) -> Result<Vec<Slot>> {
    if !matches!(
        refusal.code,
        RefusalCode::SlotTaken
            | RefusalCode::OutsideHours
            | RefusalCode::NotBookable
            | RefusalCode::TooSoon
            | RefusalCode::TooFar
    ) {
        return Ok(Vec::new());
    }
    let Some(offered) = availability::repo::offered(gateway.db.reader(), &command.offer_id).await?
    else {
        return Ok(Vec::new());
    };
    let length = terms::duration(&offered.version, command.duration_min)?;
    let bookable = terms::bookable(&offered.version, gateway.clock.now());
    let from = match bookable.touches(command.start) {
        true => command.start,
        false => bookable.from,
    };
    let window = Span {
        from,
        to: bookable.to,
    };
    availability::next(
        gateway,
        &offered,
        &command.wanted,
        window,
        length,
        ALTERNATIVES,
    )
    .await
}

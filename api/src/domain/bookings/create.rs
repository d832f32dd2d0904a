//! Making a booking.

use entity::booking_orders;

use super::draft::{CreateBooking, Draft, insert_lines};
use super::error::BookingRefusal;
use super::placing::claim_one;
use super::repo::Booked;
use super::rules::status::Needs;
use super::writes;
use crate::domain::availability::board::{Board, Choice, Wanted};
use crate::domain::availability::repo::Offered;
use crate::domain::availability::{self, Slot};
use crate::domain::catalog::terms;
use crate::domain::civil::Span;
use crate::domain::error::{Error, Refusal, RefusalCode, Result};
use crate::domain::gateway::Gateway;
use crate::domain::packages::redemption::{self, Needed};
use crate::domain::people::customer::customer;
use crate::domain::queues::waitlists;
use crate::domain::tx::{Begun, Call, Outcome, Work};
use crate::domain::viewer::Viewer;

/// How many other times a refusal offers.
const ALTERNATIVES: usize = 3;
/// How many of a package's sessions a booking takes.
const SESSIONS: i32 = 1;

/// What became of the wish to book.
#[derive(Clone, Debug)]
#[expect(
    clippy::large_enum_variant,
    reason = "made once for each call, and mostly the large one"
)]
pub enum Attempt {
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

impl Attempt {
    /// A refusal that no other time would help against.
    #[must_use]
    pub const fn refused(refusal: Refusal) -> Self {
        Self::Refused {
            refusal,
            alternatives: Vec::new(),
        }
    }
}

/// Books an offer for the viewer or, when staff ask, for a customer.
///
/// The time is claimed, the price and the policy are frozen and the event is written in one
/// transaction.
///
/// # Errors
/// `Unauthenticated`; faults. Refusals are part of [`Attempt`].
pub async fn create(
    gateway: &Gateway,
    viewer: &Viewer,
    command: CreateBooking,
    call: Call,
) -> Result<Attempt> {
    match attempt(gateway, viewer, &command, &call).await {
        Ok(outcome) => Ok(Attempt::Made(outcome)),
        Err(Error::Refused(refusal)) => {
            let alternatives = instead(gateway, &command, &refusal).await?;
            Ok(Attempt::Refused {
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
    // What has run out may have to go to those who wait for it first.
    waitlists::lock_for_offers(&work, &offered.business.id).await?;
    if let Some(address) = &command.wanted.address {
        address.check("serviceAddress")?;
    }
    let named = command.customer_id.as_deref();
    let denied = "Only staff may book for somebody else.";
    let customer_id = customer(&work, viewer, &offered.business.id, named, denied).await?;
    let staff = viewer.is_staff_of(&offered.business.id);
    if command.payment_terms.is_some() && !staff {
        return Err(Error::Forbidden("Only staff may grant payment terms."));
    }
    let terms = Terms {
        staff,
        promised: false,
    };
    let booked = book(&work, &offered, command, customer_id.clone(), terms).await?;
    let service = Span {
        from: booked.order.start_at.to_utc(),
        to: booked.order.end_at.to_utc(),
    };
    Box::pin(waitlists::withdraw_clashing(
        &work,
        &customer_id,
        service,
        None,
    ))
    .await?;
    work.finish(booked).await
}

/// On which terms somebody books.
#[derive(Clone, Copy, Debug, Default)]
pub struct Terms {
    /// Whether staff book, who need not ask for approval.
    pub staff: bool,
    /// Whether the time was promised before: then it is neither too soon nor off the grid.
    pub promised: bool,
}

/// Takes the time of a booking and writes it. Asks no permission, and neither begins nor commits: for whoever
/// has decided that it may be.
///
/// # Errors
/// What speaks against the time, such as `SLOT_TAKEN`; what a package refuses.
pub async fn book(
    work: &Work,
    offered: &Offered,
    command: &CreateBooking,
    customer_id: String,
    Terms { staff, promised }: Terms,
) -> Result<Booked> {
    let length = terms::duration(&offered.version, command.duration_min)?;
    let quote = terms::quote(&offered.version, length)?;
    let service = Span {
        from: command.start,
        to: command.start + length,
    };
    let board = Board::read(
        &**work,
        &offered.business,
        offered.version.clone(),
        &command.wanted,
        service,
        work.now,
        None,
    )
    .await?;
    let choices = match promised {
        true => board.open_and_free(service),
        false => board.free(service),
    };
    let choices = choices.map_err(BookingRefusal::from_board)?;
    let needs = Needs {
        confirmation: command.hold,
        // Whoever may approve need not ask.
        approval: offered.version.requires_approval && !staff,
        deposit: quote.deposit.is_some()
            && command.payment_terms.is_none()
            && !command.session.is_wanted(),
    };
    let draft = Draft {
        offered,
        command,
        customer_id,
        service,
        quote,
        needs,
    };
    let location = |choice: &Choice<'_>| choice.primary.resource.location_id.clone();
    let order = draft
        .insert(work, choices.first().and_then(location))
        .await?;
    let choice = claim_one(work, &board, &choices, &order, service).await?;
    let order = match location(&choice) == order.location_id {
        true => order,
        false => writes::move_to(work, order, location(&choice)).await?,
    };
    let order = pay_with_session(work, &draft, order).await?;
    let booked = Booked {
        lines: insert_lines(work, &order, &offered.offer.name, &draft.quote).await?,
        units: vec![draft.insert_unit(work, &order, choice).await?],
        order,
    };
    writes::make_customer(work, &booked.order.biz_id, &draft.customer_id).await?;
    writes::announce(work, &booked.order, "booking.created").await?;
    Ok(booked)
}

/// Takes a session from the customer's package, if one is to pay. Last of all, when the time is theirs: who
/// waits for a purchase holds up nobody who waits for the time.
async fn pay_with_session(
    work: &Work,
    draft: &Draft<'_>,
    order: booking_orders::Model,
) -> Result<booking_orders::Model> {
    let needed = Needed {
        biz_id: &order.biz_id,
        offer_id: &order.offer_id,
        customer_id: &draft.customer_id,
        sessions: SESSIONS,
    };
    match redemption::choose(work, &needed, &draft.command.session).await? {
        Some(purchase) => {
            let order = writes::pay_with(work, order, &purchase.id).await?;
            redemption::redeem(work, purchase, &order.id, SESSIONS).await?;
            Ok(order)
        }
        None => Ok(order),
    }
}

/// The next times at which the same could be booked.
async fn instead(
    gateway: &Gateway,
    command: &CreateBooking,
    refusal: &Refusal,
) -> Result<Vec<Slot>> {
    let offered = availability::repo::offered(gateway.db.reader(), &command.offer_id).await?;
    let Some(offered) = offered else {
        return Ok(Vec::new());
    };
    let Ok(length) = terms::duration(&offered.version, command.duration_min) else {
        return Ok(Vec::new());
    };
    let service = Span {
        from: command.start,
        to: command.start + length,
    };
    alternatives(gateway, &offered, &command.wanted, service, None, refusal).await
}

/// The next times that would be accepted instead of `service`, when it was the time that was refused.
///
/// # Errors
/// When the database fails.
pub async fn alternatives(
    gateway: &Gateway,
    offered: &Offered,
    wanted: &Wanted,
    service: Span,
    except_booking: Option<&str>,
    refusal: &Refusal,
) -> Result<Vec<Slot>> {
    use RefusalCode::{NotBookable, OutsideHours, SlotTaken, TooFar, TooSoon};
    if !matches!(
        refusal.code,
        SlotTaken | OutsideHours | NotBookable | TooSoon | TooFar
    ) {
        return Ok(Vec::new());
    }
    let bookable = terms::bookable(&offered.version, gateway.clock.now());
    let window = Span {
        from: match bookable.touches(service.from) {
            true => service.from,
            false => bookable.from,
        },
        to: bookable.to,
    };
    let next = availability::Next {
        window,
        length: service.length(),
        limit: ALTERNATIVES,
        except_booking,
    };
    availability::next(gateway, offered, wanted, next).await
}

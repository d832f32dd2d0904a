//! Availability: when an offer can be booked, and why not.
//!
//! What the search offers, a booking accepts; what it does not offer, a booking refuses: both ask
//! [`rules::judge`].

pub mod board;
pub mod calendar;
pub mod hours;
pub mod reasons;
pub mod repo;
pub mod rules;
pub mod travel;

use std::sync::Arc;

use chrono::TimeDelta;
use entity::resources;

use self::board::{Board, Choice, Wanted};
use self::reasons::Reason;
use self::repo::Offered;
use super::catalog::terms::{self, Quote};
use super::civil::Span;
use super::error::{Error, Result};
use super::gateway::Gateway;

/// The longest stretch of time that one search looks at.
const LONGEST_WINDOW: TimeDelta = TimeDelta::days(92);
/// How many slots a search gives when no limit is asked for.
const DEFAULT_LIMIT: usize = 100;
/// The most slots that a search gives.
const MAX_LIMIT: usize = 500;

/// What is searched for.
#[derive(Clone, Debug)]
pub struct Search {
    /// The offer.
    pub offer_id: String,
    /// When the booking is to begin.
    pub window: Span,
    /// How long it is to be, in minutes; the offer's default when `None`.
    pub duration_min: Option<i32>,
    /// Which resources are wanted.
    pub wanted: Wanted,
    /// The most slots wanted.
    pub limit: Option<i32>,
    /// Whether the next slot after the window is wanted too.
    pub next: bool,
}

/// A time that can be booked.
#[derive(Clone, Debug)]
pub struct Slot {
    /// The time of the service, without buffers.
    pub service: Span,
    /// The primary resource.
    pub resource: Arc<resources::Model>,
    /// The secondary resource, when the offer needs one.
    pub secondary: Option<Arc<resources::Model>>,
    /// What it costs.
    pub quote: Quote,
    /// The currency of the quote.
    pub currency: String,
}

/// What a search found.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// The business that offers.
    pub biz_id: String,
    /// The slots, earliest first.
    pub slots: Vec<Slot>,
    /// Why there are none.
    pub reasons: Vec<Reason>,
    /// The next slot after the window, if it was asked for.
    pub next: Option<Slot>,
}

/// Searches for times that can be booked.
///
/// # Errors
/// `BadRequest` for a window that is empty or longer than 92 days, or a limit outside 1…500;
/// `DURATION_NOT_ALLOWED` when the offer does not come in that length.
pub async fn search(gateway: &Gateway, search: &Search) -> Result<Found> {
    let window = search.window;
    if window.from >= window.to || window.length() > LONGEST_WINDOW {
        return Err(Error::BadRequest(
            "`window` must end after it starts, at most 92 days later.".into(),
        ));
    }
    let limit = match search.limit {
        None => DEFAULT_LIMIT,
        Some(limit) => usize::try_from(limit)
            .ok()
            .filter(|limit| (1..=MAX_LIMIT).contains(limit))
            .ok_or_else(|| Error::BadRequest(format!("`limit` must be 1 to {MAX_LIMIT}.")))?,
    };
    if let Some(address) = &search.wanted.address {
        address.check("input.serviceAddress")?;
    }
    let db = gateway.db.reader();
    let now = gateway.clock.now();
    let Some(offered) = repo::offered(db, &search.offer_id).await? else {
        return Ok(Found::default());
    };
    let length = terms::duration(&offered.version, search.duration_min)?;
    let quote = terms::quote(&offered.version, length)?;
    let board = read(gateway, &offered, &search.wanted, window, length, None).await?;
    let slots = slots(&board, window, length, limit, &quote);
    let reasons = match slots.is_empty() {
        true => reasons::explain(&board, window),
        false => Vec::new(),
    };
    let next = match search.next {
        true => {
            let next = Next {
                window: Span {
                    from: window.to,
                    // The horizon itself can still be booked.
                    to: terms::bookable(&offered.version, now).to + TimeDelta::seconds(1),
                },
                length,
                limit: 1,
                except_booking: None,
            };
            self::next(gateway, &offered, &search.wanted, next)
                .await?
                .pop()
        }
        false => None,
    };
    Ok(Found {
        biz_id: offered.business.id,
        slots,
        reasons,
        next,
    })
}

/// Which slots come next.
#[derive(Clone, Copy, Debug)]
pub struct Next<'a> {
    /// When they begin, however long that is.
    pub window: Span,
    /// How long they are.
    pub length: TimeDelta,
    /// The most slots wanted.
    pub limit: usize,
    /// The booking that is being moved, whose own time is free for it.
    pub except_booking: Option<&'a str>,
}

/// The first slots of an offer in a window.
///
/// # Errors
/// When the database fails.
pub async fn next(
    gateway: &Gateway,
    offered: &Offered,
    wanted: &Wanted,
    next: Next<'_>,
) -> Result<Vec<Slot>> {
    if next.window.from >= next.window.to {
        return Ok(Vec::new());
    }
    let quote = terms::quote(&offered.version, next.length)?;
    let (window, length) = (next.window, next.length);
    let board = read(
        gateway,
        offered,
        wanted,
        window,
        length,
        next.except_booking,
    )
    .await?;
    Ok(slots(&board, window, length, next.limit, &quote))
}

async fn read(
    gateway: &Gateway,
    offered: &Offered,
    wanted: &Wanted,
    window: Span,
    length: TimeDelta,
    except_booking: Option<&str>,
) -> Result<Board> {
    Board::read(
        gateway.db.reader(),
        &offered.business,
        offered.version.clone(),
        wanted,
        window.widened(TimeDelta::zero(), length),
        gateway.clock.now(),
        except_booking,
    )
    .await
}

fn slots(board: &Board, window: Span, length: TimeDelta, limit: usize, quote: &Quote) -> Vec<Slot> {
    let slot = |(service, choice): (Span, Choice<'_>)| Slot {
        service,
        resource: choice.primary.resource.clone(),
        secondary: choice.secondary.map(|lane| lane.resource.clone()),
        quote: quote.clone(),
        currency: board.version.currency.clone(),
    };
    board
        .slots(window, length, limit)
        .into_iter()
        .map(slot)
        .collect()
}

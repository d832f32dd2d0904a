//! Taking the time of the first choice that is still free.

use entity::booking_orders;

use super::claims::{self, Claim, Holder};
use super::error::BookingRefusal;
use super::{time_limit, writes};
use crate::domain::availability::board::{Board, Choice};
use crate::domain::availability::rules::{Lane, Unbookable};
use crate::domain::civil::Span;
use crate::domain::error::Result;
use crate::domain::tx::Work;

/// Takes the time of the first choice that is still free. A rival may have been quicker since the
/// board was read; the database decides.
///
/// # Errors
/// `SLOT_TAKEN` when none is.
pub async fn claim_one<'a>(
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
    for unit in lane.free_units(span) {
        let claim = Claim {
            biz_id: &order.biz_id,
            resource_id: &lane.resource.id,
            unit,
            span,
            service,
            holder: Holder::Booking(&order.id, writes::limit(order)),
        };
        if take(work, claim).await? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Takes the time, if it is free. Time that is only held by what has run out is freed first.
///
/// # Errors
/// When the database fails.
pub async fn take(work: &Work, claim: Claim<'_>) -> Result<bool> {
    if claims::take(work, claim).await? {
        return Ok(true);
    }
    time_limit::clear_the_way(work, claim).await?;
    claims::take(work, claim).await
}

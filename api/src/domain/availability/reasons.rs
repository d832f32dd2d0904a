//! Why nothing can be booked in a window.

use std::sync::Arc;

use entity::resources;

use super::board::Board;
use super::rules::Reach;
use crate::domain::catalog::terms;
use crate::domain::civil::Span;

/// The kinds of reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// The resource is not open.
    Closed,
    /// The resource is taken.
    Busy,
    /// It is too soon.
    LeadTime,
    /// It is too far ahead.
    Horizon,
    /// The address is missing, or outside the service radius.
    OutOfArea,
    /// The offer has no resource that fits.
    NoResource,
}

/// A reason, and the stretch of time that it holds for.
#[derive(Clone, Debug)]
pub struct Reason {
    /// Its kind.
    pub cause: Cause,
    /// The time.
    pub span: Span,
    /// The resource that it speaks of. For staff only.
    pub resource: Option<Arc<resources::Model>>,
}

/// Explains why nothing on the board can be booked in `window`.
#[must_use]
pub fn explain(board: &Board, window: Span) -> Vec<Reason> {
    let general = |cause, span| Reason {
        cause,
        span,
        resource: None,
    };
    if board.choices().next().is_none() {
        return vec![general(Cause::NoResource, window)];
    }
    let bookable = terms::bookable(&board.version, board.now());
    let too_soon = Span::new(window.from, window.to.min(bookable.from));
    let too_far = Span::new(window.from.max(bookable.to), window.to);
    let between = Span::new(window.from.max(bookable.from), window.to.min(bookable.to));
    let mut reasons: Vec<Reason> = Vec::new();
    reasons.extend(too_soon.map(|span| general(Cause::LeadTime, span)));
    reasons.extend(between.into_iter().flat_map(|span| {
        board.lanes().map(move |lane| Reason {
            cause: match lane.reach {
                Reach::Beyond | Reach::Unknown => Cause::OutOfArea,
                Reach::Within(_) if lane.opens_in(span) => Cause::Busy,
                Reach::Within(_) => Cause::Closed,
            },
            span,
            resource: Some(lane.resource.clone()),
        })
    }));
    reasons.extend(too_far.map(|span| general(Cause::Horizon, span)));
    reasons
}

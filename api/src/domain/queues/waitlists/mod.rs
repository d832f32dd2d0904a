//! Waitlists: whoever wants a place that is taken gets one that comes free, before the public can take it.
//!
//! A waitlist is the queue of a class, or of an offer, whose waiters each want a time within a window of their
//! own. What is given out is blocked as long as it is: a promised place of a class, or the claimed time of the
//! resources. Whoever frees something calls [`places_freed`] or [`time_freed`] in the same work.
//!
//! The class is locked first, then its waitlist; the waitlists of the offers of a business in the order of their ids,
//! and before any booking.

pub mod claim;
mod class;
mod crowd;
pub mod join;
mod obstacles;
mod opening;
mod rounds;
pub mod sweep;
mod time;

pub use class::{end_class, lapse_class, places_freed};
pub use crowd::withdraw_clashing;
pub use join::{Waiting, join_class};
pub use opening::{lock_around, lock_for_offers};
pub use time::{Freed, lapse_time, time_freed};

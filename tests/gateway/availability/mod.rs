//! Availability: what is offered is accepted, and what is not offered is refused.

mod agreement;
mod model;
mod world;

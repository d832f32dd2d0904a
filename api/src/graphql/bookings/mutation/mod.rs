//! Making and changing bookings.

mod change;
mod note;
mod payment;
mod step;

use async_graphql::MergedObject;

/// The mutations of bookings.
#[derive(MergedObject, Default)]
pub struct BookingsMutation(
    change::ChangeMutation,
    step::StepMutation,
    payment::PaymentMutation,
    note::NoteMutation,
);

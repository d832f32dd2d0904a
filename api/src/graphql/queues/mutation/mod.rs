//! Running queues and waiting in them.

mod desk;
mod place;

use async_graphql::MergedObject;

/// The mutations of queues.
#[derive(MergedObject, Default)]
pub struct QueuesMutation(desk::DeskMutation, place::PlaceMutation);

//! Queues in the schema.

mod entry;
mod event;
mod input;
mod list;
mod loader;
mod mutation;
mod object;
mod offer;
mod query;
mod subscription;
mod words;

pub use entry::QueueEntry;
pub use event::QueueEvent;
pub use list::{business_queues, viewer_queue_entries};
pub use loader::{WaitingFor, WaitlistOf};
pub use mutation::QueuesMutation;
pub use object::Queue;
pub use offer::WaitlistOffer;
pub use query::QueuesQuery;
pub use subscription::QueuesSubscription;
pub use words::QueueKind;

//! Queues in the schema.

mod entry;
mod event;
mod input;
mod list;
mod loader;
mod mutation;
mod object;
mod query;
mod subscription;
mod words;

pub use entry::QueueEntry;
pub use event::QueueEvent;
pub use list::{business_queues, viewer_queue_entries};
pub use mutation::QueuesMutation;
pub use object::Queue;
pub use query::QueuesQuery;
pub use subscription::QueuesSubscription;
pub use words::QueueKind;

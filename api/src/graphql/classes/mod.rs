//! Classes in the schema.

mod occurrence;
mod query;
mod schedule;
mod words;

pub use occurrence::ClassOccurrence;
pub use query::ClassesQuery;
pub use schedule::ClassSchedule;
pub use words::{ClassOccurrenceStatus, ClassScheduleStatus, GapPolicy};

//! Classes in the schema.

mod enrollment;
mod input;
mod lists;
mod loader;
mod mutation;
mod occurrence;
mod query;
mod schedule;
mod subscription;
mod words;

pub use enrollment::Enrollment;
pub use lists::{EnrollmentFilter, business_classes, viewer_enrollments};
pub use mutation::ClassesMutation;
pub use occurrence::ClassOccurrence;
pub use query::ClassesQuery;
pub use schedule::{ClassCollision, ClassSchedule};
pub use subscription::ClassesSubscription;
pub use words::{
    ClassOccurrenceStatus, ClassScheduleStatus, EnrollmentStatus, GapPolicy, OccurrenceAvailability,
};

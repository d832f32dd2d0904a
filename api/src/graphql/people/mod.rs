//! People in the schema: users, what they are to a business, and the viewer.

mod input;
mod membership;
mod mutation;
mod query;
mod user;
mod viewer;

pub use membership::{Membership, Role};
pub use mutation::PeopleMutation;
pub use query::PeopleQuery;
pub use user::User;
pub use viewer::{Viewer, role_now};

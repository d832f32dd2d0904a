use async_graphql::Object;
use entity::resource_claims;

use crate::graphql::object::wraps;
use crate::graphql::scalars::DateTime;

wraps! {
    /// A stretch of a resource's time that is taken.
    BusyInterval(resource_claims::Model)
}

/// A stretch of a resource's time that is taken, with the buffers around it.
#[Object]
impl BusyInterval {
    /// When it begins.
    async fn start_at(&self) -> DateTime {
        self.0.starts_at.into()
    }

    /// When it ends.
    async fn end_at(&self) -> DateTime {
        self.0.ends_at.into()
    }
}

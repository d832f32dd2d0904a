//! Private notes. Every path to them is guarded: see `domain::bookings::notes`.

use async_graphql::{Context, ID, Object};

use crate::graphql::error::Result;
use crate::graphql::object::{follow, wraps};
use crate::graphql::people::User;
use crate::graphql::scalars::DateTime;

wraps! {
    /// A private note on a booking. Only staff of the business ever see one.
    BookingNote(entity::booking_order_private_notes::Model)
}

/// A private note on a booking.
#[Object]
impl BookingNote {
    /// The id.
    pub async fn id(&self) -> ID {
        self.0.id.clone().into()
    }

    /// Who wrote it.
    async fn author(&self, ctx: &Context<'_>) -> Result<User> {
        follow::<entity::users::Entity, _>(ctx, &self.0.author_user_id).await
    }

    /// What it says.
    async fn note(&self) -> &str {
        &self.0.note
    }

    /// Whether it is pinned.
    async fn is_pinned(&self) -> bool {
        self.0.is_pinned
    }

    /// When it was written.
    async fn created_at(&self) -> DateTime {
        self.0.created_at.into()
    }

    /// When it was last changed.
    async fn updated_at(&self) -> DateTime {
        self.0.updated_at.into()
    }
}

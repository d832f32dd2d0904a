use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::dataloader::Loader;
use async_graphql::{Context, Object};
use entity::{memberships, users};

use super::{Membership, Role, User};
use crate::domain::people::directory;
use crate::domain::{self, Error};
use crate::graphql::bookings::{Booking, BookingFilter, BookingOrder, viewer_bookings};
use crate::graphql::classes::{Enrollment, EnrollmentFilter, viewer_enrollments};
use crate::graphql::connection::{Connection, PageArguments};
use crate::graphql::context::ContextExt;
use crate::graphql::error::Result;
use crate::graphql::loader::{Source, grouped};
use crate::graphql::object::follow;
use crate::graphql::queues::{QueueEntry, viewer_queue_entries};

/// Whoever is signed in, by their user id.
pub struct Viewer(pub String);

/// Whoever is signed in.
#[Object]
impl Viewer {
    /// The person.
    #[graphql(shareable)]
    async fn user(&self, ctx: &Context<'_>) -> Result<User> {
        follow::<users::Entity, _>(ctx, &self.0).await
    }

    /// What they are to which businesses, the oldest first.
    async fn memberships(&self, ctx: &Context<'_>) -> Result<Vec<Membership>> {
        let memberships = ctx.loaders().load(MembershipsOf(self.0.clone())).await?;
        let rows = memberships.unwrap_or_default();
        Ok(rows.iter().cloned().map(Membership::from).collect())
    }

    /// The viewer's own bookings.
    async fn bookings(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which bookings are wanted; all without it.")] filter: Option<
            BookingFilter,
        >,
        #[graphql(desc = "In which order; the earliest first without it.")] order_by: Option<
            BookingOrder,
        >,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Connection<Booking>> {
        let page = PageArguments::new(first, after, last, before);
        viewer_bookings(ctx, filter, order_by, page).await
    }

    /// The viewer's own enrolments on classes, the latest first.
    async fn enrollments(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which enrolments are wanted; all without it.")] filter: Option<
            EnrollmentFilter,
        >,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Connection<Enrollment>> {
        let page = PageArguments::new(first, after, last, before);
        viewer_enrollments(ctx, filter, page).await
    }

    /// The viewer's own places in queues and on waitlists, the latest first.
    async fn queue_entries(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those that are in the queue still, or only those that are not.")]
        live: Option<bool>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Connection<QueueEntry>> {
        let page = PageArguments::new(first, after, last, before);
        viewer_queue_entries(ctx, live, page).await
    }
}

/// What the viewer is to a business at this moment, read anew.
///
/// # Errors
/// When the database fails.
pub async fn role_now(ctx: &Context<'_>, biz_id: &str) -> Result<Option<Role>> {
    let Some(user_id) = ctx.viewer().id() else {
        return Ok(None);
    };
    let memberships = MembershipsOf(user_id.to_owned());
    let memberships = ctx.loaders().load(memberships).await?.unwrap_or_default();
    let membership = memberships.iter().find(|row| row.biz_id == biz_id);
    Ok(membership
        .and_then(|row| domain::viewer::Role::parse(&row.role))
        .map(Role::from))
}

/// The memberships of a user.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct MembershipsOf(pub String);

impl Loader<MembershipsOf> for Source {
    type Value = Arc<[memberships::Model]>;
    type Error = Error;

    async fn load(
        &self,
        keys: &[MembershipsOf],
    ) -> Result<HashMap<MembershipsOf, Self::Value>, Error> {
        let users = keys.iter().map(|key| key.0.clone()).collect();
        let rows = directory::memberships_of(self.gateway.db.reader(), &self.viewer, users).await?;
        Ok(grouped(keys, rows, |row| {
            MembershipsOf(row.user_id.clone())
        }))
    }
}

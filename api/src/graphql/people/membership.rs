use async_graphql::{Context, Enum, ID, Object};
use entity::{bizes, memberships, users};

use super::User;
use crate::domain::{Error, viewer};
use crate::graphql::catalog::Business;
use crate::graphql::context::ContextExt;
use crate::graphql::error::Result;
use crate::graphql::object::{follow, wraps};
use crate::graphql::scalars::DateTime;

wraps! {
    /// A person's part in a business.
    Membership(memberships::Model)
}

/// A person's part in a business.
#[Object]
impl Membership {
    /// The id.
    pub async fn id(&self) -> ID {
        ID::from(&self.0.id)
    }

    /// The business.
    async fn business(&self, ctx: &Context<'_>) -> Result<Business> {
        follow::<bizes::Entity, _>(ctx, &self.0.biz_id).await
    }

    /// Since when the business will have no dealings with them. Staff only; null for everybody else.
    async fn blocked_at(&self, ctx: &Context<'_>) -> Option<DateTime> {
        let staff = ctx.viewer().is_staff_of(&self.0.biz_id);
        self.0.blocked_at.filter(|_| staff).map(Into::into)
    }

    /// The person.
    async fn user(&self, ctx: &Context<'_>) -> Result<User> {
        follow::<users::Entity, _>(ctx, &self.0.user_id).await
    }

    /// What the person is to the business.
    async fn role(&self) -> Result<Role> {
        viewer::Role::parse(&self.0.role)
            .map(Role::from)
            .ok_or_else(|| Error::fault("an unknown role is stored").into())
    }
}

/// What a person is to a business.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "viewer::Role")]
pub enum Role {
    /// Owns the business.
    Owner,
    /// Administers everything.
    Admin,
    /// Runs the place: shapes the catalog.
    Manager,
    /// Works at the desk.
    Staff,
    /// Hosts or instructs.
    Host,
    /// Books there.
    Customer,
}

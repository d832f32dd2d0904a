use std::collections::HashMap;

use async_graphql::dataloader::Loader;
use async_graphql::{Context, ID, Object};
use entity::users;

use crate::domain::Error;
use crate::domain::people::directory;
use crate::graphql::context::ContextExt;
use crate::graphql::error::Result;
use crate::graphql::loader::Source;
use crate::graphql::object::wraps;

wraps! {
    /// A person.
    User(users::Model)
}

/// A person.
#[Object]
impl User {
    /// The id.
    pub async fn id(&self) -> ID {
        ID::from(&self.0.id)
    }

    /// What they are called.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Their address. Only they themself see it, and the staff of a business that they have a part in.
    async fn email(&self, ctx: &Context<'_>) -> Result<Option<&str>> {
        self.in_confidence(ctx, self.0.email.as_deref()).await
    }

    /// Their telephone number, for those who see the address.
    async fn phone(&self, ctx: &Context<'_>) -> Result<Option<&str>> {
        self.in_confidence(ctx, self.0.phone.as_deref()).await
    }
}

impl User {
    /// The person without their name or anything else, for those who know but that there is somebody.
    #[must_use]
    pub fn veiled(&self) -> Self {
        users::Model {
            name: "Somebody".to_owned(),
            email: None,
            phone: None,
            ..(*self.0).clone()
        }
        .into()
    }

    /// What only the person and the staff around them may know.
    async fn in_confidence<'a>(
        &self,
        ctx: &Context<'_>,
        secret: Option<&'a str>,
    ) -> Result<Option<&'a str>> {
        let viewer = ctx.viewer();
        if secret.is_none() || viewer.is(&self.0.id) {
            return Ok(secret);
        }
        if viewer.staffed().next().is_none() {
            return Ok(None);
        }
        let known = ctx
            .loaders()
            .load(KnownToStaff(self.0.id.clone()))
            .await?
            .is_some();
        Ok(secret.filter(|_| known))
    }
}

/// Whether a person has a part in a business that the viewer works for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct KnownToStaff(pub String);

impl Loader<KnownToStaff> for Source {
    type Value = ();
    type Error = Error;

    async fn load(&self, keys: &[KnownToStaff]) -> Result<HashMap<KnownToStaff, ()>, Error> {
        let users = keys.iter().map(|key| key.0.clone()).collect();
        let known =
            directory::members_among(self.gateway.db.reader(), users, self.viewer.staffed())
                .await?;
        Ok(known.into_iter().map(|id| (KnownToStaff(id), ())).collect())
    }
}

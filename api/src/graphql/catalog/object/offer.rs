use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::dataloader::Loader;
use async_graphql::{Context, ID, Object};
use entity::{bizes, offer_versions, offers};

use super::{Business, OfferVersion};
use crate::domain::Error;
use crate::domain::catalog::lists::{self, ListedOffer};
use crate::domain::catalog::repo;
use crate::graphql::availability::{Availability, AvailabilityInput, availability};
use crate::graphql::connection::{Connection, PageArguments, connect};
use crate::graphql::context::ContextExt;
use crate::graphql::error::Result;
use crate::graphql::loader::Source;
use crate::graphql::object::follow;

/// Something that customers can book, with its published version if that came along by a JOIN.
#[derive(Clone, Debug)]
pub struct Offer(
    pub Arc<offers::Model>,
    Option<Option<Arc<offer_versions::Model>>>,
);

impl From<Arc<offers::Model>> for Offer {
    fn from(row: Arc<offers::Model>) -> Self {
        Self(row, None)
    }
}

impl From<offers::Model> for Offer {
    fn from(row: offers::Model) -> Self {
        Arc::new(row).into()
    }
}

impl From<ListedOffer> for Offer {
    fn from(listed: ListedOffer) -> Self {
        let current = listed.current.map(|version| version.map(Arc::new));
        Self(Arc::new(listed.offer), current)
    }
}

/// Something that customers can book. Its terms are in its versions.
#[Object]
impl Offer {
    /// The id.
    pub async fn id(&self) -> ID {
        ID::from(&self.0.id)
    }

    /// The business that offers it.
    async fn business(&self, ctx: &Context<'_>) -> Result<Business> {
        follow::<bizes::Entity, _>(ctx, &self.0.biz_id).await
    }

    /// What it is called.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Its name in addresses, of its own within the business.
    async fn slug(&self) -> &str {
        &self.0.slug
    }

    /// What it is, in the business's words.
    async fn description(&self) -> Option<&str> {
        self.0.description.as_deref()
    }

    /// Whether everybody sees it.
    async fn is_published(&self) -> bool {
        self.0.is_published
    }

    /// The terms that are booked now: the published version; null before the first.
    async fn current_version(&self, ctx: &Context<'_>) -> Result<Option<OfferVersion>> {
        let version = match &self.1 {
            Some(version) => version.clone(),
            None => {
                let version = CurrentVersionOf(self.0.id.clone());
                ctx.loaders().load(version).await?
            }
        };
        Ok(version.map(OfferVersion))
    }

    /// All its versions, the latest first. For staff only.
    async fn versions(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Connection<OfferVersion>> {
        let page = PageArguments::new(first, after, last, before).request(ctx)?;
        let page = lists::versions(ctx.gateway(), ctx.viewer(), &self.0, &page).await?;
        Ok(connect(page, OfferVersion::from))
    }

    /// When it can be booked. Each of the slots can be booked as it stands.
    async fn availability(
        &self,
        ctx: &Context<'_>,
        input: AvailabilityInput,
    ) -> Result<Availability> {
        availability(ctx, &self.0.id, input).await
    }
}

/// The published version of an offer.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CurrentVersionOf(pub String);

impl Loader<CurrentVersionOf> for Source {
    type Value = Arc<offer_versions::Model>;
    type Error = Error;

    async fn load(
        &self,
        keys: &[CurrentVersionOf],
    ) -> Result<HashMap<CurrentVersionOf, Self::Value>, Error> {
        let offers = keys.iter().map(|key| key.0.clone()).collect();
        let versions = repo::published_versions(self.gateway.db.reader(), offers).await?;
        Ok(versions
            .into_iter()
            .map(|version| {
                let offer = CurrentVersionOf(version.offer_id.clone());
                (offer, Arc::new(version))
            })
            .collect())
    }
}

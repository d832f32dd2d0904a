//! Reading packages.

use async_graphql::{Context, ID, Object};

use super::PackagePurchase;
use crate::domain::ids::Kind;
use crate::graphql::error::Maybe;
use crate::graphql::object::find;

/// The queries about packages.
#[derive(Default)]
pub struct PackagesQuery;

#[Object]
impl PackagesQuery {
    /// A package that the viewer bought or was given, or one of a business that the viewer works for.
    async fn package_purchase(&self, ctx: &Context<'_>, id: ID) -> Maybe<PackagePurchase> {
        find::<entity::customer_purchases::Entity, _>(ctx, Kind::PackagePurchase, &id)
            .await
            .transpose()
    }
}

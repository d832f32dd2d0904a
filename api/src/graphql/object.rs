//! What all objects share: they wrap a row, and they reach other rows through loaders.

use std::sync::Arc;

use async_graphql::{Context, ScalarType, SimpleObject};
use sea_orm::{EntityTrait, PrimaryKeyTrait};

use super::context::ContextExt;
use super::error::Result;
use super::loader::{ById, Visible};
use super::scalars::CurrencyCode;
use crate::domain::Error;
use crate::domain::ids::Kind;
use crate::domain::scope::Scoped;

/// Defines an object as a shared row of a table.
macro_rules! wraps {
    ($(#[$doc:meta])* $name:ident($model:ty)) => {
        $(#[$doc])*
        #[derive(Clone, Debug)]
        pub struct $name(pub std::sync::Arc<$model>);

        impl From<std::sync::Arc<$model>> for $name {
            fn from(row: std::sync::Arc<$model>) -> Self {
                Self(row)
            }
        }

        impl From<$model> for $name {
            fn from(row: $model) -> Self {
                Self(std::sync::Arc::new(row))
            }
        }
    };
}

pub(crate) use wraps;

/// Follows a reference from something visible to the row that it points at.
///
/// # Errors
/// A fault when the row is not there: the foreign keys hold it.
pub async fn follow<E, T>(ctx: &Context<'_>, id: &str) -> Result<T>
where
    E: EntityTrait,
    E::PrimaryKey: PrimaryKeyTrait<ValueType = String>,
    E::Model: Send + Sync,
    T: From<Arc<E::Model>>,
{
    let row = ctx.loaders().load(ById::<E>::new(id)).await?;
    row.map(T::from)
        .ok_or_else(|| Error::fault(format!("nothing has the id {id}")).into())
}

/// Follows a reference that may be empty.
///
/// # Errors
/// As [`follow`].
pub async fn follow_some<E, T>(ctx: &Context<'_>, id: Option<&str>) -> Result<Option<T>>
where
    E: EntityTrait,
    E::PrimaryKey: PrimaryKeyTrait<ValueType = String>,
    E::Model: Send + Sync,
    T: From<Arc<E::Model>>,
{
    match id {
        Some(id) => follow::<E, T>(ctx, id).await.map(Some),
        None => Ok(None),
    }
}

/// Finds what the client named, if the viewer may see it.
///
/// # Errors
/// `BadRequest` when `id` is not the id of a `kind`.
pub async fn find<E, T>(ctx: &Context<'_>, kind: Kind, id: &str) -> Result<Option<T>>
where
    E: Scoped,
    E::PrimaryKey: PrimaryKeyTrait<ValueType = String>,
    E::Model: Send + Sync,
    T: From<Arc<E::Model>>,
{
    let id = kind
        .accept(id, "id")
        .map_err(|refusal| Error::BadRequest(refusal.message))?;
    Ok(ctx
        .loaders()
        .load(Visible::<E>::new(id))
        .await?
        .map(T::from))
}

/// Shows a value that the database stores in its GraphQL form.
///
/// # Errors
/// A fault when it is no such value; the inputs are checked.
pub fn stored<T: ScalarType>(text: &str) -> Result<T> {
    T::parse(text.into()).map_err(|_| Error::fault(format!("{text} is stored")).into())
}

/// An amount of money.
#[derive(Clone, Debug, PartialEq, Eq, SimpleObject)]
#[graphql(shareable)]
pub struct Money {
    /// The amount in the currency's minor unit, such as cents.
    pub amount_minor: i32,
    /// The currency.
    pub currency: CurrencyCode,
}

impl Money {
    /// An amount in a currency that the database stores by its code.
    ///
    /// # Errors
    /// A fault when the code is none; the inputs are checked.
    pub fn new(amount_minor: i32, currency: &str) -> Result<Self> {
        Ok(Self {
            amount_minor,
            currency: stored(currency)?,
        })
    }
}

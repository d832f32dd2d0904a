//! Rows by their id: what every to-one relation and every `node` asks for.

use std::collections::HashMap;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::sync::Arc;

use async_graphql::dataloader::Loader;
use sea_orm::{EntityTrait, ModelTrait, PrimaryKeyTrait, QueryFilter, Select, Value};

use super::Source;
use crate::domain::Error;
use crate::domain::scope::{Scoped, any_of, id_column};

macro_rules! key {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        pub struct $name<E>(pub String, PhantomData<fn() -> E>);

        impl<E> $name<E> {
            /// The row with this id.
            pub fn new(id: impl Into<String>) -> Self {
                Self(id.into(), PhantomData)
            }
        }

        impl<E> Clone for $name<E> {
            fn clone(&self) -> Self {
                Self::new(self.0.clone())
            }
        }

        impl<E> PartialEq for $name<E> {
            fn eq(&self, other: &Self) -> bool {
                self.0 == other.0
            }
        }

        impl<E> Eq for $name<E> {}

        impl<E> Hash for $name<E> {
            fn hash<H: Hasher>(&self, state: &mut H) {
                self.0.hash(state);
            }
        }

        impl<E> fmt::Debug for $name<E> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

key! {
    /// A row that something visible points at. Asks no permission: whoever sees the one may follow it
    /// to the other.
    ById
}

key! {
    /// A row that the client named. Found only if the viewer may see it.
    Visible
}

impl<E> Loader<ById<E>> for Source
where
    E: EntityTrait,
    E::PrimaryKey: PrimaryKeyTrait<ValueType = String>,
    E::Model: Send + Sync,
{
    type Value = Arc<E::Model>;
    type Error = Error;

    async fn load(&self, keys: &[ById<E>]) -> Result<HashMap<ById<E>, Self::Value>, Error> {
        let rows = fetch::<E>(self, E::find(), keys.iter().map(|key| &key.0)).await?;
        Ok(rows.map(|(id, row)| (ById::new(id), row)).collect())
    }
}

impl<E> Loader<Visible<E>> for Source
where
    E: Scoped,
    E::PrimaryKey: PrimaryKeyTrait<ValueType = String>,
    E::Model: Send + Sync,
{
    type Value = Arc<E::Model>;
    type Error = Error;

    async fn load(&self, keys: &[Visible<E>]) -> Result<HashMap<Visible<E>, Self::Value>, Error> {
        let rows = fetch::<E>(
            self,
            E::visible_to(&self.viewer),
            keys.iter().map(|key| &key.0),
        )
        .await?;
        Ok(rows.map(|(id, row)| (Visible::new(id), row)).collect())
    }
}

async fn fetch<E>(
    source: &Source,
    rows: Select<E>,
    ids: impl Iterator<Item = &String>,
) -> Result<impl Iterator<Item = (String, Arc<E::Model>)>, Error>
where
    E: EntityTrait,
    E::Model: Send + Sync,
{
    let db = source.gateway.db.reader();
    let column = id_column::<E>();
    let rows = rows
        .filter(any_of(db, column, ids.cloned()))
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .filter_map(move |row| match row.get(column) {
            Value::String(Some(id)) => Some((id, Arc::new(row))),
            _ => None,
        }))
}

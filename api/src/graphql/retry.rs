//! Mutations whose work the database gave up, for the sake of somebody else's, are done again.
//!
//! Two writers may come to wait for each other, whatever order they lock in: a place that is given up goes to
//! others, whose packages are known only then. PostgreSQL ends such a deadlock by undoing one of the two
//! transactions whole. Nothing of it is left, its idempotency key neither, so that the mutation can simply be
//! done anew, as if it had come a moment later.

use std::borrow::Cow;

use async_graphql::parser::types::Field;
use async_graphql::registry::Registry;
use async_graphql::resolver_utils::{ContainerType, resolve_container_serial};
use async_graphql::{
    Context, ContextSelectionSet, ObjectType, OutputType, Positioned, ServerError, ServerResult,
    Value,
};

use crate::domain::Error;

/// How often a mutation is tried. Whoever was in the way is done by the next time, so that one is almost
/// always enough.
const ATTEMPTS: usize = 5;

/// The root of the mutations, each of which is done again when the database has undone it.
#[derive(Default)]
pub struct Retried<T>(T);

/// Whether it was the mutation itself that was undone. What fails further down the path reads what the
/// mutation has done: that is done once.
fn was_undone(error: &ServerError) -> bool {
    error.path.len() <= 1 && error.source::<Error>().is_some_and(Error::was_undone)
}

impl<T: ObjectType> ContainerType for Retried<T> {
    async fn resolve_field(&self, ctx: &Context<'_>) -> ServerResult<Option<Value>> {
        let mut attempt = 1;
        loop {
            match self.0.resolve_field(ctx).await {
                Err(error) if attempt < ATTEMPTS && was_undone(&error) => {
                    tracing::info!(attempt, path = ?error.path, "undone by the database: again");
                    attempt += 1;
                }
                done => return done,
            }
        }
    }

    async fn find_entity(&self, ctx: &Context<'_>, params: &Value) -> ServerResult<Option<Value>> {
        self.0.find_entity(ctx, params).await
    }
}

impl<T: ObjectType> OutputType for Retried<T> {
    fn type_name() -> Cow<'static, str> {
        T::type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        T::create_type_info(registry)
    }

    async fn resolve(
        &self,
        ctx: &ContextSelectionSet<'_>,
        _: &Positioned<Field>,
    ) -> ServerResult<Value> {
        resolve_container_serial(ctx, self).await
    }
}

impl<T: ObjectType> ObjectType for Retried<T> {}

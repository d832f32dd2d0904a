//! Classes as they change.

use async_graphql::{Context, ID, Subscription};
use entity::class_occurrences;
use futures_util::{Stream, TryStreamExt, stream};

use super::ClassOccurrence;
use crate::domain::Error;
use crate::domain::classes::writes::AGGREGATE;
use crate::domain::ids::Kind;
use crate::domain::watch::{self, Subject};
use crate::graphql::context::ContextExt;
use crate::graphql::error::{Failure, Result};

/// The subscriptions of classes.
#[derive(Default)]
pub struct ClassesSubscription;

#[Subscription]
impl ClassesSubscription {
    /// A class whenever it or its places change, as it is then; the same state may come twice.
    ///
    /// The present state comes first, so that whoever connects again has missed nothing. It ends with an error
    /// when the viewer loses a role, or sight of the class.
    async fn class_occurrence_changed<'ctx>(
        &self,
        ctx: &Context<'ctx>,
        #[graphql(desc = "The class that is watched.")] occurrence_id: ID,
    ) -> Result<impl Stream<Item = Result<ClassOccurrence>> + use<'ctx>> {
        let subject = Subject {
            id: Kind::ClassOccurrence.accept(&occurrence_id, "occurrenceId")?,
            aggregate: AGGREGATE,
            field: "occurrenceId",
            what: "class",
        };
        let watch =
            watch::one::<class_occurrences::Entity>(ctx.gateway(), ctx.viewer(), subject).await?;
        let changes = stream::try_unfold(watch, async |mut watch| {
            let class = watch.next().await?;
            Ok(Some((ClassOccurrence::from(class), watch)))
        });
        Ok(changes.map_err(|error: Error| Failure::from(error)))
    }
}

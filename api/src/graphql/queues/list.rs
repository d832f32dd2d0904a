//! Lists of queues and entries that hang on other nouns.

use async_graphql::Context;

use super::{Queue, QueueEntry, QueueKind};
use crate::domain::queues::list;
use crate::graphql::connection::{Connection, PageArguments, connect};
use crate::graphql::context::ContextExt;
use crate::graphql::error::Result;

/// A page of the queues of a business.
///
/// # Errors
/// As [`list::of_business`].
pub async fn business_queues(
    ctx: &Context<'_>,
    biz_id: &str,
    kind: Option<QueueKind>,
    page: PageArguments,
) -> Result<Connection<Queue>> {
    let page = page.request(ctx)?;
    let (gateway, viewer) = (ctx.gateway(), ctx.viewer());
    let kind = kind.map(Into::into);
    let page = list::of_business(gateway, viewer, biz_id, kind, &page).await?;
    Ok(connect(page, Queue::from))
}

/// A page of the viewer's own entries.
///
/// # Errors
/// As [`list::of_viewer`].
pub async fn viewer_queue_entries(
    ctx: &Context<'_>,
    live: Option<bool>,
    page: PageArguments,
) -> Result<Connection<QueueEntry>> {
    let page = page.request(ctx)?;
    let page = list::of_viewer(ctx.gateway(), ctx.viewer(), live, &page).await?;
    Ok(connect(page, QueueEntry::from))
}

//! Connections as Relay defines them, over the domain's keyset pages.

use async_graphql::connection::{self, Edge};
use async_graphql::{Context, Lookahead, OutputType, SimpleObject};

use super::error::Result;
use crate::domain::Error;
use crate::domain::page::{Page, PageRequest};

/// The page size when none is asked for.
pub const DEFAULT_SIZE: i32 = 20;
/// The largest page.
pub const MAX_SIZE: i32 = 100;

/// One page of a list, with the cursors to ask for the next.
pub type Connection<T> = connection::Connection<String, T, TotalCount>;

/// What every connection has beside its edges.
#[derive(SimpleObject)]
pub struct TotalCount {
    /// The length of the whole list. Counted only when it is asked for.
    total_count: i32,
}

/// The four arguments of a connection field.
#[derive(Clone, Debug, Default)]
pub struct PageArguments {
    /// How many from the start.
    pub first: Option<i32>,
    /// Start after this cursor.
    pub after: Option<String>,
    /// How many from the end.
    pub last: Option<i32>,
    /// End before this cursor.
    pub before: Option<String>,
}

impl PageArguments {
    /// The arguments in the order in which every connection field has them.
    #[must_use]
    pub fn new(
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Self {
        Self {
            first,
            after,
            last,
            before,
        }
    }

    /// The page that the arguments ask for; the list is counted if the selection wants its length.
    ///
    /// # Errors
    /// `BadRequest` for a size outside 1…100, and for `first` together with `last`.
    pub fn request(self, ctx: &Context<'_>) -> Result<PageRequest> {
        let backward = self.last.is_some();
        let size = match (self.first, self.last) {
            (Some(_), Some(_)) => {
                return Err(bad("Ask for `first` or for `last`, not for both."));
            }
            (Some(first), None) => in_range("first", first)?,
            (None, Some(last)) => in_range("last", last)?,
            (None, None) => in_range("first", DEFAULT_SIZE)?,
        };
        Ok(PageRequest {
            size,
            backward,
            after: self.after,
            before: self.before,
            count: ctx.look_ahead().field("totalCount").exists(),
        })
    }
}

fn in_range(name: &str, size: i32) -> Result<u64> {
    match u64::try_from(size) {
        Ok(wanted @ 1..) if size <= MAX_SIZE => Ok(wanted),
        _ => Err(bad(format!(
            "`{name}` is {size}; a page holds 1 to {MAX_SIZE}."
        ))),
    }
}

fn bad(message: impl Into<String>) -> super::error::Failure {
    Error::BadRequest(message.into()).into()
}

/// Whether a connection's selection wants that field of its nodes.
pub fn selects(connection: Lookahead<'_>, field: &str) -> bool {
    let nodes = connection.field("nodes").field(field);
    let edges = connection.field("edges").field("node").field(field);
    nodes.exists() || edges.exists()
}

/// A connection over a page.
pub fn connect<R, T>(page: Page<R>, node: impl Fn(R) -> T) -> Connection<T>
where
    T: OutputType,
{
    let total_count = page
        .total
        .map_or(0, |total| i32::try_from(total).unwrap_or(i32::MAX));
    let mut connection = Connection::with_additional_fields(
        page.has_previous,
        page.has_next,
        TotalCount { total_count },
    );
    connection.edges.extend(
        page.items
            .into_iter()
            .map(|(cursor, item)| Edge::new(cursor, node(item))),
    );
    connection
}

//! What is left of the caller's budget.

use async_graphql::{Context, Object, SimpleObject};

use super::scalars::DateTime;

/// The query about the budget.
#[derive(Default)]
pub struct RateLimitQuery;

#[Object]
impl RateLimitQuery {
    /// What is left of the caller's budget after this operation; null where there is no limit.
    async fn rate_limit(&self, ctx: &Context<'_>) -> Option<RateLimit> {
        ctx.data_opt::<RateLimit>().cloned()
    }
}

/// A budget for operations, in points of cost. It belongs to whoever is signed in, or else to the
/// address, and refills steadily. Each instance of the gateway keeps its own.
#[derive(Clone, Debug, SimpleObject)]
pub struct RateLimit {
    /// The points of a full budget.
    pub limit: i32,
    /// The points that are left.
    pub remaining: i32,
    /// When the budget is full again, if nothing more is spent.
    pub reset_at: DateTime,
    /// The points that this operation cost. They are also in `extensions.cost` of every response.
    pub cost: i32,
}

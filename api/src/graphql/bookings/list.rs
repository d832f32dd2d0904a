//! Lists of bookings. What a page selects of its to-one relations comes along in its statement.

use async_graphql::{Context, Lookahead};

use super::{Booking, BookingFilter, BookingOrder};
use crate::domain::bookings::list::{self, With};
use crate::graphql::connection::{Connection, PageArguments, connect};
use crate::graphql::context::ContextExt;
use crate::graphql::error::Result;

/// A page of the viewer's own bookings.
///
/// # Errors
/// As [`list::of_viewer`].
pub async fn viewer_bookings(
    ctx: &Context<'_>,
    filter: Option<BookingFilter>,
    order: Option<BookingOrder>,
    page: PageArguments,
) -> Result<Connection<Booking>> {
    let filter = filter.unwrap_or_default().read()?;
    let sort = order.unwrap_or_default().into();
    let with = selected(ctx.look_ahead());
    let page = page.request(ctx)?;
    let page = list::of_viewer(ctx.gateway(), ctx.viewer(), &filter, sort, with, &page).await?;
    Ok(connect(page, Booking::from))
}

/// A page of a business's bookings, for its staff.
///
/// # Errors
/// As [`list::of_business`].
pub async fn business_bookings(
    ctx: &Context<'_>,
    biz_id: &str,
    filter: Option<BookingFilter>,
    order: Option<BookingOrder>,
    page: PageArguments,
) -> Result<Connection<Booking>> {
    let filter = filter.unwrap_or_default().read()?;
    let sort = order.unwrap_or_default().into();
    let with = selected(ctx.look_ahead());
    let page = page.request(ctx)?;
    let page = list::of_business(
        ctx.gateway(),
        ctx.viewer(),
        biz_id,
        &filter,
        sort,
        with,
        &page,
    )
    .await?;
    Ok(connect(page, Booking::from))
}

fn selected(connection: Lookahead<'_>) -> With {
    let nodes = [
        connection.field("nodes"),
        connection.field("edges").field("node"),
    ];
    let selects = |field: &str| nodes.iter().any(|node| node.field(field).exists());
    With {
        offer: selects("offer"),
        version: selects("offerVersion"),
        customer: selects("customer"),
    }
}

use async_graphql::parser::types::OperationType;
use async_graphql::{Context, ID, Object};
use entity::bizes;

use super::{Location, Offer, Resource, Venue};
use crate::domain::catalog::lists;
use crate::domain::classes::list as classes;
use crate::domain::packages;
use crate::domain::people::directory;
use crate::domain::seating;
use crate::graphql::availability::TimeRange;
use crate::graphql::bookings::{Booking, BookingFilter, BookingOrder, business_bookings};
use crate::graphql::catalog::query::ResourceFilter;
use crate::graphql::classes::{ClassOccurrence, ClassSchedule, business_classes};
use crate::graphql::connection::{Connection, PageArguments, connect, selects};
use crate::graphql::context::ContextExt;
use crate::graphql::error::Result;
use crate::graphql::object::{stored, wraps};
use crate::graphql::packages::{
    PackageProduct, PackagePurchase, PackagePurchaseStatus, business_purchases,
};
use crate::graphql::people::{Membership, Role, role_now};
use crate::graphql::queues::{Queue, QueueKind, business_queues};
use crate::graphql::scalars::{CurrencyCode, TimeZone};
use crate::graphql::seating::SeatMap;

wraps! {
    /// A business.
    Business(bizes::Model)
}

/// A business: it has places, people and things, and offers what can be booked.
#[Object]
impl Business {
    /// The id.
    pub async fn id(&self) -> ID {
        ID::from(&self.0.id)
    }

    /// What it is called.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Its name in addresses; no other business has it.
    async fn slug(&self) -> &str {
        &self.0.slug
    }

    /// The time zone of whatever has no location of its own.
    async fn time_zone(&self) -> Result<TimeZone> {
        stored(&self.0.timezone)
    }

    /// The currency of its prices.
    async fn currency(&self) -> Result<CurrencyCode> {
        stored(&self.0.currency)
    }

    /// What the viewer is to this business; null when nothing.
    async fn viewer_role(&self, ctx: &Context<'_>) -> Result<Option<Role>> {
        match ctx.query_env.operation.node.ty {
            // It may have given the viewer another role than they came with.
            OperationType::Mutation => role_now(ctx, &self.0.id).await,
            _ => Ok(ctx.viewer().role_in(&self.0.id).map(Role::from)),
        }
    }

    /// Its places, by name.
    async fn locations(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Connection<Location>> {
        let page = PageArguments::new(first, after, last, before).request(ctx)?;
        let page = lists::locations(ctx.gateway(), ctx.viewer(), &self.0.id, &page).await?;
        Ok(connect(page, Location::from))
    }

    /// Its halls and rooms that can hold seats, by name.
    async fn venues(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Connection<Venue>> {
        let page = PageArguments::new(first, after, last, before).request(ctx)?;
        let page = lists::venues(ctx.gateway(), ctx.viewer(), &self.0.id, &page).await?;
        Ok(connect(page, Venue::from))
    }

    /// The plans of its venues' seats, by name. Staff see the drafts too.
    async fn seat_maps(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Connection<SeatMap>> {
        let page = PageArguments::new(first, after, last, before).request(ctx)?;
        let (gateway, viewer) = (ctx.gateway(), ctx.viewer());
        let page = seating::lists::of_business(gateway, viewer, &self.0.id, &page).await?;
        Ok(connect(page, SeatMap::from))
    }

    /// Who and what can be booked here, by name.
    async fn resources(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which resources are wanted; all without it.")] filter: Option<
            ResourceFilter,
        >,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Connection<Resource>> {
        let page = PageArguments::new(first, after, last, before).request(ctx)?;
        let filter = filter.unwrap_or_default().into_domain()?;
        let page = lists::resources(ctx.gateway(), ctx.viewer(), &self.0.id, filter, &page).await?;
        Ok(connect(page, Resource::from))
    }

    /// What it offers, by name. Staff see the unpublished offers too.
    async fn offers(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Connection<Offer>> {
        let page = PageArguments::new(first, after, last, before).request(ctx)?;
        let current = selects(ctx.look_ahead(), "currentVersion");
        let (gateway, viewer) = (ctx.gateway(), ctx.viewer());
        let page = lists::offers(gateway, viewer, &self.0.id, current, &page).await?;
        Ok(connect(page, Offer::from))
    }

    /// Its people, customers included, in the order in which they came. For staff only.
    async fn members(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Connection<Membership>> {
        let page = PageArguments::new(first, after, last, before).request(ctx)?;
        let page = directory::members(ctx.gateway(), ctx.viewer(), &self.0.id, &page).await?;
        Ok(connect(page, Membership::from))
    }

    /// Its bookings. For staff only.
    async fn bookings(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which bookings are wanted; all without it.")] filter: Option<
            BookingFilter,
        >,
        #[graphql(desc = "In which order; the earliest first without it.")] order_by: Option<
            BookingOrder,
        >,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Connection<Booking>> {
        let page = PageArguments::new(first, after, last, before);
        business_bookings(ctx, &self.0.id, filter, order_by, page).await
    }

    /// The packages that it sells, by name. Staff see those that are not on sale too.
    async fn package_products(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Connection<PackageProduct>> {
        let page = PageArguments::new(first, after, last, before).request(ctx)?;
        let (gateway, viewer) = (ctx.gateway(), ctx.viewer());
        let page = packages::lists::products(gateway, viewer, &self.0.id, &page).await?;
        Ok(connect(page, PackageProduct::from))
    }

    /// The packages that it has sold, the newest first. For staff only.
    async fn package_purchases(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those of this customer.")] customer_id: Option<ID>,
        #[graphql(desc = "Only those in one of these states.")] status: Option<
            Vec<PackagePurchaseStatus>,
        >,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Connection<PackagePurchase>> {
        let page = PageArguments::new(first, after, last, before);
        business_purchases(ctx, &self.0.id, customer_id, status, page).await
    }

    /// Its schedules of classes, by name. Staff see those that are not published too.
    async fn class_schedules(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Connection<ClassSchedule>> {
        let page = PageArguments::new(first, after, last, before).request(ctx)?;
        let page = classes::schedules(ctx.gateway(), ctx.viewer(), &self.0.id, &page).await?;
        Ok(connect(page, ClassSchedule::from))
    }

    /// Its timetable: the classes that take place in a window of at most 92 days, the earliest first.
    async fn class_occurrences(
        &self,
        ctx: &Context<'_>,
        window: TimeRange,
        #[graphql(desc = "Only those on this offer.")] offer_id: Option<ID>,
        #[graphql(desc = "Only those at this location.")] location_id: Option<ID>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Connection<ClassOccurrence>> {
        let page = PageArguments::new(first, after, last, before);
        business_classes(ctx, &self.0.id, window, offer_id, location_id, page).await
    }

    /// Its queues and waitlists, by name.
    async fn queues(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only walk-in queues, or only waitlists.")] kind: Option<QueueKind>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Connection<Queue>> {
        let page = PageArguments::new(first, after, last, before);
        business_queues(ctx, &self.0.id, kind, page).await
    }
}

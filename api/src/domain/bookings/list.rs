//! Lists of bookings: a customer's own, and those of a business for its staff.

use std::sync::Arc;

use entity::{booking_orders, fulfillment_units, offer_versions, offers, users};
use sea_orm::sea_query::{Expr, ExprTrait, Func, Query};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbBackend, EntityTrait, FromQueryResult, Iterable,
    JoinType, QueryFilter, QueryResult, QuerySelect, QueryTrait, RelationTrait, Select,
};

use super::rules::status::Status;
use crate::domain::civil::Span;
use crate::domain::clock::Moment;
use crate::domain::error::{Error, Refusal, Result};
use crate::domain::gateway::Gateway;
use crate::domain::page::{Order, Page, PageRequest};
use crate::domain::viewer::Viewer;

/// Which bookings are wanted.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// In one of these states.
    pub status: Option<Vec<Status>>,
    /// Taking place, at least in part, in this window.
    pub window: Option<Span>,
    /// Served by this resource.
    pub resource_id: Option<String>,
    /// Of this customer.
    pub customer_id: Option<String>,
    /// Of this offer.
    pub offer_id: Option<String>,
    /// Only those on which the business has something to give back, or only the others.
    pub refund_due: Option<bool>,
}

/// In which order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// The earliest first.
    #[default]
    StartAscending,
    /// The latest first.
    StartDescending,
    /// The most recently made first.
    CreatedDescending,
}

impl Sort {
    fn order(self) -> Order<booking_orders::Entity> {
        use booking_orders::Column::{CreatedAt, Id, StartAt};
        match self {
            Self::StartAscending => Order::ascending("bookings.start", StartAt, Id),
            Self::StartDescending => Order::descending("bookings.-start", StartAt, Id),
            Self::CreatedDescending => Order::descending("bookings.-created", CreatedAt, Id),
        }
    }
}

/// Which to-one relations are to come along in the same statement.
#[derive(Clone, Copy, Debug, Default)]
pub struct With {
    /// The offer.
    pub offer: bool,
    /// The offer version.
    pub version: bool,
    /// The customer.
    pub customer: bool,
}

/// A booking with the relations that came along.
#[derive(Clone, Debug)]
pub struct Listed {
    /// The booking.
    pub order: booking_orders::Model,
    /// Its offer, if it came along.
    pub offer: Option<Arc<offers::Model>>,
    /// Its offer version, if it came along.
    pub version: Option<Arc<offer_versions::Model>>,
    /// Its customer, if they came along.
    pub customer: Option<Arc<users::Model>>,
}

/// The viewer's own bookings.
///
/// # Errors
/// `Unauthenticated`; `BadRequest` for a cursor of another list.
pub async fn of_viewer(
    gateway: &Gateway,
    viewer: &Viewer,
    filter: &Filter,
    sort: Sort,
    with: With,
    page: &PageRequest,
) -> Result<Page<Listed>> {
    let mine = booking_orders::Entity::find()
        .filter(booking_orders::Column::CustomerUserId.eq(viewer.user_id()?))
        .filter(booking_orders::Column::DeletedAt.is_null());
    read(gateway, mine, filter, sort, with, page).await
}

/// The bookings of a business, for its staff.
///
/// # Errors
/// `Unauthenticated`, `Forbidden`; `BadRequest` for a cursor of another list.
pub async fn of_business(
    gateway: &Gateway,
    viewer: &Viewer,
    biz_id: &str,
    filter: &Filter,
    sort: Sort,
    with: With,
    page: &PageRequest,
) -> Result<Page<Listed>> {
    viewer.user_id()?;
    if !viewer.is_staff_of(biz_id) {
        return Err(Error::Forbidden("Only staff see a business's bookings."));
    }
    let mut theirs = booking_orders::Entity::find()
        .filter(booking_orders::Column::BizId.eq(biz_id))
        .filter(booking_orders::Column::DeletedAt.is_null());
    if let (Some(window), DbBackend::Postgres) = (filter.window, gateway.db.backend()) {
        let start = Expr::col((booking_orders::Entity, booking_orders::Column::StartAt));
        theirs = theirs.filter(start.gt(earliest(biz_id, window.from)));
    }
    read(gateway, theirs, filter, sort, with, page).await
}

/// When a booking that reaches beyond `from` can have begun at the earliest: the length of the longest
/// before. Without this bound, all that ever was would be looked at for its end. SQLite, for which
/// moments are text, cannot reckon with them.
fn earliest(biz_id: &str, from: Moment) -> Expr {
    use booking_orders::{Column, Entity};
    let length = Expr::col(Column::EndAt).sub(Expr::col(Column::StartAt));
    let longest = Query::select()
        .expr(Func::max(length))
        .from(Entity)
        .and_where(Column::BizId.eq(biz_id))
        .take();
    Expr::val(from).sub(longest)
}

async fn read(
    gateway: &Gateway,
    list: Select<booking_orders::Entity>,
    filter: &Filter,
    sort: Sort,
    with: With,
    page: &PageRequest,
) -> Result<Page<Listed>> {
    let db = gateway.db.reader();
    let order = sort.order();
    let list = narrowed(list, filter, gateway.clock.now())?;
    let total = order.count(db, &list, page).await?;
    let select = joined(order.narrow(list, page)?, with);
    let rows = db.query_all(&select.into_query()).await?;
    let rows = rows
        .iter()
        .map(|row| with.listed(row))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(order.cut(rows, page, total, |row| &row.order))
}

fn narrowed(
    mut list: Select<booking_orders::Entity>,
    filter: &Filter,
    now: Moment,
) -> Result<Select<booking_orders::Entity>> {
    use booking_orders::Column;
    if let Some(states) = &filter.status {
        list = list.filter(in_states(states, now));
    }
    if let Some(window) = filter.window {
        if window.from >= window.to {
            return Err(
                Refusal::invalid("filter.window", "The window must end after it starts.").into(),
            );
        }
        list = list
            .filter(Column::StartAt.lt(window.to))
            .filter(Column::EndAt.gt(window.from));
    }
    if let Some(customer) = &filter.customer_id {
        list = list.filter(Column::CustomerUserId.eq(customer));
    }
    if let Some(offer) = &filter.offer_id {
        list = list.filter(Column::OfferId.eq(offer));
    }
    list = match filter.refund_due {
        Some(true) => list.filter(Column::RefundDueMinor.is_not_null()),
        Some(false) => list.filter(Column::RefundDueMinor.is_null()),
        None => list,
    };
    if let Some(resource) = &filter.resource_id {
        list = list.filter(
            Condition::any()
                .add(served_by(fulfillment_units::Column::ResourceId, resource))
                .add(served_by(
                    fulfillment_units::Column::SecondaryResourceId,
                    resource,
                )),
        );
    }
    Ok(list)
}

/// The bookings of which a unit has that resource in `column`. Asked booking by booking, so that a page is full after a
/// few of them.
fn served_by(column: fulfillment_units::Column, resource_id: &str) -> Expr {
    use fulfillment_units::{Column, Entity};
    let booking = Expr::col((Entity, Column::BookingOrderId));
    let unit = Query::select()
        .column(Column::Id)
        .from(Entity)
        .and_where(booking.equals((booking_orders::Entity, booking_orders::Column::Id)))
        .and_where(column.eq(resource_id))
        .take();
    Expr::exists(unit)
}

/// The bookings that are in one of the states now; a time limit that has run out counts, also when
/// nobody has written so yet.
fn in_states(states: &[Status], now: Moment) -> Condition {
    use booking_orders::Column;
    let over = Condition::any()
        .add(
            Column::Status
                .eq("held")
                .and(Column::HoldExpiresAt.lte(now)),
        )
        .add(
            Column::Status
                .eq("pending_approval")
                .and(Column::ApprovalDueAt.lte(now)),
        )
        .add(
            Column::Status
                .eq("awaiting_deposit")
                .and(Column::DepositDueAt.lte(now)),
        );
    let mut any = Condition::any();
    for state in states {
        let written = Column::Status.eq(state.as_str());
        any = match state {
            state if state.is_provisional() => {
                any.add(Condition::all().add(written).add(over.clone().not()))
            }
            Status::Expired => any.add(written).add(
                Condition::all()
                    .add(Column::Status.is_in(["held", "awaiting_deposit"]))
                    .add(over.clone()),
            ),
            Status::Declined => any.add(written).add(
                Condition::all()
                    .add(Column::Status.eq("pending_approval"))
                    .add(over.clone()),
            ),
            _ => any.add(written),
        };
    }
    any
}

/// The prefixes of the columns of what comes along.
const OFFER: &str = "offer_";
const VERSION: &str = "version_";
const CUSTOMER: &str = "customer_";

fn joined(
    mut select: Select<booking_orders::Entity>,
    with: With,
) -> Select<booking_orders::Entity> {
    use booking_orders::Relation;
    if with.offer {
        select = along::<offers::Entity>(select, Relation::Offers, OFFER);
    }
    if with.version {
        select = along::<offer_versions::Entity>(select, Relation::OfferVersions, VERSION);
    }
    if with.customer {
        select = along::<users::Entity>(select, Relation::Users, CUSTOMER);
    }
    select
}

fn along<E: EntityTrait>(
    select: Select<booking_orders::Entity>,
    relation: booking_orders::Relation,
    prefix: &str,
) -> Select<booking_orders::Entity> {
    use sea_orm::IdenStatic;
    E::Column::iter().fold(
        select.join(JoinType::LeftJoin, relation.def()),
        |select, column| select.column_as(column, format!("{prefix}{}", column.as_str())),
    )
}

impl With {
    fn listed(self, row: &QueryResult) -> Result<Listed, sea_orm::DbErr> {
        fn along<M: FromQueryResult>(
            row: &QueryResult,
            prefix: &str,
            came: bool,
        ) -> Result<Option<Arc<M>>, sea_orm::DbErr> {
            match came {
                true => Ok(M::from_query_result_optional(row, prefix)?.map(Arc::new)),
                false => Ok(None),
            }
        }
        Ok(Listed {
            order: booking_orders::Model::from_query_result(row, "")?,
            offer: along(row, OFFER, self.offer)?,
            version: along(row, VERSION, self.version)?,
            customer: along(row, CUSTOMER, self.customer)?,
        })
    }
}

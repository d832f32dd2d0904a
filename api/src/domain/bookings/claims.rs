//! Claims: the stretches of a resource's time that are taken. The database lets no two of them overlap.

use entity::resource_claims;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect, TryInsertResult,
};

use crate::domain::civil::Span;
use crate::domain::clock::Moment;
use crate::domain::error::Result;
use crate::domain::ids::Kind;
use crate::domain::tx::Work;

/// The constraint, as PostgreSQL and SQLite name it.
const NO_OVERLAP: &str = "resource_claims_no_overlap";

/// Who takes the time.
#[derive(Clone, Copy, Debug)]
pub enum Holder<'a> {
    /// A booking; while it is provisional, until the moment at which its time limit runs out.
    Booking(&'a str, Option<Moment>),
    /// A class, by the id of its occurrence.
    Class(&'a str),
    /// The business itself, with a reason.
    Block(Option<&'a str>),
    /// A waitlist, for the round in which it offers the time, until the moment at which that ends.
    Round(&'a str, Moment),
}

/// A stretch of one unit of a resource's time.
#[derive(Clone, Copy, Debug)]
pub struct Claim<'a> {
    /// The business.
    pub biz_id: &'a str,
    /// The resource.
    pub resource_id: &'a str,
    /// Which of its units, from 0.
    pub unit: i32,
    /// The time that is taken, with buffers and gaps.
    pub span: Span,
    /// The time of the service itself.
    pub service: Span,
    /// Who takes it.
    pub holder: Holder<'a>,
}

/// Takes the time, if it is free. A rival in flight is waited for, and a lost race takes nothing.
///
/// # Errors
/// When the database fails.
pub async fn take(work: &Work, claim: Claim<'_>) -> Result<bool> {
    let (kind, booking, class, reason, expires_at) = match claim.holder {
        Holder::Booking(id, None) => ("booking", Some(id), None, None, None),
        Holder::Booking(id, Some(limit)) => ("hold", Some(id), None, None, Some(limit)),
        Holder::Class(id) => ("class", None, Some(id), None, None),
        Holder::Block(reason) => ("block", None, None, reason, None),
        Holder::Round(_, limit) => ("hold", None, None, None, Some(limit)),
    };
    let round = match claim.holder {
        Holder::Round(id, _) => Some(id.to_owned()),
        Holder::Booking(..) | Holder::Class(_) | Holder::Block(_) => None,
    };
    let inserted = resource_claims::Entity::insert(resource_claims::ActiveModel {
        id: Set(Kind::Claim.mint(work.now)),
        biz_id: Set(claim.biz_id.to_owned()),
        resource_id: Set(claim.resource_id.to_owned()),
        unit: Set(claim.unit),
        starts_at: Set(claim.span.from.into()),
        ends_at: Set(claim.span.to.into()),
        service_starts_at: Set(claim.service.from.into()),
        service_ends_at: Set(claim.service.to.into()),
        kind: Set(kind.to_owned()),
        booking_order_id: Set(booking.map(str::to_owned)),
        class_occurrence_id: Set(class.map(str::to_owned)),
        waitlist_round_id: Set(round),
        reason: Set(reason.map(str::to_owned)),
        expires_at: Set(expires_at.map(Into::into)),
        created_at: Set(work.now.into()),
    })
    .on_conflict(OnConflict::new().do_nothing().to_owned())
    .try_insert()
    .exec_without_returning(&**work)
    .await;
    match inserted {
        Ok(result) => Ok(matches!(result, TryInsertResult::Inserted(1..))),
        // SQLite knows no exclusion constraint; its trigger undoes the one statement.
        Err(error) if is_overlap(&error) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

fn is_overlap(error: &DbErr) -> bool {
    matches!(error, DbErr::Exec(_) | DbErr::Query(_)) && error.to_string().contains(NO_OVERLAP)
}

/// The bookings that are in the way of a claim but have run out, in one order, so that two writers
/// cannot wait for each other.
///
/// # Errors
/// When the database fails.
pub async fn expired_under(work: &Work, claim: Claim<'_>) -> Result<Vec<String>> {
    let expired = resource_claims::Entity::find()
        .filter(resource_claims::Column::ResourceId.eq(claim.resource_id))
        .filter(resource_claims::Column::StartsAt.lt(claim.span.to))
        .filter(resource_claims::Column::EndsAt.gt(claim.span.from))
        .filter(resource_claims::Column::ExpiresAt.lte(work.now))
        .order_by_asc(resource_claims::Column::BookingOrderId)
        .all(&**work)
        .await?;
    let bookings = expired
        .into_iter()
        .filter_map(|claim| claim.booking_order_id);
    Ok(bookings.collect())
}

/// The rounds of waitlists that are in the way of a claim but have run out.
///
/// # Errors
/// When the database fails.
pub async fn rounds_under(work: &Work, claim: Claim<'_>) -> Result<Vec<String>> {
    use resource_claims::Column;
    let rounds = resource_claims::Entity::find()
        .select_only()
        .column(Column::WaitlistRoundId)
        .filter(Column::ResourceId.eq(claim.resource_id))
        .filter(Column::StartsAt.lt(claim.span.to))
        .filter(Column::EndsAt.gt(claim.span.from))
        .filter(Column::ExpiresAt.lte(work.now))
        .filter(Column::WaitlistRoundId.is_not_null())
        .order_by_asc(Column::WaitlistRoundId)
        .into_tuple();
    Ok(rounds.all(&**work).await?)
}

/// Frees the time that a waitlist offers.
///
/// # Errors
/// When the database fails.
pub async fn release_round(work: &Work, round_id: &str) -> Result<()> {
    resource_claims::Entity::delete_many()
        .filter(resource_claims::Column::WaitlistRoundId.eq(round_id))
        .exec(&**work)
        .await?;
    Ok(())
}

/// Frees everything that a booking has taken. Answers how many claims went.
///
/// # Errors
/// When the database fails.
pub async fn release(db: &impl ConnectionTrait, booking_id: &str) -> Result<u64> {
    Ok(resource_claims::Entity::delete_many()
        .filter(resource_claims::Column::BookingOrderId.eq(booking_id))
        .exec(db)
        .await?
        .rows_affected)
}

/// Frees everything that a class has taken.
///
/// # Errors
/// When the database fails.
pub async fn release_class(db: &impl ConnectionTrait, occurrence_id: &str) -> Result<()> {
    resource_claims::Entity::delete_many()
        .filter(resource_claims::Column::ClassOccurrenceId.eq(occurrence_id))
        .exec(db)
        .await?;
    Ok(())
}

/// Gives the claims of a booking another time limit, or makes them firm.
///
/// # Errors
/// When the database fails.
pub async fn limit(work: &Work, booking_id: &str, until: Option<Moment>) -> Result<()> {
    resource_claims::Entity::update_many()
        .col_expr(resource_claims::Column::ExpiresAt, Expr::val(until))
        .col_expr(
            resource_claims::Column::Kind,
            Expr::val(match until {
                Some(_) => "hold",
                None => "booking",
            }),
        )
        .filter(resource_claims::Column::BookingOrderId.eq(booking_id))
        .exec(&**work)
        .await?;
    Ok(())
}

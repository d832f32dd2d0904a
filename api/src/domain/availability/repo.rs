//! What is read to tell whether a time is free: a constant number of statements, whatever the number
//! of days or resources.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use chrono::{Days, NaiveDate, Weekday};
use entity::{
    bizes, locations, offer_version_resources, offer_versions, offers, opening_hours,
    opening_hours_exceptions, resource_claims, resources,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};

use super::hours::Hours;
use crate::domain::civil::Span;
use crate::domain::clock::Moment;
use crate::domain::error::Result;
use crate::domain::scope::any_of;

/// A resource that an offer version may use.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// Whether it is a primary resource, rather than a secondary one.
    pub primary: bool,
    /// The resource.
    pub resource: Arc<resources::Model>,
}

/// An offer as it can be booked now.
#[derive(Clone, Debug)]
pub struct Offered {
    /// The business.
    pub business: bizes::Model,
    /// The offer.
    pub offer: offers::Model,
    /// Its published version.
    pub version: Arc<offer_versions::Model>,
}

/// The offer with that id as it can be booked now: published, and not withdrawn.
///
/// # Errors
/// When the database fails.
pub async fn offered(db: &impl ConnectionTrait, offer_id: &str) -> Result<Option<Offered>> {
    let row = offers::Entity::find_by_id(offer_id)
        .filter(offers::Column::IsPublished.eq(true))
        .filter(offers::Column::DeletedAt.is_null())
        .find_also(offers::Entity, bizes::Entity)
        .find_also(offers::Entity, offer_versions::Entity)
        .filter(bizes::Column::DeletedAt.is_null())
        .filter(offer_versions::Column::Status.eq("published"))
        .one(db)
        .await?;
    Ok(row.and_then(|(offer, business, version)| {
        Some(Offered {
            business: business?,
            offer,
            version: Arc::new(version?),
        })
    }))
}

/// The resources that an offer version may use, in the version's order.
///
/// # Errors
/// When the database fails.
pub async fn candidates(
    db: &impl ConnectionTrait,
    offer_version_id: &str,
) -> Result<Vec<Candidate>> {
    let rows = offer_version_resources::Entity::find()
        .filter(offer_version_resources::Column::OfferVersionId.eq(offer_version_id))
        .find_also_related(resources::Entity)
        .filter(resources::Column::DeletedAt.is_null())
        .order_by_asc(offer_version_resources::Column::Position)
        .order_by_asc(offer_version_resources::Column::Id)
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .filter_map(|(link, resource)| {
            Some(Candidate {
                primary: link.role == "primary",
                resource: Arc::new(resource?),
            })
        })
        .collect())
}

/// Locations by their ids.
///
/// # Errors
/// When the database fails.
pub async fn locations(
    db: &impl ConnectionTrait,
    ids: Vec<String>,
) -> Result<HashMap<String, locations::Model>> {
    let rows = locations::Entity::find()
        .filter(any_of(db, locations::Column::Id, ids))
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| (row.id.clone(), row)).collect())
}

/// The opening hours of locations and resources, by their ids, with the exceptions that can matter in
/// `span`.
///
/// # Errors
/// When the database fails.
pub async fn hours(
    db: &impl ConnectionTrait,
    location_ids: Vec<String>,
    resource_ids: Vec<String>,
    span: Span,
) -> Result<HashMap<String, Hours>> {
    let weekly = opening_hours::Entity::find()
        .filter(
            Condition::any()
                .add(any_of(
                    db,
                    opening_hours::Column::LocationId,
                    location_ids.clone(),
                ))
                .add(any_of(
                    db,
                    opening_hours::Column::ResourceId,
                    resource_ids.clone(),
                )),
        )
        .order_by_asc(opening_hours::Column::Weekday)
        .order_by_asc(opening_hours::Column::OpensAt)
        .all(db)
        .await?;
    let exceptions = opening_hours_exceptions::Entity::find()
        .filter(
            Condition::any()
                .add(any_of(
                    db,
                    opening_hours_exceptions::Column::LocationId,
                    location_ids,
                ))
                .add(any_of(
                    db,
                    opening_hours_exceptions::Column::ResourceId,
                    resource_ids,
                )),
        )
        .filter(opening_hours_exceptions::Column::Date.between(day_before(span), day_after(span)))
        .order_by_asc(opening_hours_exceptions::Column::OpensAt)
        .all(db)
        .await?;
    let mut hours: HashMap<String, Hours> = HashMap::new();
    for rule in weekly {
        let (Some(owner), Some(weekday)) =
            (rule.resource_id.or(rule.location_id), weekday(rule.weekday))
        else {
            continue;
        };
        let opening = (rule.opens_at, rule.closes_at);
        hours
            .entry(owner)
            .or_default()
            .weekly
            .push((weekday, opening));
    }
    for exception in exceptions {
        let Some(owner) = exception.resource_id.or(exception.location_id) else {
            continue;
        };
        let on: &mut BTreeMap<_, Vec<_>> = &mut hours.entry(owner).or_default().exceptions;
        on.entry(exception.date)
            .or_default()
            .extend(exception.opens_at.zip(exception.closes_at));
    }
    Ok(hours)
}

/// What is taken of resources in `span`: resource id, unit and time of each claim. Holds that have run
/// out take nothing, and neither does the booking that is being moved.
///
/// # Errors
/// When the database fails.
pub async fn claims(
    db: &impl ConnectionTrait,
    resource_ids: Vec<String>,
    span: Span,
    now: Moment,
    except_booking: Option<&str>,
) -> Result<Vec<(String, i32, Span)>> {
    use resource_claims::Column;
    let mut claims = resource_claims::Entity::find()
        .select_only()
        .columns([
            Column::ResourceId,
            Column::Unit,
            Column::StartsAt,
            Column::EndsAt,
        ])
        .filter(any_of(db, Column::ResourceId, resource_ids))
        .filter(Column::EndsAt.gt(span.from))
        .filter(Column::StartsAt.lt(span.to))
        .filter(
            Condition::any()
                .add(Column::ExpiresAt.is_null())
                .add(Column::ExpiresAt.gt(now)),
        );
    if let Some(booking) = except_booking {
        claims = claims.filter(
            Condition::any()
                .add(Column::BookingOrderId.is_null())
                .add(Column::BookingOrderId.ne(booking)),
        );
    }
    let rows: Vec<(String, i32, Moment, Moment)> = claims.into_tuple().all(db).await?;
    Ok(rows
        .into_iter()
        .filter_map(|(resource, unit, from, to)| Some((resource, unit, Span::new(from, to)?)))
        .collect())
}

fn day_before(span: Span) -> NaiveDate {
    let date = span.from.date_naive();
    date.checked_sub_days(Days::new(2)).unwrap_or(date)
}

fn day_after(span: Span) -> NaiveDate {
    let date = span.to.date_naive();
    date.checked_add_days(Days::new(2)).unwrap_or(date)
}

/// Monday is 1, as in ISO 8601.
fn weekday(number: i32) -> Option<Weekday> {
    Weekday::try_from(u8::try_from(number.checked_sub(1)?).ok()?).ok()
}

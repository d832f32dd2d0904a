//! Writing and publishing the versions of an offer.

use std::collections::HashSet;

use entity::{offer_version_resources, offer_versions, offers, opening_hours, resources};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect,
};
use serde_json::json;

use super::drafts::Draft;
use super::error::CatalogRefusal;
use super::repo::{self, ResourceRole};
use super::words::OfferVersionStatus as Status;
use crate::domain::error::{Refusal, Result};
use crate::domain::events::{self, Event};
use crate::domain::gateway::Gateway;
use crate::domain::ids::Kind;
use crate::domain::scope::{self, any_of};
use crate::domain::tx::{Begun, Call, Outcome, Work};
use crate::domain::viewer::Viewer;

/// How many resources of one role a version may have.
const MAX_RESOURCES: usize = 100;

/// A version to be written.
#[derive(Clone, Debug)]
pub struct CreateOfferVersion {
    /// The offer.
    pub offer_id: String,
    /// The terms.
    pub draft: Draft,
    /// The resources of which a booking takes one, in the order in which they are tried.
    pub primary_resource_ids: Vec<String>,
    /// The resources of which a booking takes one more.
    pub secondary_resource_ids: Vec<String>,
}

/// Writes the next version of an offer. Nothing changes for customers until it is published.
///
/// # Errors
/// `INVALID_INPUT` at the field at fault; `NOT_FOUND` at `offerId` or at a resource, such as
/// `primaryResourceIds.0`; `Forbidden`.
pub async fn create_offer_version(
    gateway: &Gateway,
    viewer: &Viewer,
    command: CreateOfferVersion,
    call: Call,
) -> Result<Outcome<offer_versions::Model>> {
    command.draft.check()?;
    check_list("primaryResourceIds", &command.primary_resource_ids)?;
    check_list("secondaryResourceIds", &command.secondary_resource_ids)?;
    if command.primary_resource_ids.is_empty() {
        return Err(Refusal::invalid("primaryResourceIds", "Name at least one resource.").into());
    }
    let work = match gateway.begin(viewer, &call).await? {
        Begun::Work(work) => work,
        Begun::Done(outcome) => return Ok(outcome),
    };
    // The lock makes the next number ours.
    let named = ("offerId", "offer");
    let offer = repo::locked_offer(&work, viewer, &command.offer_id, named).await?;
    let number = next_number(&work, &offer).await?;
    let currency = repo::business(&work, &offer.biz_id).await?.currency;
    let version = row(&work, &offer, number, currency, &command.draft);
    command.draft.check_prices(&version)?;
    for (field, ids) in [
        ("primaryResourceIds", &command.primary_resource_ids),
        ("secondaryResourceIds", &command.secondary_resource_ids),
    ] {
        check_resources(&work, &offer.biz_id, field, ids).await?;
    }
    offer_versions::Entity::insert(offer_versions::ActiveModel::from(version.clone()))
        .exec_without_returning(&*work)
        .await?;
    link(
        &work,
        &version,
        ResourceRole::Primary,
        &command.primary_resource_ids,
    )
    .await?;
    link(
        &work,
        &version,
        ResourceRole::Secondary,
        &command.secondary_resource_ids,
    )
    .await?;
    announce(&work, &version, "offer_version.created").await?;
    work.finish(version).await
}

fn check_list(field: &str, ids: &[String]) -> Result<(), Refusal> {
    if ids.len() > MAX_RESOURCES {
        let message = format!("At most {MAX_RESOURCES} resources.");
        return Err(Refusal::invalid(field, message));
    }
    let mut seen = HashSet::new();
    match ids.iter().position(|id| !seen.insert(id)) {
        Some(index) => Err(Refusal::invalid(
            &format!("{field}.{index}"),
            "This resource is named twice.",
        )),
        None => Ok(()),
    }
}

async fn next_number(work: &Work, offer: &offers::Model) -> Result<i32> {
    let latest: Option<i32> = offer_versions::Entity::find()
        .select_only()
        .column(offer_versions::Column::Version)
        .filter(offer_versions::Column::BizId.eq(&offer.biz_id))
        .filter(offer_versions::Column::OfferId.eq(&offer.id))
        .order_by_desc(offer_versions::Column::Version)
        .into_tuple()
        .one(&**work)
        .await?;
    Ok(latest.unwrap_or(0) + 1)
}

fn row(
    work: &Work,
    offer: &offers::Model,
    number: i32,
    currency: String,
    draft: &Draft,
) -> offer_versions::Model {
    offer_versions::Model {
        id: Kind::OfferVersion.mint(work.now),
        biz_id: offer.biz_id.clone(),
        offer_id: offer.id.clone(),
        version: number,
        status: Status::Draft.as_str().to_owned(),
        duration_mode: draft.duration_mode.as_str().to_owned(),
        default_duration_min: draft.default_duration_min,
        min_duration_min: draft.min_duration_min,
        max_duration_min: draft.max_duration_min,
        duration_step_min: draft.duration_step_min,
        slot_interval_min: draft.slot_interval_min,
        base_price_minor: draft.base_price_minor,
        currency,
        unit_min: draft.unit_min,
        requires_approval: draft.requires_approval,
        lead_time_min: draft.lead_time_min,
        horizon_days: draft.horizon_days,
        cancellation_cutoff_min: draft.cancellation_cutoff_min,
        late_fee_minor: draft.late_fee_minor,
        forfeits_session: draft.forfeits_session,
        published_at: None,
        created_at: work.now.into(),
        updated_at: work.now.into(),
        unit_pricing_minor: draft.unit_price_minor,
        requires_deposit: draft.requires_deposit,
        deposit_percent_bps: draft.deposit_percent_bps,
        min_gap_between_bookings_min: draft.min_gap_between_bookings_min,
    }
}

/// Lets resources of the business pass; a foreign one looks missing.
async fn check_resources(work: &Work, biz_id: &str, field: &str, ids: &[String]) -> Result<()> {
    let known: Vec<String> = resources::Entity::find()
        .select_only()
        .column(resources::Column::Id)
        .filter(resources::Column::BizId.eq(biz_id))
        .filter(resources::Column::DeletedAt.is_null())
        .filter(any_of(&**work, resources::Column::Id, ids.to_vec()))
        .into_tuple()
        .all(&**work)
        .await?;
    match ids.iter().position(|id| !known.contains(id)) {
        Some(index) => Err(Refusal::not_found(&format!("{field}.{index}"), "resource").into()),
        None => Ok(()),
    }
}

async fn link(
    work: &Work,
    version: &offer_versions::Model,
    role: ResourceRole,
    resource_ids: &[String],
) -> Result<()> {
    let rows = resource_ids.iter().zip(0..).map(|(resource, position)| {
        offer_version_resources::ActiveModel {
            id: Set(Kind::OfferVersionResource.mint(work.now)),
            biz_id: Set(version.biz_id.clone()),
            offer_version_id: Set(version.id.clone()),
            resource_id: Set(resource.clone()),
            role: Set(role.as_str().to_owned()),
            position: Set(position),
        }
    });
    offer_version_resources::Entity::insert_many(rows)
        .exec_without_returning(&**work)
        .await?;
    Ok(())
}

/// A version to be published.
#[derive(Clone, Debug)]
pub struct PublishOfferVersion {
    /// The version.
    pub offer_version_id: String,
}

/// Publishes a version: from now on it is what customers book, and it never changes again. The one
/// published before it is superseded; bookings of it stay as they are.
///
/// # Errors
/// `INVALID_STATE` when it has been published before, or when none of its primary resources has a
/// location or hours of its own; `NOT_FOUND` at `offerVersionId`; `Forbidden`.
pub async fn publish_offer_version(
    gateway: &Gateway,
    viewer: &Viewer,
    command: PublishOfferVersion,
    call: Call,
) -> Result<Outcome<offer_versions::Model>> {
    let work = match gateway.begin(viewer, &call).await? {
        Begun::Work(work) => work,
        Begun::Done(outcome) => return Ok(outcome),
    };
    let named = ("offerVersionId", "offer version");
    let missing = || Refusal::not_found(named.0, named.1);
    let id = &command.offer_version_id;
    let found = scope::find::<offer_versions::Entity>(&*work, viewer, id).await?;
    let found = found.ok_or_else(missing)?;
    let offer = repo::locked_offer(&work, viewer, &found.offer_id, named).await?;
    // Read once more: a rival may have published it while the lock was waited for.
    let version = scope::find::<offer_versions::Entity>(&*work, viewer, id).await?;
    let version = version.ok_or_else(missing)?;
    if Status::parse(&version.status) != Status::Draft {
        return Err(CatalogRefusal::Published.into());
    }
    if !ever_opens(&work, &version).await? {
        return Err(CatalogRefusal::NeverOpen.into());
    }
    let version = publish(&work, &offer, version).await?;
    announce(&work, &version, "offer_version.published").await?;
    work.finish(version).await
}

/// Whether a primary resource has a location or hours of its own.
async fn ever_opens(work: &Work, version: &offer_versions::Model) -> Result<bool> {
    let ids = vec![version.id.clone()];
    let primary = repo::resources_of_versions(&**work, ResourceRole::Primary, ids).await?;
    if primary
        .iter()
        .any(|(_, resource)| resource.location_id.is_some())
    {
        return Ok(true);
    }
    let ids = primary.iter().map(|(_, resource)| resource.id.clone());
    let hours = opening_hours::Entity::find()
        .filter(opening_hours::Column::BizId.eq(&version.biz_id))
        .filter(any_of(&**work, opening_hours::Column::ResourceId, ids))
        .count(&**work)
        .await?;
    Ok(hours > 0)
}

async fn publish(
    work: &Work,
    offer: &offers::Model,
    mut version: offer_versions::Model,
) -> Result<offer_versions::Model> {
    use offer_versions::Column;
    offer_versions::Entity::update_many()
        .col_expr(Column::Status, Expr::val(Status::Superseded.as_str()))
        .col_expr(Column::UpdatedAt, Expr::val(work.now))
        .filter(Column::BizId.eq(&offer.biz_id))
        .filter(Column::OfferId.eq(&offer.id))
        .filter(Column::Status.eq(Status::Published.as_str()))
        .exec(&**work)
        .await?;
    let published = offer_versions::Entity::update_many()
        .col_expr(Column::Status, Expr::val(Status::Published.as_str()))
        .col_expr(Column::PublishedAt, Expr::val(work.now))
        .col_expr(Column::UpdatedAt, Expr::val(work.now))
        .filter(Column::Id.eq(&version.id))
        .filter(Column::Status.eq(Status::Draft.as_str()))
        .exec(&**work)
        .await?;
    if published.rows_affected == 0 {
        return Err(CatalogRefusal::Published.into());
    }
    offers::Entity::update_many()
        .col_expr(offers::Column::IsPublished, Expr::val(true))
        .col_expr(offers::Column::UpdatedAt, Expr::val(work.now))
        .filter(offers::Column::Id.eq(&offer.id))
        .exec(&**work)
        .await?;
    version.status = Status::Published.as_str().to_owned();
    version.published_at = Some(work.now.into());
    version.updated_at = work.now.into();
    Ok(version)
}

async fn announce(work: &Work, version: &offer_versions::Model, kind: &'static str) -> Result<()> {
    let event = Event {
        biz_id: &version.biz_id,
        kind,
        aggregate: "offer_version",
        aggregate_id: &version.id,
        payload: json!({ "offerId": version.offer_id, "version": version.version }),
    };
    events::emit(work, event).await
}

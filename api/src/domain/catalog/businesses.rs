//! Opening a business.

use chrono_tz::Tz;
use entity::{bizes, memberships};
use iso_currency::Currency;
use sea_orm::EntityTrait;
use serde_json::json;

use super::{repo, rules};
use crate::domain::error::Result;
use crate::domain::events::{self, Event};
use crate::domain::gateway::Gateway;
use crate::domain::ids::Kind;
use crate::domain::tx::{Begun, Call, Outcome};
use crate::domain::viewer::{Role, Viewer};

/// A business to be opened.
#[derive(Clone, Debug)]
pub struct CreateBusiness {
    /// What it is called.
    pub name: String,
    /// Its name in addresses.
    pub slug: String,
    /// The time zone of whatever has no location of its own.
    pub time_zone: Tz,
    /// The currency of its prices.
    pub currency: Currency,
}

/// Opens a business, and makes the viewer its owner.
///
/// # Errors
/// `INVALID_INPUT` at `name` or `slug`, which must be new; `Unauthenticated`.
pub async fn create_business(
    gateway: &Gateway,
    viewer: &Viewer,
    command: CreateBusiness,
    call: Call,
) -> Result<Outcome<bizes::Model>> {
    let owner = viewer.user_id()?.to_owned();
    let name = rules::name("name", &command.name)?;
    let slug = rules::slug(&command.slug)?;
    let work = match gateway.begin(viewer, &call).await? {
        Begun::Work(work) => work,
        Begun::Done(outcome) => return Ok(outcome),
    };
    let business = bizes::Model {
        id: Kind::Business.mint(work.now),
        name,
        slug,
        timezone: command.time_zone.name().to_owned(),
        currency: command.currency.code().to_owned(),
        metadata: None,
        created_at: work.now.into(),
        updated_at: work.now.into(),
        deleted_at: None,
    };
    repo::insert_with_slug(&work, &business).await?;
    let membership = memberships::Model {
        id: Kind::Membership.mint(work.now),
        biz_id: business.id.clone(),
        user_id: owner,
        role: Role::Owner.as_str().to_owned(),
        created_at: work.now.into(),
        updated_at: work.now.into(),
        deleted_at: None,
        blocked_at: None,
    };
    memberships::Entity::insert(memberships::ActiveModel::from(membership))
        .exec_without_returning(&*work)
        .await?;
    let event = Event {
        biz_id: &business.id,
        kind: "business.created",
        aggregate: "business",
        aggregate_id: &business.id,
        payload: json!({}),
    };
    events::emit(&work, event).await?;
    work.finish(business).await
}

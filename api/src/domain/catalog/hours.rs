//! Opening hours, as they are written down.
//!
//! They are read with their owners; writing replaces them all.

use std::collections::HashMap;

use chrono::Weekday;
use entity::{opening_hours, opening_hours_exceptions};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::openings::{self, Exception, Weekly};
use super::repo;
use crate::domain::error::Result;
use crate::domain::events::{self, Event};
use crate::domain::gateway::Gateway;
use crate::domain::ids::Kind;
use crate::domain::scope::any_of;
use crate::domain::tx::{Begun, Call, Outcome, Work};
use crate::domain::viewer::Viewer;

/// The hours that one location or resource has of its own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpeningHours {
    /// The times of every week, by weekday and opening time.
    pub weekly: Vec<opening_hours::Model>,
    /// The dates on which others hold, by date and opening time.
    pub exceptions: Vec<opening_hours_exceptions::Model>,
}

impl OpeningHours {
    /// Whether nothing is written down.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.weekly.is_empty() && self.exceptions.is_empty()
    }
}

/// Whose hours they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OwnerKind {
    /// A location's.
    Location,
    /// A resource's.
    Resource,
}

/// The hours of locations or of resources, by the owner's id. Who has none is left out.
///
/// # Errors
/// When the database fails.
pub async fn of(
    db: &impl ConnectionTrait,
    owner: OwnerKind,
    ids: Vec<String>,
) -> Result<HashMap<String, OpeningHours>> {
    use opening_hours::Column as Weekly;
    use opening_hours_exceptions::Column as Exception;
    let (weekly_owner, exception_owner) = match owner {
        OwnerKind::Location => (Weekly::LocationId, Exception::LocationId),
        OwnerKind::Resource => (Weekly::ResourceId, Exception::ResourceId),
    };
    let weekly = opening_hours::Entity::find()
        .filter(any_of(db, weekly_owner, ids.clone()))
        .order_by_asc(Weekly::Weekday)
        .order_by_asc(Weekly::OpensAt)
        .order_by_asc(Weekly::Id)
        .all(db)
        .await?;
    let exceptions = opening_hours_exceptions::Entity::find()
        .filter(any_of(db, exception_owner, ids))
        .order_by_asc(Exception::Date)
        .order_by_asc(Exception::OpensAt)
        .order_by_asc(Exception::Id)
        .all(db)
        .await?;
    let mut hours: HashMap<String, OpeningHours> = HashMap::new();
    for row in weekly {
        if let Some(id) = row.location_id.clone().or_else(|| row.resource_id.clone()) {
            hours.entry(id).or_default().weekly.push(row);
        }
    }
    for row in exceptions {
        if let Some(id) = row.location_id.clone().or_else(|| row.resource_id.clone()) {
            hours.entry(id).or_default().exceptions.push(row);
        }
    }
    Ok(hours)
}

/// Hours to be written down.
#[derive(Clone, Debug)]
pub struct SetOpeningHours {
    /// Whether the owner is a location or a resource.
    pub owner: OwnerKind,
    /// The owner's id.
    pub owner_id: String,
    /// The times of every week.
    pub weekly: Vec<Weekly>,
    /// The dates on which others hold.
    pub exceptions: Vec<Exception>,
}

/// Replaces all the hours of a location or a resource. Bookings that are made stay.
///
/// # Errors
/// `INVALID_INPUT` at the field at fault, such as `weekly.2.opensAt`; `NOT_FOUND` at `locationId` or
/// `resourceId`; `Forbidden`.
pub async fn set_opening_hours(
    gateway: &Gateway,
    viewer: &Viewer,
    command: SetOpeningHours,
    call: Call,
) -> Result<Outcome<OpeningHours>> {
    openings::check_weekly(&command.weekly)?;
    let exceptions = openings::check_exceptions(command.exceptions)?;
    let work = match gateway.begin(viewer, &call).await? {
        Begun::Work(work) => work,
        Begun::Done(outcome) => return Ok(outcome),
    };
    let id = command.owner_id;
    // The owner is locked, so that two calls at once do not both add theirs.
    let owner = match command.owner {
        OwnerKind::Location => {
            let location = repo::locked_location(&work, viewer, &id).await?;
            Owner::new(location.biz_id, Some(id), None)
        }
        OwnerKind::Resource => {
            let resource = repo::locked_resource(&work, viewer, &id).await?;
            Owner::new(resource.biz_id, None, Some(id))
        }
    };
    owner.clear(&work).await?;
    owner.write_weekly(&work, &command.weekly).await?;
    owner.write_exceptions(&work, exceptions).await?;
    let id = owner.id().to_owned();
    let mut hours = of(&*work, command.owner, vec![id.clone()]).await?;
    let event = Event {
        biz_id: &owner.biz_id,
        kind: "opening_hours.set",
        aggregate: match command.owner {
            OwnerKind::Location => "location",
            OwnerKind::Resource => "resource",
        },
        aggregate_id: &id,
        payload: json!({}),
    };
    events::emit(&work, event).await?;
    work.finish(hours.remove(&id).unwrap_or_default()).await
}

/// Whose hours are written: one of the two has an id.
struct Owner {
    biz_id: String,
    location_id: Option<String>,
    resource_id: Option<String>,
}

impl Owner {
    fn new(biz_id: String, location_id: Option<String>, resource_id: Option<String>) -> Self {
        Self {
            biz_id,
            location_id,
            resource_id,
        }
    }

    fn id(&self) -> &str {
        let id = self.location_id.as_deref().or(self.resource_id.as_deref());
        id.unwrap_or_default()
    }

    async fn clear(&self, work: &Work) -> Result<()> {
        use opening_hours::Column as Weekly;
        use opening_hours_exceptions::Column as Exception;
        let (weekly_owner, exception_owner) = match self.location_id {
            Some(_) => (Weekly::LocationId, Exception::LocationId),
            None => (Weekly::ResourceId, Exception::ResourceId),
        };
        opening_hours::Entity::delete_many()
            .filter(Weekly::BizId.eq(&self.biz_id))
            .filter(weekly_owner.eq(self.id()))
            .exec(&**work)
            .await?;
        opening_hours_exceptions::Entity::delete_many()
            .filter(Exception::BizId.eq(&self.biz_id))
            .filter(exception_owner.eq(self.id()))
            .exec(&**work)
            .await?;
        Ok(())
    }

    async fn write_weekly(&self, work: &Work, weekly: &[Weekly]) -> Result<()> {
        let rows = weekly.iter().map(|time| opening_hours::ActiveModel {
            id: Set(Kind::OpeningHours.mint(work.now)),
            biz_id: Set(self.biz_id.clone()),
            location_id: Set(self.location_id.clone()),
            resource_id: Set(self.resource_id.clone()),
            weekday: Set(i32::try_from(time.weekday.number_from_monday()).unwrap_or_default()),
            opens_at: Set(time.opens_at),
            closes_at: Set(time.closes_at),
            created_at: Set(work.now.into()),
            updated_at: Set(work.now.into()),
        });
        opening_hours::Entity::insert_many(rows)
            .exec_without_returning(&**work)
            .await?;
        Ok(())
    }

    async fn write_exceptions(&self, work: &Work, exceptions: Vec<Exception>) -> Result<()> {
        let rows = exceptions
            .into_iter()
            .map(|exception| opening_hours_exceptions::ActiveModel {
                id: Set(Kind::HoursException.mint(work.now)),
                biz_id: Set(self.biz_id.clone()),
                location_id: Set(self.location_id.clone()),
                resource_id: Set(self.resource_id.clone()),
                date: Set(exception.date),
                opens_at: Set(exception.opens_at),
                closes_at: Set(exception.closes_at),
                reason: Set(exception.reason),
                created_at: Set(work.now.into()),
                updated_at: Set(work.now.into()),
            });
        opening_hours_exceptions::Entity::insert_many(rows)
            .exec_without_returning(&**work)
            .await?;
        Ok(())
    }
}

/// The day that a stored number means. Monday is 1, as in ISO 8601.
#[must_use]
pub fn weekday(number: i32) -> Option<Weekday> {
    Weekday::try_from(u8::try_from(number.checked_sub(1)?).ok()?).ok()
}

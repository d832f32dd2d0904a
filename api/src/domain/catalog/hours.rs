//! Opening hours, as they are written down.

use std::collections::HashMap;

use chrono::Weekday;
use entity::{opening_hours, opening_hours_exceptions};
use sea_orm::{ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use serde::{Deserialize, Serialize};

use crate::domain::error::Result;
use crate::domain::scope::any_of;

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

/// The day that a stored number means. Monday is 1, as in ISO 8601.
#[must_use]
pub fn weekday(number: i32) -> Option<Weekday> {
    Weekday::try_from(u8::try_from(number.checked_sub(1)?).ok()?).ok()
}

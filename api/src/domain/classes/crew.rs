//! The instructor and the room of a class: a class takes them whole, with their buffers, so that neither an
//! appointment nor another class gets in its way.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use entity::{class_occurrences, resources};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use crate::domain::bookings::claims::{self, Holder};
use crate::domain::catalog::blocks;
use crate::domain::catalog::words::ResourceType;
use crate::domain::civil::Span;
use crate::domain::error::{Refusal, Result};
use crate::domain::scope::any_of;
use crate::domain::tx::Work;

/// Resources by their ids: in the order in which they are claimed, so that two writers cannot wait for each
/// other.
#[derive(Clone, Debug, Default)]
pub struct Crew(BTreeMap<String, resources::Model>);

impl Crew {
    /// Reads the resources with those ids.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn read(work: &Work, ids: impl IntoIterator<Item = Option<&String>>) -> Result<Self> {
        let mut ids: Vec<String> = ids.into_iter().flatten().cloned().collect();
        ids.sort();
        ids.dedup();
        if ids.is_empty() {
            return Ok(Self::default());
        }
        let rows = resources::Entity::find()
            .filter(any_of(&**work, resources::Column::Id, ids))
            .all(&**work)
            .await?;
        Ok(Self(
            rows.into_iter().map(|row| (row.id.clone(), row)).collect(),
        ))
    }

    /// Takes the time of a class. Answers the id of the resource that is taken already, if one is; then
    /// nothing has been taken.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn claim(
        &self,
        work: &Work,
        class: &class_occurrences::Model,
    ) -> Result<Option<String>> {
        let service = span(class);
        let wanted = [&class.instructor_resource_id, &class.room_resource_id];
        for (id, resource) in &self.0 {
            if !wanted.iter().any(|wanted| wanted.as_ref() == Some(id)) {
                continue;
            }
            let minutes = |minutes: i32| TimeDelta::minutes(minutes.into());
            let taken = service.widened(
                minutes(resource.buffer_before_min),
                minutes(resource.buffer_after_min),
            );
            for unit in 0..blocks::units(resource) {
                let holder = Holder::Class(&class.id);
                if !blocks::take(work, resource, unit, (taken, service), holder).await? {
                    claims::release_class(&**work, &class.id).await?;
                    return Ok(Some(id.clone()));
                }
            }
        }
        Ok(None)
    }
}

/// The time of a class itself.
#[must_use]
pub fn span(class: &class_occurrences::Model) -> Span {
    Span {
        from: class.start_at.to_utc(),
        to: class.end_at.to_utc(),
    }
}

/// Checks that a business has such an instructor and such a room.
///
/// # Errors
/// `NOT_FOUND` at `instructorId` or `roomId`; `INVALID_INPUT` for a room that instructs, or the other way
/// round.
pub async fn check(
    work: &Work,
    biz_id: &str,
    instructor_id: Option<&str>,
    room_id: Option<&str>,
) -> Result<()> {
    use ResourceType::{Asset, CompanyHost, Host, Venue};
    if let Some(id) = instructor_id
        && !matches!(
            kind_of(work, biz_id, id, "instructorId").await?,
            Host | CompanyHost
        )
    {
        let message = "An instructor is a person: a resource of the type HOST or COMPANY_HOST.";
        return Err(Refusal::invalid("instructorId", message).into());
    }
    if let Some(id) = room_id
        && !matches!(kind_of(work, biz_id, id, "roomId").await?, Venue | Asset)
    {
        let message = "A room is a place or a thing: a resource of the type VENUE or ASSET.";
        return Err(Refusal::invalid("roomId", message).into());
    }
    Ok(())
}

async fn kind_of(work: &Work, biz_id: &str, id: &str, field: &str) -> Result<ResourceType> {
    let resource = resources::Entity::find_by_id(id)
        .filter(resources::Column::BizId.eq(biz_id))
        .filter(resources::Column::DeletedAt.is_null())
        .one(&**work)
        .await?;
    let resource = resource.ok_or_else(|| Refusal::not_found(field, "resource"))?;
    Ok(ResourceType::parse(&resource.r#type))
}

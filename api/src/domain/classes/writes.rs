//! Writes of classes and enrolments, on an open connection, each with an event.

use entity::{class_occurrences, enrollments};
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::{Set, Unchanged},
};
use serde_json::json;

use crate::domain::error::Result;
use crate::domain::events::{self, Event};
use crate::domain::tx::Work;

/// What the events of a class call it.
pub const AGGREGATE: &str = "class_occurrence";

/// Writes what has changed of a class, as a new version of it.
///
/// # Errors
/// When the database fails.
pub async fn save(
    work: &Work,
    class: &class_occurrences::Model,
    mut changes: class_occurrences::ActiveModel,
    kind: &'static str,
) -> Result<class_occurrences::Model> {
    changes.id = Unchanged(class.id.clone());
    changes.version = Set(class.version.saturating_add(1));
    changes.updated_at = Set(work.now.into());
    let class = changes.update(&**work).await?;
    announce(work, &class, kind).await?;
    Ok(class)
}

/// Puts what happened to a class into the outbox. It names nobody: everybody may watch a class.
///
/// # Errors
/// When the database fails.
pub async fn announce(
    work: &Work,
    class: &class_occurrences::Model,
    kind: &'static str,
) -> Result<()> {
    events::emit(
        work,
        Event {
            biz_id: &class.biz_id,
            kind,
            aggregate: AGGREGATE,
            aggregate_id: &class.id,
            payload: json!({ "status": class.status, "version": class.version }),
        },
    )
    .await
}

/// Writes what has changed of an enrolment.
///
/// # Errors
/// When the database fails.
pub async fn save_enrollment(
    work: &Work,
    enrollment: &enrollments::Model,
    mut changes: enrollments::ActiveModel,
) -> Result<enrollments::Model> {
    changes.id = Unchanged(enrollment.id.clone());
    changes.updated_at = Set(work.now.into());
    Ok(changes.update(&**work).await?)
}

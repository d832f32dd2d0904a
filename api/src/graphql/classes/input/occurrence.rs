//! What is to change of one class.

use async_graphql::{ID, InputObject, MaybeUndefined};

use super::emptiable;
use crate::domain::classes::occurrences::UpdateOccurrence;
use crate::domain::ids::Kind;
use crate::graphql::payload::Read;
use crate::graphql::scalars::DateTime;

/// What is to change of one class. Fields that are left out stay as they are. From then on, edits of its
/// schedule leave the class alone.
#[derive(Clone, Debug, InputObject)]
pub struct UpdateClassOccurrenceInput {
    /// The class.
    pub occurrence_id: ID,
    /// When it begins. Whoever is enrolled moves along, and may leave free of charge.
    pub start_at: Option<DateTime>,
    /// When it ends; as long after the start as before when left out.
    pub end_at: Option<DateTime>,
    /// How many places it has, 1 to 5,000, and at least those that are taken or promised.
    pub capacity: Option<i32>,
    /// Who holds it; null for nobody.
    pub instructor_id: MaybeUndefined<ID>,
    /// The room that it takes; null for none.
    pub room_id: MaybeUndefined<ID>,
    /// The version that you have seen; refused with `VERSION_CONFLICT` if it has changed since.
    pub expected_version: Option<i32>,
    /// The caller's key, 1 to 255 characters: the same input sent again under it gets the same result.
    pub idempotency_key: Option<String>,
}

impl UpdateClassOccurrenceInput {
    /// The use case's command.
    ///
    /// # Errors
    /// `INVALID_INPUT` for an id of another kind.
    pub fn command(self) -> Read<UpdateOccurrence> {
        Ok(UpdateOccurrence {
            occurrence_id: Kind::ClassOccurrence.accept(&self.occurrence_id, "occurrenceId")?,
            expected_version: self.expected_version,
            start: self.start_at.map(|at| at.0),
            end: self.end_at.map(|at| at.0),
            capacity: self.capacity,
            instructor_id: emptiable(Kind::Resource, self.instructor_id, "instructorId")?,
            room_id: emptiable(Kind::Resource, self.room_id, "roomId")?,
        })
    }
}

/// Which class is called off.
#[derive(Clone, Debug, InputObject)]
pub struct CancelClassOccurrenceInput {
    /// The class.
    pub occurrence_id: ID,
    /// Why; everybody who is enrolled reads it. At most 1,000 characters.
    pub reason: Option<String>,
    /// The caller's key, 1 to 255 characters: the same input sent again under it gets the same result.
    pub idempotency_key: Option<String>,
}

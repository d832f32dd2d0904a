//! What the noun refuses, in words.

use crate::domain::error::{Error, Refusal, RefusalCode};

/// The refusals of the catalog that do not concern the form of an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CatalogRefusal {
    /// The slug belongs to another.
    #[error("This slug is taken.")]
    SlugTaken,
    /// Somebody else changed the resource.
    #[error("The resource has changed since you read it.")]
    Conflict,
    /// The resource is booked or blocked already.
    #[error("The resource is taken during this time.")]
    Taken,
    /// The version has been published.
    #[error("This version has been published already.")]
    Published,
    /// Nothing would ever be bookable.
    #[error("No primary resource has a location or opening hours of its own.")]
    NeverOpen,
}

impl From<CatalogRefusal> for Refusal {
    fn from(refusal: CatalogRefusal) -> Self {
        let (code, field) = match refusal {
            CatalogRefusal::SlugTaken => (RefusalCode::InvalidInput, "slug"),
            CatalogRefusal::Conflict => (RefusalCode::VersionConflict, "expectedVersion"),
            CatalogRefusal::Taken => (RefusalCode::SlotTaken, "window"),
            CatalogRefusal::Published | CatalogRefusal::NeverOpen => {
                (RefusalCode::InvalidState, "offerVersionId")
            }
        };
        Self::new(code, refusal.to_string()).at(field)
    }
}

impl From<CatalogRefusal> for Error {
    fn from(refusal: CatalogRefusal) -> Self {
        Self::Refused(refusal.into())
    }
}

//! What adding, changing and blocking a resource takes.

use async_graphql::{ID, InputObject, MaybeUndefined};

use crate::domain::catalog::blocks::BlockResource;
use crate::domain::catalog::resources::{CreateResource, UpdateResource};
use crate::domain::ids::Kind;
use crate::graphql::availability::TimeRange;
use crate::graphql::catalog::ResourceType;
use crate::graphql::payload::{Read, optional_id};

/// A resource to be added.
#[derive(Clone, Debug, InputObject)]
pub struct CreateResourceInput {
    /// The business.
    pub business_id: ID,
    /// Where it is.
    pub location_id: Option<ID>,
    /// What it is.
    #[graphql(name = "type")]
    pub kind: ResourceType,
    /// What it is called: one line of at most 200 characters.
    pub name: String,
    /// Its name in addresses: small letters, digits and hyphens, new within the business.
    pub slug: String,
    /// Whether it goes to the customer's address.
    #[graphql(default)]
    pub is_mobile: bool,
    /// How many bookings it can serve at the same time, 1 to 1,000; one when left out.
    pub max_simultaneous_bookings: Option<i32>,
    /// The minutes that it needs before a booking, up to a day.
    #[graphql(default)]
    pub buffer_before_min: i32,
    /// The minutes that it needs after a booking, up to a day.
    #[graphql(default)]
    pub buffer_after_min: i32,
    /// How far from its location it goes, in kilometres; no limit when left out.
    pub service_radius_km: Option<f64>,
    /// The caller's key, 1 to 255 characters: the same input sent again under it gets the same result.
    pub idempotency_key: Option<String>,
}

impl CreateResourceInput {
    /// The use case's command.
    ///
    /// # Errors
    /// `INVALID_INPUT` for an id of another kind.
    pub fn command(self) -> Read<CreateResource> {
        Ok(CreateResource {
            biz_id: Kind::Business.accept(&self.business_id, "businessId")?,
            location_id: optional_id(Kind::Location, self.location_id, "locationId")?,
            kind: self.kind.into(),
            name: self.name,
            slug: self.slug,
            is_mobile: self.is_mobile,
            max_simultaneous_bookings: self.max_simultaneous_bookings,
            buffer_before_min: self.buffer_before_min,
            buffer_after_min: self.buffer_after_min,
            service_radius_km: self.service_radius_km,
        })
    }
}

/// What is to change of a resource. Fields that are left out stay as they are.
#[derive(Clone, Debug, InputObject)]
pub struct UpdateResourceInput {
    /// The resource.
    pub resource_id: ID,
    /// What it is called: one line of at most 200 characters.
    pub name: Option<String>,
    /// Its name in addresses: small letters, digits and hyphens, new within the business.
    pub slug: Option<String>,
    /// Where it is; null for no place.
    pub location_id: MaybeUndefined<ID>,
    /// Whether it goes to the customer's address.
    pub is_mobile: Option<bool>,
    /// How many bookings it can serve at the same time, 1 to 1,000; null for one.
    pub max_simultaneous_bookings: MaybeUndefined<i32>,
    /// The minutes that it needs before a booking, up to a day.
    pub buffer_before_min: Option<i32>,
    /// The minutes that it needs after a booking, up to a day.
    pub buffer_after_min: Option<i32>,
    /// How far from its location it goes, in kilometres; null for no limit.
    pub service_radius_km: MaybeUndefined<f64>,
    /// The version that you have seen; refused with `VERSION_CONFLICT` if it has changed since.
    pub expected_version: Option<i32>,
    /// The caller's key, 1 to 255 characters: the same input sent again under it gets the same result.
    pub idempotency_key: Option<String>,
}

impl UpdateResourceInput {
    /// The use case's command.
    ///
    /// # Errors
    /// `INVALID_INPUT` for an id of another kind.
    pub fn command(self) -> Read<UpdateResource> {
        let location_id = match self.location_id {
            MaybeUndefined::Undefined => None,
            MaybeUndefined::Null => Some(None),
            MaybeUndefined::Value(id) => Some(Some(Kind::Location.accept(&id, "locationId")?)),
        };
        Ok(UpdateResource {
            resource_id: Kind::Resource.accept(&self.resource_id, "resourceId")?,
            expected_version: self.expected_version,
            name: self.name,
            slug: self.slug,
            location_id,
            is_mobile: self.is_mobile,
            max_simultaneous_bookings: self.max_simultaneous_bookings.into(),
            buffer_before_min: self.buffer_before_min,
            buffer_after_min: self.buffer_after_min,
            service_radius_km: self.service_radius_km.into(),
        })
    }
}

/// A resource to be blocked.
#[derive(Clone, Debug, InputObject)]
pub struct BlockResourceInput {
    /// The resource.
    pub resource_id: ID,
    /// From when to when.
    pub window: TimeRange,
    /// Why; only staff read it: one line of at most 200 characters.
    pub reason: Option<String>,
    /// The caller's key, 1 to 255 characters: the same input sent again under it gets the same result.
    pub idempotency_key: Option<String>,
}

impl BlockResourceInput {
    /// The use case's command.
    ///
    /// # Errors
    /// `INVALID_INPUT` for an id of another kind.
    pub fn command(self) -> Read<BlockResource> {
        Ok(BlockResource {
            resource_id: Kind::Resource.accept(&self.resource_id, "resourceId")?,
            window: self.window.into(),
            reason: self.reason,
        })
    }
}

//! Shaping the catalog.

use async_graphql::{Context, Object};

use super::input::{
    BlockResourceInput, CreateBusinessInput, CreateLocationInput, CreateOfferInput,
    CreateOfferVersionInput, CreateResourceInput, CreateVenueInput, PublishOfferVersionInput,
    SetOpeningHoursInput, UpdateResourceInput,
};
use super::{Business, Location, Offer, OfferVersion, OpeningHours, Resource, Venue};
use crate::domain::catalog::{
    blocks, businesses, hours, locations, offers, resources, venues, versions,
};
use crate::graphql::availability::BusyInterval;
use crate::graphql::context::ContextExt;
use crate::graphql::error::Result;
use crate::graphql::payload::{call, payload};

payload! {
    /// What `createBusiness` answers.
    CreateBusinessPayload {
        /// The new business.
        business: Business
    }
}

payload! {
    /// What `createLocation` answers.
    CreateLocationPayload {
        /// The new place.
        location: Location
    }
}

payload! {
    /// What `createVenue` answers.
    CreateVenuePayload {
        /// The new hall or room.
        venue: Venue
    }
}

payload! {
    /// What `setOpeningHours` answers.
    SetOpeningHoursPayload {
        /// The hours, as they are now.
        opening_hours: OpeningHours
    }
}

payload! {
    /// What `createResource` answers.
    CreateResourcePayload {
        /// The new resource.
        resource: Resource
    }
}

payload! {
    /// What `updateResource` answers.
    UpdateResourcePayload {
        /// The resource, as it is now.
        resource: Resource
    }
}

payload! {
    /// What `blockResource` answers.
    BlockResourcePayload {
        /// The time that is blocked.
        busy: BusyInterval
    }
}

payload! {
    /// What `createOffer` answers.
    CreateOfferPayload {
        /// The new offer.
        offer: Offer
    }
}

payload! {
    /// What `createOfferVersion` answers.
    CreateOfferVersionPayload {
        /// The new version.
        offer_version: OfferVersion
    }
}

payload! {
    /// What `publishOfferVersion` answers.
    PublishOfferVersionPayload {
        /// The published version.
        offer_version: OfferVersion
    }
}

/// The mutations of the catalog.
#[derive(Default)]
pub struct CatalogMutation;

#[Object]
impl CatalogMutation {
    /// Opens a business, and makes the viewer its owner.
    async fn create_business(
        &self,
        ctx: &Context<'_>,
        input: CreateBusinessInput,
    ) -> Result<CreateBusinessPayload> {
        let call = call(
            "createBusiness",
            &input,
            input.idempotency_key.as_ref(),
            None,
        );
        let result = async {
            businesses::create_business(ctx.gateway(), ctx.viewer(), input.command(), call).await
        };
        CreateBusinessPayload::of(result.await, Business::from)
    }

    /// Adds a place to a business. For owners, admins and managers.
    async fn create_location(
        &self,
        ctx: &Context<'_>,
        input: CreateLocationInput,
    ) -> Result<CreateLocationPayload> {
        let call = call(
            "createLocation",
            &input,
            input.idempotency_key.as_ref(),
            None,
        );
        let result = async {
            locations::create_location(ctx.gateway(), ctx.viewer(), input.command()?, call).await
        };
        CreateLocationPayload::of(result.await, Location::from)
    }

    /// Adds a hall or room to a business. For owners, admins and managers.
    async fn create_venue(
        &self,
        ctx: &Context<'_>,
        input: CreateVenueInput,
    ) -> Result<CreateVenuePayload> {
        let call = call("createVenue", &input, input.idempotency_key.as_ref(), None);
        let result = async {
            venues::create_venue(ctx.gateway(), ctx.viewer(), input.command()?, call).await
        };
        CreateVenuePayload::of(result.await, Venue::from)
    }

    /// Writes down when a location or a resource is open, in the place of all its hours before. Bookings that
    /// are made stay. For owners, admins and managers.
    async fn set_opening_hours(
        &self,
        ctx: &Context<'_>,
        input: SetOpeningHoursInput,
    ) -> Result<SetOpeningHoursPayload> {
        let call = call(
            "setOpeningHours",
            &input,
            input.idempotency_key.as_ref(),
            None,
        );
        let result = async {
            hours::set_opening_hours(ctx.gateway(), ctx.viewer(), input.command()?, call).await
        };
        SetOpeningHoursPayload::of(result.await, OpeningHours::from)
    }

    /// Adds somebody or something that can be booked. For owners, admins and managers.
    async fn create_resource(
        &self,
        ctx: &Context<'_>,
        input: CreateResourceInput,
    ) -> Result<CreateResourcePayload> {
        let call = call(
            "createResource",
            &input,
            input.idempotency_key.as_ref(),
            None,
        );
        let result = async {
            resources::create_resource(ctx.gateway(), ctx.viewer(), input.command()?, call).await
        };
        CreateResourcePayload::of(result.await, Resource::from)
    }

    /// Changes a resource. Bookings that are made keep the time that they have taken. For owners, admins and
    /// managers.
    async fn update_resource(
        &self,
        ctx: &Context<'_>,
        input: UpdateResourceInput,
    ) -> Result<UpdateResourcePayload> {
        let call = call(
            "updateResource",
            &input,
            input.idempotency_key.as_ref(),
            None,
        );
        let result = async {
            resources::update_resource(ctx.gateway(), ctx.viewer(), input.command()?, call).await
        };
        UpdateResourcePayload::of(result.await, Resource::from)
    }

    /// Takes a resource's time, so that it cannot be booked. Refused with `SLOT_TAKEN` when it is booked
    /// already. For owners, admins and managers.
    async fn block_resource(
        &self,
        ctx: &Context<'_>,
        input: BlockResourceInput,
    ) -> Result<BlockResourcePayload> {
        let call = call(
            "blockResource",
            &input,
            input.idempotency_key.as_ref(),
            None,
        );
        let result = async {
            blocks::block_resource(ctx.gateway(), ctx.viewer(), input.command()?, call).await
        };
        BlockResourcePayload::of(result.await, BusyInterval::from)
    }

    /// Adds an offer to a business. Nobody but staff sees it until a version of it is published. For owners,
    /// admins and managers.
    async fn create_offer(
        &self,
        ctx: &Context<'_>,
        input: CreateOfferInput,
    ) -> Result<CreateOfferPayload> {
        let call = call("createOffer", &input, input.idempotency_key.as_ref(), None);
        let result = async {
            offers::create_offer(ctx.gateway(), ctx.viewer(), input.command()?, call).await
        };
        CreateOfferPayload::of(result.await, Offer::from)
    }

    /// Writes the next version of an offer, as a draft. For owners, admins and managers.
    async fn create_offer_version(
        &self,
        ctx: &Context<'_>,
        input: CreateOfferVersionInput,
    ) -> Result<CreateOfferVersionPayload> {
        let call = call(
            "createOfferVersion",
            &input,
            input.idempotency_key.as_ref(),
            None,
        );
        let result = async {
            versions::create_offer_version(ctx.gateway(), ctx.viewer(), input.command()?, call)
                .await
        };
        CreateOfferVersionPayload::of(result.await, OfferVersion::from)
    }

    /// Publishes a version, with the offer: from now on it is what customers book, and it never changes. The
    /// one published before is superseded. For owners, admins and managers.
    async fn publish_offer_version(
        &self,
        ctx: &Context<'_>,
        input: PublishOfferVersionInput,
    ) -> Result<PublishOfferVersionPayload> {
        let call = call(
            "publishOfferVersion",
            &input,
            input.idempotency_key.as_ref(),
            None,
        );
        let result = async {
            versions::publish_offer_version(ctx.gateway(), ctx.viewer(), input.command()?, call)
                .await
        };
        PublishOfferVersionPayload::of(result.await, OfferVersion::from)
    }
}

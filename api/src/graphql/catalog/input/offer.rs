//! What adding an offer takes, and writing and publishing its versions.

use async_graphql::{ID, InputObject};

use crate::domain::catalog::drafts::Draft;
use crate::domain::catalog::offers::CreateOffer;
use crate::domain::catalog::versions::{CreateOfferVersion, PublishOfferVersion};
use crate::domain::ids::Kind;
use crate::graphql::catalog::DurationMode;
use crate::graphql::payload::Read;

/// An offer to be added.
#[derive(Clone, Debug, InputObject)]
pub struct CreateOfferInput {
    /// The business.
    pub business_id: ID,
    /// What it is called: one line of at most 200 characters.
    pub name: String,
    /// Its name in addresses: small letters, digits and hyphens, new within the business.
    pub slug: String,
    /// What it is, in the business's words: at most 10,000 characters.
    pub description: Option<String>,
    /// The caller's key, 1 to 255 characters: the same input sent again under it gets the same result.
    pub idempotency_key: Option<String>,
}

impl CreateOfferInput {
    /// The use case's command.
    ///
    /// # Errors
    /// `INVALID_INPUT` for an id of another kind.
    pub fn command(self) -> Read<CreateOffer> {
        Ok(CreateOffer {
            biz_id: Kind::Business.accept(&self.business_id, "businessId")?,
            name: self.name,
            slug: self.slug,
            description: self.description,
        })
    }
}

/// A version of an offer to be written: the fields of `OfferVersion`, with what is usual as defaults.
#[derive(Clone, Debug, InputObject)]
pub struct CreateOfferVersionInput {
    /// The offer.
    pub offer_id: ID,
    /// How the length of a booking is decided.
    #[graphql(default_with = "DurationMode::Fixed")]
    pub duration_mode: DurationMode,
    /// The length of a booking that asks for none, in minutes, up to a leap year.
    pub default_duration_min: i32,
    /// The shortest booking, in minutes; needed unless the length is fixed.
    pub min_duration_min: Option<i32>,
    /// The longest booking, in minutes; needed unless the length is fixed.
    pub max_duration_min: Option<i32>,
    /// The step between two lengths, in minutes.
    #[graphql(default = 15)]
    pub duration_step_min: i32,
    /// How far apart the starts are, in minutes, counted from an opening time.
    #[graphql(default = 15)]
    pub slot_interval_min: i32,
    /// What every booking costs, in minor units of the business's currency.
    pub base_price_minor: i32,
    /// What each begun unit of time costs on top, in minor units; with `unitMin`.
    pub unit_price_minor: Option<i32>,
    /// The length of a unit of time, in minutes; with `unitPriceMinor`.
    pub unit_min: Option<i32>,
    /// Whether staff must approve a booking.
    #[graphql(default)]
    pub requires_approval: bool,
    /// Whether a part of the price must be paid ahead.
    #[graphql(default)]
    pub requires_deposit: bool,
    /// That part, in basis points: 10 000 is the whole price.
    pub deposit_percent_bps: Option<i32>,
    /// The minutes that a resource rests between two bookings, on top of its buffers; up to a day.
    #[graphql(default)]
    pub min_gap_between_bookings_min: i32,
    /// How early a booking must be made, in minutes before its start.
    #[graphql(default)]
    pub lead_time_min: i32,
    /// How far ahead a booking can be made, in days; up to ten years.
    #[graphql(default = 90)]
    pub horizon_days: i32,
    /// What a cancellation costs; nothing when left out.
    #[graphql(default)]
    pub cancellation_policy: CancellationPolicyInput,
    /// The resources of which a booking takes one, in the order in which they are tried; at least one.
    pub primary_resource_ids: Vec<ID>,
    /// The resources of which a booking takes one more; none when one resource is enough.
    #[graphql(default)]
    pub secondary_resource_ids: Vec<ID>,
    /// The caller's key, 1 to 255 characters: the same input sent again under it gets the same result.
    pub idempotency_key: Option<String>,
}

/// What a cancellation is to cost.
#[derive(Clone, Debug, Default, InputObject)]
pub struct CancellationPolicyInput {
    /// A cancellation is late when it comes fewer minutes than this before the start.
    #[graphql(default)]
    pub cutoff_min: i32,
    /// What a late cancellation costs, in minor units of the business's currency.
    pub late_fee_minor: Option<i32>,
    /// Whether a late cancellation of a booking that a package paid uses up its session, instead of the
    /// fee.
    #[graphql(default)]
    pub forfeits_session: bool,
}

impl CreateOfferVersionInput {
    /// The use case's command.
    ///
    /// # Errors
    /// `INVALID_INPUT` for an id of another kind.
    pub fn command(self) -> Read<CreateOfferVersion> {
        Ok(CreateOfferVersion {
            offer_id: Kind::Offer.accept(&self.offer_id, "offerId")?,
            primary_resource_ids: resources(&self.primary_resource_ids, "primaryResourceIds")?,
            secondary_resource_ids: resources(
                &self.secondary_resource_ids,
                "secondaryResourceIds",
            )?,
            draft: Draft {
                duration_mode: self.duration_mode.into(),
                default_duration_min: self.default_duration_min,
                min_duration_min: self.min_duration_min,
                max_duration_min: self.max_duration_min,
                duration_step_min: self.duration_step_min,
                slot_interval_min: self.slot_interval_min,
                base_price_minor: self.base_price_minor,
                unit_price_minor: self.unit_price_minor,
                unit_min: self.unit_min,
                requires_approval: self.requires_approval,
                requires_deposit: self.requires_deposit,
                deposit_percent_bps: self.deposit_percent_bps,
                min_gap_between_bookings_min: self.min_gap_between_bookings_min,
                lead_time_min: self.lead_time_min,
                horizon_days: self.horizon_days,
                cancellation_cutoff_min: self.cancellation_policy.cutoff_min,
                late_fee_minor: self.cancellation_policy.late_fee_minor,
                forfeits_session: self.cancellation_policy.forfeits_session,
            },
        })
    }
}

fn resources(ids: &[ID], field: &str) -> Read<Vec<String>> {
    ids.iter()
        .enumerate()
        .map(|(index, id)| Kind::Resource.accept(id, &format!("{field}.{index}")))
        .collect()
}

/// A version of an offer to be published.
#[derive(Clone, Debug, InputObject)]
pub struct PublishOfferVersionInput {
    /// The version.
    pub offer_version_id: ID,
    /// The caller's key, 1 to 255 characters: the same input sent again under it gets the same result.
    pub idempotency_key: Option<String>,
}

impl PublishOfferVersionInput {
    /// The use case's command.
    ///
    /// # Errors
    /// `INVALID_INPUT` for an id of another kind.
    pub fn command(self) -> Read<PublishOfferVersion> {
        Ok(PublishOfferVersion {
            offer_version_id: Kind::OfferVersion
                .accept(&self.offer_version_id, "offerVersionId")?,
        })
    }
}

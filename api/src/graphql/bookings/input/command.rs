//! What is booked, moved and called off.

use async_graphql::{ID, InputObject};

use super::{AddressInput, some};
use crate::domain::availability::board::Wanted;
use crate::domain::bookings::reschedule::Reschedule;
use crate::domain::bookings::{CancelBooking, CreateBooking};
use crate::domain::ids::Kind;
use crate::domain::packages::redemption::SessionPayment;
use crate::graphql::bookings::parts::PaymentTerms;
use crate::graphql::payload::Read;
use crate::graphql::scalars::DateTime;

/// What is to be booked.
#[derive(Clone, Debug, InputObject)]
pub struct CreateBookingInput {
    /// The offer.
    pub offer_id: ID,
    /// When it is to begin: the start of an available slot.
    pub start_at: DateTime,
    /// How long it is to be, in minutes; the offer's default length when left out.
    pub duration_min: Option<i32>,
    /// Only at this location.
    pub location_id: Option<ID>,
    /// Only with this resource; the first that is free when left out.
    pub resource_id: Option<ID>,
    /// Only with this secondary resource; the first that is free when left out.
    pub secondary_resource_id: Option<ID>,
    /// For whom. Staff only; a customer books for themself.
    pub customer_id: Option<ID>,
    /// Take the time now and confirm later, before `holdExpiresAt`.
    pub hold: Option<bool>,
    /// Pay with a session of the customer's packages: of the one that is good for this offer and expires
    /// first.
    pub use_package: Option<bool>,
    /// Pay with a session of this package of the customer's.
    pub package_purchase_id: Option<ID>,
    /// When the bill is due. Staff only; whoever has terms pays no deposit.
    pub payment_terms: Option<PaymentTerms>,
    /// Where to come, for a service that comes to the customer.
    pub service_address: Option<AddressInput>,
    /// Say what would happen, and change nothing.
    pub dry_run: Option<bool>,
    /// The caller's key, 1 to 255 characters: the same input sent again under it gets the same result.
    pub idempotency_key: Option<String>,
}

impl CreateBookingInput {
    /// The use case's command.
    ///
    /// # Errors
    /// `INVALID_INPUT` for an id of another kind.
    pub fn command(self) -> Read<CreateBooking> {
        Ok(CreateBooking {
            offer_id: Kind::Offer.accept(&self.offer_id, "offerId")?,
            start: self.start_at.0,
            duration_min: self.duration_min,
            wanted: Wanted {
                location_id: some(Kind::Location, self.location_id, "locationId")?,
                resource_id: some(Kind::Resource, self.resource_id, "resourceId")?,
                secondary_resource_id: some(
                    Kind::Resource,
                    self.secondary_resource_id,
                    "secondaryResourceId",
                )?,
                address: self.service_address.map(Into::into),
            },
            customer_id: some(Kind::User, self.customer_id, "customerId")?,
            hold: self.hold.unwrap_or(false),
            payment_terms: self.payment_terms.map(Into::into),
            session: SessionPayment {
                use_package: self.use_package.unwrap_or(false),
                purchase_id: some(
                    Kind::PackagePurchase,
                    self.package_purchase_id,
                    "packagePurchaseId",
                )?,
            },
        })
    }
}

/// Where a booking is to go.
#[derive(Clone, Debug, InputObject)]
pub struct RescheduleBookingInput {
    /// The booking.
    pub booking_id: ID,
    /// When it is to begin: the start of an available slot.
    pub start_at: DateTime,
    /// How long it is to be, in minutes; as long as it is when left out.
    pub duration_min: Option<i32>,
    /// Who is to serve it; who serves it now when left out.
    pub resource_id: Option<ID>,
    /// The version that you have seen; refused with `VERSION_CONFLICT` if it has changed since.
    pub expected_version: Option<i32>,
    /// Say what would happen, and change nothing.
    pub dry_run: Option<bool>,
    /// The caller's key, 1 to 255 characters: the same input sent again under it gets the same result.
    pub idempotency_key: Option<String>,
}

impl RescheduleBookingInput {
    /// The use case's command.
    ///
    /// # Errors
    /// `INVALID_INPUT` for an id of another kind.
    pub fn command(self) -> Read<Reschedule> {
        Ok(Reschedule {
            booking_id: Kind::Booking.accept(&self.booking_id, "bookingId")?,
            start: self.start_at.0,
            duration_min: self.duration_min,
            resource_id: some(Kind::Resource, self.resource_id, "resourceId")?,
            expected_version: self.expected_version,
        })
    }
}

/// Which booking is called off.
#[derive(Clone, Debug, InputObject)]
pub struct CancelBookingInput {
    /// The booking.
    pub booking_id: ID,
    /// Why, in your own words; at most 1,000 characters.
    pub reason: Option<String>,
    /// The version that you have seen; refused with `VERSION_CONFLICT` if it has changed since.
    pub expected_version: Option<i32>,
    /// Say what would happen, and change nothing.
    pub dry_run: Option<bool>,
    /// The caller's key, 1 to 255 characters: the same input sent again under it gets the same result.
    pub idempotency_key: Option<String>,
}

impl CancelBookingInput {
    /// The use case's command.
    ///
    /// # Errors
    /// `INVALID_INPUT` for an id of another kind.
    pub fn command(self) -> Read<CancelBooking> {
        Ok(CancelBooking {
            booking_id: Kind::Booking.accept(&self.booking_id, "bookingId")?,
            reason: self.reason,
            expected_version: self.expected_version,
        })
    }
}

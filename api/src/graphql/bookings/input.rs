//! What the booking mutations and lists take.

use async_graphql::{Enum, ID, InputObject};

use super::BookingStatus;
use crate::domain::availability::board::Wanted;
use crate::domain::bookings::list::{Filter, Sort};
use crate::domain::bookings::{CancelBooking, CreateBooking};
use crate::domain::error::Refusal;
use crate::domain::ids::Kind;
use crate::graphql::availability::TimeRange;
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
    /// Take the time now and confirm later, within ten minutes.
    pub hold: Option<bool>,
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
            offer_id: Kind::Offer.expect(&self.offer_id, "offerId")?,
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
            },
            customer_id: some(Kind::User, self.customer_id, "customerId")?,
            hold: self.hold.unwrap_or(false),
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
            booking_id: Kind::Booking.expect(&self.booking_id, "bookingId")?,
            reason: self.reason,
            expected_version: self.expected_version,
        })
    }
}

/// Which bookings are wanted.
#[derive(Clone, Debug, Default, InputObject)]
pub struct BookingFilter {
    /// In one of these states.
    pub status: Option<Vec<BookingStatus>>,
    /// Taking place, at least in part, in this window.
    pub window: Option<TimeRange>,
    /// Using this resource.
    pub resource_id: Option<ID>,
    /// Of this customer.
    pub customer_id: Option<ID>,
    /// Of this offer.
    pub offer_id: Option<ID>,
}

impl BookingFilter {
    /// The domain's filter.
    ///
    /// # Errors
    /// `INVALID_INPUT` for an id of another kind.
    pub fn read(self) -> Read<Filter> {
        Ok(Filter {
            status: self
                .status
                .map(|states| states.into_iter().map(Into::into).collect()),
            window: self.window.map(Into::into),
            resource_id: some(Kind::Resource, self.resource_id, "filter.resourceId")?,
            customer_id: some(Kind::User, self.customer_id, "filter.customerId")?,
            offer_id: some(Kind::Offer, self.offer_id, "filter.offerId")?,
        })
    }
}

fn some(kind: Kind, id: Option<ID>, field: &str) -> Result<Option<String>, Refusal> {
    id.map(|id| kind.expect(&id, field)).transpose()
}

/// The orders that bookings are listed in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Enum)]
#[graphql(remote = "Sort")]
pub enum BookingOrder {
    /// The earliest first.
    #[default]
    #[graphql(name = "START_ASC")]
    StartAscending,
    /// The latest first.
    #[graphql(name = "START_DESC")]
    StartDescending,
    /// The most recently made first.
    #[graphql(name = "CREATED_DESC")]
    CreatedDescending,
}

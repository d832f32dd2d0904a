//! Which bookings a list holds, and in which order.

use async_graphql::{Enum, ID, InputObject};

use super::some;
use crate::domain::bookings::list::{Filter, Sort};
use crate::domain::ids::Kind;
use crate::graphql::availability::TimeRange;
use crate::graphql::bookings::BookingStatus;
use crate::graphql::payload::Read;

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
    /// Only those on which the business has something to give back; false for only the others.
    pub refund_due: Option<bool>,
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
            refund_due: self.refund_due,
        })
    }
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

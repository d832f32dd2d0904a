//! A business that can be booked, made in one line.

mod rows;

use serde_json::{Map, Value, json};

use crate::app::TestApp;
use crate::client::Client;
use crate::response::GraphQlResponse;

/// What a booking's answer shows.
const BOOKING: &str = "booking { id status version startAt endAt total { amountMinor currency } } \
                       alternatives { startAt }";

/// A business with an owner, a place, resources, and a published offer.
#[derive(Clone, Debug)]
pub struct Studio {
    /// Who owns it.
    pub owner: Client,
    /// The business.
    pub business_id: String,
    /// Its one location.
    pub location_id: String,
    /// What the offer books first, in order of preference.
    pub resource_ids: Vec<String>,
    /// What the offer books besides, in order of preference.
    pub secondary_ids: Vec<String>,
    /// The offer.
    pub offer_id: String,
    /// Its published version.
    pub offer_version_id: String,
}

impl Studio {
    /// Books the offer from `start_at`, an RFC 3339 moment, for whoever `client` is.
    pub async fn book(&self, client: &Client, start_at: &str) -> GraphQlResponse {
        let input = json!({ "offerId": self.offer_id, "startAt": start_at });
        client.mutate("createBooking", input, BOOKING).await
    }
}

/// Says what the [`Studio`] is to be like.
///
/// Unless told otherwise: in UTC, open every day from 9 to 17, one room, one offer of 60 minutes for
/// EUR 50.00 that can be booked up to 90 days ahead.
#[derive(Debug)]
#[must_use = "call `build`"]
pub struct StudioBuilder<'a> {
    app: &'a TestApp,
    slug: String,
    owner: String,
    zone: String,
    hours: Option<(String, String)>,
    rooms: usize,
    secondary: usize,
    resource: Map<String, Value>,
    terms: Map<String, Value>,
}

impl TestApp {
    /// A business that can be booked. Several in one app need several slugs.
    pub fn studio(&self, slug: &str) -> StudioBuilder<'_> {
        StudioBuilder {
            app: self,
            slug: slug.to_owned(),
            owner: "owner".to_owned(),
            zone: "UTC".to_owned(),
            hours: Some(("09:00".to_owned(), "17:00".to_owned())),
            rooms: 1,
            secondary: 0,
            resource: Map::new(),
            terms: Map::new(),
        }
        .term("durationMode", json!("FIXED"))
        .term("horizonDays", json!(90))
        .duration(60)
        .price(5000)
    }
}

impl StudioBuilder<'_> {
    /// Owned by that user.
    pub fn owned_by(mut self, name: &str) -> Self {
        self.owner = name.to_owned();
        self
    }

    /// In that IANA time zone.
    pub fn zone(mut self, zone: &str) -> Self {
        self.zone = zone.to_owned();
        self
    }

    /// Open every day between those local times.
    pub fn open(mut self, from: &str, to: &str) -> Self {
        self.hours = Some((from.to_owned(), to.to_owned()));
        self
    }

    /// Never open.
    pub fn closed(mut self) -> Self {
        self.hours = None;
        self
    }

    /// With that many rooms, each of which will do.
    pub fn rooms(mut self, rooms: usize) -> Self {
        self.rooms = rooms;
        self
    }

    /// Where a booking takes one of that many people besides a room.
    pub fn people(mut self, people: usize) -> Self {
        self.secondary = people;
        self
    }

    /// Where a room takes that many bookings at a time.
    pub fn capacity(self, simultaneous: u32) -> Self {
        self.resource("maxSimultaneousBookings", json!(simultaneous))
    }

    /// Where a room is taken that many minutes before and after each booking.
    pub fn buffers(self, before_min: u32, after_min: u32) -> Self {
        self.resource("bufferBeforeMin", json!(before_min))
            .resource("bufferAfterMin", json!(after_min))
    }

    /// Booked for that many minutes.
    pub fn duration(self, minutes: u32) -> Self {
        self.term("defaultDurationMin", json!(minutes))
    }

    /// Booked for as long as the customer likes, between `min` and `max` minutes, in steps.
    pub fn flexible(self, min: u32, max: u32, step: u32) -> Self {
        self.term("durationMode", json!("FLEXIBLE"))
            .term("minDurationMin", json!(min))
            .term("maxDurationMin", json!(max))
            .term("durationStepMin", json!(step))
    }

    /// At that price, in cents.
    pub fn price(self, amount_minor: u32) -> Self {
        self.term("basePriceMinor", json!(amount_minor))
    }

    /// With one more field of the resources, by its name in `CreateResourceInput`.
    pub fn resource(mut self, field: &str, value: Value) -> Self {
        self.resource.insert(field.to_owned(), value);
        self
    }

    /// With one more field of the offer's terms, by its name in `CreateOfferVersionInput`.
    pub fn term(mut self, field: &str, value: Value) -> Self {
        self.terms.insert(field.to_owned(), value);
        self
    }

    /// Makes it.
    pub async fn build(self) -> Studio {
        self.insert().await
    }
}

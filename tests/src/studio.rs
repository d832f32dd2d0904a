//! A business that can be booked, made in one line.

use serde_json::{Map, Value, json};

use crate::app::TestApp;
use crate::client::Client;
use crate::response::GraphQlResponse;
use crate::token::Claims;

/// What a booking's answer shows.
const BOOKING: &str = "booking { id status version startAt endAt total { amountMinor currency } } \
                       alternatives { startAt }";

const WEEKDAYS: [&str; 7] = [
    "MONDAY",
    "TUESDAY",
    "WEDNESDAY",
    "THURSDAY",
    "FRIDAY",
    "SATURDAY",
    "SUNDAY",
];

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
        self.book_with(client, json!({ "startAt": start_at })).await
    }

    /// Books the offer with these fields of `CreateBookingInput`.
    pub async fn book_with(&self, client: &Client, mut input: Value) -> GraphQlResponse {
        input["offerId"] = json!(self.offer_id);
        client.mutate("createBooking", input, BOOKING).await
    }

    /// Gives somebody a role here, such as `STAFF`, and returns them.
    pub async fn member(&self, name: &str, role: &str) -> Client {
        let claims = Claims::person(name);
        let input = json!({ "businessId": self.business_id, "email": claims.email, "role": role });
        let added = self.owner.mutate("addMember", input, "membership { id }");
        added.await.expect_done("addMember");
        self.owner.clone().with_claims(claims)
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
    people: usize,
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
            people: 0,
            resource: Map::new(),
            terms: Map::new(),
        }
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
        self.people = people;
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

    /// Makes it, through the API, as its owner would.
    pub async fn build(self) -> Studio {
        let owner = self.app.as_user(&self.owner);
        // Sends a mutation, and returns the id of what it made.
        let make = async |mutation: &str, made: &str, input: Value| {
            let selection = format!("{made} {{ id }}");
            let answer = owner.mutate(mutation, input, &selection).await;
            let done = answer.expect_done(mutation);
            done.text(&format!("{mutation}.{made}.id")).to_owned()
        };

        let business = json!({
            "name": self.slug, "slug": self.slug, "timeZone": self.zone, "currency": "EUR",
        });
        let business_id = make("createBusiness", "business", business).await;

        let location = json!({ "businessId": business_id, "name": "Here", "slug": "here" });
        let location_id = make("createLocation", "location", location).await;

        let hours = json!({ "locationId": location_id, "weekly": self.weekly() });
        let set = owner.mutate("setOpeningHours", hours, "openingHours { __typename }");
        set.await.expect_done("setOpeningHours");

        let (mut resource_ids, mut secondary_ids) = (Vec::new(), Vec::new());
        for (ids, count, kind, name) in [
            (&mut resource_ids, self.rooms, "VENUE", "room"),
            (&mut secondary_ids, self.people, "COMPANY_HOST", "person"),
        ] {
            for number in 1..=count {
                let resource = json!({
                    "businessId": business_id, "locationId": location_id, "type": kind,
                    "name": format!("{name} {number}"), "slug": format!("{name}-{number}"),
                });
                let resource = merged(resource, &self.resource);
                ids.push(make("createResource", "resource", resource).await);
            }
        }

        let offer = json!({ "businessId": business_id, "name": "Offer", "slug": "offer" });
        let offer_id = make("createOffer", "offer", offer).await;

        let terms = json!({
            "offerId": offer_id,
            "primaryResourceIds": resource_ids, "secondaryResourceIds": secondary_ids,
        });
        let terms = merged(terms, &self.terms);
        let offer_version_id = make("createOfferVersion", "offerVersion", terms).await;

        let version = json!({ "offerVersionId": offer_version_id });
        make("publishOfferVersion", "offerVersion", version).await;

        Studio {
            owner,
            business_id,
            location_id,
            resource_ids,
            secondary_ids,
            offer_id,
            offer_version_id,
        }
    }

    fn weekly(&self) -> Vec<Value> {
        let Some((from, to)) = &self.hours else {
            return Vec::new();
        };
        WEEKDAYS
            .iter()
            .map(|day| json!({ "weekday": day, "opensAt": from, "closesAt": to }))
            .collect()
    }
}

/// An object with further fields, which win.
fn merged(mut object: Value, further: &Map<String, Value>) -> Value {
    for (field, value) in further {
        object[field] = value.clone();
    }
    object
}

//! Every mutation of the catalog, with an input that the owner succeeds with, for the tests that hold
//! of all of them.

use booking_gateway::domain::ids::Kind;
use serde_json::{Value, json};
use tests::*;

use super::draft;

/// A mutation with an input.
pub(super) struct Mutation {
    pub(super) name: &'static str,
    pub(super) input: Value,
    /// What to select beside `userErrors`.
    pub(super) selection: &'static str,
    /// The input field that names what is changed, and so the business.
    pub(super) field: &'static str,
    /// What that field names.
    pub(super) kind: Kind,
    /// The least role that may do it.
    pub(super) least: &'static str,
}

impl Mutation {
    /// Sends it as `client`.
    pub(super) async fn send(&self, client: &Client) -> GraphQlResponse {
        client
            .mutate(self.name, self.input.clone(), self.selection)
            .await
    }

    /// The same mutation with another value in a field of its input.
    pub(super) fn with(mut self, field: &str, value: Value) -> Self {
        self.input[field] = value;
        self
    }
}

/// All of them. Another `tag` gives other slugs, days and drafts, so that all can be done again.
pub(super) async fn all(studio: &Studio, tag: usize) -> Vec<Mutation> {
    let business = &studio.business_id;
    let (location, resource) = (&studio.location_id, &studio.resource_ids[0]);
    let slug = format!("new-{tag}");
    let day = |hour| format!("2027-01-{:02}T{hour}:00:00Z", 1 + tag);
    vec![
        Mutation {
            name: "createLocation",
            input: json!({ "businessId": business, "name": "New", "slug": slug }),
            selection: "location { id }",
            field: "businessId",
            kind: Kind::Business,
            least: "MANAGER",
        },
        Mutation {
            name: "createVenue",
            input: json!({
                "businessId": business, "locationId": location, "name": "New", "slug": slug,
            }),
            selection: "venue { id }",
            field: "businessId",
            kind: Kind::Business,
            least: "MANAGER",
        },
        Mutation {
            name: "setOpeningHours",
            input: json!({
                "locationId": location,
                "weekly": [{ "weekday": "MONDAY", "opensAt": "09:00", "closesAt": "17:00" }],
            }),
            selection: "openingHours { weekly { weekday } }",
            field: "locationId",
            kind: Kind::Location,
            least: "MANAGER",
        },
        Mutation {
            name: "setOpeningHours",
            input: json!({
                "resourceId": resource,
                "weekly": [{ "weekday": "MONDAY", "opensAt": "09:00", "closesAt": "17:00" }],
            }),
            selection: "openingHours { weekly { weekday } }",
            field: "resourceId",
            kind: Kind::Resource,
            least: "MANAGER",
        },
        Mutation {
            name: "createResource",
            input: json!({
                "businessId": business, "locationId": location, "type": "HOST", "name": "New",
                "slug": slug,
            }),
            selection: "resource { id }",
            field: "businessId",
            kind: Kind::Business,
            least: "MANAGER",
        },
        Mutation {
            name: "updateResource",
            input: json!({ "resourceId": resource, "name": "Renamed" }),
            selection: "resource { id version }",
            field: "resourceId",
            kind: Kind::Resource,
            least: "MANAGER",
        },
        Mutation {
            name: "blockResource",
            input: json!({
                "resourceId": resource, "window": { "from": day("09"), "to": day("17") },
                "reason": "Painting",
            }),
            selection: "busy { startAt endAt }",
            field: "resourceId",
            kind: Kind::Resource,
            least: "MANAGER",
        },
        Mutation {
            name: "createOffer",
            input: json!({ "businessId": business, "name": "New", "slug": slug }),
            selection: "offer { id }",
            field: "businessId",
            kind: Kind::Business,
            least: "MANAGER",
        },
        Mutation {
            name: "createOfferVersion",
            input: super::terms(studio),
            selection: "offerVersion { id version }",
            field: "offerId",
            kind: Kind::Offer,
            least: "MANAGER",
        },
        Mutation {
            name: "publishOfferVersion",
            input: json!({ "offerVersionId": draft(studio).await }),
            selection: "offerVersion { id status }",
            field: "offerVersionId",
            kind: Kind::OfferVersion,
            least: "MANAGER",
        },
        Mutation {
            name: "addMember",
            input: json!({
                "businessId": business, "email": format!("new-{tag}@example.test"),
                "role": "CUSTOMER",
            }),
            selection: "membership { id role }",
            field: "businessId",
            kind: Kind::Business,
            least: "MANAGER",
        },
        Mutation {
            name: "createCustomer",
            input: json!({
                "businessId": business, "name": "New", "email": format!("other-{tag}@example.test"),
            }),
            selection: "user { id }",
            field: "businessId",
            kind: Kind::Business,
            least: "HOST",
        },
    ]
}

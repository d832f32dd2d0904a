//! The studio's rows, written past the API.

use booking_gateway::domain::ids::Kind;
use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Map, Value, json};

use super::{Studio, StudioBuilder};
use crate::app::TestApp;

impl StudioBuilder<'_> {
    pub(super) async fn insert(self) -> Studio {
        let app = self.app;
        let id = |kind: Kind| kind.mint(app.now());
        let owner = app.as_user(&self.owner);
        let signed_in = owner.graphql("{ viewer { user { id } } }", json!({})).await;
        let (biz, location) = (id(Kind::Business), id(Kind::Location));
        insert(app, "bizes", json!({ "id": biz, "name": self.slug, "slug": self.slug, "timezone": self.zone, "currency": "EUR" })).await;
        insert(app, "memberships", json!({ "id": id(Kind::Membership), "bizId": biz, "userId": signed_in.text("viewer.user.id"), "role": "owner" })).await;
        insert(app, "locations", json!({ "id": location, "bizId": biz, "name": "Here", "slug": "here", "timezone": self.zone })).await;
        if let Some((opens, closes)) = &self.hours {
            for weekday in 1..=7 {
                insert(app, "opening_hours", json!({ "id": id(Kind::OpeningHours), "bizId": biz, "locationId": location, "weekday": weekday, "opensAt": format!("{opens}:00"), "closesAt": format!("{closes}:00") })).await;
            }
        }
        let (mut resource_ids, mut secondary_ids) = (Vec::new(), Vec::new());
        for number in 0..self.rooms + self.secondary {
            let resource = id(Kind::Resource);
            let mut row = self.resource.clone();
            let is_room = number < self.rooms;
            let kind = if is_room { "venue" } else { "company_host" };
            row.extend(object(json!({ "id": resource, "bizId": biz, "locationId": location, "type": kind, "name": format!("Resource {number}"), "slug": format!("resource-{number}") })));
            insert(app, "resources", Value::Object(row)).await;
            if is_room {
                resource_ids.push(resource)
            } else {
                secondary_ids.push(resource)
            }
        }
        let (offer, version) = (id(Kind::Offer), id(Kind::OfferVersion));
        insert(app, "offers", json!({ "id": offer, "bizId": biz, "name": "Offer", "slug": "offer", "isPublished": true })).await;
        let mut row = self.terms.clone();
        let mode = row["durationMode"].as_str().unwrap().to_lowercase();
        row.extend(object(json!({ "id": version, "bizId": biz, "offerId": offer, "version": 1, "currency": "EUR", "durationMode": mode })));
        insert(app, "offer_versions", Value::Object(row)).await;
        for (role, ids) in [("primary", &resource_ids), ("secondary", &secondary_ids)] {
            for (position, resource) in ids.iter().enumerate() {
                insert(app, "offer_version_resources", json!({ "id": id(Kind::OfferVersionResource), "bizId": biz, "offerVersionId": version, "resourceId": resource, "role": role, "position": position })).await;
            }
        }
        run(app, &format!("UPDATE offer_versions SET status = 'published', published_at = created_at WHERE id = '{version}'")).await;
        Studio {
            owner,
            business_id: biz,
            location_id: location,
            resource_ids,
            secondary_ids,
            offer_id: offer,
            offer_version_id: version,
        }
    }
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        other => panic!("not an object: {other}"),
    }
}

async fn insert(app: &TestApp, table: &str, row: Value) {
    let now = app.now().to_rfc3339();
    let mut row = object(row);
    if table != "offer_version_resources" {
        row.insert("createdAt".to_owned(), json!(now));
        row.insert("updatedAt".to_owned(), json!(now));
    }
    let columns: Vec<_> = row.keys().map(|key| snake(key)).collect();
    let values: Vec<_> = row.values().map(literal).collect();
    run(
        app,
        &format!(
            "INSERT INTO {table} ({}) VALUES ({})",
            columns.join(", "),
            values.join(", ")
        ),
    )
    .await;
}

async fn run(app: &TestApp, sql: &str) {
    let statement = Statement::from_string(app.db().get_database_backend(), sql);
    app.db()
        .execute_raw(statement)
        .await
        .unwrap_or_else(|error| panic!("{sql}: {error}"));
}

fn literal(value: &Value) -> String {
    match value {
        Value::String(text) => format!("'{}'", text.replace('\'', "''")),
        other => other.to_string(),
    }
}

fn snake(camel: &str) -> String {
    camel
        .chars()
        .flat_map(|letter| {
            letter
                .is_ascii_uppercase()
                .then_some('_')
                .into_iter()
                .chain(Some(letter.to_ascii_lowercase()))
        })
        .collect()
}

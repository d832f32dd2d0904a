//! Who may learn what of each kind of entity, tried on everything that the demo holds.

use std::collections::BTreeSet;

use booking_gateway::demo::{PEOPLE, load};
use booking_gateway::graphql::{federation, subgraph};
use sea_orm::{ConnectionTrait, QueryResult, Statement};
use serde_json::{Value, json};
use tests::*;

const ENTITIES: &str =
    "query ($of: [_Any!]!) { _entities(representations: $of) { __typename ... on Node { id } } }";

/// What everybody may see, with its table.
const PUBLISHED: [(&str, &str); 12] = [
    ("Business", "bizes"),
    ("Location", "locations"),
    ("Venue", "venues"),
    ("Resource", "resources"),
    ("Offer", "offers"),
    ("OfferVersion", "offer_versions"),
    ("PackageProduct", "package_products"),
    ("ClassSchedule", "class_schedules"),
    ("ClassOccurrence", "class_occurrences"),
    ("SeatMap", "seat_maps"),
    ("Seat", "seat_map_seats"),
    ("Queue", "queues"),
];
/// What only staff may see, and the customer if it is theirs: with its table, and a query for the customer of a row.
const PRIVATE: [(&str, &str, &str); 8] = [
    ("User", "users", "id"),
    ("Membership", "memberships", "user_id"),
    ("Booking", "booking_orders", "customer_user_id"),
    (
        "FulfillmentUnit",
        "fulfillment_units",
        "(SELECT customer_user_id FROM booking_orders b WHERE b.id = booking_order_id)",
    ),
    // Whose they are stands in what they are for.
    ("Payment", "payments", "NULL"),
    ("PackagePurchase", "customer_purchases", "customer_user_id"),
    ("Enrollment", "enrollments", "customer_user_id"),
    ("QueueEntry", "queue_entries", "customer_user_id"),
];
/// The most of each kind that are tried.
const MOST: usize = 40;

/// The ids of a table, each with its customer.
async fn ids(app: &TestApp, table: &str, customer: &str) -> Vec<(String, Option<String>)> {
    let sql = format!("SELECT id, {customer} AS customer FROM {table} ORDER BY id LIMIT {MOST}");
    let rows = Statement::from_string(app.db().get_database_backend(), sql);
    let rows = app.db().query_all_raw(rows).await.unwrap();
    let text = |row: &QueryResult, name| row.try_get::<Option<String>>("", name).unwrap();
    let rows = rows
        .iter()
        .map(|row| (text(row, "id").unwrap(), text(row, "customer")));
    let rows: Vec<_> = rows.collect();
    assert!(!rows.is_empty(), "the demo has some {table}");
    rows
}

/// What somebody gets for those ids. It must be what `node` gives them, and never an error.
async fn found(client: &Client, typename: &str, ids: &[String]) -> Vec<bool> {
    let forged = json!({ "bizId": "biz_x", "businessId": "biz_x", "tenant": "biz_x" });
    let of: Vec<Value> = ids
        .iter()
        .map(|id| {
            let mut of = forged.clone();
            of["__typename"] = typename.into();
            of["id"] = id.as_str().into();
            of
        })
        .collect();
    let entities = client.graphql(ENTITIES, json!({ "of": of })).await;
    let entities = entities.expect_ok().data("_entities").clone();
    let nodes = "query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }";
    let nodes = client.graphql(nodes, json!({ "ids": ids })).await;
    assert_eq!(&entities, nodes.expect_ok().data("nodes"), "{typename}");
    let found = entities.as_array().unwrap().iter().zip(ids);
    let found = found.map(|(entity, id)| match entity {
        Value::Null => false,
        entity => {
            assert_eq!(entity, &json!({ "__typename": typename, "id": id }));
            true
        }
    });
    found.collect()
}

fn person(app: &TestApp, subject: &str) -> Client {
    let person = PEOPLE.iter().find(|person| person.subject == subject);
    app.anonymous().with_claims(Claims {
        email: person.map(|person| person.email.to_owned()),
        email_verified: true,
        ..Claims::service(subject)
    })
}

#[apply(on_both_databases!)]
async fn the_tenant_comes_from_the_credential(app: TestApp) {
    let app = app.serving(subgraph);
    load(&app.gateway).await.unwrap();
    let owner = person(&app, "demo|owner");
    let carla = person(&app, "demo|customer-1");
    let me = carla.graphql("{ viewer { user { id } } }", json!({})).await;
    let me = Some(me.text("viewer.user.id").to_owned());
    let mut private = Vec::new();
    for (typename, table, customer) in PRIVATE {
        private.push((typename, ids(&app, table, customer).await));
    }
    let rival = app.studio("rival").owned_by("rival").build().await.owner;
    let strangers = [app.anonymous(), app.as_user("bystander"), rival];

    for (typename, rows) in private {
        let ids: Vec<_> = rows.iter().map(|(id, _)| id.clone()).collect();
        for stranger in &strangers {
            let none = vec![false; ids.len()];
            assert_eq!(found(stranger, typename, &ids).await, none, "{typename}");
        }
        let all = vec![true; ids.len()];
        assert_eq!(found(&owner, typename, &ids).await, all, "{typename}");
        if typename != "Payment" {
            let own: Vec<_> = rows.iter().map(|(_, of)| *of == me).collect();
            assert_eq!(found(&carla, typename, &ids).await, own, "{typename}");
        }
    }
    for (typename, table) in PUBLISHED {
        let rows = ids(&app, table, "NULL").await;
        let ids: Vec<_> = rows.into_iter().map(|(id, _)| id).collect();
        for client in strangers.iter().chain([&carla]) {
            let found = found(client, typename, &ids).await;
            // Editions that are replaced are seen by those only who booked by them.
            let all = typename != "OfferVersion";
            assert!(found.iter().any(|it| *it), "{typename}");
            assert!(!all || found.iter().all(|it| *it), "{typename}: {found:?}");
        }
    }
}

#[test]
fn every_entity_is_tried() {
    let tried = PUBLISHED.iter().map(|(typename, _)| *typename);
    let tried: BTreeSet<_> = tried.chain(PRIVATE.iter().map(|it| it.0)).collect();
    let sdl = federation::sdl();
    let keyed = sdl.lines().filter_map(|line| {
        let (name, _) = line
            .strip_prefix("type ")?
            .split_once(" implements Node ")?;
        line.contains("@key(").then_some(name)
    });
    assert_eq!(keyed.collect::<BTreeSet<_>>(), tried);
}

//! What is asked often.

use std::time::Duration;

use booking_gateway::domain::worker;
use sea_orm::Statement;
use serde_json::{Value, json};

use crate::world::{Question, World};

/// The owner of the busy business, and one of its customers.
pub const OWNER: Option<&str> = Some("owner-0");
const CUSTOMER: Option<&str> = Some("customer-33");

pub const BOOKING: &str = "query($id: ID!) { booking(id: $id) {
    id status version startAt endAt total { amountMinor currency } } }";

pub const UPCOMING: &str = "query($id: ID!, $filter: BookingFilter) { business(by: { id: $id }) {
    bookings(first: 20, filter: $filter) { nodes {
        id status startAt endAt total { amountMinor currency }
        offer { id name } offerVersion { id version defaultDurationMin } customer { id name }
        units { id plannedStartAt resource { id name } } } } } }";

const SEARCH: &str = "query($id: ID!, $input: AvailabilityInput!) { offer(id: $id) {
    availability(input: $input) { slots { startAt endAt resource { id name } price { amountMinor } } } } }";

/// The id of the `n`th thing of a kind, as `seed.sql` makes it.
pub fn id(prefix: &str, n: u64) -> String {
    format!("{prefix}_{n:032x}")
}

/// The 20 next bookings of the busy business.
pub fn upcoming() -> Value {
    json!({ "id": id("biz", 0), "filter": { "window": window(0, 30) } })
}

/// The window of `days` days that begins that many days from now.
pub fn window(begins: i64, days: i64) -> Value {
    let now = tests::moment(tests::MONDAY);
    let at = |days| (now + chrono::TimeDelta::days(days)).to_rfc3339();
    json!({ "from": at(begins), "to": at(begins + days) })
}

/// A search over all 20 resources of the busy business.
pub fn search(world: &World, begins: i64) -> Question {
    let input = json!({ "window": window(begins, 30) });
    let variables = json!({ "id": id("off", 0), "input": input });
    world.question("availability of 30 days", None, SEARCH, &variables)
}

/// Every request whose plans matter.
pub async fn all(world: &World) -> Vec<Question> {
    let (business, customer) = (id("biz", 0), id("usr", 33));
    let next = first_upcoming(world).await;
    let mut questions = vec![search(world, 1)];
    let mut ask = |name, who, document: &str, variables: Value| {
        questions.push(world.question(name, who, document, &variables));
    };

    ask(
        "a booking, by its business",
        OWNER,
        BOOKING,
        json!({ "id": next }),
    );
    ask(
        "a booking, by its customer",
        CUSTOMER,
        BOOKING,
        json!({ "id": next }),
    );
    ask(
        "upcoming, with all that belongs to it",
        OWNER,
        UPCOMING,
        upcoming(),
    );

    let of_business = "query($id: ID!, $filter: BookingFilter, $order: BookingOrder, $after: String) {
        business(by: { id: $id }) { bookings(first: 20, filter: $filter, orderBy: $order, after: $after) {
            nodes { id } pageInfo { endCursor } } } }";
    for (name, filter, order) in [
        ("its bookings", json!({}), "START_ASC"),
        ("its bookings, latest first", json!({}), "START_DESC"),
        ("its bookings, newest first", json!({}), "CREATED_DESC"),
        (
            "its bookings of a month, latest first",
            json!({ "window": window(0, 30) }),
            "START_DESC",
        ),
        (
            "its bookings of a month, newest first",
            json!({ "window": window(0, 30) }),
            "CREATED_DESC",
        ),
        (
            "those to be approved",
            json!({ "status": ["PENDING_APPROVAL"] }),
            "START_ASC",
        ),
        (
            "those confirmed",
            json!({ "status": ["CONFIRMED"], "window": window(0, 30) }),
            "START_ASC",
        ),
        (
            "those that take place",
            json!({ "status": ["CONFIRMED", "CHECKED_IN"], "window": window(0, 30) }),
            "START_ASC",
        ),
        (
            "those of a resource",
            json!({ "resourceId": id("res", 7), "window": window(0, 30) }),
            "START_ASC",
        ),
        (
            "all of a resource",
            json!({ "resourceId": id("res", 7) }),
            "START_DESC",
        ),
        (
            "those of a customer",
            json!({ "customerId": customer }),
            "START_DESC",
        ),
        (
            "those of an offer",
            json!({ "offerId": id("off", 7) }),
            "START_DESC",
        ),
    ] {
        let variables = json!({ "id": business, "filter": filter, "order": order });
        ask(name, OWNER, of_business, variables);
    }
    ask(
        "how many there are",
        OWNER,
        "query($id: ID!) { business(by: { id: $id }) { bookings(first: 1) { totalCount } } }",
        json!({ "id": business }),
    );

    let of_viewer = "query($filter: BookingFilter, $order: BookingOrder) { viewer {
        bookings(first: 20, filter: $filter, orderBy: $order) { nodes { id lines { id } } } } }";
    for (name, filter, order) in [
        ("a customer's own", json!({}), "START_DESC"),
        ("a customer's own, newest first", json!({}), "CREATED_DESC"),
        (
            "a customer's next",
            json!({ "window": window(0, 90) }),
            "START_ASC",
        ),
    ] {
        ask(
            name,
            CUSTOMER,
            of_viewer,
            json!({ "filter": filter, "order": order }),
        );
    }

    ask(
        "a calendar",
        OWNER,
        "query($id: ID!, $window: TimeRange!) { node(id: $id) { ... on Resource {
            calendar(window: $window) { startAt } openingHours { __typename } location { name } } } }",
        json!({ "id": id("res", 7), "window": window(0, 30) }),
    );
    ask(
        "the people of a business",
        OWNER,
        "query($id: ID!) { business(by: { id: $id }) { members(first: 20) { nodes { user { name } } } } }",
        json!({ "id": business }),
    );
    ask(
        "one of them, and a part of a booking",
        OWNER,
        "query($ids: [ID!]!) { nodes(ids: $ids) { id } }",
        json!({ "ids": [customer, id("ful", 33), id("bkl", 33)] }),
    );
    ask(
        "the catalog of a business",
        None,
        "query($id: ID!) { business(by: { id: $id }) { name
            locations(first: 20) { nodes { name openingHours { __typename } } }
            resources(first: 20) { nodes { name } } offers(first: 20) { nodes { name } } } }",
        json!({ "id": business }),
    );
    ask(
        "the businesses",
        None,
        "{ businesses(first: 20) { nodes { name } } }",
        json!({}),
    );
    ask(
        "some of the businesses",
        None,
        r#"{ businesses(first: 20, search: "ness 4") { nodes { name } } }"#,
        json!({}),
    );
    ask(
        "to book",
        CUSTOMER,
        "mutation($input: CreateBookingInput!) { createBooking(input: $input) {
            booking { id } userErrors { message } } }",
        json!({ "input": {
            "offerId": id("off", 0), "startAt": window(60, 1)["from"], "dryRun": true, "idempotencyKey": "key",
        } }),
    );
    ask(
        "to cancel",
        OWNER,
        "mutation($input: CancelBookingInput!) { cancelBooking(input: $input) {
            booking { id } userErrors { message } } }",
        json!({ "input": { "bookingId": next, "dryRun": true } }),
    );
    questions
}

/// The id of the next booking of the busy business.
pub async fn first_upcoming(world: &World) -> String {
    let question = world.question("upcoming", OWNER, UPCOMING, &upcoming());
    let answer: Value = serde_json::from_slice(&question.ask().await).expect("an answer is JSON");
    let id = answer["data"]["business"]["bookings"]["nodes"][0]["id"].as_str();
    id.expect("there is a next booking").to_owned()
}

/// What the gateway asks for nobody in particular.
pub async fn behind_the_scenes(world: &World) -> [(&'static str, Vec<Statement>); 2] {
    let ticking = worker::tick(&world.gateway);
    let (report, worker) = world.ear.during(ticking).await;
    report.expect("the worker should work");
    let reading = async {
        let feed = world
            .gateway
            .feed()
            .await
            .expect("the outbox should be readable");
        tokio::time::sleep(Duration::from_millis(5)).await;
        drop(feed);
    };
    let ((), outbox) = world.ear.during(reading).await;
    let statements =
        |asked: Vec<crate::ear::Asked>| asked.into_iter().map(|asked| asked.statement).collect();
    [
        ("the worker", statements(worker)),
        ("the outbox", statements(outbox)),
    ]
}

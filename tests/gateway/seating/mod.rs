//! Seating: the seats of a venue, who may have them, and that one seat has one holder.

mod changes;
mod holds;
mod maps;
mod race;
mod statements;

use booking_gateway::domain::ids::Kind;
use chrono::TimeDelta;
use serde_json::{Value, json};
use tests::*;

/// The id of a new venue of the studio.
pub async fn venue(studio: &Studio, slug: &str) -> String {
    let input = json!({ "businessId": studio.business_id, "name": "Hall", "slug": slug });
    let answer = studio.owner.mutate("createVenue", input, "venue { id }");
    let answer = answer.await.expect_done("createVenue");
    answer.text("createVenue.venue.id").to_owned()
}

/// The seats of a hall that is drawn with a letter for each: `.` for a seat, `a` for an accessible one,
/// `b` for a blocked one, a space for none. The rows are A, B, … and the numbers count from 1.
pub fn drawn(rows: &[&str]) -> Value {
    let mut seats = Vec::new();
    for (y, row) in rows.iter().enumerate() {
        for (x, letter) in row.chars().enumerate().filter(|(_, it)| *it != ' ') {
            seats.push(json!({
                "rowLabel": char::from(b'A' + u8::try_from(y).unwrap()).to_string(),
                "seatNumber": (x + 1).to_string(),
                "x": x, "y": y,
                "seatType": "standard",
                "isAccessible": letter == 'a',
                "isBlocked": letter == 'b',
            }));
        }
    }
    json!(seats)
}

/// A seat map of a new venue of the studio, and the ids of its seats by row and number, such as `B3`.
#[derive(Clone, Debug)]
pub struct Hall {
    pub venue_id: String,
    pub map_id: String,
    seats: Vec<(String, String)>,
}

impl Hall {
    pub async fn draw(studio: &Studio, rows: &[&str]) -> Self {
        let venue_id = venue(studio, "hall").await;
        let answer = studio
            .owner
            .mutate("createSeatMap", input(studio, &venue_id, rows), MAP)
            .await
            .expect_done("createSeatMap");
        let seats = answer.list("createSeatMap.seatMap.seats").iter();
        Self {
            venue_id,
            map_id: answer.text("createSeatMap.seatMap.id").to_owned(),
            seats: seats.map(|seat| (name(seat), text(&seat["id"]))).collect(),
        }
    }

    /// The id of a seat by its name, such as `B3`.
    pub fn seat(&self, name: &str) -> &str {
        let seat = self.seats.iter().find(|(it, _)| it == name);
        &seat.unwrap_or_else(|| panic!("no seat {name}")).1
    }

    /// The ids of seats by their names, such as `A1 A2`.
    pub fn ids(&self, names: &str) -> Vec<&str> {
        names.split(' ').map(|name| self.seat(name)).collect()
    }
}

/// What is looked at of a map.
pub const MAP: &str = "seatMap { id name slug status width height venue { id } \
     seats { id rowLabel seatNumber x y seatType isAccessible isBlocked } }";

/// The input of `createSeatMap` for a drawn hall.
pub fn input(studio: &Studio, venue_id: &str, rows: &[&str]) -> Value {
    json!({
        "businessId": studio.business_id, "venueId": venue_id, "name": "Hall", "slug": "hall",
        "width": rows.iter().map(|row| row.len()).max(), "height": rows.len(), "seats": drawn(rows),
    })
}

/// The name of a seat, such as `B3`.
pub fn name(seat: &Value) -> String {
    format!("{}{}", text(&seat["rowLabel"]), text(&seat["seatNumber"]))
}

pub fn text(value: &Value) -> String {
    value.as_str().expect("text").to_owned()
}

/// The code and the dotted field of the one refusal in a mutation's answer.
pub fn refusal(answer: &GraphQlResponse, mutation: &str) -> (String, String) {
    let errors = answer.list(&format!("{mutation}.userErrors"));
    assert_eq!(errors.len(), 1, "one refusal expected: {}", answer.body);
    let path = errors[0]["field"].as_array().into_iter().flatten();
    let steps: Vec<_> = path.filter_map(Value::as_str).collect();
    (text(&errors[0]["code"]), steps.join("."))
}

/// Insists on one refusal, of that code and at that field.
#[track_caller]
pub fn expect_refused(answer: &GraphQlResponse, mutation: &str, code: &str, field: &str) {
    let expected = (code.to_owned(), field.to_owned());
    assert_eq!(refusal(answer, mutation), expected, "{}", answer.body);
}

/// The first number that a statement answers.
pub async fn number(app: &TestApp, sql: &str) -> i64 {
    crate::bookings::number(app, sql).await
}

/// Runs a statement, or tells why not.
pub async fn run(app: &TestApp, sql: &str) -> Result<u64, sea_orm::DbErr> {
    crate::bookings::run(app, sql).await
}

/// A class with a seat map, on Tuesday at ten.
#[derive(Clone, Debug)]
pub struct Class {
    pub studio: Studio,
    pub hall: Hall,
    pub id: String,
}

/// What is looked at of a hold.
pub const HOLD: &str =
    "seatHold { id expiresAt occurrence { id } seats { id rowLabel seatNumber } }";

impl Class {
    /// A class of a new studio, in a hall that is drawn, with that many places.
    pub async fn new(app: &TestApp, rows: &[&str], capacity: usize) -> Self {
        let studio = app.studio("theatre").build().await;
        let hall = Hall::draw(&studio, rows).await;
        let map = Some(hall.map_id.as_str());
        let id = schedule(app, &studio, map, capacity, "2026-03-03T10:00:00Z").await;
        Self { studio, hall, id }
    }

    /// Another class of the studio, on that map or on none.
    pub async fn another(&self, app: &TestApp, map: Option<&str>, capacity: usize) -> Self {
        let id = schedule(app, &self.studio, map, capacity, "2026-03-03T12:00:00Z").await;
        Self { id, ..self.clone() }
    }

    /// The id of another class in the same hall, at another time.
    pub async fn at(&self, app: &TestApp, start: &str) -> String {
        schedule(app, &self.studio, Some(&self.hall.map_id), 1, start).await
    }

    /// The id of a seat by its name, such as `B3`.
    pub fn seat(&self, name: &str) -> &str {
        self.hall.seat(name)
    }

    /// Holds seats by their names, such as `A1 A2`.
    pub async fn hold(&self, client: &Client, names: &str) -> GraphQlResponse {
        let input = json!({ "occurrenceId": self.id, "seatIds": self.hall.ids(names) });
        client.mutate("holdSeats", input, HOLD).await
    }

    /// Holds seats, and answers the id of the hold.
    pub async fn held(&self, client: &Client, names: &str) -> Value {
        let answer = self.hold(client, names).await.expect_done("holdSeats");
        answer.data("holdSeats.seatHold.id").clone()
    }

    pub async fn extend(&self, client: &Client, hold: &Value) -> GraphQlResponse {
        let input = json!({ "seatHoldId": hold });
        client.mutate("extendSeatHold", input, HOLD).await
    }

    pub async fn release(&self, client: &Client, hold: &Value) -> GraphQlResponse {
        let input = json!({ "seatHoldId": hold });
        client.mutate("releaseSeatHold", input, HOLD).await
    }

    /// A hold as somebody sees it.
    pub async fn seen(&self, client: &Client, hold: &Value) -> Value {
        let document = format!(
            "query ($id: ID!) {{ node(id: $id) {{ ... on SeatHold {} }} }}",
            HOLD.trim_start_matches("seatHold")
        );
        let answer = client.graphql(&document, json!({ "id": hold })).await;
        answer.expect_ok().data("node").clone()
    }

    /// How many places of the class are promised, as the database counts.
    pub async fn reserved(&self, app: &TestApp) -> i64 {
        let sql = "SELECT CAST(reserved_count AS BIGINT) FROM class_occurrences WHERE id = ";
        number(app, &format!("{sql}'{}'", self.id)).await
    }
}

/// Writes down a schedule with one class, and answers the id of the class.
async fn schedule(
    app: &TestApp,
    studio: &Studio,
    map: Option<&str>,
    capacity: usize,
    start: &str,
) -> String {
    let (schedule, id) = (
        Kind::ClassSchedule.mint(app.now()),
        Kind::ClassOccurrence.mint(app.now()),
    );
    let map = map.map_or_else(|| "NULL".to_owned(), |map| format!("'{map}'"));
    let stored = |at: booking_gateway::domain::clock::Moment| at.to_rfc3339();
    let (from, to) = (moment(start), moment(start) + TimeDelta::hours(1));
    let Studio {
        business_id,
        offer_id,
        ..
    } = studio;
    let rows = [
        format!(
            "INSERT INTO class_schedules (id, biz_id, offer_id, name, slug, status, recurrence_rule, capacity, seat_map_id)
             VALUES ('{schedule}', '{business_id}', '{offer_id}', 'Class', '{schedule}', 'active', 'FREQ=WEEKLY', {capacity}, {map})"
        ),
        format!(
            "INSERT INTO class_occurrences (id, biz_id, class_schedule_id, occurrence_date, start_at, end_at, capacity)
             VALUES ('{id}', '{business_id}', '{schedule}', '2026-03-03', '{}', '{}', {capacity})",
            stored(from), stored(to)
        ),
    ];
    for row in rows {
        run(app, &row).await.unwrap();
    }
    id
}

/// The seats of a class as somebody sees them: name, state, and a star for their own.
pub async fn states(client: &Client, class: &Class) -> String {
    let document = "query ($id: ID!) { classOccurrence(id: $id) { seats {
        state heldByViewer seat { rowLabel seatNumber } } } }";
    let answer = client
        .graphql(document, json!({ "id": class.id }))
        .await
        .expect_ok();
    let seats = answer.list("classOccurrence.seats").iter();
    seats.map(state).collect::<Vec<_>>().join(" ")
}

/// A seat at a class in short, such as `A1=HELD*`.
pub fn state(seat: &Value) -> String {
    let star = if seat["heldByViewer"] == true {
        "*"
    } else {
        ""
    };
    format!("{}={}{star}", name(&seat["seat"]), text(&seat["state"]))
}

/// The codes of what a mutation refused.
pub fn user_errors_of(answer: &GraphQlResponse, mutation: &str) -> Vec<String> {
    assert!(answer.error_codes().is_empty(), "{}", answer.body);
    let codes = answer.user_errors(mutation).into_iter();
    codes.map(str::to_owned).collect()
}

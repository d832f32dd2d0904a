//! Seating: the seats of a venue, who may have them, and that one seat has one holder.

mod maps;

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

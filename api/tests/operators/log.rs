//! What the log tells, and what it never tells.

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tests::{apply, on_both_databases, token::SECRET};
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::{Message, client::IntoClientRequest};

use crate::server::{Place, Server, token};

/// Stands in every text that nobody may find in the log.
const PRIVATE: &str = "xylophone";

async fn first_booking(server: &Server, owner: &str) -> String {
    let businesses =
        "{ viewer { memberships { business { bookings(first: 1) { nodes { id } } } } } }";
    let answer = server.graphql(owner, businesses, json!({})).await;
    let memberships = answer["data"]["viewer"]["memberships"].as_array().unwrap();
    let id = memberships
        .iter()
        .find_map(|it| it["business"]["bookings"]["nodes"][0]["id"].as_str());
    id.unwrap_or_else(|| panic!("{answer}")).to_owned()
}

/// Everything that a request can carry, good and bad, over every transport.
async fn say_private_things(server: &Server, owner: &str) {
    let booking = first_booking(server, owner).await;
    let note = "mutation AddNote($input: AddBookingNoteInput!) { addBookingNote(input: $input) { note { id note } userErrors { code } } }";
    let text = format!("{PRIVATE} note");
    let input =
        json!({ "bookingId": booking, "note": text, "idempotencyKey": format!("{PRIVATE} key") });
    let added = server.graphql(owner, note, json!({ "input": input })).await;
    assert_eq!(
        added["data"]["addBookingNote"]["note"]["note"], text,
        "{added}"
    );
    let read = "query ReadNotes($id: ID!) { booking(id: $id) { notes { nodes { note } } } }";
    let answer = server.graphql(owner, read, json!({ "id": booking })).await;
    assert!(answer.to_string().contains(PRIVATE), "{answer}");

    // Refused, in the variables, in the document, in what is no JSON, and in what does not parse.
    let too_long = json!({ "bookingId": booking, "note": PRIVATE.repeat(100_000) });
    let wrong_type = json!({ "bookingId": { PRIVATE: PRIVATE }, "note": [PRIVATE] });
    let nul = json!({ "bookingId": booking, "note": format!("{PRIVATE}\u{0}") });
    let missing = json!({ "bookingId": format!("bkg_{PRIVATE}"), "note": PRIVATE });
    for input in [too_long, wrong_type, nul, missing] {
        server.graphql(owner, note, json!({ "input": input })).await;
    }
    let literal = format!("{{ booking(id: \"{PRIVATE}\") {{ id }} }}");
    server.graphql(owner, &literal, json!({})).await;
    server
        .graphql(owner, &format!("{{ \"{PRIVATE}\""), json!({}))
        .await;
    let named = json!({ "query": "{ __typename }", "operationName": PRIVATE, PRIVATE: PRIVATE });
    server.post(owner, &named).send().await.unwrap();
    let garbage = server.post(owner, &json!({})).body(format!("{PRIVATE} {{"));
    garbage.send().await.unwrap();
    server
        .get(&format!("/graphql?query={PRIVATE}&variables={PRIVATE}"))
        .await;
    server
        .get(&format!("/{PRIVATE}?access_token={PRIVATE}"))
        .await;
    server
        .post(PRIVATE, &json!({ "query": "{ __typename }" }))
        .send()
        .await
        .unwrap();
    let cookie = server
        .post(owner, &named)
        .header("cookie", PRIVATE)
        .header("x-api-key", PRIVATE);
    cookie.send().await.unwrap();
}

/// The same over a WebSocket: the token in `connection_init`, the note in variables and in an event.
async fn whisper(server: &Server, owner: &str) {
    let booking = first_booking(server, owner).await;
    let mut request = format!("ws://{}/graphql", server.address)
        .into_client_request()
        .unwrap();
    let protocol = "graphql-transport-ws".parse().unwrap();
    request
        .headers_mut()
        .insert("sec-websocket-protocol", protocol);
    let (mut socket, _) = connect_async(request).await.unwrap();
    let mut say = async |message: Value| {
        let message = Message::text(message.to_string());
        socket.send(message).await.unwrap();
        loop {
            // The server pings, too.
            if let Message::Text(answer) = socket.next().await.unwrap().unwrap() {
                return answer;
            }
        }
    };
    let init = json!({ "type": "connection_init", "payload": { "token": owner, "more": PRIVATE } });
    assert!(say(init).await.contains("connection_ack"));
    let document = "mutation Whisper($input: AddBookingNoteInput!) { addBookingNote(input: $input) { note { note } } }";
    let input = json!({ "bookingId": booking, "note": format!("{PRIVATE} whispered") });
    let payload = json!({ "query": document, "variables": { "input": input } });
    let added = say(json!({ "id": "1", "type": "subscribe", "payload": payload })).await;
    assert!(added.contains(PRIVATE), "{added}");
    let _ = socket.send(Message::text(PRIVATE)).await;
    while let Some(Ok(_)) = socket.next().await {}
}

#[apply(on_both_databases!)]
async fn no_note_and_no_secret_reaches_the_log(place: Place) {
    let server = place.serve(&[]);
    let (owner, carla) = (token("demo|owner"), token("demo|customer-1"));

    server.get("/health/live").await;
    say_private_things(&server, &owner).await;
    whisper(&server, &owner).await;
    server
        .graphql(
            &carla,
            "query Carla { viewer { user { name } } }",
            json!({}),
        )
        .await;
    server.lines("\"Carla\"").await;

    let log = server.log();
    assert!(
        log.lines().count() > 50 && log.contains("DEBUG"),
        "this log tells nothing: {log}"
    );
    let secret = String::from_utf8_lossy(SECRET).into_owned();
    for private in [PRIVATE, "eyJ", &owner, &carla, &secret] {
        let line = log.lines().find(|line| line.contains(private));
        assert_eq!(line, None, "{private}");
    }
    // As tungstenite shows what it sends and receives.
    let hexadecimal: String = PRIVATE.bytes().map(|byte| format!("{byte:02x}")).collect();
    assert!(!log.contains(&hexadecimal));
}

#[apply(on_both_databases!)]
async fn each_request_has_one_line_that_says_what_it_was_and_how_it_ended(place: Place) {
    let server = place.serve(&[]);
    let body = json!({ "query": "query WhoAmI { viewer { user { name } } }" });
    let request = server
        .post(&token("demo|owner"), &body)
        .header("x-request-id", "the-request");
    request.send().await.unwrap();

    let lines = server.lines("\"answered\"").await;

    let own: Vec<_> = lines
        .iter()
        .filter(|line| line["span"]["id"] == "the-request")
        .collect();
    assert_eq!(own.len(), 1, "{lines:?}");
    assert_eq!(own[0]["level"], "INFO");
    for (field, value) in [
        ("method", json!("POST")),
        ("path", json!("/graphql")),
        ("status", json!(200)),
        ("operation", json!("WhoAmI")),
        ("kind", json!("query")),
        ("outcome", json!("OK")),
        ("client", json!("127.0.0.1")),
    ] {
        assert_eq!(own[0][field], value, "{}", own[0]);
    }
    assert!(
        own[0]["ms"].is_u64() && own[0]["timestamp"].is_string(),
        "{}",
        own[0]
    );
}

#[apply(on_both_databases!)]
async fn the_level_follows_the_code_of_the_error(place: Place) {
    let server = place.serve(&[]);
    let owner = token("demo|owner");
    server.graphql(&owner, "{ nothing }", json!({})).await;
    assert_eq!(server.lines("\"BAD_REQUEST\"").await[0]["level"], "INFO");

    // Somebody breaks the database.
    let db = booking_gateway::domain::db::Db::connect(&place.url, 1)
        .await
        .unwrap();
    let broken = sea_orm::ConnectionTrait::execute_unprepared(
        db.writer(),
        "ALTER TABLE venues RENAME TO gone",
    );
    broken.await.unwrap();
    let venues = "{ viewer { memberships { business { venues(first: 1) { nodes { id } } } } } }";
    let answer = server.graphql(&owner, venues, json!({})).await;

    assert_eq!(
        answer["errors"][0]["extensions"]["code"], "INTERNAL",
        "{answer}"
    );
    assert!(!answer.to_string().contains("venues"), "{answer}");
    let request_id = &answer["errors"][0]["extensions"]["requestId"];
    let faults = server.lines("\"fault\"").await;
    assert_eq!(faults[0]["level"], "ERROR");
    assert_eq!(&faults[0]["span"]["id"], request_id);
    assert!(
        faults[0]["cause"].as_str().unwrap().contains("venues"),
        "{}",
        faults[0]
    );
}

#[apply(on_both_databases!)]
async fn a_timeout_is_a_warning(place: Place) {
    let server = place.serve(&[("REQUEST_TIMEOUT", "1ns")]);
    let answer = server
        .graphql(
            &token("demo|owner"),
            "{ viewer { user { name } } }",
            json!({}),
        )
        .await;

    assert_eq!(
        answer["errors"][0]["extensions"]["code"], "TIMEOUT",
        "{answer}"
    );
    let lines = server.lines("\"refused\"").await;
    assert_eq!(lines[0]["level"], "WARN");
    assert_eq!(lines[0]["code"], "TIMEOUT");
}

#[apply(on_both_databases!)]
async fn readiness_follows_the_database(place: Place) {
    use sea_orm::ConnectionTrait;
    let server = place.serve(&[]);
    assert_eq!(server.get("/health/live").await.0, 200);
    assert_eq!(server.get("/health/ready").await.0, 200);

    let db = booking_gateway::domain::db::Db::connect(&place.url, 1)
        .await
        .unwrap();
    let last =
        "DELETE FROM seaql_migrations WHERE version = (SELECT max(version) FROM seaql_migrations)";
    db.writer().execute_unprepared(last).await.unwrap();
    let (status, body) = server.get("/health/ready").await;
    assert_eq!(status, 503, "{body}");
    assert!(body.contains("migrations are pending"), "{body}");

    db.writer()
        .execute_unprepared("DROP TABLE seaql_migrations")
        .await
        .unwrap();
    assert_eq!(server.get("/health/ready").await.0, 503);
    assert_eq!(server.get("/health/live").await.0, 200);
}

//! The `graphql-transport-ws` protocol, to the letter.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tests::*;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::{self, Message, client::IntoClientRequest};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

use super::{CHANGED, SCHEMA, creating, exists};

const TEN: &str = "2026-03-03T10:00:00Z";

/// A client that says exactly what it is told to.
pub struct Socket(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Socket {
    /// Connects with these headers.
    pub async fn with_headers(
        app: &TestApp,
        headers: &[(&'static str, &str)],
    ) -> Result<Self, tungstenite::Error> {
        let url = format!("ws://{}{ENDPOINT}", app.serve().await);
        let mut request = url.into_client_request().unwrap();
        for (name, value) in headers {
            request.headers_mut().insert(*name, value.parse().unwrap());
        }
        let (socket, _) = tokio_tungstenite::connect_async(request).await?;
        Ok(Self(socket))
    }

    /// Connects.
    pub async fn open(app: &TestApp) -> Self {
        let headers = [("sec-websocket-protocol", "graphql-transport-ws")];
        Self::with_headers(app, &headers).await.unwrap()
    }

    /// Connects and initialises the connection.
    pub async fn ready(app: &TestApp, client: &Client) -> Self {
        let mut socket = Self::open(app).await;
        let payload = client.token().map(|token| json!({ "token": token }));
        let init = json!({ "type": "connection_init", "payload": payload });
        socket.say(init).await;
        assert_eq!(socket.hear().await, json!({ "type": "connection_ack" }));
        socket
    }

    /// Sends a message.
    pub async fn say(&mut self, message: Value) {
        self.send(Message::text(message.to_string())).await;
    }

    /// Sends anything.
    pub async fn send(&mut self, message: Message) {
        self.0.send(message).await.unwrap();
    }

    /// Starts an operation, and waits for the first message about it.
    pub async fn run(&mut self, id: &str, payload: Value) -> Value {
        self.subscribe(id, payload).await;
        let told = self.hear().await;
        assert_eq!(told["id"], id, "{told}");
        if told["type"] == "next" && told["payload"]["data"].get("bookingChanged").is_none() {
            let end = json!({ "type": "complete", "id": id });
            assert_eq!(self.hear().await, end);
        }
        told
    }

    /// Starts an operation.
    pub async fn subscribe(&mut self, id: &str, payload: Value) {
        let message = json!({ "type": "subscribe", "id": id, "payload": payload });
        self.say(message).await;
    }

    /// The next message.
    pub async fn hear(&mut self) -> Value {
        match self.next().await {
            Ok(message) => message,
            Err(close) => panic!("closed: {close:?}"),
        }
    }

    /// The code and the reason with which the server closes; nothing else may come before.
    pub async fn closed(&mut self) -> (u16, String) {
        match self.next().await {
            Err(Some(close)) => close,
            other => panic!("not closed but {other:?}"),
        }
    }

    /// Whether nothing comes for a while.
    pub async fn is_quiet(&mut self) -> bool {
        let wait = Duration::from_millis(500);
        tokio::time::timeout(wait, self.0.next()).await.is_err()
    }

    async fn next(&mut self) -> Result<Value, Option<(u16, String)>> {
        let wait = async {
            loop {
                match self.0.next().await {
                    Some(Ok(Message::Text(text))) => {
                        return Ok(serde_json::from_str(&text).unwrap());
                    }
                    Some(Ok(Message::Close(Some(frame)))) => {
                        return Err(Some((frame.code.into(), frame.reason.to_string())));
                    }
                    Some(Ok(Message::Ping(_) | Message::Pong(_))) => (),
                    other => {
                        let _ = other;
                        return Err(None);
                    }
                }
            }
        };
        let waited = tokio::time::timeout(Duration::from_secs(15), wait).await;
        waited.expect("a message should come")
    }
}

#[apply(on_both_databases!)]
async fn queries_and_mutations_run_and_complete(app: TestApp) {
    let alice = app.as_user("alice");
    let mut socket = Socket::ready(&app, &alice).await;

    let query = json!({ "query": "{ viewer { user { name } } }", "variables": null });
    let told = socket.run("1", query).await;
    assert_eq!(told["payload"]["data"]["viewer"]["user"]["name"], "Alice");
    assert_eq!(told["payload"].get("errors"), None);

    let told = socket
        .run("1", json!({ "query": creating("spoken") }))
        .await;
    let payload = &told["payload"]["data"]["createBusiness"];
    assert!(payload["business"]["id"].is_string(), "{told}");
    assert!(exists(&alice, "spoken").await);

    // An error of a field is part of a result.
    let failing = json!({ "query": "{ a: node(id: \"nonsense\") { id } __typename }" });
    let told = socket.run("2", failing).await;
    assert_eq!(told["type"], "next", "{told}");
    assert_eq!(told["payload"]["errors"][0]["path"], json!(["a"]));
}

#[apply(on_both_databases!)]
async fn many_operations_share_a_connection(app: TestApp) {
    let mut socket = Socket::ready(&app, &app.as_user("alice")).await;
    for id in 0..50 {
        let query = json!({ "query": "{ viewer { user { name } } }" });
        socket.subscribe(&id.to_string(), query).await;
    }
    let (mut nexts, mut ends) = (Vec::new(), Vec::new());
    while ends.len() < 50 {
        let told = socket.hear().await;
        let id = told["id"].as_str().unwrap().to_owned();
        match told["type"].as_str().unwrap() {
            "next" => nexts.push(id),
            "complete" => {
                assert!(nexts.contains(&id));
                ends.push(id);
            }
            other => panic!("{other}"),
        }
    }
    assert_eq!(nexts.len(), 50);
}

#[apply(on_both_databases!)]
async fn what_is_not_executed_is_an_error_and_nothing_follows(app: TestApp) {
    let mut socket = Socket::ready(&app, &app.anonymous()).await;
    for (query, code) in [
        ("{ nonsense }", "BAD_REQUEST"),
        ("{", "BAD_REQUEST"),
        ("subscription { nonsense }", "BAD_REQUEST"),
        ("{ ...F } fragment F on Query { ...F }", "BAD_REQUEST"),
        (&"{a".repeat(5_000), "QUERY_TOO_COMPLEX"),
        ("", "BAD_REQUEST"),
    ] {
        let told = socket.run("1", json!({ "query": query })).await;
        assert_eq!(told["type"], "error", "{told}");
        assert_eq!(told["payload"][0]["extensions"]["code"], code, "{told}");
    }
    assert!(socket.is_quiet().await);
    // The id is free again, and the connection is as good as before.
    let told = socket.run("1", json!({ "query": "{ __typename }" })).await;
    assert_eq!(told["payload"]["data"]["__typename"], "Query");
}

#[apply(on_both_databases!)]
async fn a_subscription_tells_until_it_is_completed(app: TestApp) {
    let studio = app.studio("studio").build().await;
    let alice = app.as_user("alice");
    let booked = studio.book(&alice, TEN).await;
    let booking = booked.text("createBooking.booking.id").to_owned();
    let mut socket = Socket::ready(&app, &alice).await;

    let payload = json!({ "query": CHANGED, "variables": { "id": booking } });
    let told = socket.run("s", payload.clone()).await;
    assert_eq!(
        told["payload"]["data"]["bookingChanged"]["status"],
        "CONFIRMED"
    );
    socket.say(json!({ "type": "complete", "id": "s" })).await;
    // Of an operation that is over, or never was.
    socket.say(json!({ "type": "complete", "id": "s" })).await;
    socket.say(json!({ "type": "complete", "id": "t" })).await;
    let input = json!({ "bookingId": booking });
    let cancelled = alice.mutate("cancelBooking", input, "booking { status }");
    cancelled.await.expect_done("cancelBooking");
    assert!(socket.is_quiet().await);

    let told = socket.run("s", payload).await;
    assert_eq!(
        told["payload"]["data"]["bookingChanged"]["status"],
        "CANCELLED"
    );
}

#[apply(on_both_databases!)]
async fn pings_are_answered_at_any_time(app: TestApp) {
    let mut socket = Socket::open(&app).await;
    let ping = json!({ "type": "ping", "payload": { "at": 1 } });
    socket.say(ping.clone()).await;
    let pong = json!({ "type": "pong", "payload": { "at": 1 } });
    assert_eq!(socket.hear().await, pong);
    socket.say(json!({ "type": "pong" })).await;
    socket.say(json!({ "type": "connection_init" })).await;
    assert_eq!(socket.hear().await["type"], "connection_ack");
    socket.say(json!({ "type": "pong", "payload": {} })).await;
    socket.say(json!({ "type": "ping" })).await;
    assert_eq!(socket.hear().await, json!({ "type": "pong" }));
}

#[apply(on_both_databases!)]
async fn operations_come_after_the_initialisation(app: TestApp) {
    let mut socket = Socket::open(&app).await;
    socket
        .subscribe("1", json!({ "query": creating("early") }))
        .await;
    assert_eq!(socket.closed().await, (4401, "Unauthorized".to_owned()));
    assert!(!exists(&app.anonymous(), "early").await);
}

#[apply(on_both_databases!)]
async fn the_initialisation_comes_once_and_in_time(app: TestApp) {
    let mut socket = Socket::ready(&app, &app.as_user("alice")).await;
    socket.say(json!({ "type": "connection_init" })).await;
    let (code, reason) = socket.closed().await;
    assert_eq!((code, &*reason), (4429, "Too many initialisation requests"));

    let soon = Duration::from_millis(200);
    let app = app.with_options(|options| options.init_timeout = soon);
    let mut socket = Socket::open(&app).await;
    let (code, reason) = socket.closed().await;
    assert_eq!(
        (code, &*reason),
        (4408, "Connection initialisation timeout")
    );
    let mut socket = Socket::ready(&app, &app.as_user("alice")).await;
    assert!(socket.is_quiet().await);
}

#[apply(on_both_databases!)]
async fn an_id_is_of_one_operation_at_a_time(app: TestApp) {
    let studio = app.studio("studio").build().await;
    let alice = app.as_user("alice");
    let booked = studio.book(&alice, TEN).await;
    let payload = json!({
        "query": CHANGED,
        "variables": { "id": booked.text("createBooking.booking.id") },
    });
    for id in ["1", &"é".repeat(100)] {
        let mut socket = Socket::ready(&app, &alice).await;
        socket.run(id, payload.clone()).await;
        socket
            .subscribe(id, json!({ "query": "{ __typename }" }))
            .await;
        let (code, reason) = socket.closed().await;
        assert_eq!(code, 4409);
        assert!(reason.starts_with("Subscriber for "), "{reason}");
        assert!(reason.contains(id.chars().next().unwrap()), "{reason}");
        assert!(reason.len() <= 123, "{reason}");
    }
}

#[apply(on_both_databases!)]
async fn a_message_that_the_protocol_does_not_know_closes_with_a_legal_reason(app: TestApp) {
    let subscribe = |payload: Value| json!({ "type": "subscribe", "id": "1", "payload": payload });
    let long = "nonsense ".repeat(100);
    for message in [
        Message::text("{"),
        Message::text("null"),
        Message::text(r#"["ping"]"#),
        Message::text(json!({ "type": long }).to_string()),
        Message::text(json!({ "type": "start", "id": "1" }).to_string()),
        Message::text(json!({ "type": "next", "id": "1", "payload": {} }).to_string()),
        Message::text(subscribe(json!({ "query": 1 })).to_string()),
        Message::text(subscribe(json!("{ __typename }")).to_string()),
        Message::text(subscribe(json!({ "query": "{a}", "variables": "x" })).to_string()),
        Message::binary(json!({ "type": "ping" }).to_string()),
    ] {
        let mut socket = Socket::ready(&app, &app.anonymous()).await;
        socket.send(message.clone()).await;
        let (code, reason) = socket.closed().await;
        assert_eq!(code, 4400, "{message}");
        assert!((1..=123).contains(&reason.len()), "{reason}");
    }
}

#[apply(on_both_databases!)]
async fn a_message_is_no_longer_than_a_request(app: TestApp) {
    let app = app.with_options(|options| options.body_limit = 10_000);
    let message = |length: usize| {
        let ping = json!({ "type": "ping" }).to_string();
        let blanks = " ".repeat(length - ping.len());
        Message::text(ping + &blanks)
    };
    let mut socket = Socket::open(&app).await;
    socket.send(message(10_000)).await;
    assert_eq!(socket.hear().await["type"], "pong");
    socket.send(message(10_001)).await;
    assert_eq!(socket.closed().await.0, 1009);
    let mut socket = Socket::open(&app).await;
    socket.send(message(100_000)).await;
    assert_eq!(socket.closed().await.0, 1009);
}

#[apply(on_both_databases!)]
async fn a_bad_token_is_forbidden_and_a_good_one_ends_the_socket_when_it_expires(app: TestApp) {
    for payload in [
        json!({ "token": "nonsense" }),
        json!({ "authorization": "Basic abc" }),
        json!({ "Authorization": 1 }),
    ] {
        let mut socket = Socket::open(&app).await;
        socket
            .say(json!({ "type": "connection_init", "payload": payload }))
            .await;
        let (code, reason) = socket.closed().await;
        assert_eq!(code, 4403, "{payload}");
        assert!(!reason.is_empty());
    }
    // In a header, it never gets as far.
    let protocol = ("sec-websocket-protocol", "graphql-transport-ws");
    let bad = Socket::with_headers(&app, &[protocol, ("authorization", "Bearer x")]).await;
    let Err(tungstenite::Error::Http(response)) = bad else {
        panic!("it was let in")
    };
    assert_eq!(response.status(), 401);

    // Good for one second more, with the leeway.
    let mut claims = Claims::person("alice").payload(app.now());
    claims["exp"] = json!(app.now().timestamp() - 29);
    let brief = app
        .anonymous()
        .with_token(token::sign(&claims, token::SECRET));
    let mut socket = Socket::ready(&app, &brief).await;
    let told = socket
        .run("1", json!({ "query": "{ viewer { user { name } } }" }))
        .await;
    assert_eq!(told["payload"]["data"]["viewer"]["user"]["name"], "Alice");
    assert_eq!(
        socket.closed().await,
        (4403, "The token has expired".to_owned())
    );
}

#[apply(on_both_databases!)]
async fn a_token_may_come_in_a_header(app: TestApp) {
    let alice = app.as_user("alice");
    let bearer = format!("Bearer {}", alice.token().unwrap());
    let protocol = ("sec-websocket-protocol", "other, graphql-transport-ws");
    let headers = [protocol, ("authorization", &*bearer)];
    let mut socket = Socket::with_headers(&app, &headers).await.unwrap();
    socket
        .say(json!({ "type": "connection_init", "payload": {} }))
        .await;
    assert_eq!(socket.hear().await["type"], "connection_ack");
    let told = socket
        .run("1", json!({ "query": "{ viewer { user { name } } }" }))
        .await;
    assert_eq!(told["payload"]["data"]["viewer"]["user"]["name"], "Alice");
}

#[apply(on_both_databases!)]
async fn the_protocol_must_be_spoken(app: TestApp) {
    let mut socket = Socket::with_headers(&app, &[]).await.unwrap();
    let (code, reason) = socket.closed().await;
    assert_eq!((code, &*reason), (4406, "Subprotocol not acceptable"));
}

#[apply(on_both_databases!)]
async fn pages_of_other_origins_open_no_sockets(app: TestApp) {
    let protocol = ("sec-websocket-protocol", "graphql-transport-ws");
    let from = async |app: &TestApp, origin: &str| {
        let headers = [protocol, ("origin", origin)];
        Socket::with_headers(app, &headers).await.is_ok()
    };
    assert!(!from(&app, "https://evil.example.test").await);
    assert!(!from(&app, "null").await);
    // The port is new for each connection, so the same host is told by its header.
    let own = [
        protocol,
        ("origin", "https://ours.example.test"),
        ("host", "ours.example.test"),
    ];
    assert!(Socket::with_headers(&app, &own).await.is_ok());

    let listed = "https://app.example.test";
    let app = app.with_options(|options| options.origins = listed.parse().unwrap());
    assert!(from(&app, listed).await);
    assert!(!from(&app, "https://evil.example.test").await);
}

#[apply(on_both_databases!)]
async fn a_connection_holds_so_many_operations_and_no_more(app: TestApp) {
    let studio = app.studio("studio").build().await;
    let alice = app.as_user("alice");
    let booked = studio.book(&alice, TEN).await;
    let app = app.with_options(|options| options.max_subscriptions = 1_000);
    let mut socket = Socket::ready(&app, &alice).await;
    let payload = json!({
        "query": CHANGED,
        "variables": { "id": booked.text("createBooking.booking.id") },
    });
    for id in 0..100 {
        let told = socket.run(&id.to_string(), payload.clone()).await;
        assert_eq!(told["type"], "next");
    }
    let told = socket.run("more", payload.clone()).await;
    assert_eq!(told["type"], "error");
    assert_eq!(told["payload"][0]["extensions"]["code"], "RATE_LIMITED");
    socket.say(json!({ "type": "complete", "id": "7" })).await;
    assert_eq!(socket.run("more", payload).await["type"], "next");
}

#[apply(on_both_databases!)]
async fn a_stopping_server_says_so(app: TestApp) {
    let mut stopping = None;
    let app = app.with_options(|options| stopping = Some(options.lifetime.clone()));
    let mut socket = Socket::ready(&app, &app.anonymous()).await;
    let told = socket.run("1", json!({ "query": SCHEMA })).await;
    assert_eq!(told["type"], "next");
    let lifetime = stopping.unwrap();
    lifetime.end();
    assert_eq!(
        socket.closed().await,
        (1001, "The server is going away".to_owned())
    );
    drop(socket);
    let ended = tokio::time::timeout(Duration::from_secs(5), lifetime.sockets_closed());
    ended.await.expect("the socket's task should end");
}

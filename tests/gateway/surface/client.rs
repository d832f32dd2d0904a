//! A client of the `graphql-transport-ws` protocol that says exactly what it is told to.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tests::*;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::{self, Message, client::IntoClientRequest};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

/// A connection.
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

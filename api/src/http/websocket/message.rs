//! The messages of the protocol.

use async_graphql::{Response as GraphqlResponse, ServerError};
use axum::extract::ws::Message;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::close::Close;
use crate::http::{body::Asked, reply::Written};

/// The longest id of an operation, in bytes.
const LONGEST_ID: usize = 256;

type Payload = Map<String, Value>;

/// What a client says.
#[derive(Debug)]
pub(super) enum Said {
    Init(Value),
    Ping(Option<Payload>),
    Pong,
    Subscribe(String, Box<Asked>),
    Complete(String),
}

/// A client's message as it is written.
#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum ReadAs {
    ConnectionInit {
        #[serde(default)]
        payload: Option<Payload>,
    },
    Ping {
        #[serde(default)]
        payload: Option<Payload>,
    },
    Pong {
        #[serde(default, rename = "payload")]
        _payload: Option<Payload>,
    },
    Subscribe {
        id: String,
        payload: Payload,
    },
    Complete {
        id: String,
    },
}

impl Said {
    /// Reads a message.
    pub(super) fn read(text: &str) -> Result<Self, Close> {
        // The deserializer would take a list for an object whose members come in order.
        if !text.trim_start().starts_with('{') {
            return Err(Close::bad_message("The message is not a JSON object"));
        }
        let message = serde_json::from_str(text)
            .map_err(|error| Close::bad_message(format!("Invalid message: {error}")))?;
        Ok(match message {
            ReadAs::ConnectionInit { payload } => {
                Self::Init(payload.map_or(Value::Null, Value::Object))
            }
            ReadAs::Ping { payload } => Self::Ping(payload),
            ReadAs::Pong { .. } => Self::Pong,
            ReadAs::Complete { id } => Self::Complete(id),
            ReadAs::Subscribe { id, payload } => {
                if id.is_empty() || id.len() > LONGEST_ID {
                    return Err(Close::bad_message(format!(
                        "An id has 1 to {LONGEST_ID} bytes"
                    )));
                }
                let asked = serde_json::from_value(Value::Object(payload));
                let asked = asked.map_err(|error| {
                    Close::bad_message(format!("Invalid subscribe payload: {error}"))
                })?;
                Self::Subscribe(id, Box::new(asked))
            }
        })
    }
}

/// What we say.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Say<'a> {
    ConnectionAck,
    Pong {
        #[serde(skip_serializing_if = "Option::is_none")]
        payload: Option<Payload>,
    },
    Next {
        id: &'a str,
        payload: Written<'a>,
    },
    Error {
        id: &'a str,
        payload: &'a [ServerError],
    },
    Complete {
        id: &'a str,
    },
}

impl Say<'_> {
    pub(super) fn written(&self) -> Message {
        match serde_json::to_string(self) {
            Ok(text) => Message::Text(text.into()),
            Err(error) => {
                tracing::error!(%error, "a message could not be written");
                Close::bad_message("A message could not be written").into()
            }
        }
    }
}

/// What an operation comes to.
#[derive(Debug)]
pub(super) enum Outcome {
    /// A result.
    Next(Box<GraphqlResponse>),
    /// It was not executed; nothing follows.
    Error(Vec<ServerError>),
    /// Nothing follows.
    Complete,
}

impl Outcome {
    pub(super) fn is_last(&self) -> bool {
        !matches!(self, Self::Next(_))
    }

    pub(super) fn written(&self, id: &str) -> Message {
        let say = match self {
            Self::Next(response) => Say::Next {
                id,
                payload: Written::from(&**response),
            },
            Self::Error(errors) => Say::Error {
                id,
                payload: errors,
            },
            Self::Complete => Say::Complete { id },
        };
        say.written()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_messages_of_the_protocol_are_read() {
        for good in [
            r#"{"type":"connection_init"}"#,
            r#" {"payload":null,"type":"connection_init"}"#,
            r#"{"type":"ping","payload":{"a":1}}"#,
            r#"{"type":"pong"}"#,
            r#"{"type":"subscribe","id":"1","payload":{"query":"{a}","variables":null,"operationName":null,"extensions":null}}"#,
            r#"{"type":"complete","id":"1"}"#,
        ] {
            assert!(Said::read(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "null",
            "{}",
            "[\"ping\"]",
            r#"["ping", null]"#,
            r#"{"type":"start","id":"1"}"#,
            r#"{"type":"connection_ack"}"#,
            r#"{"type":"next","id":"1","payload":{}}"#,
            r#"{"type":"connection_init","payload":"token"}"#,
            r#"{"type":"connection_init","payload":[]}"#,
            r#"{"type":"ping","payload":1}"#,
            r#"{"type":"subscribe","payload":{"query":"{a}"}}"#,
            r#"{"type":"subscribe","id":"","payload":{"query":"{a}"}}"#,
            r#"{"type":"subscribe","id":1,"payload":{"query":"{a}"}}"#,
            r#"{"type":"subscribe","id":"1"}"#,
            r#"{"type":"subscribe","id":"1","payload":["{a}"]}"#,
            r#"{"type":"subscribe","id":"1","payload":{"query":1}}"#,
            r#"{"type":"subscribe","id":"1","payload":{"query":"{a}","variables":[]}}"#,
            r#"{"type":"complete"}"#,
            r#"{"type":"ping"} {"type":"ping"}"#,
        ] {
            let close = Said::read(bad).unwrap_err();
            assert_eq!(close.code, 4400, "{bad}");
        }
    }

    #[test]
    fn messages_are_written_as_the_protocol_has_them() {
        let text = |message: Message| message.into_text().unwrap().to_string();
        assert_eq!(
            text(Say::ConnectionAck.written()),
            r#"{"type":"connection_ack"}"#
        );
        assert_eq!(
            text(Say::Pong { payload: None }.written()),
            r#"{"type":"pong"}"#
        );
        assert_eq!(
            text(Outcome::Complete.written("a\"")),
            r#"{"type":"complete","id":"a\""}"#
        );
        let next = Outcome::Next(Box::new(GraphqlResponse::new(1)));
        assert_eq!(
            text(next.written("1")),
            r#"{"type":"next","id":"1","payload":{"data":1}}"#
        );
    }
}

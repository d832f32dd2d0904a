//! A subscription, over server-sent events.

use std::time::Duration;

use axum::body::{Body, BodyDataStream};
use axum::http::{Response, StatusCode};
use futures_util::StreamExt;
use serde_json::Value;

/// The longest that a test waits for an event that is to come.
const PATIENCE: Duration = Duration::from_secs(15);

/// What a subscriber receives.
#[derive(Debug)]
pub struct Subscription {
    body: BodyDataStream,
    read: String,
}

impl Subscription {
    pub(crate) fn open(response: Response<Body>) -> Self {
        assert_eq!(response.status(), StatusCode::OK, "{response:?}");
        Self {
            body: response.into_body().into_data_stream(),
            read: String::new(),
        }
    }

    /// Waits for the next GraphQL response; `None` when the subscription is complete.
    ///
    /// Panics when nothing comes for long.
    pub async fn next(&mut self) -> Option<Value> {
        let next = tokio::time::timeout(PATIENCE, self.event()).await;
        next.expect("an event should come")
    }

    /// Waits for a response that fits. The same state may come twice.
    pub async fn next_with(&mut self, pointer: &str, expected: &str) -> Value {
        let mut seen = Vec::new();
        loop {
            match self.next().await {
                Some(next) if next.pointer(pointer) == Some(&expected.into()) => return next,
                Some(other) => seen.push(other),
                None => panic!("no {expected} at {pointer} in {seen:?}"),
            }
        }
    }

    /// What comes within a while that is long enough for what is there to come.
    pub async fn rest(&mut self) -> Vec<Value> {
        const WHILE: Duration = Duration::from_millis(1_500);
        let mut rest = Vec::new();
        while let Ok(Some(next)) = tokio::time::timeout(WHILE, self.event()).await {
            rest.push(next);
        }
        rest
    }

    async fn event(&mut self) -> Option<Value> {
        loop {
            while let Some((event, rest)) = self.read.split_once("\n\n") {
                let (event, rest) = (event.to_owned(), rest.to_owned());
                self.read = rest;
                if event.contains("event: complete") {
                    return None;
                }
                let data = event.lines().find_map(|line| line.strip_prefix("data: "));
                if let Some(data) = data {
                    return Some(serde_json::from_str(data).expect("an event should be JSON"));
                }
            }
            let more = self
                .body
                .next()
                .await?
                .expect("the stream should not break");
            self.read.push_str(&String::from_utf8_lossy(&more));
        }
    }
}

//! Server-sent events: the "distinct connections" mode of the GraphQL over SSE protocol.

use std::{convert::Infallible, sync::Arc, time::Duration};

use async_graphql::{Request as GraphqlRequest, Response as GraphqlResponse};
use axum::{
    http::{HeaderName, HeaderValue},
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use futures_util::{StreamExt, stream};
use tracing::Span;

use super::{
    App, execute, reply::Written, signed_in::Caller, traffic::Transport, websocket::until,
};
use crate::graphql::RequestId;

/// Often enough for the proxies between us and a phone, which give up on silence after a minute or less.
const KEEP_ALIVE: Duration = Duration::from_secs(12);

/// Answers with one `next` event for each result and a `complete` event at the end. The stream breaks off
/// without one when the token expires or the server stops, so that the client comes again.
pub(super) fn respond(
    app: Arc<App>,
    request: GraphqlRequest,
    caller: Caller,
    id: RequestId,
) -> Response {
    let lifetime = app.options.lifetime.clone();
    let expiry = until(caller.good_until(), &app.service.gateway.clock);
    let span = Span::current();
    let events = execute::streamed(app, request, caller, id, Transport::EventStream)
        .map(|response| next(&response))
        .chain(stream::iter([complete()]))
        .take_until(Box::pin(lifetime.ending()))
        .take_until(Box::pin(expiry))
        .map(Ok::<_, Infallible>);
    let events = InSpan {
        span,
        stream: events,
    };
    let mut response = Sse::new(events)
        .keep_alive(KeepAlive::new().interval(KEEP_ALIVE))
        .into_response();
    // nginx would otherwise collect the events before it passes them on.
    response.headers_mut().insert(
        HeaderName::from_static("x-accel-buffering"),
        HeaderValue::from_static("no"),
    );
    response
}

/// Browsers drop an event without data, and axum writes none for an empty text; hence the blank.
fn complete() -> Event {
    Event::default().event("complete").data(" ")
}

fn next(response: &GraphqlResponse) -> Event {
    let event = Event::default().event("next");
    event
        .json_data(Written::from(response))
        .unwrap_or_else(|error| {
            tracing::error!(%error, "an event could not be written");
            Event::default().comment("lost")
        })
}

/// The body of a response is polled outside the request's span; this brings it back.
struct InSpan<S> {
    span: Span,
    stream: S,
}

impl<S: futures_util::Stream + Unpin> futures_util::Stream for InSpan<S> {
    type Item = S::Item;

    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        cx: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<S::Item>> {
        let span = self.span.clone();
        let _entered = span.enter();
        self.stream.poll_next_unpin(cx)
    }
}

//! Subscriptions, and any other operation, over a WebSocket: the `graphql-transport-ws` protocol.

use std::{
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use async_graphql::{
    Data, Executor, Request as GraphqlRequest, Response as GraphqlResponse,
    http::{WebSocket as Protocol, WebSocketProtocols, WsMessage},
};
use axum::{
    extract::{
        WebSocketUpgrade,
        ws::{CloseFrame, Message, WebSocket},
    },
    http::{HeaderMap, header::SEC_WEBSOCKET_PROTOCOL},
    response::{IntoResponse, Response},
};
use futures_util::{FutureExt, SinkExt, StreamExt, future, stream::BoxStream};
use tokio::time::{MissedTickBehavior, interval, sleep, timeout};
use tracing::{Instrument, Span};

use super::{App, auth, errors::Refused, execute, signed_in::Caller, traffic::Transport};
use crate::{
    domain::clock::{Clock, Moment},
    graphql::RequestId,
};

const PROTOCOL: &str = "graphql-transport-ws";
/// How long a client may take to say `connection_init`.
const INIT_WITHIN: Duration = Duration::from_secs(10);
/// Often enough for proxies, which give up on silence after a minute or less.
const PING_EVERY: Duration = Duration::from_secs(20);
/// A client that does not read for so long is gone.
const SEND_WITHIN: Duration = Duration::from_secs(30);

/// What the connection is told when it ends; the codes are the protocol's.
const GOING_AWAY: (u16, &str) = (1001, "The server is going away");
const BAD_MESSAGE: (u16, &str) = (4400, "Bad message");
const UNAUTHORIZED: (u16, &str) = (4401, "Unauthorized");
const FORBIDDEN: (u16, &str) = (4403, "Forbidden");
const INIT_TIMEOUT: (u16, &str) = (4408, "Connection initialisation timeout");

/// Opens a WebSocket. A token in the headers counts unless `connection_init` brings one.
pub(super) async fn accept(
    app: Arc<App>,
    upgrade: WebSocketUpgrade,
    headers: &HeaderMap,
    id: RequestId,
) -> Response {
    let spoken = headers
        .get_all(SEC_WEBSOCKET_PROTOCOL)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|protocol| protocol.trim() == PROTOCOL);
    if !spoken {
        return Refused::bad_request("The WebSocket protocol must be graphql-transport-ws.")
            .into_response();
    }
    let caller = match Caller::from_headers(&app.service, headers).await {
        Ok(caller) => caller,
        Err(rejection) => return Refused::from(rejection).into_response(),
    };
    let limit = app.options.body_limit;
    let span = Span::current();
    upgrade
        .protocols([PROTOCOL])
        .max_message_size(limit)
        .max_frame_size(limit)
        .on_upgrade(move |socket| {
            let lifetime = app.options.lifetime.clone();
            lifetime.track(serve(app, socket, caller, id).instrument(span))
        })
}

/// What is known of a connection once it is initialised.
struct Session {
    app: Arc<App>,
    id: RequestId,
    caller: OnceLock<Caller>,
    refused: AtomicBool,
}

impl Session {
    /// Takes the token of `connection_init`, or stays with the one of the headers.
    async fn initialise(
        &self,
        payload: serde_json::Value,
        from_headers: Caller,
    ) -> Result<(), auth::Rejection> {
        let caller = match auth::from_connection_init(&payload)? {
            None => from_headers,
            token => Caller::from_token(&self.app.service, token).await?,
        };
        self.caller.get_or_init(|| caller);
        Ok(())
    }

    /// Says why async-graphql closes the connection in the protocol's own codes.
    fn closing(&self, code: u16) -> (u16, &'static str) {
        match code {
            1011 => UNAUTHORIZED,
            1002 if self.refused.load(Ordering::Relaxed) => FORBIDDEN,
            1002 => BAD_MESSAGE,
            _ => (4429, "Too many initialisation requests"),
        }
    }
}

/// Runs the operations of a connection, each with the roles that the caller has by then.
#[derive(Clone)]
struct Operations(Arc<Session>);

impl Executor for Operations {
    async fn execute(&self, request: GraphqlRequest) -> GraphqlResponse {
        let mut responses = self.execute_stream(request, None);
        responses.next().await.unwrap_or_default()
    }

    fn execute_stream(
        &self,
        request: GraphqlRequest,
        _session_data: Option<Arc<Data>>,
    ) -> BoxStream<'static, GraphqlResponse> {
        let Session {
            app, id, caller, ..
        } = &*self.0;
        match caller.get() {
            Some(caller) => {
                let (app, id, caller) = (app.clone(), id.clone(), caller.clone());
                execute::streamed(app, request, caller, id, Transport::WebSocket)
            }
            // Operations come after the initialisation only; async-graphql sees to it.
            None => futures_util::stream::empty().boxed(),
        }
    }
}

async fn serve(app: Arc<App>, socket: WebSocket, from_headers: Caller, id: RequestId) {
    let lifetime = app.options.lifetime.clone();
    let clock = app.service.gateway.clock.clone();
    let _open = app.options.traffic.open("socket", Transport::WebSocket);
    let session = Arc::new(Session {
        app,
        id,
        caller: OnceLock::new(),
        refused: AtomicBool::new(false),
    });

    let (mut sink, stream) = socket.split();
    let messages = stream
        .take_while(|message| future::ready(message.is_ok()))
        .filter_map(|message| {
            let text = message
                .ok()
                .filter(|it| matches!(it, Message::Text(_) | Message::Binary(_)));
            future::ready(text.map(Message::into_data))
        });
    let (initialised, mut init) = tokio::sync::oneshot::channel();
    let initialising = session.clone();
    let operations = Operations(session.clone());
    let protocol = Protocol::new(operations, messages, WebSocketProtocols::GraphQLWS)
        .on_connection_init(async move |payload| {
            if let Err(rejection) = initialising.initialise(payload, from_headers).await {
                initialising.refused.store(true, Ordering::Relaxed);
                return Err(rejection.into());
            }
            let _ = initialised.send(());
            Ok(Data::default())
        });

    let mut protocol = std::pin::pin!(protocol);
    let mut ending = std::pin::pin!(lifetime.ending());
    let mut too_late = sleep(INIT_WITHIN).boxed();
    let mut too_late_means = INIT_TIMEOUT;
    let mut ping = interval(PING_EVERY);
    ping.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        let (message, last) = tokio::select! {
            message = protocol.next() => match message {
                None => return,
                Some(WsMessage::Text(text)) => (Message::Text(text.into()), false),
                Some(WsMessage::Close(code, _)) => (close(session.closing(code)), true),
            },
            Ok(()) = &mut init, if too_late_means == INIT_TIMEOUT => {
                let good_until = session.caller.get().and_then(Caller::good_until);
                too_late = until(good_until, &clock).boxed();
                too_late_means = FORBIDDEN;
                continue;
            }
            () = &mut too_late => (close(too_late_means), true),
            () = &mut ending => (close(GOING_AWAY), true),
            _ = ping.tick() => (Message::Ping(Default::default()), false),
        };
        let sent = timeout(SEND_WITHIN, sink.send(message)).await;
        if last || !matches!(sent, Ok(Ok(()))) {
            return;
        }
    }
}

fn close((code, reason): (u16, &'static str)) -> Message {
    Message::Close(Some(CloseFrame {
        code,
        reason: reason.into(),
    }))
}

/// Waits for `moment`; for ever, when there is none. A token's life is measured on the injected clock once,
/// at the start.
pub(super) fn until(
    moment: Option<Moment>,
    clock: &Clock,
) -> impl Future<Output = ()> + Send + use<> {
    let left = moment.map(|moment| (moment - clock.now()).to_std().unwrap_or_default());
    async move {
        match left {
            Some(left) => sleep(left).await,
            None => future::pending().await,
        }
    }
}

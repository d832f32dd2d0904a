//! One connection: a single task that reads, runs the operations, and writes.
//!
//! There is no queue between an operation and the socket: nothing is asked of an operation, and nothing read
//! from the client, while a message is being written. So a client that does not read costs one message, until
//! it is given up.

use std::{net::IpAddr, sync::Arc, time::Duration};

use axum::extract::ws::{Message, WebSocket};
use futures_util::{FutureExt, StreamExt, future::BoxFuture, stream, stream::BoxStream};
use tokio::time::{Instant, MissedTickBehavior, interval_at, sleep, timeout};
use tokio_stream::StreamMap;

use super::{
    close::Close,
    message::{Outcome, Said, Say},
    until,
};
use crate::{
    graphql::RequestId,
    http::{
        App,
        admission::{self, Admitted},
        auth,
        body::Asked,
        errors::Refused,
        execute,
        reply::is_request_error,
        signed_in::Caller,
        traffic::Transport,
    },
};

/// Often enough for proxies, which give up on silence after a minute or less.
const PING_EVERY: Duration = Duration::from_secs(20);
/// A client that does not answer for so long is gone.
const SILENT_FOR: Duration = Duration::from_secs(60);
/// Operations that a connection may have open at once, of any kind.
const MOST_OPERATIONS: usize = 100;

pub(super) struct Connection {
    app: Arc<App>,
    socket: WebSocket,
    address: IpAddr,
    id: RequestId,
    from_headers: Caller,
    /// Whoever has initialised the connection.
    caller: Option<Caller>,
    operations: StreamMap<String, BoxStream<'static, Outcome>>,
}

/// Why a connection goes on no longer.
enum End {
    /// It is to be closed.
    Close(Close),
    /// It is gone.
    Gone,
}

impl From<Close> for End {
    fn from(close: Close) -> Self {
        Self::Close(close)
    }
}

impl Connection {
    pub(super) fn new(
        app: Arc<App>,
        socket: WebSocket,
        from_headers: Caller,
        address: IpAddr,
        id: RequestId,
    ) -> Self {
        Self {
            app,
            socket,
            address,
            id,
            from_headers,
            caller: None,
            operations: StreamMap::new(),
        }
    }

    /// Serves the connection until it ends.
    pub(super) async fn serve(mut self) {
        let traffic = self.app.options.traffic.clone();
        let _open = traffic.open("socket", Transport::WebSocket);
        if let End::Close(close) = self.run().await {
            self.close(close).await;
        }
    }

    /// Says why the connection ends, if the client still listens.
    pub(super) async fn close(mut self, close: Close) {
        tracing::debug!(code = close.code, reason = %close.reason, "the connection is closed");
        // What still runs ends first.
        self.operations.clear();
        let within = self.app.options.send_timeout;
        let _ = timeout(within, self.socket.send(close.into())).await;
    }

    async fn run(&mut self) -> End {
        let mut ending = std::pin::pin!(self.app.options.lifetime.clone().ending());
        let mut too_late: BoxFuture<'static, ()> = sleep(self.app.options.init_timeout).boxed();
        let mut ping = interval_at(Instant::now() + PING_EVERY, PING_EVERY);
        ping.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut heard = Instant::now();
        loop {
            let initialised = self.caller.is_some();
            let done = tokio::select! {
                message = self.socket.recv() => {
                    heard = Instant::now();
                    self.hear(message).await
                }
                Some((id, outcome)) = self.operations.next(), if !self.operations.is_empty() => {
                    self.tell(&id, &outcome).await
                }
                () = &mut too_late => Err(match initialised {
                    true => Close::EXPIRED,
                    false => Close::INIT_TIMEOUT,
                }.into()),
                () = &mut ending => Err(Close::GOING_AWAY.into()),
                _ = ping.tick() => match heard.elapsed() > SILENT_FOR {
                    true => Err(End::Gone),
                    false => self.send(Message::Ping(Default::default())).await,
                },
            };
            if let Err(end) = done {
                return end;
            }
            if let (false, Some(caller)) = (initialised, &self.caller) {
                let clock = &self.app.service.gateway.clock;
                too_late = until(caller.good_until(), clock).boxed();
            }
        }
    }

    async fn hear(&mut self, message: Option<Result<Message, axum::Error>>) -> Result<(), End> {
        let text = match message {
            Some(Ok(Message::Text(text))) => text,
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => return Ok(()),
            Some(Ok(Message::Binary(_))) => {
                return Err(Close::bad_message("Messages are text").into());
            }
            Some(Ok(Message::Close(_))) | None => return Err(End::Gone),
            // Broken, or so long that it was not read; if the client is there, it learns that much.
            Some(Err(_)) => return Err(Close::TOO_BIG.into()),
        };
        if text.len() > self.app.options.body_limit {
            return Err(Close::TOO_BIG.into());
        }
        match Said::read(&text)? {
            Said::Init(_) if self.caller.is_some() => Err(Close::SECOND_INIT.into()),
            Said::Init(payload) => self.initialise(&payload).await,
            Said::Ping(payload) => self.send(Say::Pong { payload }.written()).await,
            Said::Pong => Ok(()),
            Said::Subscribe(id, asked) => self.subscribe(id, *asked).await,
            Said::Complete(id) => {
                self.operations.remove(&id);
                Ok(())
            }
        }
    }

    /// Takes the token of `connection_init`, or stays with the one of the headers.
    async fn initialise(&mut self, payload: &serde_json::Value) -> Result<(), End> {
        let caller = match auth::from_connection_init(payload) {
            Ok(None) => Ok(self.from_headers.clone()),
            Ok(token) => Caller::from_token(&self.app.service, token).await,
            Err(rejection) => Err(rejection),
        };
        let caller = caller.map_err(|rejection| Close::forbidden(rejection.to_string()))?;
        self.caller = Some(caller);
        self.send(Say::ConnectionAck.written()).await
    }

    async fn subscribe(&mut self, id: String, asked: Asked) -> Result<(), End> {
        let Some(caller) = self.caller.clone() else {
            return Err(Close::UNAUTHORIZED.into());
        };
        if self.operations.contains_key(&id) {
            return Err(Close::taken(&id).into());
        }
        let admitted = match self.operations.len() < MOST_OPERATIONS {
            true => self.admit(asked, &caller),
            false => Err(Refused::too_many_operations(MOST_OPERATIONS)),
        };
        match admitted {
            Ok(admitted) => {
                let (app, request_id) = (self.app.clone(), self.id.clone());
                let transport = Transport::WebSocket;
                let responses = execute::streamed(app, admitted, caller, request_id, transport);
                self.operations.insert(id, outcomes(responses));
                Ok(())
            }
            Err(refused) => {
                let errors = refused.to_graphql().errors;
                self.send(Outcome::Error(errors).written(&id)).await
            }
        }
    }

    fn admit(&self, asked: Asked, caller: &Caller) -> Result<Admitted, Refused> {
        let payer = caller.payer(self.address);
        admission::admit(&self.app, asked, &payer, Transport::WebSocket)
    }

    async fn tell(&mut self, id: &str, outcome: &Outcome) -> Result<(), End> {
        if outcome.is_last() {
            self.operations.remove(id);
        }
        self.send(outcome.written(id)).await
    }

    async fn send(&mut self, message: Message) -> Result<(), End> {
        let within = self.app.options.send_timeout;
        match timeout(within, self.socket.send(message)).await {
            Ok(Ok(())) => Ok(()),
            _ => Err(End::Gone),
        }
    }
}

/// What the responses of an operation mean. One that was not executed ends with its error.
fn outcomes(
    responses: impl futures_util::Stream<Item = async_graphql::Response> + Send + 'static,
) -> BoxStream<'static, Outcome> {
    let outcomes = responses.map(|response| match is_request_error(&response) {
        true => Outcome::Error(response.errors),
        false => Outcome::Next(Box::new(response)),
    });
    outcomes.chain(stream::iter([Outcome::Complete])).boxed()
}

//! Subscriptions, and any other operation, over a WebSocket: the `graphql-transport-ws` protocol, to the
//! letter of <https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md>.
//!
//! | code | when |
//! |---|---|
//! | 1001 | the server is stopping |
//! | 1009 | a message is longer than a request may be |
//! | 4400 | a message that the protocol does not know, or in the wrong form |
//! | 4401 | an operation before `connection_init` |
//! | 4403 | the token of `connection_init` is not accepted, or has expired since: come again with another |
//! | 4406 | the client does not speak `graphql-transport-ws` |
//! | 4408 | no `connection_init` in time |
//! | 4409 | the id of an operation that is still open |
//! | 4429 | a second `connection_init` |

mod close;
mod connection;
mod message;

use std::{net::IpAddr, sync::Arc};

use axum::{
    extract::WebSocketUpgrade,
    http::{HeaderMap, header::SEC_WEBSOCKET_PROTOCOL},
    response::Response,
};
use futures_util::future;
use tokio::time::sleep;
use tracing::{Instrument, Span};

use super::{App, errors::Refused, quota::Payer, signed_in::Caller};
use crate::{
    domain::clock::{Clock, Moment},
    graphql::RequestId,
};
use close::Close;
use connection::Connection;

const PROTOCOL: &str = "graphql-transport-ws";

/// Opens a WebSocket. A token in the headers counts unless `connection_init` brings one.
pub(super) async fn accept(
    app: Arc<App>,
    upgrade: WebSocketUpgrade,
    headers: &HeaderMap,
    address: IpAddr,
    id: RequestId,
) -> Result<Response, Refused> {
    if !app.options.origins.admit(headers) {
        return Err(Refused::origin());
    }
    let caller = Caller::from_headers(&app, headers, address).await?;
    app.quotas.charge(&Payer::at(address), 1)?;
    let is_spoken = headers
        .get_all(SEC_WEBSOCKET_PROTOCOL)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|protocol| protocol.trim() == PROTOCOL);
    let span = Span::current();
    let limit = app.options.body_limit;
    let lifetime = app.options.lifetime.clone();
    Ok(upgrade
        .protocols([PROTOCOL])
        // Messages beyond the limit get an answer; far beyond it they are not even read.
        .max_message_size(limit.saturating_mul(2))
        .max_frame_size(limit.saturating_mul(2))
        .on_upgrade(move |socket| {
            let connection = Connection::new(app, socket, caller, address, id);
            let work = async move {
                match is_spoken {
                    true => connection.serve().await,
                    false => connection.close(Close::PROTOCOL).await,
                }
            };
            lifetime.track(work.instrument(span))
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

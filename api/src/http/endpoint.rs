//! `/graphql`: POST, GET, WebSocket and server-sent events.

use std::{
    net::{IpAddr, Ipv4Addr},
    sync::Arc,
};

use axum::{
    Extension,
    body::Body,
    extract::{FromRequestParts, Request, State, WebSocketUpgrade},
    http::{Method, request::Parts},
    response::{IntoResponse, Response},
};

use super::{
    App, ClientAddress, admission, body,
    errors::Refused,
    execute,
    negotiate::{MediaType, negotiate},
    reply,
    signed_in::Caller,
    sse,
    traffic::Transport,
    websocket,
};
use crate::graphql::RequestId;

/// Where a request comes from that came over no connection.
const THIS_MACHINE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

pub(super) async fn graphql(
    State(app): State<Arc<App>>,
    Extension(id): Extension<RequestId>,
    address: Option<Extension<ClientAddress>>,
    request: Request,
) -> Response {
    let address = address.map_or(THIS_MACHINE, |Extension(ClientAddress(address))| address);
    let (mut parts, body) = request.into_parts();
    if let Ok(upgrade) = WebSocketUpgrade::from_request_parts(&mut parts, &()).await {
        return websocket::accept(app, upgrade, &parts.headers, address, id)
            .await
            .unwrap_or_else(Refused::into_response);
    }
    let media_type = match negotiate(&parts.headers) {
        Ok(media_type) => media_type,
        Err(refused) => return refused.reply(MediaType::Json),
    };
    answer(app, parts, body, media_type, address, id)
        .await
        .unwrap_or_else(|refused| refused.reply(media_type))
}

async fn answer(
    app: Arc<App>,
    parts: Parts,
    body: Body,
    media_type: MediaType,
    address: IpAddr,
    id: RequestId,
) -> Result<Response, Refused> {
    let caller = Caller::from_headers(&app, &parts.headers, address).await?;
    let (asked, transport) = match parts.method {
        Method::POST => {
            let reading = body::from_post(&parts.headers, body, app.options.body_limit);
            let asked = tokio::time::timeout(app.options.request_timeout, reading)
                .await
                .map_err(|_| Refused::timeout())??;
            (asked, Transport::Post)
        }
        Method::GET => (body::from_get(&parts.uri)?, Transport::Get),
        _ => return Err(Refused::method("GET, POST", "Use POST or GET.")),
    };
    let transport = match media_type {
        MediaType::EventStream => Transport::EventStream,
        _ => transport,
    };
    let admitted = admission::admit(&app, asked, &caller.payer(address), transport);
    if media_type == MediaType::EventStream {
        return sse::respond(app, admitted, caller, id);
    }
    let response = execute::once(&app, admitted?, &caller, &id, transport).await?;
    Ok(reply::executed(media_type, &response))
}

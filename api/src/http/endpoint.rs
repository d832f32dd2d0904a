//! `/graphql`: POST, GET, WebSocket and server-sent events.

use std::sync::Arc;

use axum::{
    Extension,
    body::Body,
    extract::{FromRequestParts, Request, State, WebSocketUpgrade},
    http::{Method, request::Parts},
    response::Response,
};

use super::{
    App, body,
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

pub(super) async fn graphql(
    State(app): State<Arc<App>>,
    Extension(id): Extension<RequestId>,
    request: Request,
) -> Response {
    let (mut parts, body) = request.into_parts();
    if let Ok(upgrade) = WebSocketUpgrade::from_request_parts(&mut parts, &()).await {
        return websocket::accept(app, upgrade, &parts.headers, id).await;
    }
    let media_type = match negotiate(&parts.headers) {
        Ok(media_type) => media_type,
        Err(refused) => return refused.reply(MediaType::Json),
    };
    answer(app, parts, body, media_type, id)
        .await
        .unwrap_or_else(|refused| refused.reply(media_type))
}

async fn answer(
    app: Arc<App>,
    parts: Parts,
    body: Body,
    media_type: MediaType,
    id: RequestId,
) -> Result<Response, Refused> {
    let caller = Caller::from_headers(&app.service, &parts.headers).await?;
    let (request, transport) = match parts.method {
        Method::POST => {
            let reading = body::from_post(&parts.headers, body, app.options.body_limit);
            let request = tokio::time::timeout(app.options.request_timeout, reading)
                .await
                .map_err(|_| Refused::timeout())??;
            (request, Transport::Post)
        }
        Method::GET => (body::from_get(&parts.uri)?, Transport::Get),
        _ => return Err(Refused::method("GET, POST", "Use POST or GET.")),
    };
    if media_type == MediaType::EventStream {
        return Ok(sse::respond(app, request, caller, id));
    }
    let response = execute::once(&app, request, &caller, &id, transport).await?;
    Ok(reply::executed(media_type, &response))
}

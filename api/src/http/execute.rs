//! Runs GraphQL requests: with a time limit, with panics contained, and with every error settled.

use std::{panic::AssertUnwindSafe, sync::Arc};

use async_graphql::{
    Request as GraphqlRequest, Response as GraphqlResponse, parser::types::OperationType,
};
use futures_util::{
    FutureExt, StreamExt,
    stream::{self, BoxStream},
};

use tracing::Instrument;

use super::{
    App,
    body::operation_type,
    errors::{Refused, settle},
    signed_in::Caller,
    traffic::{Operation, Subscribed, Transport},
};
use crate::graphql::{self, RequestId};

/// Runs a query or a mutation.
pub(super) async fn once(
    app: &App,
    mut request: GraphqlRequest,
    caller: &Caller,
    id: &RequestId,
    transport: Transport,
) -> Result<GraphqlResponse, Refused> {
    let operation = Operation::begin(&app.options.traffic, transport, &mut request);
    let span = operation.span();
    let result = run(app, request, caller, id).instrument(span).await;
    operation.end(&result);
    result
}

async fn run(
    app: &App,
    request: GraphqlRequest,
    caller: &Caller,
    id: &RequestId,
) -> Result<GraphqlResponse, Refused> {
    let work = async {
        let viewer = caller.viewer(&app.service, id).await?;
        let request = graphql::prepare(request, &app.service.gateway, viewer, id.clone());
        Ok::<_, Refused>(app.service.schema.execute(request).await)
    };
    let contained = AssertUnwindSafe(work).catch_unwind();
    let mut response = tokio::time::timeout(app.options.request_timeout, contained)
        .await
        .map_err(|_| Refused::timeout())?
        .map_err(|_| Refused::internal(id))??;
    settle(&mut response, id);
    Ok(response)
}

/// Runs any operation: one response for a query or a mutation, any number for a subscription.
pub(super) fn streamed(
    app: Arc<App>,
    mut request: GraphqlRequest,
    caller: Caller,
    id: RequestId,
    transport: Transport,
) -> BoxStream<'static, GraphqlResponse> {
    let begin = async move {
        if operation_type(&mut request) != Some(OperationType::Subscription) {
            let response = once(&app, request, &caller, &id, transport).await;
            let response = response.unwrap_or_else(|refused| refused.to_graphql());
            return stream::iter([response]).boxed();
        }
        let operation = Operation::begin(&app.options.traffic, transport, &mut request);
        match caller.viewer(&app.service, &id).await {
            Err(refused) => {
                let refused = Err(refused);
                operation.end(&refused);
                stream::iter(refused.map_err(|it| it.to_graphql()).err()).boxed()
            }
            Ok(viewer) => {
                let request = graphql::prepare(request, &app.service.gateway, viewer, id.clone());
                Subscribed::new(operation, subscribe(&app, request, id)).boxed()
            }
        }
    };
    stream::once(begin).flatten().boxed()
}

fn subscribe(
    app: &App,
    request: GraphqlRequest,
    id: RequestId,
) -> BoxStream<'static, GraphqlResponse> {
    let responses = app.service.schema.execute_stream(request);
    AssertUnwindSafe(responses)
        .catch_unwind()
        .map(move |response| match response {
            Ok(mut response) => {
                settle(&mut response, &id);
                response
            }
            Err(_) => Refused::internal(&id).to_graphql(),
        })
        .boxed()
}

//! Runs GraphQL requests: with a time limit, with panics contained, and with every error settled.

use std::{panic::AssertUnwindSafe, sync::Arc};

use async_graphql::{Request as GraphqlRequest, Response as GraphqlResponse};
use futures_util::{
    FutureExt, StreamExt,
    stream::{self, BoxStream},
};

use super::{
    App,
    errors::{Refused, settle},
    operation::{Operation, cost_shown},
    signed_in::Caller,
};
use crate::graphql::{self, RequestId};

/// Runs a query or a mutation.
pub(super) async fn once(
    app: &App,
    operation: Operation,
    caller: &Caller,
    id: &RequestId,
) -> Result<GraphqlResponse, Refused> {
    let Operation { request, cost, .. } = operation;
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
    show_cost(app, &mut response, cost);
    Ok(response)
}

/// Runs any operation: one response for a query or a mutation, any number for a subscription.
pub(super) fn streamed(
    app: Arc<App>,
    operation: Operation,
    caller: Caller,
    id: RequestId,
) -> BoxStream<'static, GraphqlResponse> {
    let begin = async move {
        let mut operation = operation;
        let Some(subscriber) = operation.subscriber.take() else {
            let response = once(&app, operation, &caller, &id).await;
            let response = response.unwrap_or_else(|refused| refused.to_graphql());
            return stream::iter([response]).boxed();
        };
        let viewer = match caller.viewer(&app.service, &id).await {
            Err(refused) => return stream::iter([refused.to_graphql()]).boxed(),
            Ok(viewer) => viewer,
        };
        let request = graphql::prepare(operation.request, &app.service.gateway, viewer, id.clone());
        let responses = subscribe(&app, request, operation.cost, id);
        responses
            .inspect(move |_| {
                // It counts for as long as its responses are wanted.
                let _ = &subscriber;
            })
            .boxed()
    };
    stream::once(begin).flatten().boxed()
}

fn subscribe(
    app: &Arc<App>,
    request: GraphqlRequest,
    cost: u32,
    id: RequestId,
) -> BoxStream<'static, GraphqlResponse> {
    let responses = app.service.schema.execute_stream(request);
    let app = app.clone();
    AssertUnwindSafe(responses)
        .catch_unwind()
        .enumerate()
        .map(move |(count, response)| match response {
            Ok(mut response) => {
                settle(&mut response, &id);
                // It is paid for once.
                if count == 0 {
                    show_cost(&app, &mut response, cost);
                }
                response
            }
            Err(_) => Refused::internal(&id).to_graphql(),
        })
        .boxed()
}

fn show_cost(app: &App, response: &mut GraphqlResponse, cost: u32) {
    let shown = cost_shown(app, cost);
    response.extensions.insert("cost".to_owned(), shown);
}

//! Runs GraphQL requests: with a time limit, with panics contained, and with every error settled.

use std::{panic::AssertUnwindSafe, sync::Arc};

use async_graphql::{Request as GraphqlRequest, Response as GraphqlResponse};
use futures_util::{
    FutureExt, StreamExt,
    stream::{self, BoxStream},
};
use tracing::Instrument;

use super::{
    App,
    admission::{Admitted, cost_shown},
    errors::{Refused, settle},
    signed_in::Caller,
    traffic::{Operation, Subscribed, Transport},
};
use crate::graphql::{self, RequestId};

/// Runs a query or a mutation.
pub(super) async fn once(
    app: &App,
    mut admitted: Admitted,
    caller: &Caller,
    id: &RequestId,
    transport: Transport,
) -> Result<GraphqlResponse, Refused> {
    let operation = Operation::begin(&app.options.traffic, transport, &mut admitted.request);
    let span = operation.span();
    let result = run(app, admitted, caller, id).instrument(span).await;
    operation.end(&result);
    result
}

async fn run(
    app: &App,
    admitted: Admitted,
    caller: &Caller,
    id: &RequestId,
) -> Result<GraphqlResponse, Refused> {
    let Admitted { request, cost, .. } = admitted;
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
    mut admitted: Admitted,
    caller: Caller,
    id: RequestId,
    transport: Transport,
) -> BoxStream<'static, GraphqlResponse> {
    let begin = async move {
        let Some(subscriber) = admitted.subscriber.take() else {
            let response = once(&app, admitted, &caller, &id, transport).await;
            let response = response.unwrap_or_else(|refused| refused.to_graphql());
            return stream::iter([response]).boxed();
        };
        let Admitted {
            mut request, cost, ..
        } = admitted;
        let operation = Operation::begin(&app.options.traffic, transport, &mut request);
        match caller.viewer(&app.service, &id).await {
            Err(refused) => {
                let refused = Err(refused);
                operation.end(&refused);
                stream::iter(refused.map_err(|it| it.to_graphql()).err()).boxed()
            }
            Ok(viewer) => {
                let request = graphql::prepare(request, &app.service.gateway, viewer, id.clone());
                let responses = subscribe(&app, request, cost, id);
                Subscribed::new(operation, responses)
                    .inspect(move |_| {
                        // It counts for as long as its responses are wanted.
                        let _ = &subscriber;
                    })
                    .boxed()
            }
        }
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

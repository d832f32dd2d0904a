//! axum around the schema: one endpoint for every transport, GraphiQL, and health.

pub mod auth;
mod body;
mod client_address;
mod cors;
mod endpoint;
mod errors;
mod execute;
mod graphiql;
mod health;
mod negotiate;
mod options;
mod reply;
mod request_id;
mod signed_in;
mod sse;
mod traffic;
mod websocket;

use std::sync::Arc;

use axum::{
    Router, middleware,
    routing::{any, get},
};

use crate::{domain::Gateway, graphql::GatewaySchema};
pub use client_address::{ClientAddress, Proxies};
pub use cors::Origins;
pub use graphiql::{DemoPeople, Page};
pub use options::{Lifetime, Options};
pub use traffic::{Traffic, metrics_router};

/// What the router serves. Cheap to clone.
#[derive(Clone)]
pub struct Service {
    /// The gateway that people sign in to.
    pub gateway: Gateway,
    /// The schema over that gateway.
    pub schema: GatewaySchema,
    /// Tells good tokens from bad ones.
    pub verifier: auth::Verifier,
}

/// What each handler has at hand.
struct App {
    service: Service,
    options: Options,
}

/// Everything over HTTP, with the default options.
pub fn router(service: Service) -> Router {
    router_with(service, Options::default())
}

/// Everything over HTTP: GraphQL at `/graphql`, GraphiQL at `/` if it is wanted, health under `/health`.
pub fn router_with(service: Service, options: Options) -> Router {
    let cors = cors::layer(&options.origins);
    let proxies = options.trusted_proxies.clone();
    let traffic = options.traffic.clone();
    let page = match options.graphiql {
        Some(_) => graphiql::routes(),
        None => Router::new(),
    };
    Router::new()
        .merge(page)
        .route("/graphql", any(endpoint::graphql))
        .route("/health/live", get(health::live))
        .route("/health/ready", get(health::ready))
        .fallback(errors::not_found)
        .method_not_allowed_fallback(errors::method_not_allowed)
        .with_state(Arc::new(App { service, options }))
        .layer(cors)
        .layer(middleware::from_fn_with_state(
            traffic,
            request_id::identify,
        ))
        .layer(middleware::from_fn_with_state(
            proxies,
            client_address::find,
        ))
}

//! axum around the schema: one endpoint for every transport, GraphiQL, and health.

mod admission;
pub mod auth;
mod body;
mod client_address;
mod cors;
mod documents;
mod endpoint;
mod errors;
mod execute;
mod graphiql;
mod health;
mod negotiate;
mod options;
mod quota;
mod reply;
mod request_id;
mod signed_in;
mod sse;
mod subscribers;
mod traffic;
mod websocket;

use std::{fmt, sync::Arc};

use axum::{
    Router, middleware,
    routing::{any, get},
};

use crate::{
    domain::Gateway,
    graphql::{GatewaySchema, limits::Gauge},
};
pub use client_address::{ClientAddress, Proxies};
pub use cors::Origins;
pub use documents::{DocumentOptions, ManifestError, Trusted};
pub use graphiql::{DemoPeople, Page};
pub use options::{Lifetime, Options};
pub use quota::RateLimits;
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

impl fmt::Debug for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Service").finish_non_exhaustive()
    }
}

/// What each handler has at hand.
struct App {
    service: Service,
    options: Options,
    gauge: Gauge,
    documents: documents::Documents,
    quotas: quota::Quotas,
    subscribers: subscribers::Subscribers,
}

impl App {
    fn new(service: Service, options: Options) -> Self {
        let clock = service.gateway.clock.clone();
        Self {
            gauge: Gauge::new(&service.schema, options.limits),
            documents: documents::Documents::new(&options.documents),
            quotas: quota::Quotas::new(&options.rate_limits, clock),
            subscribers: subscribers::Subscribers::new(options.max_subscriptions),
            service,
            options,
        }
    }
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
        .with_state(Arc::new(App::new(service, options)))
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

//! The gateway under test.

use std::net::SocketAddr;

use axum::Router;
use booking_gateway::domain::Gateway;
use booking_gateway::domain::clock::{Clock, Moment};
use booking_gateway::graphql::{GatewaySchema, schema};
use booking_gateway::http::auth::{Expectations, Verifier};
use booking_gateway::http::{Options, Service, Traffic, metrics_router, router_with};
use chrono::TimeDelta;
use sea_orm::DatabaseConnection;
use tokio::net::TcpListener;

use crate::client::Client;
use crate::database::{Backend, Contents, TestDatabase, open};
use crate::response::GraphQlResponse;
use crate::run::Given;
use crate::statements::{Recorder, Statements};
use crate::token::{AUDIENCE, Claims, ISSUER, SECRET};

/// The moment at which every test begins: a Monday morning.
pub const MONDAY: &str = "2026-03-02T09:00:00Z";

/// The real router in-process, on a database of its own, with a clock that stands still until the test
/// moves it. Cheap to clone.
#[derive(Clone, Debug)]
pub struct TestApp {
    /// The gateway behind the router.
    pub gateway: Gateway,
    backend: Backend,
    url: String,
    router: Router,
    statements: Recorder,
    traffic: Traffic,
}

impl Given for TestApp {
    const CONTENTS: Contents = Contents::Tables;

    async fn given(backend: Backend, database: &TestDatabase) -> Self {
        let clock = Clock::fixed(moment(MONDAY));
        Self::start(backend, database.url().to_owned(), clock).await
    }
}

fn verifier() -> Verifier {
    let expectations = Expectations {
        issuer: Some(ISSUER.to_owned()),
        audience: Some(AUDIENCE.to_owned()),
    };
    Verifier::hs256(SECRET, expectations)
}

fn assemble(
    gateway: Gateway,
    schema: GatewaySchema,
    verifier: Verifier,
    traffic: &Traffic,
) -> Router {
    let service = Service {
        gateway,
        schema,
        verifier,
    };
    let options = Options {
        traffic: traffic.clone(),
        ..Options::default()
    };
    router_with(service, options)
}

impl TestApp {
    async fn start(backend: Backend, url: String, clock: Clock) -> Self {
        let statements = Recorder::default();
        let db = statements.listen(open(&url).await);
        let gateway = Gateway::new(db, clock);
        let traffic = Traffic::default();
        let schema = schema(gateway.clone());
        Self {
            router: assemble(gateway.clone(), schema, verifier(), &traffic),
            traffic,
            gateway,
            backend,
            url,
            statements,
        }
    }

    /// The same gateway, which believes other tokens.
    #[must_use]
    pub fn verifying(mut self, verifier: Verifier) -> Self {
        let schema = schema(self.gateway.clone());
        self.router = assemble(self.gateway.clone(), schema, verifier, &self.traffic);
        self
    }

    /// The same gateway, serving a schema that was built in another way.
    #[must_use]
    pub fn serving(mut self, schema: impl FnOnce(Gateway) -> GatewaySchema) -> Self {
        let schema = schema(self.gateway.clone());
        self.router = assemble(self.gateway.clone(), schema, verifier(), &self.traffic);
        self
    }

    /// Another instance of the gateway on the same database, as another process would be, with the same
    /// clock.
    pub async fn another_instance(&self) -> Self {
        let clock = self.gateway.clock.clone();
        Self::start(self.backend, self.url.clone(), clock).await
    }

    /// Which database it runs on.
    #[must_use]
    pub fn backend(&self) -> Backend {
        self.backend
    }

    /// The database itself, for looking behind the API.
    #[must_use]
    pub fn db(&self) -> &DatabaseConnection {
        self.gateway.db.writer()
    }

    /// The present moment.
    #[must_use]
    pub fn now(&self) -> Moment {
        self.gateway.clock.now()
    }

    /// Moves the clock to a moment such as `2026-03-02T10:30:00Z`.
    pub fn set_time(&self, to: &str) {
        self.gateway.clock.set(moment(to));
    }

    /// Moves the clock on.
    pub fn advance(&self, by: TimeDelta) {
        self.gateway.clock.advance(by);
    }

    /// Somebody who is not signed in.
    #[must_use]
    pub fn anonymous(&self) -> Client {
        Client::anonymous(self.router.clone(), self.gateway.clock.clone())
    }

    /// A signed-in person; for `alice`, with the verified address `alice@example.test`. The first request
    /// makes the user.
    #[must_use]
    pub fn as_user(&self, name: &str) -> Client {
        self.anonymous().with_claims(Claims::person(name))
    }

    /// A service with a scope, such as a payment backend with `payments:write`.
    #[must_use]
    pub fn as_service(&self, name: &str, scope: &str) -> Client {
        self.anonymous()
            .with_claims(Claims::service(name))
            .with_scope(scope)
    }

    /// What an operator reads at `/metrics`.
    pub async fn metrics(&self) -> GraphQlResponse {
        let router = metrics_router(self.gateway.clone(), self.traffic.clone());
        let client = Client::anonymous(router, self.gateway.clock.clone());
        client.get("/metrics").await
    }

    /// Serves the app on a port of this machine, for what needs a real connection: WebSockets, streams,
    /// other programs. Returns its address, `127.0.0.1:…`; it is served until the test ends.
    pub async fn serve(&self) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener
            .local_addr()
            .expect("a bound socket has an address");
        let router = self.router.clone();
        let router = router.into_make_service_with_connect_info::<SocketAddr>();
        tokio::spawn(async move { axum::serve(listener, router).await });
        address
    }

    /// Waits for `work`, and tells which SQL statements this app ran meanwhile.
    pub async fn counted<T>(&self, work: impl Future<Output = T>) -> (T, Statements) {
        let before = self.statements.len();
        let output = work.await;
        (output, self.statements.since(before))
    }
}

/// A moment from its RFC 3339 text.
#[must_use]
pub fn moment(text: &str) -> Moment {
    text.parse()
        .unwrap_or_else(|error| panic!("{text:?} is no moment: {error}"))
}

//! Somebody with a connection to the gateway.

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, Method, Request, Response, header};
use booking_gateway::domain::clock::Clock;
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::response::GraphQlResponse;
use crate::subscription::Subscription;
use crate::token::Claims;

/// Where the gateway speaks GraphQL.
pub const ENDPOINT: &str = "/graphql";

/// Sends requests as one person, one service, or nobody.
#[derive(Clone, Debug)]
pub struct Client {
    router: Router,
    clock: Clock,
    identity: Identity,
    headers: Vec<(HeaderName, HeaderValue)>,
}

#[derive(Clone, Debug)]
enum Identity {
    Anonymous,
    /// Signed anew for each request, since the clock may have moved on.
    Claims(Claims),
    /// Whatever the test likes to send.
    Token(String),
}

impl Client {
    pub(crate) fn anonymous(router: Router, clock: Clock) -> Self {
        Self {
            router,
            clock,
            identity: Identity::Anonymous,
            headers: Vec::new(),
        }
    }

    /// The same client with a token of these claims.
    #[must_use]
    pub fn with_claims(mut self, claims: Claims) -> Self {
        self.identity = Identity::Claims(claims);
        self
    }

    /// The same client with this token, whether it is one or not.
    #[must_use]
    pub fn with_token(mut self, token: impl Into<String>) -> Self {
        self.identity = Identity::Token(token.into());
        self
    }

    /// The same person or service, with this scope in the token (several are parted by spaces).
    #[must_use]
    pub fn with_scope(mut self, scope: &str) -> Self {
        let Identity::Claims(claims) = &mut self.identity else {
            panic!("only a client with claims can have a scope")
        };
        claims.scope = Some(scope.to_owned());
        self
    }

    /// The same client with one more header on each request.
    #[must_use]
    pub fn with_header(mut self, name: &'static str, value: &str) -> Self {
        let value = value.parse().expect("a header's value");
        self.headers.push((HeaderName::from_static(name), value));
        self
    }

    /// Sends a GraphQL document with its variables (`json!({})` for none).
    pub async fn graphql(&self, document: &str, variables: Value) -> GraphQlResponse {
        self.post(&json!({ "query": document, "variables": variables }))
            .await
    }

    /// Sends a mutation that takes one `input`, selecting `selection` and `userErrors`.
    ///
    /// `client.mutate("createOffer", json!({…}), "offer { id }")`
    pub async fn mutate(&self, mutation: &str, input: Value, selection: &str) -> GraphQlResponse {
        let mut chars = mutation.chars();
        let first = chars.next().expect("the name of a mutation");
        let input_type = format!("{}{}Input", first.to_ascii_uppercase(), chars.as_str());
        let document = format!(
            "mutation ($input: {input_type}!) {{ {mutation}(input: $input) {{ \
             {selection} userErrors {{ code message field }} }} }}"
        );
        self.graphql(&document, json!({ "input": input })).await
    }

    /// Posts a JSON body, GraphQL or not.
    pub async fn post(&self, body: &Value) -> GraphQlResponse {
        self.post_raw("application/json", body.to_string()).await
    }

    /// Posts a body of any type, malformed if need be.
    pub async fn post_raw(&self, content_type: &str, body: impl Into<Body>) -> GraphQlResponse {
        let request = Request::post(ENDPOINT)
            .header(header::CONTENT_TYPE, content_type)
            .body(body.into());
        self.send(request.expect("a request")).await
    }

    /// Gets a path, with its query string.
    pub async fn get(&self, path: &str) -> GraphQlResponse {
        let request = Request::builder().method(Method::GET).uri(path);
        self.send(request.body(Body::empty()).expect("a request"))
            .await
    }

    /// Sends any request, signed as this client.
    pub async fn send(&self, request: Request<Body>) -> GraphQlResponse {
        GraphQlResponse::read(self.exchange(request).await).await
    }

    /// Subscribes, over server-sent events.
    pub async fn subscribe(&self, document: &str, variables: Value) -> Subscription {
        let body = json!({ "query": document, "variables": variables });
        let request = Request::post(ENDPOINT)
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::ACCEPT, "text/event-stream")
            .body(Body::from(body.to_string()));
        Subscription::open(self.exchange(request.expect("a request")).await)
    }

    /// The token that the client shows, if any.
    #[must_use]
    pub fn token(&self) -> Option<String> {
        match &self.identity {
            Identity::Anonymous => None,
            Identity::Claims(claims) => Some(claims.sign(self.clock.now())),
            Identity::Token(token) => Some(token.clone()),
        }
    }

    async fn exchange(&self, mut request: Request<Body>) -> Response<Body> {
        if let Some(token) = self.token() {
            let value = format!("Bearer {token}").parse().expect("a header's value");
            request.headers_mut().insert(header::AUTHORIZATION, value);
        }
        request.headers_mut().extend(self.headers.clone());
        // On a worker of the runtime, as a server does. The test itself runs outside of them, where a task
        // that yields is polled again at once and loaders would not see each other's keys.
        let response = tokio::spawn(self.router.clone().oneshot(request));
        let response = response.await.expect("the router does not panic");
        response.expect("the router is infallible")
    }
}

//! The gateway under measurement, on a seeded database.

use std::time::Instant;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, Request, header};
use booking_gateway::domain::Gateway;
use booking_gateway::domain::clock::Clock;
use booking_gateway::domain::db::Db;
use booking_gateway::http::auth::{Expectations, Verifier};
use booking_gateway::http::{Options, RateLimits, Service, router_with};
use sea_orm::{ConnectionTrait, DatabaseConnection};
use serde_json::{Value, json};
use tests::token::{AUDIENCE, Claims, ISSUER, SECRET};
use tests::{Backend, Contents, ENDPOINT, Given, MONDAY, TestDatabase, moment};
use tower::ServiceExt;

use crate::ear::Ear;

/// How many bookings there are, unless `BENCH_BOOKINGS` says otherwise.
const BOOKINGS: i64 = 1_000_000;
/// How many bookings the busy business has, and every other: see `seed.sql`.
const OF_THE_BUSY: i64 = 541 * 20 * 6;
const OF_AN_ORDINARY: i64 = 541 * 4;
/// As many connections as the gateway opens by itself.
const CONNECTIONS: u32 = 10;

/// The gateway and its surroundings.
pub struct World {
    pub gateway: Gateway,
    pub ear: Ear,
    /// A connection of the gateway's kind that nobody overhears.
    pub aside: DatabaseConnection,
    router: Router,
}

impl Given for World {
    const CONTENTS: Contents = Contents::Tables;

    async fn given(_: Backend, database: &TestDatabase) -> Self {
        let connect = async |connections| {
            let opened = Db::connect(database.url(), connections).await;
            opened.expect("the database should open")
        };
        let aside = connect(1).await.writer().clone();
        seed(&aside).await;
        let ear = Ear::default();
        let gateway = Gateway::new(
            ear.listen(connect(CONNECTIONS).await),
            Clock::fixed(moment(MONDAY)),
        );
        let expectations = Expectations {
            issuer: Some(ISSUER.to_owned()),
            audience: Some(AUDIENCE.to_owned()),
        };
        let service = Service {
            schema: booking_gateway::graphql::schema(gateway.clone()),
            verifier: Verifier::hs256(SECRET, expectations),
            gateway: gateway.clone(),
        };
        // One caller sends what a thousand would.
        let options = Options {
            rate_limits: RateLimits::none(),
            ..Options::default()
        };
        let router = router_with(service, options);
        Self {
            gateway,
            ear,
            aside,
            router,
        }
    }
}

async fn seed(db: &DatabaseConnection) {
    let bookings: i64 = std::env::var("BENCH_BOOKINGS").map_or(BOOKINGS, |number| {
        number.parse().expect("BENCH_BOOKINGS is a number")
    });
    let businesses = ((bookings - OF_THE_BUSY) / OF_AN_ORDINARY).max(1);
    let began = Instant::now();
    let sql = include_str!("seed.sql")
        .replace(":businesses", &businesses.to_string())
        .replace(":now", &format!("timestamptz '{MONDAY}'"));
    db.execute_unprepared(&sql).await.expect("the seed fits");
    db.execute_unprepared("VACUUM ANALYZE")
        .await
        .expect("a vacuum is possible");
    println!(
        "{} bookings of {} businesses, made in {:.0?}",
        businesses * OF_AN_ORDINARY + OF_THE_BUSY,
        businesses + 1,
        began.elapsed()
    );
}

/// A request that can be sent any number of times.
#[derive(Clone, Debug)]
pub struct Question {
    pub name: &'static str,
    router: Router,
    token: Option<HeaderValue>,
    body: Bytes,
}

impl World {
    /// A request of whoever has that subject, or of nobody.
    pub fn question(
        &self,
        name: &'static str,
        subject: Option<&str>,
        document: &str,
        variables: &Value,
    ) -> Question {
        let token = subject.map(|subject| {
            let token = Claims::service(subject).sign(self.gateway.clock.now());
            format!("Bearer {token}").parse().expect("a header's value")
        });
        let body = json!({ "query": document, "variables": variables });
        Question {
            name,
            router: self.router.clone(),
            token,
            body: body.to_string().into(),
        }
    }
}

impl Question {
    /// Sends it, and returns the body of the answer, which has no errors.
    pub async fn ask(&self) -> Bytes {
        let mut request = Request::post(ENDPOINT).header(header::CONTENT_TYPE, "application/json");
        if let Some(token) = &self.token {
            request = request.header(header::AUTHORIZATION, token);
        }
        let request = request.body(Body::from(self.body.clone()));
        let response = self
            .router
            .clone()
            .oneshot(request.expect("a request"))
            .await;
        let body = response.expect("the router is infallible").into_body();
        let body = axum::body::to_bytes(body, usize::MAX)
            .await
            .expect("a body");
        assert!(
            body.starts_with(br#"{"data":"#),
            "{}: {}",
            self.name,
            String::from_utf8_lossy(&body)
        );
        body
    }
}

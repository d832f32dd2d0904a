//! The settings: defaults, over which goes a file, over which go the environment, over which go the flags.

mod file;

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use anyhow::{Context, Result, bail, ensure};
use booking_gateway::{
    domain::bookings::rules::limits::Patience,
    http::{
        Origins, Proxies,
        auth::{Expectations, Verifier},
    },
};
use chrono::TimeDelta;
use clap::{ArgAction, Args, ValueEnum};
use secrecy::{ExposeSecret, SecretString};

pub use file::with_file;

/// RFC 7518 asks for a key that is at least as long as the hash.
const SHORTEST_SECRET: usize = 32;

/// What can be set. Each is a flag, an environment variable, and a key of the settings file.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Settings")]
pub struct Settings {
    /// A TOML file with any of these settings, named like the flags with `_` for `-`
    #[arg(long, env = "CONFIG", global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,

    /// The database: `sqlite://FILE` or `postgres://USER:PASSWORD@HOST/NAME`
    #[arg(long, env = "DATABASE_URL", hide_env_values = true, global = true)]
    #[arg(value_name = "URL", default_value = "sqlite://booking.sqlite")]
    pub database_url: SecretString,

    /// The most connections to the database (SQLite: readers)
    #[arg(long, env = "DATABASE_MAX_CONNECTIONS", global = true)]
    #[arg(value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub database_max_connections: u32,

    /// The address and port to serve on
    #[arg(long, env = "LISTEN", global = true)]
    #[arg(value_name = "ADDRESS", default_value = "127.0.0.1:8000")]
    pub listen: SocketAddr,

    /// The address and port to serve `/metrics` on, for Prometheus; nowhere, when not set
    #[arg(long, env = "METRICS_LISTEN", global = true, value_name = "ADDRESS")]
    pub metrics_listen: Option<SocketAddr>,

    /// The collector to send OpenTelemetry traces to, over HTTP; nowhere, when not set
    #[arg(
        long,
        env = "OTEL_EXPORTER_OTLP_ENDPOINT",
        global = true,
        value_name = "URL"
    )]
    pub otlp_endpoint: Option<String>,

    /// Accept bearer tokens signed with HS256 and this secret, of 32 bytes or more
    #[arg(long, env = "AUTH_HS256_SECRET", hide_env_values = true, global = true)]
    #[arg(value_name = "SECRET")]
    pub auth_hs256_secret: Option<SecretString>,

    /// Accept bearer tokens signed with RS256, ES256 or EdDSA by a key of this JSON Web Key Set
    #[arg(long, env = "AUTH_JWKS", global = true, value_name = "FILE|URL")]
    pub auth_jwks: Option<String>,

    /// The issuer that tokens must have; any, when not set
    #[arg(long, env = "AUTH_ISSUER", global = true, value_name = "ISS")]
    pub auth_issuer: Option<String>,

    /// The audience that tokens must have; any, when not set
    #[arg(long, env = "AUTH_AUDIENCE", global = true, value_name = "AUD")]
    pub auth_audience: Option<String>,

    /// How long a hold waits for the customer to confirm it
    #[arg(long, env = "HOLD_MINUTES", global = true)]
    #[arg(value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u16).range(1..))]
    pub hold_minutes: u16,

    /// How long a booking waits for the business to approve it
    #[arg(long, env = "APPROVAL_HOURS", global = true)]
    #[arg(value_name = "N", default_value_t = 24, value_parser = clap::value_parser!(u16).range(1..))]
    pub approval_hours: u16,

    /// How long a booking waits for its deposit
    #[arg(long, env = "DEPOSIT_HOURS", global = true)]
    #[arg(value_name = "N", default_value_t = 24, value_parser = clap::value_parser!(u16).range(1..))]
    pub deposit_hours: u16,

    /// How long seats are held for somebody who is about to enrol
    #[arg(long, env = "SEAT_HOLD_MINUTES", global = true)]
    #[arg(value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u16).range(1..))]
    pub seat_hold_minutes: u16,

    /// How long seats can be held in all, when the hold is extended
    #[arg(long, env = "SEAT_HOLD_LIMIT_MINUTES", global = true)]
    #[arg(value_name = "N", default_value_t = 30, value_parser = clap::value_parser!(u16).range(1..))]
    pub seat_hold_limit_minutes: u16,

    /// How often the worker looks for what is due: expired holds, unpaid deposits, old events
    #[arg(long, env = "WORKER_INTERVAL", global = true)]
    #[arg(value_name = "TIME", default_value = "5s", value_parser = humantime::parse_duration)]
    pub worker_interval: Duration,

    /// The web origins whose pages may call, separated by commas; `*` for all
    #[arg(long, env = "CORS_ORIGINS", global = true)]
    #[arg(value_name = "ORIGINS", default_value = "")]
    pub cors_origins: Origins,

    /// The networks of the proxies whose `X-Forwarded-For` is believed, separated by commas
    #[arg(long, env = "TRUSTED_PROXIES", global = true)]
    #[arg(value_name = "NETWORKS", default_value = "")]
    pub trusted_proxies: Proxies,

    /// Answer a federation gateway: `_entities`, and `_service` where introspection is allowed
    #[arg(long, env = "SUBGRAPH", global = true, action = ArgAction::Set)]
    #[arg(value_name = "BOOL", default_value_t = false)]
    pub subgraph: bool,
    /// Whether GraphiQL is at `/`; only in the demo, when not set
    #[arg(long, env = "GRAPHIQL", global = true, value_name = "BOOL")]
    pub graphiql: Option<bool>,

    /// The time that a query or a mutation has
    #[arg(long, env = "REQUEST_TIMEOUT", global = true)]
    #[arg(value_name = "TIME", default_value = "30s", value_parser = humantime::parse_duration)]
    pub request_timeout: Duration,

    /// The time that requests in progress have when the server is told to stop
    #[arg(long, env = "SHUTDOWN_GRACE", global = true)]
    #[arg(value_name = "TIME", default_value = "20s", value_parser = humantime::parse_duration)]
    pub shutdown_grace: Duration,

    /// The largest request, in bytes
    #[arg(long, env = "BODY_LIMIT", global = true)]
    #[arg(value_name = "BYTES", default_value_t = 1 << 20)]
    pub body_limit: usize,

    /// What is logged, as directives of `tracing`
    #[arg(long, env = "RUST_LOG", global = true)]
    #[arg(
        value_name = "FILTER",
        default_value = "info,sea_orm_migration=warn,sqlx=warn"
    )]
    pub log: String,

    /// The form of the log, which goes to standard error
    #[arg(long, env = "LOG_FORMAT", global = true)]
    #[arg(value_name = "FORMAT", value_enum, default_value_t = LogFormat::Text)]
    pub log_format: LogFormat,
}

/// The forms of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// Lines for people.
    Text,
    /// One JSON object for each line.
    Json,
}

impl Settings {
    /// Checks what no single setting tells.
    ///
    /// # Errors
    /// Says which setting is wrong, and what would be right.
    pub fn check(mut self) -> Result<Self> {
        // An environment variable that is set to nothing is as good as not set.
        self.auth_hs256_secret = self
            .auth_hs256_secret
            .filter(|secret| !secret.expose_secret().is_empty());
        for text in [
            &mut self.auth_jwks,
            &mut self.auth_issuer,
            &mut self.auth_audience,
            &mut self.otlp_endpoint,
        ] {
            *text = text.take().filter(|text| !text.is_empty());
        }
        if let Some(secret) = &self.auth_hs256_secret {
            let length = secret.expose_secret().len();
            ensure!(
                length >= SHORTEST_SECRET,
                "AUTH_HS256_SECRET is {length} bytes long and must have at least {SHORTEST_SECRET}; \
                 `openssl rand -base64 48` makes a good one"
            );
            ensure!(
                self.auth_jwks.is_none(),
                "AUTH_HS256_SECRET and AUTH_JWKS exclude each other: set one of them"
            );
        }
        ensure!(
            !self.request_timeout.is_zero(),
            "REQUEST_TIMEOUT must be more than nothing"
        );
        ensure!(
            !self.worker_interval.is_zero(),
            "WORKER_INTERVAL must be more than nothing"
        );
        ensure!(self.body_limit > 0, "BODY_LIMIT must be more than nothing");
        Ok(self)
    }

    /// How long bookings and holds wait for what they need.
    pub fn patience(&self) -> Patience {
        Patience {
            hold: TimeDelta::minutes(self.hold_minutes.into()),
            approval: TimeDelta::hours(self.approval_hours.into()),
            deposit: TimeDelta::hours(self.deposit_hours.into()),
            seat_hold: TimeDelta::minutes(self.seat_hold_minutes.into()),
            seat_hold_limit: TimeDelta::minutes(self.seat_hold_limit_minutes.into()),
        }
    }

    /// What tokens must say.
    pub fn expectations(&self) -> Expectations {
        Expectations {
            issuer: self.auth_issuer.clone(),
            audience: self.auth_audience.clone(),
        }
    }

    /// The verifier that the settings ask for.
    ///
    /// # Errors
    /// When no authentication is configured, or the keys cannot be read.
    pub async fn verifier(&self) -> Result<Verifier> {
        match (&self.auth_hs256_secret, &self.auth_jwks) {
            (Some(secret), _) => Ok(Verifier::hs256(
                secret.expose_secret().as_bytes(),
                self.expectations(),
            )),
            (None, Some(location)) => Verifier::jwks(location, self.expectations())
                .await
                .with_context(|| format!("AUTH_JWKS={location}")),
            (None, None) => bail!(
                "no authentication is configured: set AUTH_JWKS or AUTH_HS256_SECRET \
                 (or try the gateway out with `serve --demo`)"
            ),
        }
    }

    /// Whether nothing tells how to verify a token.
    pub fn lacks_authentication(&self) -> bool {
        self.auth_hs256_secret.is_none() && self.auth_jwks.is_none()
    }
}

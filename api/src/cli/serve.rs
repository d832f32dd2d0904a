//! `serve`: the gateway as a server, until it is told to stop.

use std::{net::SocketAddr, time::Duration};

use anyhow::{Context, Result};
use booking_gateway::{
    domain::{Gateway, worker},
    graphql,
    http::{DemoPeople, Lifetime, Options, Page, Service, Traffic, metrics_router, router_with},
};
use clap::Args;
use secrecy::SecretString;
use tokio::{net::TcpListener, signal};
use uuid::Uuid;

use super::{demo, token};
use crate::settings::Settings;

/// A day is long enough to try the gateway out.
const DEMO_TOKEN_TTL: Duration = Duration::from_secs(24 * 60 * 60);

/// An unused connection closes at once.
const CLOSE_WITHIN: Duration = Duration::from_secs(2);

#[derive(Args, Clone, Copy, Debug)]
pub struct Flags {
    /// Load the demo data if the database is empty, and print a token for each demo person; without
    /// authentication settings, sign them with a secret made for this run
    #[arg(long)]
    demo: bool,
}

impl Flags {
    /// The flags before and after the word `serve` count alike.
    pub fn or(self, other: Self) -> Self {
        Self {
            demo: self.demo || other.demo,
        }
    }
}

pub async fn run(mut settings: Settings, flags: Flags) -> Result<()> {
    if flags.demo && settings.lacks_authentication() {
        settings.auth_hs256_secret = Some(secret_of_this_run());
    }
    let verifier = settings.verifier().await?;
    let gateway = super::gateway(&settings).await?;
    migration::up(gateway.db.writer())
        .await
        .context("cannot migrate the database")?;
    let demo = match flags.demo {
        true => Some(demo::load(&gateway).await?),
        false => None,
    };

    let lifetime = Lifetime::default();
    let traffic = Traffic::default();
    let graphiql = settings.graphiql.unwrap_or(flags.demo).then(|| Page {
        demo: demo.and_then(|demo| people_of(demo, &settings)),
    });
    let options = Options {
        graphiql,
        traffic: traffic.clone(),
        body_limit: settings.body_limit,
        request_timeout: settings.request_timeout,
        origins: settings.cors_origins.clone(),
        trusted_proxies: settings.trusted_proxies.clone(),
        lifetime: lifetime.clone(),
    };
    let service = Service {
        schema: match settings.subgraph {
            true => graphql::subgraph(gateway.clone()),
            false => graphql::schema(gateway.clone()),
        },
        gateway: gateway.clone(),
        verifier,
    };
    let listener = listen(settings.listen).await?;
    if let Some(address) = settings.metrics_listen {
        let listener = listen(address).await?;
        tracing::info!(address = %listener.local_addr()?, "serving /metrics");
        let router = metrics_router(gateway.clone(), traffic);
        // Until the very end: what happens while the server stops is worth watching, too.
        tokio::spawn(axum::serve(listener, router).into_future());
    }
    announce(listener.local_addr()?, &settings, &gateway, demo)?;

    let router = router_with(service, options).into_make_service_with_connect_info::<SocketAddr>();
    let server = axum::serve(listener, router).with_graceful_shutdown(lifetime.clone().ending());
    let server = tokio::spawn(server.into_future());
    let worker = tokio::spawn(worker::run(
        gateway.clone(),
        settings.worker_interval,
        lifetime.clone().ending(),
    ));
    told_to_stop().await?;
    tracing::info!(grace = ?settings.shutdown_grace, "stopping");
    lifetime.end();
    let drained = async {
        server.await??;
        lifetime.sockets_closed().await;
        worker.await?;
        Ok::<_, anyhow::Error>(())
    };
    match tokio::time::timeout(settings.shutdown_grace, drained).await {
        Ok(drained) => drained?,
        Err(_) => tracing::warn!("stopped before every request was answered"),
    }
    // Whoever has not been answered still has a connection, and closing waits for them.
    match tokio::time::timeout(CLOSE_WITHIN, gateway.db.close()).await {
        Ok(closed) => closed.context("cannot close the database"),
        Err(_) => Ok(()),
    }
}

async fn listen(address: SocketAddr) -> Result<TcpListener> {
    TcpListener::bind(address)
        .await
        .with_context(|| format!("cannot listen on {address}"))
}

fn announce(
    address: SocketAddr,
    settings: &Settings,
    gateway: &Gateway,
    demo: Option<demo::Demo>,
) -> Result<()> {
    tracing::info!(%address, "serving");
    if settings.graphiql.unwrap_or(demo.is_some()) {
        println!("GraphiQL   http://{address}/");
    }
    println!("GraphQL    http://{address}/graphql");
    let Some(demo) = demo else { return Ok(()) };
    if settings.auth_hs256_secret.is_none() {
        println!("\nThe demo people sign in with tokens of your identity provider.");
        return Ok(());
    }
    println!("\nBearer tokens of the demo people, good for a day; GraphiQL has them at hand:");
    println!("  {{\"Authorization\": \"Bearer <token>\"}}");
    for person in demo.people {
        let token = token::sign(settings, gateway, &person.identity(), DEMO_TOKEN_TTL)?;
        println!(
            "\n{} ({}), {}\n{token}",
            person.name, person.part, person.subject
        );
    }
    println!();
    Ok(())
}

/// The people of the demo, if their tokens can be signed here.
fn people_of(demo: demo::Demo, settings: &Settings) -> Option<DemoPeople> {
    let secret = settings.auth_hs256_secret.clone()?;
    Some(DemoPeople {
        people: demo.people,
        secret,
        expectations: settings.expectations(),
    })
}

/// 244 random bits, from the operating system.
fn secret_of_this_run() -> SecretString {
    let random = [Uuid::new_v4(), Uuid::new_v4()];
    random.map(|uuid| uuid.simple().to_string()).concat().into()
}

/// Waits for Ctrl-C, or for SIGTERM, which is how orchestrators say it.
async fn told_to_stop() -> Result<()> {
    #[cfg(unix)]
    {
        let mut terminate = signal::unix::signal(signal::unix::SignalKind::terminate())?;
        tokio::select! {
            interrupted = signal::ctrl_c() => interrupted?,
            _ = terminate.recv() => (),
        }
    }
    #[cfg(not(unix))]
    signal::ctrl_c().await?;
    Ok(())
}

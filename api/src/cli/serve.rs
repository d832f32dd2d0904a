//! `serve`: the gateway as a server, until it is told to stop.

use std::{net::SocketAddr, time::Duration};

use anyhow::{Context, Result};
use booking_gateway::{
    domain::{Gateway, worker},
    graphql,
    http::{Lifetime, Options, Service, router_with},
};
use clap::Args;
use secrecy::SecretString;
use tokio::{net::TcpListener, signal};
use uuid::Uuid;

use super::{demo, token};
use crate::settings::Settings;

/// A day is long enough to try the gateway out.
const DEMO_TOKEN_TTL: Duration = Duration::from_secs(24 * 60 * 60);

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
    let options = Options {
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
    let listener = TcpListener::bind(settings.listen)
        .await
        .with_context(|| format!("cannot listen on {}", settings.listen))?;
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
    gateway
        .db
        .close()
        .await
        .context("cannot close the database")
}

fn announce(
    address: SocketAddr,
    settings: &Settings,
    gateway: &Gateway,
    demo: Option<demo::Demo>,
) -> Result<()> {
    tracing::info!(%address, "serving");
    println!("GraphiQL   http://{address}/");
    println!("GraphQL    http://{address}/graphql");
    let Some(demo) = demo else { return Ok(()) };
    if settings.auth_hs256_secret.is_none() {
        println!("\nThe demo people sign in with tokens of your identity provider.");
        return Ok(());
    }
    println!("\nBearer tokens of the demo people, good for a day; in GraphiQL, under Headers:");
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

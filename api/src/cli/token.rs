//! `token`: a bearer token for a person, for development and for first aid.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use booking_gateway::{
    domain::{Gateway, people, people::Identity},
    http::auth,
};
use clap::Args;
use secrecy::ExposeSecret;

use crate::settings::Settings;

#[derive(Args, Debug)]
pub struct Flags {
    /// The person: a user id, an email address, or a subject; a subject may be new
    #[arg(long, value_name = "ID|EMAIL|SUBJECT")]
    user: String,
    /// How long the token is good
    #[arg(long, value_name = "TIME", default_value = "8h", value_parser = humantime::parse_duration)]
    ttl: Duration,
}

pub async fn run(settings: &Settings, flags: &Flags) -> Result<()> {
    let gateway = super::gateway(settings).await?;
    let identity = people::identity_of(&gateway, &flags.user).await?;
    println!("{}", sign(settings, &gateway, &identity, flags.ttl)?);
    Ok(())
}

/// Signs a token that this gateway accepts.
pub fn sign(
    settings: &Settings,
    gateway: &Gateway,
    identity: &Identity,
    ttl: Duration,
) -> Result<String> {
    let Some(secret) = &settings.auth_hs256_secret else {
        bail!("only AUTH_HS256_SECRET can sign tokens; with AUTH_JWKS, the issuer does");
    };
    auth::issue(
        secret.expose_secret().as_bytes(),
        &settings.expectations(),
        identity,
        gateway.clock.now(),
        ttl,
    )
    .context("cannot sign the token")
}

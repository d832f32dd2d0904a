//! `demo`: a small world to try the gateway out in.

use anyhow::{Context, Result};
use booking_gateway::domain::{self, Gateway};

use crate::settings::Settings;
pub use domain::demo::Demo;

pub async fn run(settings: &Settings) -> Result<()> {
    let gateway = super::gateway(settings).await?;
    migration::up(gateway.db.writer()).await?;
    load(&gateway).await?;
    Ok(())
}

pub async fn load(gateway: &Gateway) -> Result<Demo> {
    domain::demo::load(gateway)
        .await
        .context("cannot load the demo data")
}

//! `demo`: a small world to try the gateway out in.

use anyhow::{Context, Result};
use booking_gateway::{demo, domain::Gateway};

use crate::settings::Settings;
pub use demo::Demo;

pub async fn run(settings: &Settings) -> Result<()> {
    let gateway = super::gateway(settings).await?;
    migration::up(gateway.db.writer())
        .await
        .context("cannot migrate the database")?;
    match load(&gateway).await?.is_new {
        true => println!("The demo data is loaded."),
        false => println!("The demo data was there already; nothing changed."),
    }
    Ok(())
}

pub async fn load(gateway: &Gateway) -> Result<Demo> {
    demo::load(gateway)
        .await
        .context("cannot load the demo data")
}

//! `schema`: the schema in the GraphQL schema definition language.

use anyhow::Result;
use async_graphql::SDLExportOptions;
use booking_gateway::{
    domain::{Gateway, clock::Clock, db::Db},
    graphql,
};
use clap::Args;

#[derive(Args, Debug)]
pub struct Flags {
    /// With the directives of Apollo Federation 2
    #[arg(long)]
    federation: bool,
}

pub async fn run(flags: Flags) -> Result<()> {
    // The schema is built over a gateway, but printing it reads no data.
    let db = Db::connect("sqlite::memory:", 1).await?;
    let schema = graphql::schema(Gateway::new(db, Clock::system()));
    let options = match flags.federation {
        true => SDLExportOptions::new().federation(),
        false => SDLExportOptions::new(),
    };
    print!("{}", schema.sdl_with_options(options));
    Ok(())
}

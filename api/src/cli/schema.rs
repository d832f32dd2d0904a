//! `schema`: the schema in the GraphQL schema definition language.

use anyhow::Result;
use booking_gateway::{
    domain::{Gateway, clock::Clock, db::Db},
    graphql,
};
use clap::Args;

#[derive(Args, Debug)]
pub struct Flags {
    /// As a subgraph of Apollo Federation 2, for composition
    #[arg(long)]
    federation: bool,
}

pub async fn run(flags: Flags) -> Result<()> {
    if flags.federation {
        print!("{}", graphql::federation::sdl());
        return Ok(());
    }
    // The schema is built over a gateway, but printing it reads no data.
    let db = Db::connect("sqlite::memory:", 1).await?;
    let schema = graphql::schema(Gateway::new(db, Clock::system()));
    print!("{}", schema.sdl());
    Ok(())
}

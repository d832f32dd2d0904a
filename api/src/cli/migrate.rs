//! `migrate`: the tables of the database.

use anyhow::Result;
use clap::Subcommand;

use crate::settings::Settings;

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Apply every migration that the database lacks
    Up,
    /// Take back migrations, newest first, with the data in their tables
    Down {
        /// How many to take back
        #[arg(long, value_name = "N", default_value_t = 1, conflicts_with = "all")]
        steps: u32,
        /// Take back every one
        #[arg(long)]
        all: bool,
    },
    /// List the migrations, and which of them the database has
    Status,
    /// Delete all data: take back every migration and apply them anew
    Fresh,
}

pub async fn run(settings: &Settings, command: Command) -> Result<()> {
    let gateway = super::gateway(settings).await?;
    let db = gateway.db.writer();
    match command {
        Command::Up => migration::up(db).await?,
        Command::Down { all: true, .. } => migration::down(db, None).await?,
        Command::Down { steps, .. } => migration::down(db, Some(steps)).await?,
        Command::Status => (),
        Command::Fresh => migration::fresh(db).await?,
    }
    for migration in migration::status(db).await? {
        let state = match migration.applied {
            true => "applied",
            false => "pending",
        };
        println!("{state}  {}", migration.name);
    }
    Ok(())
}

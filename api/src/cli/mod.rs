//! The commands, and how they are read.

mod demo;
mod migrate;
mod schema;
mod serve;
mod token;

use anyhow::{Context, Result};
use booking_gateway::domain::{Gateway, clock::Clock, db::Db};
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use secrecy::ExposeSecret;

use crate::{
    settings::{Settings, with_file},
    telemetry,
};

/// A GraphQL booking gateway.
///
/// Without a command, it serves. Settings come from defaults, then the settings file, then the
/// environment, then the flags; the last one wins.
#[derive(Debug, Parser)]
#[command(name = "booking-gateway", version)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    serve: serve::Flags,
    #[command(flatten)]
    settings: Settings,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Migrate the database and serve GraphQL at /graphql, and GraphiQL at /
    Serve(serve::Flags),
    /// Change the tables of the database
    #[command(subcommand)]
    Migrate(migrate::Command),
    /// Load the demo data into an empty database
    Demo,
    /// Print the schema
    Schema(schema::Flags),
    /// Print a bearer token for a person (with AUTH_HS256_SECRET only)
    Token(token::Flags),
}

/// Reads the command line and does what it says.
///
/// # Errors
/// Whatever goes wrong, in words for the person at the terminal.
pub async fn run() -> Result<()> {
    let Cli {
        command,
        serve,
        settings,
    } = read()?;
    let settings = settings.check()?;
    let telemetry = telemetry::start(&settings)?;
    let done = match command.unwrap_or(Command::Serve(serve)) {
        Command::Serve(flags) => serve::run(settings, flags.or(serve)).await,
        Command::Migrate(command) => migrate::run(&settings, command).await,
        Command::Demo => demo::run(&settings).await,
        Command::Schema(flags) => schema::run(flags).await,
        Command::Token(flags) => token::run(&settings, &flags).await,
    };
    telemetry.stop().await;
    done
}

/// The first reading tells where the settings file is; the second has its values for defaults.
fn read() -> Result<Cli> {
    let cli = Cli::parse();
    match &cli.settings.config {
        Some(path) if !path.as_os_str().is_empty() => {
            let matches = with_file(Cli::command(), path)?.get_matches();
            Ok(Cli::from_arg_matches(&matches)?)
        }
        _ => Ok(cli),
    }
}

/// Opens the database.
async fn gateway(settings: &Settings) -> Result<Gateway> {
    let url = settings.database_url.expose_secret();
    let db = Db::connect(url, settings.database_max_connections)
        .await
        .context("cannot open the database (DATABASE_URL)")?;
    let mut gateway = Gateway::new(db, Clock::system());
    gateway.patience = settings.patience();
    Ok(gateway)
}

//! Migrates the database in `DATABASE_URL`, without building the server: `up`, `down [steps]` or `fresh`.

use std::{env, process::ExitCode};

use sea_orm::{Database, DbErr};

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), DbErr> {
    let url = env::var("DATABASE_URL")
        .map_err(|_| DbErr::Custom("DATABASE_URL is not set".to_owned()))?;
    let db = Database::connect(url).await?;
    let mut arguments = env::args().skip(1);
    match arguments.next().as_deref() {
        Some("up") => migration::up(&db).await,
        Some("down") => {
            migration::down(&db, arguments.next().and_then(|steps| steps.parse().ok())).await
        }
        Some("fresh") => migration::fresh(&db).await,
        _ => Err(DbErr::Custom("say up, down [steps] or fresh".to_owned())),
    }
}

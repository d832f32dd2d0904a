//! SQLite: one file per test, because write-ahead logging needs a file. The migrated file is made once
//! and copied from memory.

use std::path::Path;

use booking_gateway::domain::db::Db;
use tempfile::TempDir;
use tokio::sync::OnceCell;

use super::{Contents, scratch};

static MIGRATED: OnceCell<Vec<u8>> = OnceCell::const_new();

/// A new file's URL, and the folder that it lives in.
pub(super) async fn create(contents: Contents) -> (String, TempDir) {
    let folder = tempfile::tempdir_in(scratch::folder())
        .expect("the temporary directory should be writable");
    let file = folder.path().join("test.sqlite");
    if contents == Contents::Tables {
        let migrated = MIGRATED.get_or_init(migrated).await;
        std::fs::write(&file, migrated).expect("the temporary directory should be writable");
    }
    (url(&file), folder)
}

async fn migrated() -> Vec<u8> {
    let (url, folder) = Box::pin(create(Contents::Nothing)).await;
    let db = Db::connect(&url, 1).await.expect("SQLite should open");
    migration::up(db.writer())
        .await
        .expect("migrations should apply");
    // The last connection to close writes the log back into the file.
    db.close().await.expect("SQLite should close");
    std::fs::read(folder.path().join("test.sqlite")).expect("the file should be there")
}

fn url(file: &Path) -> String {
    format!("sqlite://{}", file.display())
}

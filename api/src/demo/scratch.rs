//! The database that the demo is made in, before it is copied to the one it is for.

use std::env::temp_dir;
use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;

use sea_orm::DbErr;
use uuid::Uuid;

use crate::domain::db::Db;

/// An SQLite file that is removed in the end.
#[derive(Debug)]
pub struct Scratch {
    /// The database.
    pub db: Db,
    path: PathBuf,
}

impl Scratch {
    /// An empty database.
    pub async fn open() -> Result<Self, DbErr> {
        let name = format!("booking-gateway-demo-{}.sqlite", Uuid::new_v4().simple());
        let path = temp_dir().join(name);
        let url = format!("sqlite://{}?mode=rwc", path.display());
        Ok(Self {
            db: Db::connect(&url, 1).await?,
            path,
        })
    }

    /// Closes and removes it.
    pub async fn remove(self) -> Result<(), DbErr> {
        self.db.clone().close().await
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        for suffix in ["", "-wal", "-shm"] {
            let mut name = OsString::from(&self.path);
            name.push(suffix);
            // Whatever is left is in the system's folder for what may go.
            let _ = fs::remove_file(name);
        }
    }
}

//! A small vocabulary on top of SeaQuery, so that a migration reads like the table it makes.
//!
//! It fixes what all tables share: text keys made by the application, timestamps with defaults,
//! composite tenant keys, and constraint names (`queues_location_id_fkey`, `queues_status_check`).

mod alter;
mod column;
mod raw;
mod reference;
mod table;

pub use alter::*;
pub use column::*;
pub use raw::*;
pub use reference::Reference;
pub use sea_orm_migration::prelude::{
    Alias, ColumnDef, ConditionalStatement, ConnectionTrait, DbErr, DeriveMigrationName, Expr,
    ExprTrait, Index, IndexCreateStatement, IntoIden, MigrationTrait, SchemaManager, async_trait,
};
pub use table::*;

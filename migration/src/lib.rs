//! The database schema, as an ordered list of migrations for PostgreSQL and SQLite.
//!
//! One file is one change. [`up`], [`down`] and [`fresh`] each run in a single transaction behind
//! a lock, so that gateways started at the same moment take turns and a failure leaves nothing behind.

mod m0001_businesses;
mod m0002_catalog;
mod m0003_bookings;
mod m0004_surgical_schema_fixes;
mod m0005_tenant_keys;
mod m0006_opening_hours;
mod m0007_offer_version_resources;
mod m0008_immutable_offer_versions;
mod m0009_payments;
mod m0010_resource_claims;
mod m0011_idempotency_keys;
mod m0012_domain_events;
mod m0013_booking_time_limits;
mod m0014_hot_reads;
mod m0015_package_ledger;
mod m0016_blocked_customers;
mod m0017_classes;
mod m0018_class_bookings;
mod m0019_seating;
mod m0020_walk_in_queues;
mod m0021_waitlists;
mod package_ledger;
mod run;
mod schema;

pub use run::{MigrationState, down, fresh, status, up};

use sea_orm_migration::prelude::*;

/// The migrations, in the order in which they apply.
#[derive(Debug)]
pub struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_businesses::Migration),
            Box::new(m0002_catalog::Migration),
            Box::new(m0003_bookings::Migration),
            Box::new(m0004_surgical_schema_fixes::Migration),
            Box::new(m0005_tenant_keys::Migration),
            Box::new(m0006_opening_hours::Migration),
            Box::new(m0007_offer_version_resources::Migration),
            Box::new(m0008_immutable_offer_versions::Migration),
            Box::new(m0009_payments::Migration),
            Box::new(m0010_resource_claims::Migration),
            Box::new(m0011_idempotency_keys::Migration),
            Box::new(m0012_domain_events::Migration),
            Box::new(m0013_booking_time_limits::Migration),
            Box::new(m0014_hot_reads::Migration),
            Box::new(m0015_package_ledger::Migration),
            Box::new(m0016_blocked_customers::Migration),
            Box::new(m0017_classes::Migration),
            Box::new(m0018_class_bookings::Migration),
            Box::new(m0019_seating::Migration),
            Box::new(m0020_walk_in_queues::Migration),
            Box::new(m0021_waitlists::Migration),
        ]
    }
}

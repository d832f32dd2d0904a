//! Packages: sessions that are paid for ahead, and every change of them.
//!
//! The ledger moves the counts, and the database holds it to that; what is here decides what may be written
//! into it. A purchase is locked after the booking that it pays for and after that booking's claims, so that
//! no two writers wait for each other.

pub mod error;
pub mod ledger;
pub mod redemption;
pub mod repo;
pub mod rules;
pub mod scope;

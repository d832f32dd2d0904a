//! Migrating: up, down, again, with data, and several instances at once.

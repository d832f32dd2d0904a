//! axum around the schema.

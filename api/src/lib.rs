//! The booking gateway: the business in [`domain`], its GraphQL face in [`graphql`], and axum around
//! it in [`http`]. Imports point one way: `http → graphql → domain → entity`. Beside them stands
//! [`demo`], a small world to try it all out in.

pub mod demo;
pub mod domain;
pub mod graphql;
pub mod http;

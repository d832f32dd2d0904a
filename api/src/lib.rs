//! The booking gateway: the business in [`domain`], its GraphQL face in [`graphql`], and axum around
//! it in [`http`]. Imports point one way: `http → graphql → domain → entity`.

pub mod domain;
pub mod graphql;
pub mod http;

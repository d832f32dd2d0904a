//! Bearer tokens: JSON Web Tokens that are verified against a shared secret or a set of public keys.

mod bearer;
mod claims;
mod issue;
mod jwks;
mod key;
mod verifier;

#[cfg(test)]
mod tests;

pub(super) use bearer::{from_connection_init, from_headers};
pub(super) use claims::LEEWAY;
pub use issue::issue;
pub use jwks::JwksError;
pub use verifier::{Expectations, Verified, Verifier};

/// Why a token is not accepted. The message is fit for the client: it tells nothing about the keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// Not `Bearer <token>`, or not a JSON Web Token with the claims that are needed.
    #[error("The bearer token is malformed.")]
    Malformed,
    /// Signed with a key or an algorithm that this gateway does not accept, or not by that key at all.
    #[error("The bearer token's signature is not accepted.")]
    Signature,
    /// Past its `exp`.
    #[error("The bearer token has expired.")]
    Expired,
    /// Before its `nbf`.
    #[error("The bearer token is not valid yet.")]
    NotYetValid,
    /// Another `iss` than the gateway expects.
    #[error("The bearer token comes from another issuer.")]
    Issuer,
    /// Another `aud` than the gateway expects.
    #[error("The bearer token is meant for another audience.")]
    Audience,
    /// A `sub` that is empty, longer than 255 characters, or holds control characters.
    #[error("The bearer token's subject is not acceptable.")]
    Subject,
}

//! Tells whether a token is good, and who it names.

use std::{fmt, sync::Arc};

use super::{JwksError, Rejection, jwks::Jwks, key::Key};
use crate::domain::{clock::Moment, people::Identity};

/// What a token must say besides being signed.
#[derive(Clone, Debug, Default)]
pub struct Expectations {
    /// The required `iss`; any, when it is not set.
    pub issuer: Option<String>,
    /// The required member of `aud`; any, when it is not set.
    pub audience: Option<String>,
}

/// A good token.
#[derive(Clone, Debug)]
pub struct Verified {
    /// Whom it names.
    pub identity: Identity,
    /// When it stops being good.
    pub expires_at: Moment,
}

/// Verifies tokens. Cheap to clone.
#[derive(Clone)]
pub struct Verifier(Arc<Keys>);

enum Keys {
    Shared(Box<Key>),
    Published(Arc<Jwks>),
}

impl Verifier {
    /// Accepts tokens that are signed with HS256 and the shared `secret`.
    #[must_use]
    pub fn hs256(secret: &[u8], expectations: Expectations) -> Self {
        let key = Key::shared_secret(secret, &expectations);
        Self(Arc::new(Keys::Shared(Box::new(key))))
    }

    /// Accepts tokens that are signed with RS256, ES256 or EdDSA by a key of the set at `location`: the
    /// path of a file, or an `https` URL (`http` is for this machine only).
    ///
    /// The set is read anew every ten minutes, and, at most once a minute, when a token names a key that is
    /// not in it. When that fails, the keys at hand stay.
    ///
    /// # Errors
    /// When the set cannot be read, or holds no usable key.
    pub async fn jwks(location: &str, expectations: Expectations) -> Result<Self, JwksError> {
        let jwks = Jwks::load(location, expectations).await?;
        Ok(Self(Arc::new(Keys::Published(jwks))))
    }

    /// Verifies a token.
    ///
    /// # Errors
    /// Says why the token is not accepted.
    pub async fn verify(&self, token: &str, now: Moment) -> Result<Verified, Rejection> {
        let claims = match &*self.0 {
            Keys::Shared(key) => key.open(token)?,
            Keys::Published(jwks) => jwks.open(token).await?,
        };
        claims.at(now)
    }
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match *self.0 {
            Keys::Shared(_) => "Verifier(HS256)",
            Keys::Published(_) => "Verifier(JWKS)",
        })
    }
}

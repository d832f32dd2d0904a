//! A key, and the one algorithm it verifies.

use jsonwebtoken::{
    Algorithm, DecodingKey, Validation,
    errors::ErrorKind,
    jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyAlgorithm, PublicKeyUse},
};

use super::{Expectations, Rejection, claims::Claims};

/// A key. The algorithm belongs to the key: a token's header can only agree with it or be refused.
pub(super) struct Key {
    pub(super) id: Option<String>,
    key: DecodingKey,
    validation: Validation,
}

impl Key {
    pub(super) fn shared_secret(secret: &[u8], expectations: &Expectations) -> Self {
        let key = DecodingKey::from_secret(secret);
        Self::new(None, Algorithm::HS256, key, expectations)
    }

    /// A public key of a set, if it is one for verifying signatures with RS256, ES256 or EdDSA.
    pub(super) fn public(jwk: &Jwk, expectations: &Expectations) -> Option<Self> {
        if matches!(&jwk.common.public_key_use, Some(other) if *other != PublicKeyUse::Signature) {
            return None;
        }
        let (algorithm, name) = match &jwk.algorithm {
            AlgorithmParameters::RSA(_) => (Algorithm::RS256, KeyAlgorithm::RS256),
            AlgorithmParameters::EllipticCurve(it) if it.curve == EllipticCurve::P256 => {
                (Algorithm::ES256, KeyAlgorithm::ES256)
            }
            AlgorithmParameters::OctetKeyPair(it) if it.curve == EllipticCurve::Ed25519 => {
                (Algorithm::EdDSA, KeyAlgorithm::EdDSA)
            }
            // A symmetric key in a published set would let every reader of the set sign tokens.
            _ => return None,
        };
        if matches!(jwk.common.key_algorithm, Some(declared) if declared != name) {
            return None;
        }
        let key = DecodingKey::from_jwk(jwk).ok()?;
        Some(Self::new(
            jwk.common.key_id.clone(),
            algorithm,
            key,
            expectations,
        ))
    }

    fn new(
        id: Option<String>,
        algorithm: Algorithm,
        key: DecodingKey,
        expectations: &Expectations,
    ) -> Self {
        let mut validation = Validation::new(algorithm);
        // The library reads the system clock; the times are checked against the injected one instead.
        validation.validate_exp = false;
        validation.validate_nbf = false;
        let mut required = vec!["exp", "sub"];
        match &expectations.issuer {
            Some(issuer) => {
                validation.set_issuer(&[issuer]);
                required.push("iss");
            }
            None => validation.iss = None,
        }
        match &expectations.audience {
            Some(audience) => {
                validation.set_audience(&[audience]);
                required.push("aud");
            }
            None => validation.validate_aud = false,
        }
        validation.set_required_spec_claims(&required);
        Self {
            id,
            key,
            validation,
        }
    }

    /// Verifies the signature, the issuer and the audience, and reads the claims.
    pub(super) fn open(&self, token: &str) -> Result<Claims, Rejection> {
        jsonwebtoken::decode::<Claims>(token, &self.key, &self.validation)
            .map(|token| token.claims)
            .map_err(|error| match error.kind() {
                ErrorKind::InvalidSignature
                | ErrorKind::InvalidAlgorithm
                | ErrorKind::InvalidKeyFormat => Rejection::Signature,
                ErrorKind::InvalidIssuer => Rejection::Issuer,
                ErrorKind::InvalidAudience => Rejection::Audience,
                ErrorKind::MissingRequiredClaim(claim) if claim == "iss" => Rejection::Issuer,
                ErrorKind::MissingRequiredClaim(claim) if claim == "aud" => Rejection::Audience,
                _ => Rejection::Malformed,
            })
    }
}
